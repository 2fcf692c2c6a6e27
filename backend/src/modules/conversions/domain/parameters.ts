/**
 * The parameters of a raw call, wherever they stand: query, form, JSON or multipart, under a right, wrong or missing
 * content type. Sorting out which parameter means what is `read-call.ts`'s work.
 */
import { decodeBytes, decodeComponent } from "./decode.ts";
import { isForbiddenName, readJsonFields } from "./json-fields.ts";
import { foldParameter, maxParameterName } from "./parameter-map.ts";

/** More parameters than any tracker sends; the rest is not read. */
export const maxParameters = 300;
/** Longer values are cut: campaign names and user agents stay whole, a pasted novel does not. */
export const maxValueLength = 2_000;

export interface Parameter {
  /** Lower-cased, without the `[]` that some senders put behind list names. */
  name: string;
  /** Set for nested JSON: the last name alone, believed when nothing else has that name. */
  leaf: string | null;
  value: string;
}

export type BodyProblem = "json_too_deep" | "json_unreadable" | "body_unreadable";

export interface Parameters {
  /** Query first, then body, each in the order of sending. */
  list: Parameter[];
  /** Why the body could not be read, if there was one that could not. */
  bodyProblem: BodyProblem | null;
  /** There were more than `maxParameters`. */
  isCut: boolean;
  /** Names whose value was cut at `maxValueLength`. */
  cutValues: string[];
  /** The body was a list of several events, of which the first was read. */
  hasMoreEvents: boolean;
}

/** Everything a call says, as names and text. Never throws, whatever the bytes. */
export function collectParameters(call: {
  query: string;
  contentType: string | null;
  body: Uint8Array | null;
}): Parameters {
  const found = new Collector();
  readPairs(call.query.replace(/^\?/, ""), found);
  const body = call.body && call.body.length > 0 ? call.body : null;
  const bodyProblem = body ? readBody(body, call.contentType ?? "", found) : null;
  return { ...found.result(), bodyProblem };
}

class Collector {
  private readonly list: Parameter[] = [];
  private readonly cutValues: string[] = [];
  isCut = false;
  hasMoreEvents = false;

  get room(): number {
    return maxParameters - this.list.length;
  }

  add(rawName: string, rawValue: string, rawLeaf: string | null = null): void {
    if (isForbiddenName(rawName)) return;
    const name = foldParameter(rawName);
    if (name === "" || name.length > maxParameterName) return;
    if (this.room <= 0) {
      this.isCut = true;
      return;
    }
    // PostgreSQL stores no NUL, and an invisible character must not tell two equal ids apart.
    const value = rawValue.replaceAll("\0", "").trim();
    const isLong = value.length > maxValueLength;
    if (isLong) this.cutValues.push(name);
    this.list.push({
      name,
      leaf: rawLeaf === null ? null : foldParameter(rawLeaf),
      value: isLong ? value.slice(0, maxValueLength).replace(/[\ud800-\udbff]$/, "") : value,
    });
  }

  /** Puts back what an unescaped "&" tore off the last value ("Tom & Jerry"). */
  extendLast(tail: string): void {
    const last = this.list.at(-1);
    if (last && last.value.length + tail.length < maxValueLength) last.value = `${last.value} ${tail.trim()}`.trim();
  }

  result(): Omit<Parameters, "bodyProblem"> {
    const { list, isCut, cutValues, hasMoreEvents } = this;
    return { list, isCut, cutValues, hasMoreEvents };
  }
}

/**
 * `a=1&b=2`. A user who wrote `{_campaign_name}` sends spaces, quotes, `#` and `&` as they are: a part without `=` that
 * begins with a space is the rest of the value before it. `&amp;`, from an address copied out of HTML, parts like `&`.
 */
function readPairs(text: string, found: Collector): void {
  for (const part of text.split(/&(?:amp;)?/)) {
    if (part === "") continue;
    if (found.room <= 0) {
      found.isCut = true;
      return;
    }
    const equals = part.indexOf("=");
    if (equals < 0 && /^(?: |\+|%20)/.test(part)) found.extendLast(`& ${decodeComponent(part).trim()}`);
    else if (equals < 0) found.add(decodeComponent(part), "");
    else found.add(decodeComponent(part.slice(0, equals)), decodeComponent(part.slice(equals + 1)));
  }
}

/** Believes the body's own look over its content type, which trackers leave out or get wrong. */
function readBody(body: Uint8Array, contentType: string, found: Collector): BodyProblem | null {
  if (looksLikeMultipart(body, contentType)) return readMultipart(body, contentType, found) ? null : "body_unreadable";
  const text = decodeBytes(body)
    .replace(/^\ufeff/, "")
    .trim();
  if (text === "") return null;
  let problem: BodyProblem = "body_unreadable";
  if (text.startsWith("{") || text.startsWith("[")) {
    const json = readJsonFields(text, found.room);
    if (json.ok) {
      for (const field of json.fields)
        found.add(field.name, field.value, field.leaf === field.name ? null : field.leaf);
      found.isCut ||= json.isCut;
      found.hasMoreEvents = json.hasMoreEvents;
      return null;
    }
    problem = json.reason;
  } else if (/^[^=<>{}\s"]{1,200}=/.test(text)) {
    readPairs(text, found);
    return null;
  }
  return problem;
}

function looksLikeMultipart(body: Uint8Array, contentType: string): boolean {
  if (body[0] !== 0x2d || body[1] !== 0x2d) return /^multipart\//i.test(contentType.trim());
  return /content-disposition/i.test(binaryText(body.subarray(0, 1_000)));
}

/** One character per byte, so that positions and bytes agree. (`TextDecoder("latin1")` is windows-1252 and loses five.) */
const binaryText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** Fields of a multipart body; contents of files are not read. False when it is not one. */
function readMultipart(body: Uint8Array, contentType: string, found: Collector): boolean {
  const text = binaryText(body);
  const declared = /boundary=(?:"([^"]{1,200})"|([^;,\s]{1,200}))/i.exec(contentType);
  const boundary = declared?.[1] ?? declared?.[2] ?? /^--([^\r\n]{1,200})\r?\n/.exec(text)?.[1];
  if (boundary === undefined) return false;
  const parts = text.split(`--${boundary}`).slice(1);
  if (parts.length === 0) return false;
  for (const part of parts) {
    if (part.startsWith("--")) break;
    const headersEnd = /\r?\n\r?\n/.exec(part);
    if (!headersEnd) continue;
    const headers = part.slice(0, headersEnd.index);
    if (/;\s*filename\*?=/i.test(headers)) continue;
    const name = /;\s*name=(?:"([^"]*)"|([^;\s]+))/i.exec(headers);
    if (!name) continue;
    const value = part.slice(headersEnd.index + headersEnd[0].length).replace(/\r?\n$/, "");
    const asText = (binary: string) => decodeBytes(Buffer.from(binary, "latin1"));
    found.add(asText(name[1] ?? name[2] ?? ""), asText(value));
  }
  return true;
}

/**
 * JSON as flat text fields. Numbers stay the text they were sent as (`9007199254740993`, `12.10`, `007`), which
 * `JSON.parse` cannot do. Forgiving where templates break: a value left empty (`"payout":,`), a bare word, an unquoted
 * macro (`"payout": {revenue}`), a comma too many. Depth is limited before the stack is.
 */

export interface JsonField {
  /** Names on the way down joined by "_": `{"campaign":{"id":5}}` is `campaign_id`. Items of a list share its name. */
  name: string;
  /** The last name alone. */
  leaf: string;
  value: string;
}

export type JsonFields =
  | { ok: true; fields: JsonField[]; isCut: boolean; hasMoreEvents: boolean }
  | { ok: false; reason: "json_too_deep" | "json_unreadable" };

const maxDepth = 12;
const maxNameLength = 200;
/** Names that would reach into objects' prototypes if anyone ever assigned by them. */
const forbiddenNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export const isForbiddenName = (name: string): boolean =>
  name.split(/[[\].]+/).some((part) => forbiddenNames.has(part.trim()));

class Unreadable extends Error {
  constructor(readonly reason: "json_too_deep" | "json_unreadable") {
    super(reason);
  }
}

/** Fields of `text` in the order of sending, at most `maxFields`; of a list of events at the top only the first. */
export function readJsonFields(text: string, maxFields: number): JsonFields {
  const reader = new JsonReader(text, maxFields);
  try {
    reader.readDocument();
    return { ok: true, fields: reader.fields, isCut: reader.isCut, hasMoreEvents: reader.hasMoreEvents };
  } catch (problem) {
    if (problem instanceof Unreadable) return { ok: false, reason: problem.reason };
    throw problem;
  }
}

interface Path {
  name: string;
  leaf: string;
  isHidden: boolean;
}

class JsonReader {
  readonly fields: JsonField[] = [];
  isCut = false;
  hasMoreEvents = false;
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly maxFields: number,
  ) {}

  readDocument(): void {
    this.skipSpace();
    const root: Path = { name: "", leaf: "", isHidden: false };
    if (this.text[this.at] === "[") this.readList(root, 1);
    else if (this.text[this.at] === "{") this.readObject(root, 1);
    else throw new Unreadable("json_unreadable");
    this.skipSpace();
    if (this.at < this.text.length) throw new Unreadable("json_unreadable");
  }

  private readValue(path: Path, depth: number): void {
    const mark = this.text[this.at];
    const macro = mark === "{" ? this.match(/\{[A-Za-z_][\w.:,= -]*\}/y) : undefined;
    if (macro !== undefined) this.keep(path, macro);
    else if (mark === "{") this.readObject(path, depth + 1);
    else if (mark === "[") this.readList(path, depth + 1);
    else if (mark === '"') this.keep(path, this.readString());
    else this.keep(path, this.readWord());
  }

  /** A number, `true`, `false`, `null`, or whatever a template put there without quotes: the text as it stands. */
  private readWord(): string {
    const word = this.match(/[^\s,:"{}[\]]+/y) ?? "";
    return word === "null" ? "" : word;
  }

  private readObject(path: Path, depth: number): void {
    if (depth > maxDepth) throw new Unreadable("json_too_deep");
    this.at++;
    for (;;) {
      this.skipSpace();
      if (this.take("}")) return;
      if (this.take(",")) continue;
      if (this.text[this.at] !== '"') throw new Unreadable("json_unreadable");
      const leaf = this.readString();
      this.skipSpace();
      if (!this.take(":")) throw new Unreadable("json_unreadable");
      this.skipSpace();
      const name = path.name === "" ? leaf : `${path.name}_${leaf}`;
      const isHidden = path.isHidden || isForbiddenName(leaf) || name.length > maxNameLength;
      this.readValue({ name, leaf, isHidden }, depth);
      this.skipSpace();
      if (!this.take(",") && this.text[this.at] !== "}") throw new Unreadable("json_unreadable");
    }
  }

  private readList(path: Path, depth: number): void {
    if (depth > maxDepth) throw new Unreadable("json_too_deep");
    this.at++;
    const isBatch = path.name === "";
    for (let index = 0; ; ) {
      this.skipSpace();
      if (this.take("]")) return;
      if (this.take(",")) continue;
      if (isBatch && index > 0) this.hasMoreEvents = true;
      this.readValue(isBatch && index > 0 ? { ...path, isHidden: true } : path, depth);
      index++;
      this.skipSpace();
      if (!this.take(",") && this.text[this.at] !== "]") throw new Unreadable("json_unreadable");
    }
  }

  private readString(): string {
    const literal = this.match(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y);
    if (literal === undefined) throw new Unreadable("json_unreadable");
    const inner = literal.slice(1, -1);
    if (!inner.includes("\\")) return inner.toWellFormed();
    const escapes = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;
    const named: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
    const plain = inner.replace(escapes, (_, code: string | undefined, mark: string | undefined) =>
      code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (named[mark ?? ""] ?? mark ?? ""),
    );
    return plain.toWellFormed();
  }

  private keep(path: Path, value: string): void {
    if (path.isHidden || path.name === "") return;
    if (this.fields.length >= this.maxFields) {
      this.isCut = true;
      return;
    }
    this.fields.push({ name: path.name, leaf: path.leaf, value });
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    this.match(/\s*/y);
  }
}

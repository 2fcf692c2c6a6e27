/**
 * A tracker's log of the postbacks that it sent, beside the calls that came in. Its lines are prose: "[GET] https://… -> 200 OK" in
 * one build, otherwise in another. What can be found in any of them is the address, and near it a status or the words of a failure.
 * The address holds the connection's secret: it is taken out here and goes no further.
 */

export interface SentLine {
  /** The tracker's clock, whatever its zone. */
  at: string;
  /** What was called; null where the line names no address. */
  called: { secret: string | null; query: string } | null;
  /** "failed": nobody answered. "unknown": the line does not say. */
  outcome: "accepted" | "refused" | "failed" | "unknown";
  status: number | null;
  /** What else it says, without addresses. */
  remark: string | null;
}

const anyAddress = /https?:\/\/[^\s"'<>\\]+/g;
const failure = /curl error|timed? ?out|failed|could ?n[o']t|unable|refused|unreachable/i;
const longestRemark = 200;

interface RawLine {
  atText: string;
  message: string;
}

/** What a page brings that the page before did not: lines written meanwhile push its last ones to the beginning of the next. */
export function newOnPage<Line extends RawLine>(before: readonly Line[], page: readonly Line[]): readonly Line[] {
  const isSame = (left: Line | undefined, right: Line | undefined) =>
    left?.atText === right?.atText && left?.message === right?.message;
  let shared = Math.min(before.length, page.length);
  while (!page.slice(0, shared).every((line, at) => isSame(line, before[before.length - shared + at]))) shared--;
  return page.slice(shared);
}

export function readSentLine({ atText, message }: RawLine): SentLine {
  const [address] = message.match(anyAddress) ?? [];
  const behind = address === undefined ? message : message.slice(message.indexOf(address) + address.length);
  const words = message.replace(anyAddress, " ");
  // What stands behind the address is the answer; a status before it is looked for only where there is none.
  const status = statusIn(behind.replace(anyAddress, " ")) ?? statusIn(words);
  const remark = behind
    .replace(anyAddress, "…")
    .replace(/^[\s\-–>=:|]+/, "")
    .trim()
    .slice(0, longestRemark);
  return {
    at: atText,
    called: address === undefined ? null : calledOf(address),
    outcome: status === null ? (failure.test(words) ? "failed" : "unknown") : status < 400 ? "accepted" : "refused",
    status,
    remark: remark === "" ? null : remark,
  };
}

function statusIn(text: string): number | null {
  // "cURL error 28" is no status, and neither is a part of a longer number.
  const found = /(?<![\w.:-])([2-5]\d\d)(?![\w.:-]*\d)/.exec(text);
  return found ? Number(found[1]) : null;
}

/** Our two kinds of addresses; a secret of neither kind is none. */
function calledOf(address: string): { secret: string | null; query: string } {
  const at = address.indexOf("?");
  const [path, query] = at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
  const parts = query.split("#", 1)[0]?.split("&") ?? [];
  const inQuery = parts.find((part) => part.startsWith("secret="))?.slice("secret=".length);
  return {
    secret: /\/in\/([A-Za-z0-9_-]+)$/.exec(path)?.[1] ?? inQuery ?? null,
    query: parts.filter((part) => !part.startsWith("secret=")).join("&"),
  };
}

/** The same for two writings of the same parameters: their order and escapes do not matter. */
export function callKey(query: string): string {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map(unescaped)
    .sort()
    .join("&");
}

function unescaped(part: string): string {
  const spaced = part.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Escapes of another charset: equal texts stay equal as they are.
    return spaced;
  }
}

/**
 * For each line whether a call came in for it, as far as calls were taken. A call stands for one line: of two equal ones with one
 * call, one is missing.
 */
export function matchCalls(lines: readonly SentLine[]): { hasArrived: readonly boolean[]; take(call: string): void } {
  const hasArrived = lines.map(() => false);
  const waiting = new Map<string, number[]>();
  for (const [place, { called }] of lines.entries()) {
    if (called === null) continue;
    const key = callKey(called.query);
    const places = waiting.get(key);
    if (places) places.push(place);
    else waiting.set(key, [place]);
  }
  return {
    hasArrived,
    take(call) {
      const place = waiting.get(callKey(call))?.shift();
      if (place !== undefined) hasArrived[place] = true;
    },
  };
}

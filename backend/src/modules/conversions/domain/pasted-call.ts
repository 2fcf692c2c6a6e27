/**
 * A call as a person pastes it into the lab: a whole address, a curl command out of a terminal, a bare query, or a body. Reading
 * never fails; what is nothing of these is taken for a body.
 */
export interface PastedCall {
  understoodAs: "curl" | "address" | "query" | "body";
  method: string;
  /** Without the secret, which a pasted address holds. */
  path: string;
  query: string;
  contentType: string | null;
  body: string | null;
}

const address = /^https?:\/\/\S+$/i;
const looksLikeQuery = /^\??[^\s=&{}<>[\]"]{1,100}=[^\n]*$/;

/** Null: there is nothing in it. */
export function readPastedCall(text: string): PastedCall | null {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") return null;
  if (/^curl\s/i.test(trimmed)) return readCurl(trimmed);
  // A line of a log: "GET /in/abc?subid=1 HTTP/1.1".
  const requestLine = /^(GET|POST)\s+(\S+)(?:\s+HTTP\/[\d.]+)?(?:\r?\n([\s\S]*))?$/i.exec(trimmed);
  if (requestLine) {
    const [, method = "GET", target = "", rest = ""] = requestLine;
    const [head = "", body = ""] = rest.split(/\r?\n\r?\n/, 2);
    const contentType = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? null;
    return { ...split(target, "address"), method: method.toUpperCase(), contentType, body: body.trim() || null };
  }
  if (address.test(trimmed)) return split(trimmed, "address");
  if (trimmed.startsWith("/") && trimmed.includes("?") && !/\s/.test(trimmed)) return split(trimmed, "address");
  if (looksLikeQuery.test(trimmed)) return { ...split(`/in/…?${trimmed.replace(/^\?/, "")}`, "query") };
  const isJson = /^[[{]/.test(trimmed);
  return {
    understoodAs: "body",
    method: "POST",
    path: "/in/…",
    query: "",
    contentType: isJson ? "application/json" : null,
    body: trimmed,
  };
}

function split(target: string, understoodAs: PastedCall["understoodAs"]): PastedCall {
  const withoutHash = target.replace(/#.*$/, "");
  const at = withoutHash.indexOf("?");
  const path = (at < 0 ? withoutHash : withoutHash.slice(0, at)).replace(/^https?:\/\/[^/?#]*/i, "") || "/";
  const query = at < 0 ? "" : withoutHash.slice(at + 1);
  return {
    understoodAs,
    method: "GET",
    path: path.replace(/^\/in\/.*$/, "/in/…"),
    query: query
      .split("&")
      .filter((pair) => !/^secret=/i.test(pair))
      .join("&"),
    contentType: null,
    body: null,
  };
}

/** Words of a command line, quotes taken off. */
function wordsOf(command: string): string[] {
  const words: string[] = [];
  const word = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)/g;
  let current: string | null = null;
  for (const [, single, double, escaped, plain, space] of command.matchAll(word)) {
    if (space !== undefined) {
      if (current !== null) words.push(current);
      current = null;
      continue;
    }
    // A backslash at the end of a line only joins two lines.
    if (escaped === "\n") continue;
    current = (current ?? "") + (single ?? double?.replace(/\\(.)/g, "$1") ?? escaped ?? plain ?? "");
  }
  if (current !== null) words.push(current);
  return words;
}

const withValue =
  /^(?:-H|--header|-X|--request|-A|--user-agent|-u|--user|-o|--output|-m|--max-time|-b|--cookie|-e|--referer)$/;
const dataFlag = /^(?:-d|--data|--data-raw|--data-binary|--data-ascii|--data-urlencode|--json)$/;

function readCurl(command: string): PastedCall {
  const words = wordsOf(command.replace(/\\\r?\n/g, " ")).slice(1);
  const data: string[] = [];
  let target = "";
  let method: string | null = null;
  let contentType: string | null = null;
  let isGet = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const next = words[i + 1] ?? "";
    if (dataFlag.test(word)) {
      data.push(next);
      if (word === "--json") contentType = "application/json";
      i++;
    } else if (word === "-G" || word === "--get") isGet = true;
    else if (withValue.test(word)) {
      if (/^(?:-X|--request)$/.test(word)) method = next.toUpperCase();
      const header = /^content-type:\s*(.+)$/i.exec(next)?.[1];
      if (header !== undefined) contentType = header.trim();
      i++;
    } else if (/^https?:\/\//i.test(word) || (target === "" && !word.startsWith("-"))) target = word;
  }
  const call = split(target, "curl");
  const joined = data.join("&");
  if (isGet) return { ...call, query: [call.query, joined].filter(Boolean).join("&") };
  if (data.length === 0) return { ...call, method: method ?? "GET" };
  return {
    ...call,
    method: method ?? "POST",
    contentType: contentType ?? "application/x-www-form-urlencoded",
    body: joined,
  };
}

/**
 * Telegram's HTML as a tree. Reads the few tags that Telegram knows and takes everything else for text, so that nothing of a
 * message can become markup of ours: the screen makes its own elements from the tree.
 */

export type Style =
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "code"
  | "pre"
  | "quote"
  | "spoiler"
  | "link"
  | "plain";
export interface Piece {
  style: Style;
  /** Of a link to the web; other addresses (tg:, mentions of people) lead nowhere from here. */
  href?: string;
  children: Node[];
}
export type Node = string | Piece;

const styles: Readonly<Record<string, Style>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strike",
  strike: "strike",
  del: "strike",
  code: "code",
  pre: "pre",
  blockquote: "quote",
  "tg-spoiler": "spoiler",
  "tg-emoji": "plain",
  "tg-time": "plain",
  span: "spoiler",
  a: "link",
};
/** The named entities that Telegram supports, and numeric ones. */
const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };
/** Deeper than any message that somebody wrote; a screen of ten thousand elements inside each other would not open. */
const deepest = 32;
const token = /<(\/?)([a-z][a-z-]*)((?:\s[^<>]*)?)>|&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+);/gi;

/** The tree of a message's HTML. Never throws: what is not well formed stays visible as text. */
export function parseTelegramHtml(html: string): Node[] {
  const root: Node[] = [];
  const open: { tag: string; into: Node[] }[] = [{ tag: "", into: root }];
  const say = (text: string) => {
    const { into } = open.at(-1) ?? { into: root };
    const last = into.at(-1);
    if (text === "") return;
    if (typeof last === "string") into[into.length - 1] = last + text;
    else into.push(text);
  };
  let at = 0;
  for (const match of html.matchAll(token)) {
    const [whole, slash, rawTag = "", attributes = "", entity] = match;
    say(html.slice(at, match.index));
    at = match.index + whole.length;
    if (entity !== undefined) {
      say(characterOf(entity) ?? whole);
      continue;
    }
    const tag = rawTag.toLowerCase();
    const style = Object.hasOwn(styles, tag) ? styles[tag] : undefined;
    if (!style) {
      say(whole);
    } else if (slash) {
      const depth = open.findLastIndex((one) => one.tag === tag);
      if (depth > 0) open.length = depth;
      else say(whole);
    } else if (open.length <= deepest) {
      const href = style === "link" ? webAddress(attributes) : undefined;
      const piece: Piece = { style, ...(href ? { href } : {}), children: [] };
      open.at(-1)?.into.push(piece);
      open.push({ tag, into: piece.children });
    }
  }
  say(html.slice(at));
  return root;
}

function characterOf(entity: string): string | undefined {
  if (!entity.startsWith("#")) return Object.hasOwn(named, entity) ? named[entity] : undefined;
  const code = entity[1] === "x" || entity[1] === "X" ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Only http and https: an address of a script must not wait behind a tap. */
function webAddress(attributes: string): string | undefined {
  const value = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
  const href = textOf(parseTelegramHtml(value?.[1] ?? value?.[2] ?? ""));
  return URL.canParse(href) && /^https?:$/.test(new URL(href).protocol) ? href : undefined;
}

/** What is left without any style: for one line of a list. */
export const textOf = (nodes: readonly Node[]): string =>
  nodes.map((node) => (typeof node === "string" ? node : textOf(node.children))).join("");

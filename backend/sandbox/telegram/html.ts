import { badRequest } from "./errors.ts";
import type { MessageEntity } from "./types.ts";

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

const TAGS = new Set(
  "b strong i em u ins s strike del tg-spoiler span a code pre blockquote tg-emoji tg-time".split(" "),
);
const ENTITY_OF_TAG: Record<string, string> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  span: "spoiler",
};
const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"' } as const;

interface OpenTag {
  name: string;
  argument: string;
  detail: string;
  offset: number;
}

const isSpace = (char: string | undefined): boolean => char !== undefined && /[ \t\r\n\0\v]/.test(char);
const fault = (text: string) => badRequest(`can't parse entities: ${text}`);

/**
 * Reads Telegram HTML the way the Bot API does and returns plain text with entities in UTF-16 units.
 * Throws the 400 that the server would give; offsets in its text are bytes of the UTF-8 source.
 * Rules and wording: Bot API sheet §3 and the server's own parser.
 */
export function parseHtml(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = "";
  let at = 0;
  const byteOffset = (index: number) => Buffer.byteLength(source.slice(0, index), "utf8");

  while (at < source.length) {
    const char = source[at] as string;
    if (char === "&") {
      const decoded = decodeEntity(source, at);
      if (decoded) {
        text += decoded.char;
        at = decoded.end;
        continue;
      }
    }
    if (char !== "<") {
      text += char;
      at++;
      continue;
    }
    const begin = at;
    if (source[at + 1] === "/") {
      const end = readEndTag(source, at, open, byteOffset);
      at = end;
      closeTag(open.pop() as OpenTag, text, entities);
      continue;
    }
    const tag = readStartTag(source, begin, byteOffset);
    open.push({ ...tag.tag, offset: text.length });
    at = tag.end;
  }
  const unclosed = open.at(-1);
  if (unclosed) throw fault(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  return { text, entities: normalise(entities) };
}

/** Named references are only lt, gt, amp and quot; the semicolon is optional, all numeric ones work. */
function decodeEntity(source: string, at: number): { char: string; end: number } | undefined {
  const rest = source.slice(at, at + 16);
  const numeric = /^&#(?:x([0-9a-f]+)|([0-9]+));?/i.exec(rest);
  if (numeric) {
    const code = numeric[1] ? Number.parseInt(numeric[1], 16) : Number(numeric[2]);
    if (code === 0 || code >= 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    return { char: String.fromCodePoint(code), end: at + numeric[0].length };
  }
  const named = /^&([a-zA-Z]+);?/.exec(rest);
  const char = named?.[1] ? NAMED[named[1] as keyof typeof NAMED] : undefined;
  return named && char !== undefined ? { char, end: at + named[0].length } : undefined;
}

function readEndTag(source: string, begin: number, open: OpenTag[], byteOffset: (index: number) => number): number {
  const expected = open.at(-1);
  if (!expected) throw fault(`Unexpected end tag at byte offset ${byteOffset(begin)}`);
  let at = begin + 2;
  while (at < source.length && !isSpace(source[at]) && source[at] !== ">") at++;
  const name = source.slice(begin + 2, at).toLowerCase();
  while (isSpace(source[at])) at++;
  if (source[at] !== ">") throw fault(`Unclosed end tag at byte offset ${byteOffset(begin)}`);
  if (name !== "" && name !== expected.name)
    throw fault(
      `Unmatched end tag at byte offset ${byteOffset(begin)}, expected "</${expected.name}>", found "</${name}>"`,
    );
  return at + 1;
}

function readStartTag(
  source: string,
  begin: number,
  byteOffset: (index: number) => number,
): { tag: Omit<OpenTag, "offset">; end: number } {
  let at = begin + 1;
  while (at < source.length && !isSpace(source[at]) && source[at] !== ">") at++;
  if (at >= source.length) throw fault(`Unclosed start tag at byte offset ${byteOffset(begin)}`);
  const name = source.slice(begin + 1, at).toLowerCase();
  if (!TAGS.has(name)) throw fault(`Unsupported start tag "${name}" at byte offset ${byteOffset(begin)}`);

  const unclosed = () => fault(`Unclosed start tag "${name}" at byte offset ${byteOffset(begin)}`);
  let argument = "";
  let detail = "";
  while (source[at] !== ">") {
    while (isSpace(source[at])) at++;
    if (source[at] === ">") break;
    const attributeBegin = at;
    while (at < source.length && !isSpace(source[at]) && !"=>/\"'".includes(source[at] as string)) at++;
    const attribute = source.slice(attributeBegin, at).toLowerCase();
    if (attribute === "") {
      if (at >= source.length) throw unclosed();
      throw fault(`Empty attribute name in the tag "${name}" at byte offset ${byteOffset(begin)}`);
    }
    while (isSpace(source[at])) at++;
    if (at >= source.length) throw unclosed();
    let value = "";
    if (source[at] === "=") {
      const read = readAttributeValue(source, at + 1, byteOffset);
      if (read.end >= source.length) throw unclosed();
      value = read.value;
      at = read.end;
    }
    if (name === "a" && attribute === "href") argument = value;
    if (name === "code" && attribute === "class" && value.startsWith("language-")) argument = value.slice(9);
    if (name === "span" && attribute === "class") argument = value;
    if (name === "tg-emoji" && attribute === "emoji-id") argument = value;
    if (name === "tg-time" && attribute === "unix") argument = value;
    if (name === "tg-time" && attribute === "format") detail = value;
    if (name === "blockquote" && attribute === "expandable") argument = "1";
  }
  if (name === "span" && argument !== "tg-spoiler")
    throw fault(`Tag "span" must have class "tg-spoiler" at byte offset ${byteOffset(begin)}`);
  if (name === "tg-emoji" && !/^\d+$/.test(argument))
    throw fault(`Invalid custom emoji identifier specified at byte offset ${byteOffset(begin)}`);
  return { tag: { name, argument, detail }, end: at + 1 };
}

function readAttributeValue(source: string, from: number, byteOffset: (index: number) => number) {
  let at = from;
  while (isSpace(source[at])) at++;
  const quote = source[at];
  if (quote !== '"' && quote !== "'") {
    const begin = at;
    while (at < source.length && /[a-zA-Z0-9.-]/.test(source[at] as string)) at++;
    if (at < source.length && !isSpace(source[at]) && source[at] !== ">")
      throw fault(`Unexpected end of name token at byte offset ${byteOffset(begin)}`);
    return { value: source.slice(begin, at).toLowerCase(), end: at };
  }
  at++;
  let value = "";
  while (at < source.length && source[at] !== quote) {
    const decoded = source[at] === "&" ? decodeEntity(source, at) : undefined;
    value += decoded ? decoded.char : source[at];
    at = decoded ? decoded.end : at + 1;
  }
  return { value, end: at < source.length ? at + 1 : at };
}

/** Tags around nothing vanish. A link that cannot be used vanishes too, its text stays. */
function closeTag(tag: OpenTag, text: string, entities: MessageEntity[]): void {
  const { offset, name, argument } = tag;
  const length = text.length - offset;
  if (length === 0) return;
  const span = { offset, length };
  const plain = ENTITY_OF_TAG[name];
  if (plain) entities.push({ type: plain, ...span });
  else if (name === "a") {
    const link = linkEntity(argument === "" ? text.slice(offset) : argument);
    if (link) entities.push({ ...link, ...span });
  } else if (name === "blockquote")
    entities.push({ type: argument === "1" ? "expandable_blockquote" : "blockquote", ...span });
  else if (name === "tg-emoji") entities.push({ type: "custom_emoji", ...span, custom_emoji_id: argument });
  else if (name === "tg-time") {
    if (/^\d{1,12}$/.test(argument))
      entities.push({ type: "date_time", ...span, unix_time: Number(argument), date_time_format: tag.detail });
  } else {
    const twin = entities.at(-1);
    const isWhole = twin?.offset === offset && twin.length === length;
    if (name === "pre" && isWhole && twin?.type === "code" && twin.language !== undefined) twin.type = "pre";
    else if (name === "code" && isWhole && twin?.type === "pre" && argument !== "") twin.language = argument;
    else entities.push({ type: name, ...span, ...(name === "code" && argument ? { language: argument } : {}) });
  }
}

function linkEntity(href: string): Pick<MessageEntity, "type" | "url" | "user"> | undefined {
  const mention = /^tg:(?:\/\/)?user\?id=(\d{1,16})$/i.exec(href.trim());
  if (mention) return { type: "text_mention", user: { id: Number(mention[1]), is_bot: false, first_name: "" } };
  const candidate = /^[a-z][a-z0-9+.-]*:/i.test(href) ? href.trim() : `http://${href.trim()}`;
  if (!/^(https?|ftp|tg|ton|tonsite):/i.test(candidate) || /\s/.test(candidate)) return undefined;
  try {
    const url = new URL(candidate);
    if (/^https?:$/.test(url.protocol) && !url.hostname.includes(".") && !isLoopback(url.hostname)) return undefined;
    return { type: "text_link", url: url.href };
  } catch {
    return undefined;
  }
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "[::1]";
const isCode = (entity: MessageEntity): boolean => entity.type === "code" || entity.type === "pre";
const isQuote = (entity: MessageEntity): boolean => entity.type.endsWith("blockquote");
const end = (entity: MessageEntity): number => entity.offset + entity.length;

/** Nothing lives inside pre and code, styles around them are cut there, and quotes do not nest. */
function normalise(found: MessageEntity[]): MessageEntity[] {
  const codes = found
    .filter(isCode)
    .filter((one, index, all) => !all.some((other, at) => at !== index && covers(other, one) && at > index));
  const result: MessageEntity[] = [...codes];
  for (const entity of found) {
    if (isCode(entity)) continue;
    if (isQuote(entity)) {
      const isInner = found.some((other) => other !== entity && isQuote(other) && covers(other, entity));
      if (!isInner && !codes.some((code) => covers(code, entity) && code.length > entity.length)) result.push(entity);
      continue;
    }
    result.push(...cutAround(entity, codes));
  }
  for (const entity of result) if (entity.type === "code") delete entity.language;
  return result.sort((a, b) => a.offset - b.offset || b.length - a.length);
}

const covers = (outer: MessageEntity, inner: MessageEntity): boolean =>
  outer.offset <= inner.offset && end(outer) >= end(inner);

function cutAround(entity: MessageEntity, codes: MessageEntity[]): MessageEntity[] {
  let pieces = [entity];
  for (const code of codes) {
    pieces = pieces.flatMap((piece) => {
      if (end(code) <= piece.offset || code.offset >= end(piece)) return [piece];
      const before = { ...piece, length: code.offset - piece.offset };
      const after = { ...piece, offset: end(code), length: end(piece) - end(code) };
      return [before, after].filter((part) => part.length > 0);
    });
  }
  return pieces;
}

/** Cuts whitespace at both ends, as Telegram does, and moves the entities along. */
export function trimFormatted({ text, entities }: FormattedText): FormattedText {
  const trimmedEnd = text.trimEnd();
  const lead = trimmedEnd.length - trimmedEnd.trimStart().length;
  const trimmed = trimmedEnd.slice(lead);
  const kept = entities.flatMap((entity) => {
    const from = Math.max(0, entity.offset - lead);
    const to = Math.min(trimmed.length, end(entity) - lead);
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
  return { text: trimmed, entities: kept };
}

/** What Telegram finds by itself in plain text: commands, links, mentions, hashtags. */
export function detectEntities(text: string, taken: readonly MessageEntity[] = []): MessageEntity[] {
  const rules: [string, RegExp][] = [
    ["url", /https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/gi],
    ["mention", /(?<![\w/])@[a-z]\w{3,31}/gi],
    ["bot_command", /(?<![\w/@])\/[a-z0-9_]{1,64}(?:@[a-z]\w{3,31})?(?![\w/])/gi],
    ["hashtag", /(?<![\w&])#[\p{L}_][\p{L}\p{N}_]*/gu],
  ];
  const found: MessageEntity[] = [];
  for (const [type, pattern] of rules) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      const clash = (other: MessageEntity) => other.offset < end(entity) && end(other) > entity.offset;
      const isTaken = taken.some((other) => clash(other) && (isCode(other) || other.type === "text_link"));
      if (!isTaken && !found.some(clash)) found.push(entity);
    }
  }
  return found.sort((a, b) => a.offset - b.offset);
}

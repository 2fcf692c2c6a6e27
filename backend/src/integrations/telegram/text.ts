/**
 * Text for Telegram's HTML mode. Order of work: clean and shorten plain text first, then escape and tag it; a finished
 * message is never cut, since a cut inside a tag or entity is refused by the server ("can't find end tag").
 */

/** Characters of a message's text, counted after entity parsing (Bot API, sendMessage). */
export const maxTextLength = 4096;
/** The server refuses longer raw text before it parses anything (telegram-bot-api, get_formatted_text). */
export const maxRawBytes = 32_768;

/** Plain text as it may stand between tags. */
export function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Plain text as it may stand inside a double-quoted attribute. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replace(/"/g, "&quot;");
}

// Written as escapes: the characters themselves are invisible in an editor, which is the trouble with them.
const lineBreaks = /\r\n?|[\u2028\u2029\u0085]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufeff\ufff9-\ufffb]/g;
/** Marks that turn the direction of what follows, so that text reads as something it is not ("fdp.exe"). */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Removes control characters and direction marks, keeps line breaks and joiners of emoji; lone surrogates become U+FFFD. */
export function stripControl(text: string): string {
  return text
    .toWellFormed()
    .replace(lineBreaks, "\n")
    .replace(/\t/g, " ")
    .replace(controls, "")
    .replace(directionMarks, "");
}

/** `stripControl`, and everything on one line. */
export function singleLine(text: string): string {
  return stripControl(text).replace(/\s+/g, " ").trim();
}

const tag = /<\/?[a-zA-Z][^>]*>/g;
/** What the server decodes: four names, with or without semicolon, and every numeric entity (td, decode_html_entity). */
const entity = /&(?:lt|gt|amp|quot|#\d{1,8}|#[xX][0-9a-fA-F]{1,7});?/g;

/** How long the server will find the text: code points after tags are taken off and entities decoded. */
export function lengthAfterParsing(html: string): number {
  return codePoints(html.replace(tag, "").replace(entity, "\u0001"));
}

/** Whether the server will accept the text for its length. */
export function fits(html: string, limit: number = maxTextLength): boolean {
  return lengthAfterParsing(html) <= limit && new TextEncoder().encode(html).length <= maxRawBytes;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Plain text of at most `maxLength` code points; what was longer ends in "…". A letter with its marks, or an emoji made of
 * several, is kept or dropped whole.
 */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength || codePoints(text) <= maxLength) return text;
  if (maxLength < 1) return "";
  // A code point is at most two units, so nothing beyond this can be kept: the segmenter need not read all of it.
  const head = text.slice(0, maxLength * 2);
  let kept = "";
  let length = 0;
  for (const { segment } of segmenter.segment(head)) {
    const size = codePoints(segment);
    if (length + size > maxLength - 1) break;
    kept += segment;
    length += size;
  }
  return `${kept.trimEnd()}…`;
}

const clean = (text: string) => escapeText(stripControl(text));

/** The marks that rooms use in messages, as Telegram HTML. Each takes plain text. */
export const telegramMarkup = {
  singleLine,
  truncate,
  plain: clean,
  bold: (text: string): string => `<b>${clean(text)}</b>`,
  italic: (text: string): string => `<i>${clean(text)}</i>`,
  code: (text: string): string => `<code>${clean(text)}</code>`,
  link: (text: string, url: string): string => `<a href="${escapeAttribute(stripControl(url))}">${clean(text)}</a>`,
} as const;

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

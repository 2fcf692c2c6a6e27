/** Telegram HTML made as short as Telegram takes it, without a cut inside a tag or an entity. */
import { checkHtml, maxRawBytes } from "./check-html.ts";

const token = /<\/?([a-zA-Z][a-zA-Z0-9-]*)[^<>]*>|&(?:#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|lt|gt|amp|quot);?/y;

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** The text itself when it fits; else its beginning with "…" and every open tag closed. Only for text whose tags are right. */
export function fitHtml(html: string, maxLength: number): string {
  const { length } = checkHtml(html, maxLength);
  if (length <= maxLength && bytesOf(html) <= maxRawBytes) return html;
  const open: string[] = [];
  let kept = "";
  let count = 0;
  // The ellipsis takes one character and three bytes, and every open tag will need its end.
  let bytes = bytesOf("…");
  for (let at = 0; at < html.length; ) {
    token.lastIndex = at;
    const found = token.exec(html);
    const whole = found?.[0] ?? String.fromCodePoint(html.codePointAt(at) ?? 0);
    const name = found?.[1];
    const size = bytesOf(whole);
    const isEnd = whole.startsWith("</");
    const cost = name === undefined ? size : isEnd ? 0 : size + name.length + "</>".length;
    if (bytes + cost > maxRawBytes || (name === undefined && count + 1 > maxLength - 1)) break;
    if (name === undefined) count++;
    else if (isEnd) open.pop();
    else open.push(name);
    kept += whole;
    bytes += cost;
    at += whole.length;
  }
  const ends = open.reverse().map((name) => `</${name}>`);
  return `${kept.trimEnd()}…${ends.join("")}`;
}

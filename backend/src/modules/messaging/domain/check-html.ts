/**
 * Whether Telegram will take a text written in its HTML, asked before anybody depends on it. A little stricter than the server:
 * what it repairs or drops in silence (attributes without quotes, links that lead nowhere) is a mistake here.
 * Rules: Bot API, "HTML style".
 */

export type HtmlProblem =
  | { code: "messaging.html_unclosed"; tag: string }
  | { code: "messaging.html_unexpected_end"; tag: string }
  | { code: "messaging.html_unknown_tag"; tag: string }
  | { code: "messaging.html_attribute"; tag: string }
  | { code: "messaging.html_bare_bracket"; tag: string }
  | { code: "messaging.html_too_long"; tag: string }
  | { code: "messaging.html_empty"; tag: string };

/** Characters of a message, counted after tags and entities are read (Bot API, sendMessage). */
export const maxMessageLength = 4_096;
/** The same of a caption (Bot API, sendPhoto). */
export const maxCaptionLength = 1_024;
/** Bytes before that (telegram-bot-api refuses more unread). */
export const maxRawBytes = 32_768;

/** Tags, and what must stand in them. */
const attributes: Readonly<Record<string, RegExp>> = {
  b: /^$/,
  strong: /^$/,
  i: /^$/,
  em: /^$/,
  u: /^$/,
  ins: /^$/,
  s: /^$/,
  strike: /^$/,
  del: /^$/,
  "tg-spoiler": /^$/,
  span: /^ class="tg-spoiler"$/,
  a: /^ href="(?:https?:\/\/[^"\s]+|tg:\/\/[^"\s]+|mailto:[^"\s]+|tel:[^"\s]+)"$/,
  code: /^(?: class="language-[\w+#.-]+")?$/,
  pre: /^$/,
  blockquote: /^(?: expandable)?$/,
  "tg-emoji": /^ emoji-id="\d+"$/,
};
/** Both are sticky: `lastIndex` says where they look. */
const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>/y;
const entity = /&(?:(?:lt|gt|amp|quot)(?![a-zA-Z])|#\d{1,8}|#[xX][0-9a-fA-F]{1,7});?/y;

/** The length Telegram will count, and the first thing it would refuse; null = it takes the text. */
export function checkHtml(html: string, maxLength = maxMessageLength): { length: number; problem: HtmlProblem | null } {
  const open: string[] = [];
  let length = 0;
  let problem: HtmlProblem | null = null;
  const complain = (code: HtmlProblem["code"], name: string) => {
    problem ??= { code, tag: name };
  };
  for (let at = 0; at < html.length; ) {
    const found = html[at] === "<" ? match(tag, html, at) : html[at] === "&" ? match(entity, html, at) : null;
    if (found && html[at] === "<") {
      const [, slash, written = "", rest = ""] = found;
      const name = written.toLowerCase();
      const allowed = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
      if (!allowed) complain("messaging.html_unknown_tag", name);
      else if (slash) {
        if (rest.trim() !== "" || open.pop() !== name) complain("messaging.html_unexpected_end", name);
      } else {
        if (!allowed.test(rest)) complain("messaging.html_attribute", name);
        open.push(name);
      }
    } else {
      if (html[at] === "<") complain("messaging.html_bare_bracket", "<");
      length += 1;
    }
    at += found ? found[0].length : String.fromCodePoint(html.codePointAt(at) ?? 0).length;
  }
  const left = open.at(-1);
  if (left !== undefined) complain("messaging.html_unclosed", left);
  if (html.replace(/<[^<>]*>/g, "").trim() === "") complain("messaging.html_empty", "");
  if (length > maxLength || new TextEncoder().encode(html).length > maxRawBytes)
    complain("messaging.html_too_long", "");
  return { length, problem };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

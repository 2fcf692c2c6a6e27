/**
 * What is wrong with a letter, by language and place: asked by the screen while one writes and by the server before anything is
 * kept. A letter without problems renders, for whatever reader, to a message that Telegram takes.
 */
import { checkHtml, type HtmlProblem, maxCaptionLength, maxMessageLength } from "./check-html.ts";
import {
  blankReader,
  type LetterButton,
  type LetterItem,
  type LetterMessage,
  type LetterOf,
  maxAddress,
  maxButtonText,
  maxCopyText,
} from "./letter.ts";
import { fill, isVariable, maxValueLength, type Reader, tagsWithVariables, variablesIn } from "./variables.ts";

/** Rows of buttons, and buttons of a row: more than that nobody reads, and Telegram refuses a hundred. */
export const maxButtonRows = 8;
export const maxButtonsInRow = 8;
export const albumSize = { least: 2, most: 10 } as const;
export const maxLanguages = 20;

export type LetterProblemCode =
  | Exclude<HtmlProblem["code"], "messaging.html_too_long" | "messaging.html_empty">
  | "letters.no_fallback"
  | "letters.too_many_languages"
  | "letters.empty"
  | "letters.too_long"
  | "letters.may_be_long"
  | "letters.unknown_variable"
  | "letters.variable_in_tag"
  | "letters.variable_in_host"
  | "letters.fallback_markup"
  | "letters.media_missing"
  | "letters.media_invalid"
  | "letters.album_size"
  | "letters.album_kinds"
  | "letters.too_many_rows"
  | "letters.too_many_buttons"
  | "letters.button_text"
  | "letters.button_address"
  | "letters.button_copy";

export interface LetterProblem {
  language: string;
  /** "html", "caption", "media", "items", "items.0.media", "items.0.caption", "buttons", "buttons.0.1.text", ….url, ….copy; "" for the letter. */
  place: string;
  code: LetterProblemCode;
  params: Record<string, string | number>;
  /** Worth knowing, and no reason to refuse the letter. */
  isWarning: boolean;
}

export interface CheckOptions {
  /** Keys of the workspace's own fields. */
  fields: readonly string[];
}

const bot = { username: "sample_bot", name: "Sample" };

/** The longest values that there can be, for the longest message. */
const longReader = (fields: readonly string[]): Reader => ({
  language: null,
  firstName: "x".repeat(64),
  lastName: "x".repeat(64),
  username: "x".repeat(32),
  source: "x".repeat(64),
  fields: Object.fromEntries(fields.map((key) => [key, "x".repeat(maxValueLength)])),
  bot: { ...bot, username: "x".repeat(32) },
});

/** Problems in the order of the letter, those that stop it first. Empty: it may be sent. */
export function checkLetter(letter: LetterOf<LetterMessage>, options: CheckOptions): LetterProblem[] {
  const languages = Object.keys(letter.messages);
  const problems: LetterProblem[] = [];
  const complain = (code: LetterProblemCode, params: Record<string, string | number>) =>
    problems.push({ language: letter.fallback, place: "", code, params, isWarning: false });
  if (!Object.hasOwn(letter.messages, letter.fallback)) complain("letters.no_fallback", { language: letter.fallback });
  if (languages.length > maxLanguages) complain("letters.too_many_languages", { most: maxLanguages });
  for (const [language, message] of Object.entries(letter.messages))
    problems.push(...checkMessage(message, options).map((problem) => ({ ...problem, language })));
  return problems.sort((a, b) => Number(a.isWarning) - Number(b.isWarning));
}

type Found = Omit<LetterProblem, "language">;

/** The problems of one language's message. */
export function checkMessage(message: LetterMessage, options: CheckOptions): Found[] {
  const found: Found[] = [];
  const keys = new Set(options.fields);
  const add = (place: string, code: LetterProblemCode, params: Found["params"] = {}, isWarning = false) =>
    found.push({ place, code, params, isWarning });
  const look = (place: string, text: string) => {
    const names = variablesIn(text).filter(({ name }) => !isVariable(name, keys));
    for (const { written } of new Map(names.map((one) => [one.written, one])).values())
      add(place, "letters.unknown_variable", { name: written.slice(0, 60) });
    return names.length === 0;
  };

  const html = (place: string, text: string, most: number) => {
    if (!look(place, text)) return;
    const wrong = wrongUse(text);
    if (wrong) return void add(place, wrong.code, wrong.params);
    const least = checkHtml(fill(text, blankReader({ language: null, bot }), "html"), most);
    const longest = checkHtml(fill(text, longReader(options.fields), "html"), most);
    const problem = [least.problem, longest.problem].find(
      (one) => one && one.code !== "messaging.html_empty" && one.code !== "messaging.html_too_long",
    );
    if (problem) add(place, problem.code as LetterProblemCode, { tag: problem.tag });
    else if (least.problem?.code === "messaging.html_too_long")
      add(place, "letters.too_long", { length: least.length, most, over: Math.max(1, least.length - most) });
    else {
      if (least.problem && place === "html") add(place, "letters.empty");
      if (longest.problem?.code === "messaging.html_too_long")
        add(place, "letters.may_be_long", { length: longest.length, most }, true);
    }
  };

  const item = (prefix: string, { media, caption }: Pick<LetterItem, "media" | "caption">) => {
    if (media.trim() === "") add(`${prefix}media`, "letters.media_missing");
    else if (!isMedia(media)) add(`${prefix}media`, "letters.media_invalid");
    if (caption !== undefined) html(`${prefix}caption`, caption, maxCaptionLength);
  };

  const plain = (place: string, text: string, most: number, code: "letters.button_text" | "letters.button_copy") => {
    if (!look(place, text)) return;
    const shortest = fill(text, blankReader({ language: null, bot }), "plain").trim();
    if (shortest === "" || [...shortest].length > most) add(place, code, { most });
  };

  const buttons = (rows: readonly (readonly LetterButton[])[]) => {
    if (rows.length > maxButtonRows) add("buttons", "letters.too_many_rows", { most: maxButtonRows });
    rows.forEach((row, at) => {
      if (row.length > maxButtonsInRow) add(`buttons.${at}`, "letters.too_many_buttons", { most: maxButtonsInRow });
      row.forEach((button, column) => {
        const place = `buttons.${at}.${column}`;
        plain(`${place}.text`, button.text, maxButtonText, "letters.button_text");
        if ("copy" in button) plain(`${place}.copy`, button.copy, maxCopyText, "letters.button_copy");
        if ("url" in button && look(`${place}.url`, button.url)) {
          if (hasVariableInHost(button.url)) add(`${place}.url`, inHost.code, inHost.params);
          else if (!isAddress(fill(button.url, blankReader({ language: null, bot }), "address")))
            add(`${place}.url`, "letters.button_address");
        }
      });
    });
  };

  if (message.kind === "text") html("html", message.html, maxMessageLength);
  else if (message.kind === "album") {
    const { length } = message.items;
    if (length < albumSize.least || length > albumSize.most) add("items", "letters.album_size", albumSize);
    const documents = message.items.filter(({ kind }) => kind === "document").length;
    if (documents > 0 && documents < length) add("items", "letters.album_kinds");
    message.items.forEach((one, index) => {
      item(`items.${index}.`, one);
    });
  } else item("", message);
  if ("buttons" in message && message.buttons) buttons(message.buttons);
  return found;
}

/** Told with an example of how it is meant. */
const inHost = { code: "letters.variable_in_host", params: { variable: "{first_name}" } } as const;

/** Where a variable stands as it must not. */
function wrongUse(text: string): { code: LetterProblemCode; params: Found["params"] } | null {
  for (const { written, fallback } of variablesIn(text))
    if (fallback !== null && /[<>]/.test(fallback))
      return { code: "letters.fallback_markup", params: { name: written } };
  for (const tag of tagsWithVariables(text)) {
    const address = /^<a href="([^"]*)">$/i.exec(tag)?.[1];
    if (address === undefined) return { code: "letters.variable_in_tag", params: { tag: tag.slice(0, 60) } };
    if (hasVariableInHost(address)) return inHost;
  }
  return null;
}

/** A value must not decide whose address it is: variables come after the host ("https://shop.example/?name={first_name}"). */
const hasVariableInHost = (address: string): boolean =>
  address.includes("{") &&
  !/^(?:https?:\/\/[^/?#\s{]+[/?#]|tg:\/\/[a-z]+\?)/i.test(address.slice(0, address.indexOf("{")));

/** Addresses that Telegram takes for a button: the web, and its own. */
export function isAddress(address: string): boolean {
  if (address.length > maxAddress || /\s/.test(address) || !URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "tg:" || (/^https?:$/.test(protocol) && /[^.]\.[^.]/.test(hostname));
}

const upload = /^upload:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A file of ours, an address that Telegram fetches, or a file id of the bot's. */
const isMedia = (media: string): boolean =>
  upload.test(media) || /^[A-Za-z0-9_-]{10,200}$/.test(media) || (media.startsWith("https://") && isAddress(media));

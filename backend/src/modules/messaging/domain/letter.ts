/** Letters: which language a reader gets, and what stands in the place of variables. What is wrong with one: `check-letter.ts`. */
import { maxCaptionLength, maxMessageLength } from "./check-html.ts";
import { fitHtml } from "./fit-html.ts";
import { cut, fill, maxValueLength, type Reader } from "./variables.ts";

export type { Reader } from "./variables.ts";

/** A message by language. `Message` is `Content` of the contracts; here only texts in it matter. */
export interface LetterOf<Message> {
  fallback: string;
  messages: Readonly<Record<string, Message>>;
}

export type LetterButton =
  | { text: string; url: string }
  | { text: string; app: string }
  | { text: string; copy: string }
  | { text: string; callback: string };
export interface LetterItem {
  kind: "photo" | "video" | "document";
  media: string;
  caption?: string;
}
/** What of a message is read here; `Content` is one of these. */
export type LetterMessage =
  | { kind: "text"; html: string; buttons?: LetterButton[][] }
  | { kind: "photo" | "video" | "document"; media: string; caption?: string; buttons?: LetterButton[][] }
  | { kind: "album"; items: LetterItem[] };

/** Characters on the face of a button: more is cut by every client. */
export const maxButtonText = 64;
/** Characters that a button copies (Bot API, CopyTextButton). */
export const maxCopyText = 256;
/** Characters of an address. */
export const maxAddress = 2_048;

/** The message of a letter that a reader of `language` gets. */
export function messageFor<Message>(letter: LetterOf<Message>, language: string | null): Message {
  const message = letter.messages[language ?? ""] ?? letter.messages[letter.fallback];
  if (!message) throw new Error("a letter without the message of its own fallback language");
  return message;
}

/** A reader of whom nothing is known: every variable takes its fallback or vanishes. */
export const blankReader = (reader: Pick<Reader, "language" | "bot">): Reader => ({
  language: reader.language,
  firstName: null,
  lastName: null,
  username: null,
  fields: {},
  source: null,
  bot: reader.bot,
});

/**
 * The message as one reader gets it. For a letter in which `checkLetter` found nothing wrong it is always one that Telegram takes:
 * values that make a text too long are cut shorter, and in the last resort the text is.
 */
export function renderLetter<Message extends LetterMessage>(letter: LetterOf<Message>, reader: Reader): Message {
  return renderMessage(messageFor(letter, reader.language), reader);
}

/** As `renderLetter`, for one of its messages. */
export function renderMessage<Message extends LetterMessage>(message: Message, reader: Reader): Message {
  const filled = ((): LetterMessage => {
    switch (message.kind) {
      case "text":
        return { ...message, html: filledHtml(message.html, reader, maxMessageLength), ...buttonsOf(message, reader) };
      case "album":
        return { ...message, items: message.items.map((item) => captioned(item, reader)) };
      default:
        return { ...captioned(message, reader), ...buttonsOf(message, reader) };
    }
  })();
  return filled as Message;
}

/** Lengths of values that are tried before the text itself is cut, so that its end stays as long as possible. */
const shorter = [maxValueLength, 80, 40, 20] as const;

function filledHtml(html: string, reader: Reader, maxLength: number): string {
  let text = "";
  for (const most of shorter) {
    text = fill(html, reader, "html", most);
    const fitting = fitHtml(text, maxLength);
    if (fitting === text) return text;
  }
  return fitHtml(text, maxLength);
}

/** A caption of which nothing is left is none. */
function captioned<Item extends LetterItem>(item: Item, reader: Reader): Item {
  const { caption, ...rest } = item;
  const filled = caption === undefined ? "" : filledHtml(caption, reader, maxCaptionLength);
  return (filled.trim() === "" ? rest : { ...rest, caption: filled }) as Item;
}

function buttonsOf(message: { buttons?: LetterButton[][] }, reader: Reader): { buttons?: LetterButton[][] } {
  if (message.buttons === undefined) return {};
  const rows = message.buttons.filter((row) => row.length > 0);
  return { buttons: rows.map((row) => row.map((button) => filledButton(button, reader))) };
}

function filledButton(button: LetterButton, reader: Reader): LetterButton {
  const text = cut(fill(button.text, reader, "plain").trim(), maxButtonText);
  if ("url" in button) return { text, url: filledAddress(button.url, reader) };
  if ("copy" in button) return { text, copy: cut(fill(button.copy, reader, "plain").trim(), maxCopyText) };
  return { ...button, text };
}

/** An address that values make too long does without them. */
function filledAddress(url: string, reader: Reader): string {
  const address = fill(url, reader, "address");
  return address.length <= maxAddress ? address : fill(url, blankReader(reader), "address");
}

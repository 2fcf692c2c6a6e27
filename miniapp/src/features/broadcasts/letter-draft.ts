/** A letter while it is written. Pure: values in, values out. */
import type { Button, Content, Letter } from "./letters-api.ts";

export const letterKinds = ["text", "photo", "video", "document", "album"] as const;
export type LetterKind = (typeof letterKinds)[number];
export type AlbumItem = Extract<Content, { kind: "album" }>["items"][number];
export type ButtonRows = Button[][];

export const emptyLetter = (language: string): Letter => ({
  fallback: language,
  messages: { [language]: { kind: "text", html: "" } },
});

/** The words of a message, whatever its kind: those of an album stand under its first file. */
export const textOf = (message: Content): string =>
  message.kind === "text"
    ? message.html
    : message.kind === "album"
      ? (message.items.find(({ caption }) => caption)?.caption ?? "")
      : (message.caption ?? "");

const captionOf = (text: string) => (text === "" ? {} : { caption: text });

export function withText(message: Content, text: string): Content {
  if (message.kind === "text") return { ...message, html: text };
  if (message.kind === "album") return { ...message, items: withCaption(message.items, text) };
  const { caption: _, ...rest } = message;
  return { ...rest, ...captionOf(text) };
}

/** Telegram shows the words of an album when exactly one of its files has any; here it is always the first. */
export const withCaption = (items: readonly AlbumItem[], text: string): AlbumItem[] =>
  items.map(({ kind, media }, index) => ({ kind, media, ...(index === 0 ? captionOf(text) : {}) }));

export const filesOf = (message: Content): AlbumItem[] =>
  message.kind === "text"
    ? []
    : message.kind === "album"
      ? message.items
      : [{ kind: message.kind, media: message.media }];

export const buttonsOf = (message: Content): ButtonRows => ("buttons" in message && message.buttons) || [];

/** The same message as another kind; what the new kind cannot carry is left behind. */
export function asKind(message: Content, kind: LetterKind): Content {
  const text = textOf(message);
  const [first] = filesOf(message);
  const { silent, protect } = message;
  const options = { ...(silent ? { silent } : {}), ...(protect ? { protect } : {}) };
  const rows = buttonsOf(message);
  const buttons = rows.length > 0 ? { buttons: rows } : {};
  if (kind === "text") return { kind, html: text, ...options, ...buttons };
  if (kind === "album") return { kind, items: withCaption(filesOf(message), text), ...options };
  return { kind, media: first?.media ?? "", ...captionOf(text), ...options, ...buttons };
}

export const withMessage = (letter: Letter, language: string, message: Content): Letter => ({
  ...letter,
  messages: { ...letter.messages, [language]: message },
});

export function withoutLanguage(letter: Letter, language: string): Letter {
  const { [language]: _, ...messages } = letter.messages;
  return { ...letter, messages };
}

/** What holds for every language at once. */
export const withOption = (letter: Letter, option: "silent" | "protect", isOn: boolean): Letter => ({
  ...letter,
  messages: Object.fromEntries(
    Object.entries(letter.messages).map(([language, message]) => {
      const { [option]: _, ...rest } = message;
      return [language, (isOn ? { ...rest, [option]: true } : rest) as Content];
    }),
  ),
});

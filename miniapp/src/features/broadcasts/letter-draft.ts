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

/** The words of a message, whatever its kind; of an album those under its first file. */
export const textOf = (message: Content): string =>
  message.kind === "text"
    ? message.html
    : message.kind === "album"
      ? (message.items[0]?.caption ?? "")
      : (message.caption ?? "");

const captionOf = (text: string) => (text === "" ? {} : { caption: text });

export function withText(message: Content, text: string): Content {
  if (message.kind === "text") return { ...message, html: text };
  if (message.kind === "album") return { ...message, items: withCaption(message.items, 0, text) };
  const { caption: _, ...rest } = message;
  return { ...rest, ...captionOf(text) };
}

/** Other words under one file of an album. */
export const withCaption = (items: readonly AlbumItem[], at: number, text: string): AlbumItem[] =>
  items.map(({ caption, kind, media }, index) => ({
    kind,
    media,
    ...(index === at ? captionOf(text) : captionOf(caption ?? "")),
  }));

/** The only words of an album, which Telegram shows as the album's; null when several of its files have some, or none has. */
export function onlyCaption(items: readonly AlbumItem[]): string | null {
  const captions = items.flatMap(({ caption }) => (caption ? [caption] : []));
  return captions.length === 1 ? (captions[0] ?? null) : null;
}

/**
 * The files of an album in another order, or more or fewer of them. Words that are the album's stay with whichever file comes first;
 * where several files have some, each keeps its own.
 */
export function rearranged(before: readonly AlbumItem[], after: readonly AlbumItem[]): AlbumItem[] {
  const words = onlyCaption(before);
  return words === null
    ? [...after]
    : after.map(({ kind, media }, at) => ({ kind, media, ...(at === 0 ? captionOf(words) : {}) }));
}

export const filesOf = (message: Content): AlbumItem[] =>
  message.kind === "text"
    ? []
    : message.kind === "album"
      ? message.items
      : [{ kind: message.kind, media: message.media }];

export const buttonsOf = (message: Content): ButtonRows => ("buttons" in message && message.buttons) || [];

/** The same message as another kind; what the new kind cannot carry is left behind. */
export function asKind(message: Content, kind: LetterKind): Content {
  const files = filesOf(message);
  const [first] = files;
  const text = message.kind === "album" ? (files.find(({ caption }) => caption)?.caption ?? "") : textOf(message);
  const { silent, protect } = message;
  const options = { ...(silent ? { silent } : {}), ...(protect ? { protect } : {}) };
  const rows = buttonsOf(message);
  const buttons = rows.length > 0 ? { buttons: rows } : {};
  if (kind === "text") return { kind, html: text, ...options, ...buttons };
  if (kind === "album")
    return { kind, items: message.kind === "album" ? files : withCaption(files, 0, text), ...options };
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

/** What a delivered message may become. Pure. Source: Bot API, editMessageText, editMessageMedia, editMessageCaption. */

type Kind = "text" | "photo" | "video" | "document" | "album";
interface Message {
  kind: Kind;
  items?: readonly unknown[];
}
interface LetterOf {
  fallback: string;
  messages: Readonly<Record<string, Message>>;
}

/** A text may get a file; a file may get another and never go away; of an album only the words may change. */
export function mayBecome(before: Message, after: Message): boolean {
  if (before.kind === "album" || after.kind === "album")
    return before.kind === after.kind && before.items?.length === after.items?.length;
  return before.kind === "text" || after.kind !== "text";
}

/** The first language whose readers would get something that their message cannot become; null when there is none. */
export function languageThatCannot(before: LetterOf, after: LetterOf): string | null {
  const languages = new Set([before.fallback, ...Object.keys(before.messages), ...Object.keys(after.messages)]);
  const of = (letter: LetterOf, language: string) => letter.messages[language] ?? letter.messages[letter.fallback];
  for (const language of languages) {
    const [old, next] = [of(before, language), of(after, language)];
    if (old && next && !mayBecome(old, next)) return language;
  }
  return null;
}

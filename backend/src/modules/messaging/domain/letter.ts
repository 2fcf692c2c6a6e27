/** Letters: which language a reader gets, and what stands in the place of variables. */

/** A message by language. `Message` is `Content` of the contracts; here only texts in it matter. */
export interface LetterOf<Message> {
  fallback: string;
  messages: Readonly<Record<string, Message>>;
}

/** Whoever a letter is for, in the words of its variables; null where nothing is known. */
export interface Reader {
  /** Two letters, of any language. */
  language: string | null;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
  /** Custom fields by key: `{field:city|your city}`. */
  fields: Readonly<Record<string, string | number | boolean>>;
  /** The payload that brought them. */
  source: string | null;
  /** The bot that writes. */
  bot: { username: string; name: string };
}

/** The message of a letter that a reader of `language` gets. */
export function messageFor<Message>(letter: LetterOf<Message>, language: string | null): Message {
  const message = letter.messages[language ?? ""] ?? letter.messages[letter.fallback];
  if (!message) throw new Error("a letter without the message of its own fallback language");
  return message;
}

/** The message as one reader gets it. */
export function renderLetter<Message>(letter: LetterOf<Message>, reader: Reader): Message {
  return messageFor(letter, reader.language);
}

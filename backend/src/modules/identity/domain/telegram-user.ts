/** A Telegram user as initData and updates describe one, made fit for storing. */

export interface TelegramUser {
  telegramId: number;
  firstName: string;
  lastName: string | null;
  username: string | null;
  /** Telegram's `language_code`, an IETF tag; absent for many people. */
  languageCode: string | null;
}

/** Telegram's own limit for first and last names; longer ones were not written by Telegram. */
export const maxNameLength = 64;
/** Ids have at most 52 significant bits (Bot API, "User"). */
const maxTelegramId = 2 ** 52;

/** Control characters and direction overrides: they break lines of logs and turn the text around them. Joiners stay, emoji need them. */
const unprintable = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** Well-formed text without control characters and direction overrides. */
export const withoutUnprintable = (text: string): string => text.toWellFormed().replace(unprintable, "");

/** Cut by characters, without what nobody should see; markup stays, it is text and shown as text. */
export function cleanName(name: string, maxLength: number = maxNameLength): string {
  return [...withoutUnprintable(name).trim()].slice(0, maxLength).join("");
}

/** `null` when `value` is not a user with an id that a number holds exactly. */
export function toTelegramUser(value: unknown): TelegramUser | null {
  if (typeof value !== "object" || value === null) return null;
  const { id, first_name, last_name, username, language_code } = value as Record<string, unknown>;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id <= 0 || id > maxTelegramId) return null;
  const text = (raw: unknown) => (typeof raw === "string" ? cleanName(raw) || null : null);
  return {
    telegramId: id,
    firstName: text(first_name) ?? "",
    lastName: text(last_name),
    username: typeof username === "string" && /^\w{1,32}$/.test(username) ? username : null,
    languageCode:
      typeof language_code === "string" && /^[A-Za-z]{2,8}([-_]\w{1,8}){0,2}$/.test(language_code)
        ? language_code.toLowerCase()
        : null,
  };
}

/** The `user` field of checked initData. */
export function readTelegramUser(json: string | undefined): TelegramUser | null {
  if (!json) return null;
  try {
    return toTelegramUser(JSON.parse(json));
  } catch {
    return null;
  }
}

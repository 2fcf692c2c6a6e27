/** A subscriber's standing: who can be written to, and why not. */

export type SubscriberState = "active" | "blocked" | "deactivated" | "unreachable";

/** States of a private chat → the subscriber's. Whatever is neither a block nor a deleted account is out of reach. */
export function stateAfter(chatState: string): SubscriberState {
  if (chatState === "active" || chatState === "blocked" || chatState === "deactivated") return chatState;
  return "unreachable";
}

/** "pt-br" → "pt": letters are chosen by language, not by country. */
export const languageOf = (tag: string | null): string | null => tag?.split(/[-_]/)[0]?.toLowerCase() ?? null;

/** Longer than Telegram's 64 characters of a payload of /start; nothing longer came from there. */
export const maxSourceLength = 64;

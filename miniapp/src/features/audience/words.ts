/** Subscribers as people read them. */
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { Subscriber, SubscriberSummary } from "./api.ts";

export const states = [
  "active",
  "blocked",
  "deactivated",
  "unreachable",
] as const satisfies readonly Subscriber["state"][];

export const stateTone: Readonly<Record<Subscriber["state"], Tone>> = {
  active: "good",
  blocked: "bad",
  deactivated: "bad",
  unreachable: "neutral",
};

/** A name; without one the address, without that the number. */
export const nameOf = ({ firstName, lastName, username, telegramId }: SubscriberSummary): string =>
  [firstName, lastName].filter(Boolean).join(" ") || (username ? `@${username}` : `ID ${telegramId}`);

/** "German" for "de": every language in the reader's own; what is no language stays as it is. */
export function languageName(t: AppTranslator, code: string): string {
  try {
    return new Intl.DisplayNames(t.locale, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

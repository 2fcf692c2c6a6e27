/** Subscribers as people read them. */
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

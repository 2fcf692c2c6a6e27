/** What is wrong with a bot, told from what Telegram says of its webhook. Codes are keys of sentences in `i18n/<lang>/bots.ts`. */

export const botProblems = [
  "bots.token_refused",
  "bots.telegram_away",
  "bots.set_up_refused",
  "bots.webhook_elsewhere",
  "bots.polled_elsewhere",
  "bots.webhook_failing",
  "bots.updates_pile_up",
] as const;
export type BotProblem = (typeof botProblems)[number];

/**
 * Whether a refusal of the set-up still stands after a check that found `now`: only a set-up that succeeds takes it back. That no webhook
 * is there is its own doing, not another program's.
 */
export const isStillRefused = (before: string | null, now: BotProblem | null, url: string): boolean =>
  before === "bots.set_up_refused" &&
  (now === null || now === "bots.telegram_away" || (now === "bots.webhook_elsewhere" && url === ""));

/** A delivery error of Telegram's is news for this long; it is never taken back by itself. */
const freshErrorMs = 10 * 60_000;
/** Updates waiting at Telegram above this mean that we do not keep up. */
export const pileUp = 100;

export interface WebhookFacts {
  url: string;
  pendingUpdates: number;
  lastErrorAt: Date | null;
}

/** `expectedUrl` is empty in polling mode, where no webhook may be set: getUpdates is refused while one is. */
export function problemOf(facts: WebhookFacts, expectedUrl: string, now: Date): BotProblem | null {
  if (facts.url !== expectedUrl) return "bots.webhook_elsewhere";
  const isFailing = facts.lastErrorAt !== null && now.getTime() - facts.lastErrorAt.getTime() < freshErrorMs;
  if (expectedUrl !== "" && isFailing) return "bots.webhook_failing";
  return facts.pendingUpdates > pileUp ? "bots.updates_pile_up" : null;
}

/** How long a broadcast takes and what it costs, said before its button. Pure. */
import { afterQuiet, nextQuiet, type QuietHours } from "./quiet.ts";

/** Telegram: 30 a second for nothing, 1000 with `allow_paid_broadcast` (Bots FAQ). */
export const freePerSecond = 30;
export const paidPerSecond = 1_000;
/** 0.1 Star a message above the free pace, and only for those delivered. */
const messagesPerStar = 10;

/** What a bot may send in a second: the published pace, or what Telegram was seen to allow it. */
export const paceOf = (isPaid: boolean, learnedPerSecond: number | null): number =>
  isPaid ? paidPerSecond : Math.min(freePerSecond, learnedPerSecond ?? freePerSecond);

export interface BotLoad {
  people: number;
  perSecond: number;
}

/**
 * Milliseconds until the slowest bot is through, beginning at `start`. Quiet hours are those of one zone (the workspace's), so
 * it is a rough figure where recipients live elsewhere.
 */
export function durationMs(loads: readonly BotLoad[], start: Date, quiet: QuietHours | null, timeZone: string): number {
  let left = Math.max(0, ...loads.map(({ people, perSecond }) => (people / Math.max(1, perSecond)) * 1000));
  let at = afterQuiet(start, quiet, timeZone);
  // A month of nights is more than any broadcast has.
  for (let night = 0; night < 31; night++) {
    const pauseAt = nextQuiet(at, quiet, timeZone);
    const open = pauseAt === null ? Number.POSITIVE_INFINITY : pauseAt.getTime() - at.getTime();
    if (pauseAt === null || left <= open) break;
    left -= open;
    at = afterQuiet(pauseAt, quiet, timeZone);
  }
  return Math.round(at.getTime() - start.getTime() + left);
}

/**
 * Stars at most: of every thousand messages in a second thirty are free, and whoever has no more than thirty recipients pays
 * nothing. Telegram charges what was delivered, so it is less by those who blocked the bot.
 */
export function starsAtMost(loads: readonly Pick<BotLoad, "people">[]): number {
  const paid = loads.reduce(
    (sum, { people }) => sum + (people <= freePerSecond ? 0 : Math.ceil(people * (1 - freePerSecond / paidPerSecond))),
    0,
  );
  return Math.ceil(paid / messagesPerStar);
}

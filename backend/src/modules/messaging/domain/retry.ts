/** When and whether to try again. */

/** Tries of one message that may each have arrived, counted over crashes too. */
export const maxTries = { answerLost: 2, serverError: 5 } as const;

/**
 * What becomes of a call whose outcome is unknown. An edit or a deletion carried out twice is the same as once, so it is simply
 * asked again, and given up in the end. Alerts and service messages go out again, since missing one is worse
 * than reading it twice: once more after a lost answer, up to five tries after server errors. Sequences and broadcasts wait
 * for a person.
 */
export function afterAmbiguity(given: {
  mayRepeat: boolean;
  /** Twice is the same as once. */
  isIdempotent: boolean;
  tries: number;
  isServerError: boolean;
}): "again" | "unknown" | "give_up" {
  if (given.isIdempotent) return given.tries < maxTries.serverError ? "again" : "give_up";
  if (!given.mayRepeat) return "unknown";
  return given.tries < (given.isServerError ? maxTries.serverError : maxTries.answerLost) ? "again" : "unknown";
}

/** Service and alerts (rank 0 and 1) may repeat. */
export const mayRepeat = (rank: number): boolean => rank <= 1;

export interface BackOff {
  firstMs: number;
  mostMs: number;
}

/** Between tries of one message into one chat. */
export const chatBackOff: BackOff = { firstMs: 1_000, mostMs: 60_000 };
/** Between questions of a lane that cannot reach Telegram: at most two a second, and back within seconds. */
export const laneBackOff: BackOff = { firstMs: 600, mostMs: 5_000 };

/**
 * Doubles from `firstMs` to `mostMs`; the last quarter is drawn, so that lanes that failed together do not come back
 * together. `random` is in [0, 1).
 */
export function backOffMs({ firstMs, mostMs }: BackOff, failures: number, random: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(Math.max(firstMs, full * (0.75 + 0.25 * random)));
}

/** Ambiguous outcomes in a row that make a lane stop and ask whether Telegram serves it at all. */
export const stormAfter = 3;

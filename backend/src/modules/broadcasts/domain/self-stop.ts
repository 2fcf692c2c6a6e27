/** When a broadcast pauses itself because people turn away from it. Pure. */

export interface SelfStop {
  /** Percent of those tried who had blocked the bot or were gone. */
  blockedPercent: number;
  /** Percent of those reached who asked for no more. */
  optedOutPercent: number;
  /** It is not judged before so many were tried. */
  afterSent: number;
}

/** What holds where a workspace has set nothing. */
export const defaultSelfStop: SelfStop = { blockedPercent: 5, optedOutPercent: 3, afterSent: 200 };

/** Figures of a broadcast that are judged. */
export interface Turnout {
  sent: number;
  blocked: number;
  optedOut: number;
}

/** Fewer earlier broadcasts than this are no habit. */
const leastHistory = 3;
/** So many times the usual is too much, but never less than one percent: two of a hundred may be chance. */
const timesUsual = 3;
const leastPercent = 1;

const percent = (part: number, whole: number) => (whole === 0 ? 0 : (part / whole) * 100);
export const blockedPercentOf = ({ sent, blocked }: Turnout) => percent(blocked, sent + blocked);
export const optedOutPercentOf = ({ sent, optedOut }: Turnout) => percent(optedOut, sent);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The limits that hold for a broadcast from its launch on: what the workspace allows, or three times what its last broadcasts
 * met, whichever is less. A workspace without a habit has only what it allows.
 */
export function limitsFrom(allowed: SelfStop | null, earlier: readonly Turnout[]): SelfStop | null {
  if (allowed === null || earlier.length < leastHistory) return allowed;
  const limit = (own: number, usual: number) => Math.min(own, Math.max(leastPercent, timesUsual * usual));
  return {
    blockedPercent: limit(allowed.blockedPercent, mean(earlier.map(blockedPercentOf))),
    optedOutPercent: limit(allowed.optedOutPercent, mean(earlier.map(optedOutPercentOf))),
    afterSent: allowed.afterSent,
  };
}

/** Why a broadcast should pause now; null = it goes on. */
export function judge(limits: SelfStop | null, turnout: Turnout): "blocked" | "opted_out" | null {
  if (limits === null || turnout.sent + turnout.blocked < limits.afterSent) return null;
  if (blockedPercentOf(turnout) > limits.blockedPercent) return "blocked";
  if (optedOutPercentOf(turnout) > limits.optedOutPercent) return "opted_out";
  return null;
}

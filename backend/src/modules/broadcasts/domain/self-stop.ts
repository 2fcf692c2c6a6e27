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

/** The limits of one broadcast, fixed at its launch and again by whoever resumes it. */
export interface Limits extends SelfStop {
  /** What whoever resumed it had before his eyes: it is judged by those who come after. */
  seen?: Turnout;
}

/** What the last broadcasts of a workspace met, each counting the same. */
export interface Usual {
  broadcasts: number;
  blockedPercent: number;
  optedOutPercent: number;
}

export type Verdict = "blocked" | "opted_out";

/** Fewer earlier broadcasts than this are no habit. */
const leastHistory = 3;
/** So many times the usual is too much, but never less than one percent: two of a hundred may be chance. */
const timesUsual = 3;
const leastPercent = 1;
/** Fewer people than this are chance whatever their share: three of the first five say nothing about a hundred thousand. */
const leastPeople = 10;
/** Whoever resumes it has accepted what he saw, and not whatever may come: at so many times that it pauses again. */
const timesSeen = 2;

const percent = (part: number, whole: number) => (whole === 0 ? 0 : (part / whole) * 100);
export const blockedPercentOf = ({ sent, blocked }: Turnout) => percent(blocked, sent + blocked);
export const optedOutPercentOf = ({ sent, optedOut }: Turnout) => percent(optedOut, sent);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Null: too few broadcasts for a habit. */
export const usualOf = (earlier: readonly Turnout[]): Usual | null =>
  earlier.length < leastHistory
    ? null
    : {
        broadcasts: earlier.length,
        blockedPercent: mean(earlier.map(blockedPercentOf)),
        optedOutPercent: mean(earlier.map(optedOutPercentOf)),
      };

/**
 * The limits that hold for a broadcast from its launch on: what the workspace allows, or three times what its last broadcasts
 * met, whichever is less. A workspace without a habit has only what it allows.
 */
export function limitsFrom(allowed: SelfStop | null, usual: Usual | null): SelfStop | null {
  if (allowed === null || usual === null) return allowed;
  const limit = (own: number, met: number) => Math.min(own, Math.max(leastPercent, timesUsual * met));
  return {
    blockedPercent: limit(allowed.blockedPercent, usual.blockedPercent),
    optedOutPercent: limit(allowed.optedOutPercent, usual.optedOutPercent),
    afterSent: allowed.afterSent,
  };
}

/** The figures that its limits are held against: those since it was last resumed after a stop of its own. */
export const judged = (limits: Limits, { sent, blocked, optedOut }: Turnout): Turnout => ({
  sent: sent - (limits.seen?.sent ?? 0),
  blocked: blocked - (limits.seen?.blocked ?? 0),
  optedOut: optedOut - (limits.seen?.optedOut ?? 0),
});

/** Why a broadcast should pause now; null = it goes on. */
export function judge(limits: Limits | null, turnout: Turnout): Verdict | null {
  if (limits === null) return null;
  const fresh = judged(limits, turnout);
  if (fresh.sent + fresh.blocked < limits.afterSent) return null;
  if (fresh.blocked >= leastPeople && blockedPercentOf(fresh) > limits.blockedPercent) return "blocked";
  if (fresh.optedOut >= leastPeople && optedOutPercentOf(fresh) > limits.optedOutPercent) return "opted_out";
  return null;
}

/** What holds for the rest of a broadcast that paused itself for `verdict` and is resumed by somebody who saw these figures. */
export function limitsAfter(limits: Limits, verdict: Verdict, turnout: Turnout): Limits {
  const fresh = judged(limits, turnout);
  const raised = (limit: number, met: number) => Math.min(100, Math.max(limit, timesSeen * met));
  const { sent, blocked, optedOut } = turnout;
  return {
    ...limits,
    ...(verdict === "blocked"
      ? { blockedPercent: raised(limits.blockedPercent, blockedPercentOf(fresh)) }
      : { optedOutPercent: raised(limits.optedOutPercent, optedOutPercentOf(fresh)) }),
    seen: { sent, blocked, optedOut },
  };
}

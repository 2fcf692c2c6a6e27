/** When a call that failed is made again, and what its answer means. Pure. */

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Pauses before the second, third … try: from five seconds to eight hours, a day in all. */
export const retryDelaysMs = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  8 * hour,
] as const;

/** An endpoint at which every call has failed for so long is switched off. */
const disabledAfterMs = 5 * 24 * hour;
/** Failures further apart are two rows of failures: longer than any pause of the plan, and than a night without events. */
const silenceMs = 2 * 24 * hour;

export interface Failing {
  /** Since when every call fails. */
  since: Date | null;
  /** The last of these failures. */
  last: Date | null;
}

/** After one more failure: a row of them goes on, or begins with this one. One success ends it. */
export function failAt(failing: Failing, at: Date): { since: Date; isHopeless: boolean } {
  const { since, last } = failing;
  const goesOn = since !== null && last !== null && at.getTime() - last.getTime() <= silenceMs;
  const from = goesOn ? since : at;
  return { since: from, isHopeless: at.getTime() - from.getTime() >= disabledAfterMs };
}

/** A receiver may ask us to wait, but not for longer than this. */
const mostAskedMs = hour;

export type Verdict =
  | { kind: "delivered" }
  /** 410: the receiver says that nobody lives there any more. */
  | { kind: "gone" }
  | { kind: "again"; afterMs: number }
  | { kind: "given_up" };

/**
 * `status` null: no answer came. `attempts` counts the try just made. Any 2xx is a success; a redirect is not followed and is a
 * failure like any other.
 */
export function judge(status: number | null, attempts: number, retryAfterMs: number | null): Verdict {
  if (status !== null && status >= 200 && status < 300) return { kind: "delivered" };
  if (status === 410) return { kind: "gone" };
  const planned = retryDelaysMs[attempts - 1];
  if (planned === undefined) return { kind: "given_up" };
  const asked = status === 429 || status === 503 ? Math.min(retryAfterMs ?? 0, mostAskedMs) : 0;
  return { kind: "again", afterMs: Math.max(planned, asked) };
}

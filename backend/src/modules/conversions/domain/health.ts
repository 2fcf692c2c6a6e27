/** How a connection is doing, from what its row and its chat say. */

export const healthStates = [
  "paused",
  "no_target",
  "target_broken",
  "waiting",
  "unreadable",
  "silent",
  "receiving",
] as const;
export type HealthState = (typeof healthStates)[number];

export interface ConnectionVitals {
  isPaused: boolean;
  /** Null when no chat is chosen. */
  target: { isWritable: boolean } | null;
  firstEventAt: Date | null;
  lastEventAt: Date | null;
  lastRefusedAt: Date | null;
}

/** A tracker that sends nothing for a day is worth a look. */
export const silentAfterMs = 24 * 60 * 60 * 1000;

/**
 * The one thing to say of a connection: what keeps alerts from people comes before what keeps calls from us. "waiting": no
 * call yet; "unreadable": calls arrive, but none was a conversion, most often because the address was opened in a browser
 * or its macros were lost on the way.
 */
export function healthOf(vitals: ConnectionVitals, now: Date): HealthState {
  if (vitals.isPaused) return "paused";
  if (vitals.target === null) return "no_target";
  if (!vitals.target.isWritable) return "target_broken";
  if (vitals.firstEventAt === null) return vitals.lastRefusedAt === null ? "waiting" : "unreadable";
  const lastAt = vitals.lastEventAt ?? vitals.firstEventAt;
  return now.getTime() - lastAt.getTime() > silentAfterMs ? "silent" : "receiving";
}

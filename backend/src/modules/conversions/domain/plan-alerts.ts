/** When an alert goes to one recipient: at once, later with others, or not. Pure: time, mutes and counts are passed in. */
import type { Pace, QuietHours } from "./conditions.ts";
import { minuteOfDay, minutesOf, nextTime, windowEnd } from "./wall-clock.ts";

export interface Circumstances {
  now: Date;
  /** The recipient's: a person's own, a group's workspace's. */
  timeZone: string;
  pace: Pace;
  quiet: QuietHours | null;
  /** The chat does not want alerts of this route before then. */
  mutedUntil: Date | null;
  /** The route's limit is used up until then; null when it is not, or when there is none. */
  cappedUntil: Date | null;
}

export type Decision =
  | { outcome: "now" }
  | { outcome: "held"; reason: "digest" | "quiet" | "cap" | "mute"; dueAt: Date }
  | { outcome: "dropped" };

/** The end of the quiet hours that `moment` lies in; null when it lies in none. */
export function quietUntil(moment: Date, quiet: QuietHours | null, timeZone: string): Date | null {
  if (quiet === null || quiet.from === quiet.to) return null;
  const minute = minuteOfDay(moment, timeZone);
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  return isQuiet ? nextTime(moment, quiet.to, timeZone) : null;
}

/** What a person muted himself comes first, then what his clock says, then how often the route may speak. Held alerts never come due in quiet hours. */
export function decide(at: Circumstances): Decision {
  const { now, quiet, timeZone, pace } = at;
  const outsideQuiet = (dueAt: Date) =>
    quiet?.policy === "hold" ? (quietUntil(dueAt, quiet, timeZone) ?? dueAt) : dueAt;
  if (at.mutedUntil !== null && at.mutedUntil > now)
    return { outcome: "held", reason: "mute", dueAt: outsideQuiet(at.mutedUntil) };
  const silence = quietUntil(now, quiet, timeZone);
  if (silence !== null)
    return quiet?.policy === "drop" ? { outcome: "dropped" } : { outcome: "held", reason: "quiet", dueAt: silence };
  if (pace.digestMinutes !== null)
    return { outcome: "held", reason: "digest", dueAt: outsideQuiet(windowEnd(now, pace.digestMinutes, timeZone)) };
  if (at.cappedUntil !== null && at.cappedUntil > now)
    return { outcome: "held", reason: "cap", dueAt: outsideQuiet(at.cappedUntil) };
  return { outcome: "now" };
}

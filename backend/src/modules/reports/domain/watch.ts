/**
 * When an hour is out of the ordinary.
 *
 * The rule: an hour that has closed is compared with the *usual*, which is the median of the same hour of the clock on the last
 * seven days and on the same weekday two, three and four weeks ago: ten hours, of which those count that lie after the watched
 * traffic began and that the clocks did not jump over. Fewer than three say nothing. A drop is judged when the usual is at least the
 * minimum volume, and fires when the hour has `percent` less than the usual, or still less. A spike is judged when the hour itself
 * has the minimum volume, and fires when it has `percent` more than the usual, or still more; where the usual is nothing, anything of
 * the minimum volume is a spike.
 */
import { addDays, hourEnd, hourStart, momentOf, wallOf } from "./local-time.ts";

export const directions = ["drop", "spike", "both"] as const;
export type Direction = (typeof directions)[number];

export interface WatchRule {
  direction: Direction;
  /** How far from the usual, in percent. */
  percent: number;
  minVolume: number;
}

export const fewestHours = 3;
/** A drop of more than everything there is cannot be. */
export const percentLimits = { drop: { min: 5, max: 100 }, spike: { min: 5, max: 10_000 } } as const;

export const isPercentOf = (direction: Direction, percent: number): boolean => {
  const { min, max } = percentLimits[direction === "spike" ? "spike" : "drop"];
  return Number.isInteger(percent) && percent >= min && percent <= max;
};

export type Verdict =
  | { kind: "fires"; direction: "drop" | "spike"; usual: number; change: number | null }
  /** `change` in percent of the usual; null when the usual is nothing. */
  | { kind: "calm"; usual: number; change: number | null }
  | { kind: "unjudged"; reason: "too_few_hours" | "too_little"; usual: number | null };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export function judge(present: number, past: readonly number[], rule: WatchRule): Verdict {
  if (past.length < fewestHours) return { kind: "unjudged", reason: "too_few_hours", usual: null };
  const usual = median(past);
  const change = usual === 0 ? null : Math.round(((present - usual) / usual) * 100);
  const watchesDrop = rule.direction !== "spike" && usual >= rule.minVolume;
  const watchesSpike = rule.direction !== "drop" && present >= rule.minVolume;
  if (watchesDrop && present * 100 <= usual * (100 - rule.percent))
    return { kind: "fires", direction: "drop", usual, change };
  if (watchesSpike && present > usual && present * 100 >= usual * (100 + rule.percent))
    return { kind: "fires", direction: "spike", usual, change };
  const isJudged = watchesDrop || watchesSpike;
  return isJudged ? { kind: "calm", usual, change } : { kind: "unjudged", reason: "too_little", usual };
}

export interface Hour {
  from: Date;
  to: Date;
}

/** The last hour of the clock that has closed. */
export function lastClosedHour(now: Date, timeZone: string): Hour {
  const to = hourStart(now, timeZone);
  return { from: hourStart(new Date(to.getTime() - 1), timeZone), to };
}

/** Days back: the last week, then the same weekday of three more. */
const daysBack = [1, 2, 3, 4, 5, 6, 7, 14, 21, 28] as const;

/** The hours that an hour is compared with, newest first: each one hour long, none that began before `since`. */
export function comparedHours(hour: Hour, timeZone: string, since: Date): Hour[] {
  const wall = wallOf(hour.from, timeZone);
  return daysBack.flatMap((days) => {
    const from = momentOf(addDays(wall, -days), timeZone);
    return from === null || from < since ? [] : [{ from, to: hourEnd(from) }];
  });
}

/** Whether an alert is still so fresh that another one says nothing new. */
export const isCooling = (firedAt: Date | null, coolDownMinutes: number, now: Date): boolean =>
  firedAt !== null && now.getTime() < firedAt.getTime() + coolDownMinutes * 60_000;

/** Periods that a person picks, and what they look like on the axis of a chart. */
import {
  addDays,
  lengthOf,
  longestHourlyDays,
  type Period,
  problemOf,
} from "@backend/modules/reports/domain/periods.ts";
import type { ChartPoint } from "@miniapp/shared/ui/chart.tsx";

export const presets = ["today", "yesterday", "7", "30", "own"] as const;
export type Preset = (typeof presets)[number];
export const defaultPreset: Preset = "7";

export const isPreset = (text: string | undefined): text is Preset =>
  (presets as readonly (string | undefined)[]).includes(text);

/** The day it is in a zone. */
export const todayIn = (timeZone: string, now = new Date()): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone }).format(now);

export function periodOf(preset: Preset, today: string, own: Partial<Period>): Period {
  switch (preset) {
    case "today":
      return { from: today, to: today };
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case "own":
      return { from: own.from ?? addDays(today, -13), to: own.to ?? today };
    default:
      return { from: addDays(today, 1 - Number(preset)), to: today };
  }
}

export interface ChosenPeriod {
  period: Preset;
  from: string | undefined;
  to: string | undefined;
}

/** A choice as the address remembers it. One's own period begins as the one that was on, to be changed from there. */
export const chosenPeriod = (next: Preset | undefined, on: Period): ChosenPeriod =>
  next === "own" ? { period: next, ...on } : { period: next ?? defaultPreset, from: undefined, to: undefined };

export { problemOf };

/** Hours as long as a chart has room for them, days above. */
export const seriesBy = (period: Period): "hour" | "day" => (lengthOf(period) < longestHourlyDays ? "hour" : "day");

/** Points that a chart can show; more days than that are shown as weeks. */
const pointsAtMost = 200;
const daysOfWeek = 7;

/** Adds neighbours up until there are few enough points; each bears the name of its first. */
export function condensed(points: readonly ChartPoint[]): readonly ChartPoint[] {
  if (points.length <= pointsAtMost) return points;
  const weeks: ChartPoint[] = [];
  for (let start = 0; start < points.length; start += daysOfWeek) {
    const week = points.slice(start, start + daysOfWeek);
    const [first] = week;
    const last = week.at(-1);
    if (!first || !last) continue;
    const earlier = week.flatMap(({ before }) => (before === undefined ? [] : [before]));
    weeks.push({
      label: first.label,
      title: `${first.title ?? first.label} – ${last.title ?? last.label}`,
      values: first.values.map((_, place) => week.reduce((sum, { values }) => sum + (values[place] ?? 0), 0)),
      before: earlier.length === 0 ? undefined : earlier.reduce((sum, value) => sum + value, 0),
    });
  }
  return weeks;
}

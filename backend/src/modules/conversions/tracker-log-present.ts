/** Rows of trackers' logs as the app shows them. */
import { translator } from "@backend/i18n/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import { isTrackerProblem, partsOfLogRowKey } from "./domain/tracker-log.ts";
import type { MissedRow, PullRun, TrackerPull } from "./tracker-log-contracts.ts";
import type { LogRow, PullRow, PullRunRow } from "./tracker-log-queries.ts";

const instant = (date: Date | null): string | null => date?.toISOString() ?? null;

/** A run that has not ended for so long was broken off with its process. */
const runEndsWithinMs = 10 * 60_000;

function presentProblem(code: string | null, locale: Locale): TrackerPull["problem"] {
  if (code === null) return null;
  const problem = isTrackerProblem(code) ? code : "failing";
  return { code: problem, message: translator(locale)(`conversions.tracker.${problem}`) };
}

export function presentPull(row: PullRow, lastRun: PullRunRow | null, locale: Locale, now: Date): TrackerPull {
  const isRunning =
    lastRun !== null && lastRun.finishedAt === null && now.getTime() - lastRun.startedAt.getTime() < runEndsWithinMs;
  return {
    apiUrl: row.apiUrl,
    isOn: row.isOn,
    everyMinutes: row.everyMinutes,
    scope: row.scope,
    checkedUntil: instant(row.checkedUntil),
    nextRunAt: row.nextRunAt.toISOString(),
    lastRunAt: instant(row.lastRunAt),
    lastOkAt: instant(row.lastOkAt),
    problem: presentProblem(row.problem, locale),
    problemSince: instant(row.problemSince),
    isRunning,
  };
}

export const presentRun = (row: PullRunRow, locale: Locale): PullRun => ({
  id: row.id,
  startedAt: row.startedAt.toISOString(),
  finishedAt: instant(row.finishedAt),
  windowFrom: row.windowFrom.toISOString(),
  windowTo: row.windowTo.toISOString(),
  rows: row.rows,
  missing: row.missing,
  problem: presentProblem(row.problem, locale),
});

export const presentMissed = (row: LogRow): MissedRow => ({
  key: row.rowKey,
  ...partsOfLogRowKey(row.rowKey),
  happenedAt: row.happenedAt.toISOString(),
  arrival: row.arrival,
  conversionId: row.conversionId === null ? null : String(row.conversionId),
});

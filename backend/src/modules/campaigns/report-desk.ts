/**
 * Where reports are asked for. A report is a heavy query on the server that also serves the customer's clicks: an answer is good
 * for a minute and a half, one question is asked once however many wait for it, a tracker works on few at a time, and one that
 * has just failed is left alone for a while. An answer is kept, so that the last known figures are there when it is away.
 */
import { createHash } from "node:crypto";
import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { createLanes } from "@backend/kit/shared-work.ts";
import { openTracker, type TrackerProblem } from "@backend/modules/conversions/index.ts";
import { trackerNotFound } from "./errors.ts";
import type { CampaignsPorts, ReportQuestion } from "./ports.ts";
import { trackerAway } from "./report-errors.ts";
import {
  findReport,
  findReportHabits,
  type KeptReport,
  rememberDialect,
  type StoredAnswer,
  saveReport,
} from "./report-queries.ts";
import { problemOf } from "./tracker-problems.ts";

export interface ReportReading extends KeptReport {
  /** Why the tracker could not be asked now; null when the answer is fresh. */
  problem: TrackerProblem | null;
}

type Context = ActionContext<Pick<CampaignsPorts, "vault" | "trackerReports">>;
export interface TrackerOfReport {
  connectionId: string;
  workspaceId: string;
}

/** Rows kept of an answer, those with the largest first measure: a tracker sets no limit, and a year by source can be anything. */
const rowsKept = 5_000;

export interface ReportDeskOptions {
  /** Questions that one tracker works on. */
  atOnce?: number;
  freshMs?: number;
  /** After this long whoever has an older answer gets that; the question goes on, and its answer is kept. */
  patienceMs?: number;
  /** A tracker that failed is not asked again for this long. */
  restMs?: number;
}

export interface ReportDesk {
  /** Throws the tracker's problem when it cannot be asked and nothing is kept. */
  ask(ctx: Context, tracker: TrackerOfReport, question: ReportQuestion): Promise<ReportReading>;
}

export function createReportDesk(options: ReportDeskOptions = {}): ReportDesk {
  const { atOnce = 3, freshMs = 90_000, patienceMs = 8_000, restMs = 20_000 } = options;
  const lane = createLanes(atOnce);
  const resting = new Map<string, { until: number; problem: TrackerProblem }>();
  const isFresh = (kept: KeptReport | null, now: Date) =>
    kept !== null && now.getTime() - kept.readAt.getTime() < freshMs;

  async function askAnew(ctx: Context, tracker: TrackerOfReport, key: string, question: ReportQuestion) {
    // Whoever asked the same a moment before may have got it meanwhile.
    const kept = await findReport(ctx.db, tracker.connectionId, key);
    if (kept && isFresh(kept, ctx.now)) return kept;
    const access = await openTracker(ctx, tracker.connectionId);
    if (!access) throw trackerNotFound();
    const { dialect } = await findReportHabits(ctx.db, tracker.connectionId);
    const answer = await ctx.ports.trackerReports.build(access, question, dialect);
    if (answer.dialect !== dialect) await rememberDialect(ctx.db, tracker.connectionId, answer.dialect);
    const report = { answer: stored(answer.rows, question), readAt: ctx.now };
    await saveReport(ctx.db, { ...tracker, questionKey: key }, report);
    return report;
  }

  function askTogether(ctx: Context, tracker: TrackerOfReport, key: string, question: ReportQuestion) {
    const { connectionId } = tracker;
    // Nobody takes a question back: what was asked is kept, and the next who comes finds it.
    const { signal } = new AbortController();
    const asked = lane(connectionId, key, signal, () => askAnew(ctx, tracker, key, question));
    asked.catch((error: unknown) => {
      // A refused question says nothing about the next one.
      if (!(error instanceof IntegrationError) || !error.options.retryable) return;
      resting.set(connectionId, { until: ctx.now.getTime() + restMs, problem: problemOf(error) });
    });
    return asked;
  }

  return {
    async ask(ctx, tracker, question) {
      const key = keyOf(question);
      const kept = await findReport(ctx.db, tracker.connectionId, key);
      if (kept && isFresh(kept, ctx.now)) return { ...kept, problem: null };
      const last = (problem: TrackerProblem, cause?: unknown): ReportReading => {
        if (!kept) throw trackerAway(problem, "figures", cause);
        return { ...kept, problem };
      };
      const rest = resting.get(tracker.connectionId);
      if (rest && ctx.now.getTime() < rest.until) return last(rest.problem);
      resting.delete(tracker.connectionId);
      const asked = askTogether(ctx, tracker, key, question);
      const patience = new AbortController();
      try {
        if (!kept) return { ...(await asked), problem: null };
        const answer = await Promise.race([asked, pause(patienceMs, patience.signal).then(() => null)]);
        return answer ? { ...answer, problem: null } : last("timed_out");
      } catch (error) {
        return last(problemOf(error), error);
      } finally {
        patience.abort();
      }
    },
  };
}

/** Of this process: two of them may ask the same. */
export const reportDesk = createReportDesk();

const keyOf = (question: ReportQuestion): string =>
  createHash("sha256").update(JSON.stringify(question)).digest("base64url").slice(0, 32);

function stored(rows: readonly Record<string, string | null>[], question: ReportQuestion): StoredAnswer {
  const [dimension] = question.dimensions;
  const [first = ""] = question.measures;
  const largest =
    rows.length > rowsKept ? rows.toSorted((a, b) => Number(b[first] ?? 0) - Number(a[first] ?? 0)) : rows;
  return {
    rows: largest
      .slice(0, rowsKept)
      .map((row) => [
        dimension === undefined ? "" : (row[dimension] ?? ""),
        ...question.measures.map((measure) => row[measure] ?? null),
      ]),
    more: Math.max(0, rows.length - rowsKept),
  };
}

import type { ActionContext } from "@backend/kit/context.ts";
import { isPassing } from "@backend/kit/errors.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import {
  findArrived,
  happenedAt,
  judgedNow,
  type LoggedConversion,
  logRowKey,
  longLookEveryMs,
  longLookMs,
  minutesToNext,
  type TrackerProblem,
  windowToAsk,
} from "../domain/tracker-log.ts";
import type { ConversionsPorts, LogReading, TrackerLogPorts } from "../ports.ts";
import { statusMapOf } from "../present.ts";
import type { ConnectionRow } from "../queries.ts";
import { pullLogJob } from "../tracker-log-jobs.ts";
import {
  beginRun,
  campaignsSeen,
  endRun,
  findKnown,
  findLogRows,
  findPullWithConnection,
  hasLookedFar,
  type JudgedRow,
  type PullRow,
  saveLogRows,
  takeDuePulls,
  updatePull,
} from "../tracker-log-queries.ts";
import { keyUnreadable, problemOf } from "./own-pull.ts";
import { storeMissing } from "./read-log-row.ts";

type Ports = ConversionsPorts & TrackerLogPorts;

const minuteMs = 60_000;
/** Longer than the longest run: three tries of twenty seconds for each of a few pages. */
const leaseMs = 10 * minuteMs;
const atOnce = 500;
/** Rows that are compared in one statement. */
const chunkSize = 1_000;
/** Postbacks whose campaigns count as seen: the newest ones. */
const newestPostbacks = 50_000;
/** A missing row that was stored for reading and is still missing after this long is stored again. */
const readingTakesMs = 10 * minuteMs;

/** The job of every minute: one run for each tracker whose time has come. */
export async function pullLogs(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  await ctx.db.transaction(async (transaction) => {
    const tx = transaction as unknown as ActionContext["db"];
    const due = await takeDuePulls(tx, ctx.now, new Date(ctx.now.getTime() + leaseMs), atOnce);
    await enqueueAll(
      tx,
      pullLogJob,
      due.map(({ failures, ...pull }) => ({ ...pull, isFailing: failures > 0 })),
    );
  });
}

export interface PullInput {
  connectionId: string;
}

/**
 * Reads what a tracker has logged since the last look, and compares it with what its postbacks told. What is missing goes into
 * the inbox, into the line that postbacks of the same connection stand in, and is judged once more when its turn comes: what has
 * arrived meanwhile is no second conversion. Nothing is asked while the connection is paused; the next look after that begins
 * where the last one ended. A tracker that fails is written down with the reason and asked later.
 */
export async function pullLog(ctx: ActionContext<Ports>, input: PullInput): Promise<void> {
  const found = await findPullWithConnection(ctx.db, input.connectionId);
  if (!found || found.connection.state === "paused") return;
  const { pull, connection } = found;
  const since = new Date(ctx.now.getTime() - longLookEveryMs);
  const isLong = !(await hasLookedFar(ctx.db, connection.id, since, longLookMs));
  const window = windowToAsk({ checkedUntil: pull.checkedUntil, isLong }, ctx.now);
  const runId = await beginRun(ctx.db, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    windowFrom: window.from,
    windowTo: ctx.now,
    startedAt: ctx.now,
  });
  await tell(ctx, connection);
  // Runs take minutes when a tracker is slow; their end is measured, not assumed.
  const startedAt = performance.now();
  const end = () => new Date(ctx.now.getTime() + Math.round(performance.now() - startedAt));

  const stopWith = async (problem: TrackerProblem, error: unknown) => {
    ctx.log.warn({ err: error, connectionId: connection.id, problem }, "a tracker's log could not be read");
    await fail(ctx, pull, problem);
    await endRun(ctx.db, runId, { problem, finishedAt: end() });
    await tell(ctx, connection);
  };
  let reading: LogReading;
  try {
    reading = await readLog(ctx, pull, window);
  } catch (error) {
    return stopWith(problemOf(error), error);
  }

  const looked = judgedNow(reading, pull.createdAt, ctx.now);
  let missing: number;
  try {
    missing = await compare(ctx, { pull, connection }, looked.rows, reading.clockAheadMs);
  } catch (error) {
    // What cannot be stored is most likely what nobody expected a tracker to say; the next look begins where this one did.
    if (isPassing(error)) throw error;
    return stopWith("unreadable", error);
  }
  await updatePull(ctx.db, connection.id, {
    checkedUntil: looked.checkedUntil,
    dialect: reading.dialect,
    lastRunAt: ctx.now,
    lastOkAt: ctx.now,
    // There is more than one run holds: the next one begins at once.
    nextRunAt: reading.isCut ? ctx.now : new Date(ctx.now.getTime() + pull.everyMinutes * minuteMs),
    problem: null,
    problemSince: null,
    failures: 0,
  });
  const counted = { rows: looked.rows.length, missing, windowTo: looked.checkedUntil };
  await endRun(ctx.db, runId, { ...counted, problem: null, finishedAt: end() });
  await tell(ctx, connection);
}

async function readLog(
  ctx: ActionContext<Ports>,
  pull: PullRow,
  window: { from: Date; until: Date },
): Promise<LogReading> {
  const { vault, trackerLog } = ctx.ports;
  let apiKey: string;
  try {
    apiKey = vault.open(pull.apiKeySealed);
  } catch (error) {
    throw keyUnreadable(error);
  }
  return trackerLog.readLog({ apiUrl: pull.apiUrl, apiKey }, { ...window, dialect: pull.dialect });
}

async function fail(ctx: ActionContext, pull: PullRow, problem: TrackerProblem): Promise<void> {
  const failures = Math.min(pull.failures + 1, 1_000);
  await updatePull(ctx.db, pull.connectionId, {
    lastRunAt: ctx.now,
    nextRunAt: new Date(ctx.now.getTime() + minutesToNext(pull.everyMinutes, failures) * minuteMs),
    problem,
    problemSince: pull.problemSince ?? ctx.now,
    failures,
  });
}

/** Judges rows, writes how they stand, and sends the missing ones to be read. Answers with how many are missing. */
async function compare(
  ctx: ActionContext<Ports>,
  { pull, connection }: { pull: PullRow; connection: ConnectionRow },
  rows: readonly LoggedConversion[],
  clockAheadMs: number | null,
): Promise<number> {
  const judge = await createJudge(ctx, { pull, connection }, rows);
  let missing = 0;
  for (let start = 0; start < rows.length; start += chunkSize) {
    const chunk = rows.slice(start, start + chunkSize);
    const before = await findLogRows(ctx.db, connection.id, chunk.map(logRowKey));
    const standing = new Map(before.map((row) => [row.rowKey, row]));
    const judged: JudgedRow[] = [];
    const toRead: LoggedConversion[] = [];
    for (const row of chunk) {
      const rowKey = logRowKey(row);
      const known = standing.get(rowKey);
      if (known?.arrival === "delivered" || known?.arrival === "recovered") continue;
      const verdict = judge(row);
      if (verdict.arrival === "waiting") {
        missing++;
        if (known?.arrival === "waiting" && ctx.now.getTime() - known.seenAt.getTime() < readingTakesMs) continue;
        toRead.push(row);
      }
      judged.push({ rowKey, happenedAt: happenedAt(row, clockAheadMs), ...verdict });
    }
    // Written first: the reader that settles a row must find it.
    await saveLogRows(ctx.db, { connectionId: connection.id, workspaceId: connection.workspaceId }, judged, ctx.now);
    const again = (row: LoggedConversion) => standing.get(logRowKey(row))?.arrival === "waiting";
    await storeMissing(
      ctx,
      connection,
      toRead.map((row) => ({ row, isAgain: again(row), clockAheadMs })),
    );
  }
  return missing;
}

type Verdict = Pick<JudgedRow, "arrival" | "conversionId">;

/** A campaign is in scope when a postback of it is known, or when one of its rows has arrived: an address may name no campaign. */
async function createJudge(
  ctx: ActionContext,
  { pull, connection }: { pull: PullRow; connection: ConnectionRow },
  rows: readonly LoggedConversion[],
): Promise<(row: LoggedConversion) => Verdict> {
  const statusMap = statusMapOf(connection);
  const arrived = new Map<string, Verdict>();
  const seen = pull.scope === "all" ? null : await campaignsSeen(ctx.db, connection.id, newestPostbacks);
  for (let start = 0; start < rows.length; start += chunkSize) {
    const chunk = rows.slice(start, start + chunkSize);
    const known = await findKnown(ctx.db, connection.id, {
      subids: [...new Set(chunk.flatMap(({ subid }) => subid ?? []))],
      tids: [...new Set(chunk.flatMap(({ subid, tid }) => (subid === null && tid !== null ? tid : [])))],
    });
    const bySubid = Map.groupBy(known, ({ subid }) => subid);
    const byTid = Map.groupBy(known, ({ tid }) => tid);
    for (const row of chunk) {
      const candidates = (row.subid === null ? byTid.get(row.tid ?? "") : bySubid.get(row.subid)) ?? [];
      const match = findArrived(row, candidates, statusMap);
      if (!match) continue;
      const arrival = match.isRecovered ? "recovered" : "delivered";
      arrived.set(logRowKey(row), { arrival, conversionId: match.id });
      if (row.campaignId !== null && !match.isRecovered) seen?.add(row.campaignId);
    }
  }
  return (row) =>
    arrived.get(logRowKey(row)) ?? {
      arrival: seen === null || (row.campaignId !== null && seen.has(row.campaignId)) ? "waiting" : "elsewhere",
      conversionId: null,
    };
}

const tell = (ctx: ActionContext, { workspaceId, id }: ConnectionRow) =>
  notifyLive(ctx.db, { workspaceId, topic: "connections", id });

import type { ActionContext } from "@backend/kit/context.ts";
import { inTransaction } from "@backend/kit/context.ts";
import { type InboundCall, storeCalls } from "@backend/kit/inbox.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { InboxFilter, Replay, ReplayAnswer, ReplayBody } from "../contracts.ts";
import { chooseOne, replayNotFound, replayRunning } from "../errors.ts";
import { findOwnCalls, idsOfOwnEvents, type StoredCall, sliceOwnCallsUpwards } from "../inbox-queries.ts";
import { replayInboxJob } from "../jobs.ts";
import { presentReplay } from "../present.ts";
import { advanceReplay, findOwnReplay, insertReplay, stopOwnReplay } from "../queries.ts";
import { findVisibleCalls } from "../visible-calls.ts";

/** Calls that one statement walks, and calls that one firing of the job stores before it makes room for other jobs. */
const sliceSize = 500;
const storedPerFiring = 2_000;

/**
 * A copy of a stored call, as if it came again. `key` makes storing the same copy twice store it once; it needs a source id, and
 * a call without one is only ever replayed by hand.
 */
const copyOf = (call: StoredCall, workspaceId: string, key: string): InboundCall => ({
  workspaceId,
  source: call.source,
  sourceId: call.sourceId,
  externalId: call.sourceId === null ? null : key,
  orderKey: null,
  method: call.method,
  path: call.path,
  query: call.query,
  headers: call.headers,
  body: call.body,
  senderAddress: call.senderAddress,
  // Of its own: rows of one statement are told apart by it.
  requestId: key,
  isTest: call.isTest,
  replayOf: BigInt(call.id),
});

/**
 * Stores copies of calls as new calls, which go the way that every call goes. By id: at once, in one transaction with their trace,
 * ids that the caller may not see reported as missing. By filter: a job, one at a time per workspace; throws operations.replay_running.
 */
export async function replayCalls(ctx: ActionContext, input: ReplayBody): Promise<ReplayAnswer> {
  if (input.ids && !input.filter) return replayByIds(ctx, input.ids);
  const isNarrowed = Object.values(input.filter ?? {}).some((value) => value !== undefined);
  if (input.filter && isNarrowed && !input.ids) return replayByFilter(ctx, input.filter);
  throw chooseOne();
}

function replayByIds(outer: ActionContext, ids: readonly string[]): Promise<ReplayAnswer> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const calls = await findVisibleCalls(ctx, ids);
    const known = new Set(calls.map(({ id }) => id));
    if (calls.length > 0) {
      await copyCalls(ctx.db, workspaceId, calls, ctx.requestId);
      await recordAudit(ctx, {
        action: "inbox.replayed",
        subjectKind: "inbox_event",
        subjectId: calls.length === 1 ? (calls[0]?.id ?? "") : String(calls.length),
        after: { ids: [...known] },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "inbox" });
    }
    const missing = ids.filter((id) => !known.has(id.replace(/^0+(?=\d)/, "")));
    return { stored: calls.length, missing, replay: null };
  });
}

const copyCalls = (db: Db, workspaceId: string, calls: readonly StoredCall[], key: string): Promise<void> =>
  storeCalls(
    db,
    calls.map((call) => copyOf(call, workspaceId, `replay:${key}:${call.id}`)),
  );

/**
 * For rooms that know which calls they mean: the same copies, in the transaction that `db` is and without a record of the request,
 * which is theirs. Foreign and unknown ids are left out. With one key a call is copied once. Answers with how many it found.
 */
export async function storeCallsAgain(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
  key: string,
): Promise<number> {
  const calls = await findOwnCalls(db, workspaceId, ids);
  await copyCalls(db, workspaceId, calls, key);
  if (calls.length > 0) await notifyLive(db, { workspaceId, topic: "inbox" });
  return calls.length;
}

async function replayByFilter(outer: ActionContext, filter: InboxFilter): Promise<ReplayAnswer> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, ...actor } = ctx.actor;
    const range = await idsOfOwnEvents(ctx.db, workspaceId);
    const row = await insertReplay(ctx.db, {
      workspaceId,
      filter,
      firstId: range?.first ?? 0n,
      checkpointId: (range?.first ?? 0n) - 1n,
      ceilingId: range?.last ?? 0n,
      requestedBy: actor.kind === "person" ? actor.personId : null,
      ...(range ? {} : { state: "done" as const, finishedAt: ctx.now }),
    });
    if (!row) throw replayRunning();
    await recordAudit(ctx, {
      action: "inbox.replay_started",
      subjectKind: "inbox_replay",
      subjectId: row.id,
      // The search term is what a person typed and may be somebody's name: only that there was one is kept.
      after: { ...filter, ...(filter.q === undefined ? {} : { q: "…" }) },
    });
    if (range) await enqueue(ctx.db, replayInboxJob, { replayId: row.id, workspaceId });
    return { stored: 0, missing: [], replay: presentReplay(row) };
  });
}

/** The job of a replay by filter: goes on from the checkpoint; a crash between storing and recording stores nothing twice. */
export async function continueReplay(
  ctx: ActionContext,
  input: { replayId: string; workspaceId: string },
): Promise<void> {
  const { workspaceId, replayId } = input;
  let storedNow = 0;
  for (;;) {
    const row = await findOwnReplay(ctx.db, workspaceId, replayId);
    if (row?.state !== "running") return;
    const slice = await sliceOwnCallsUpwards(ctx.db, workspaceId, row.filter as InboxFilter, {
      after: row.checkpointId,
      ceiling: row.ceilingId,
      size: sliceSize,
    });
    await copyCalls(ctx.db, workspaceId, slice.calls, replayId);
    const isDone = slice.last === null || slice.last >= row.ceilingId;
    await advanceReplay(ctx.db, replayId, {
      checkpointId: slice.last ?? row.ceilingId,
      stored: slice.calls.length,
      isDone,
      now: ctx.now,
    });
    await notifyLive(ctx.db, { workspaceId, topic: "inbox" });
    if (isDone) return;
    storedNow += slice.calls.length;
    if (storedNow >= storedPerFiring) return void (await enqueue(ctx.db, replayInboxJob, input));
  }
}

/** The job `operations.replay-inbox`: one that fails every time has failed, and another may begin. */
export const continueReplayOrFail = settingAside(continueReplay, {
  work: "operations.replay-inbox",
  subjectOf: ({ replayId }) => replayId,
  async giveUp({ db, now }, { workspaceId, replayId }) {
    if (await stopOwnReplay(db, workspaceId, replayId, now, "failed"))
      await notifyLive(db, { workspaceId, topic: "inbox" });
  },
});

export async function readReplay(ctx: ActionContext, input: { replayId: string }): Promise<Replay> {
  const row = await findOwnReplay(ctx.db, ctx.actor.workspaceId, input.replayId);
  if (!row) throw replayNotFound();
  return presentReplay(row);
}

/** What was stored again stays; nothing more is. A replay that has ended is answered as it is. */
export function stopReplay(outer: ActionContext, input: { replayId: string }): Promise<Replay> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const stopped = await stopOwnReplay(ctx.db, workspaceId, input.replayId, ctx.now);
    if (stopped) {
      await recordAudit(ctx, {
        action: "inbox.replay_stopped",
        subjectKind: "inbox_replay",
        subjectId: stopped.id,
        after: { stored: stopped.stored },
      });
      return presentReplay(stopped);
    }
    return readReplay(ctx, input);
  });
}

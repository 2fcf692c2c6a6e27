import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { isPassing } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { forgetStumbles } from "@backend/kit/set-aside.ts";
import { cancelDeliveries } from "@backend/modules/messaging/index.ts";
import { limitsAfter } from "../domain/self-stop.ts";
import { move } from "../engine/move.ts";
import { settleQueued } from "../engine/settle.ts";
import { takeBack } from "../engine/take-back.ts";
import type { BroadcastContract } from "../engine-contracts.ts";
import { cancelledPoisoned, isAPlan, notCancellable, notPaused, notSending, verdictOf } from "../errors.ts";
import { stepJob } from "../jobs.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, listBots, setBotProblem } from "../queries.ts";
import { changeOwn } from "./own-broadcast.ts";
import { stepWork } from "./step-broadcast.ts";

type Ctx = ActionContext<BroadcastsPorts>;

/** Seconds' worth of messages wait in the lanes; none of them goes out after this. */
async function stopLanes(ctx: Ctx, row: Broadcast, state: "planned" | "cancelled"): Promise<void> {
  const botIds = (await listBots(ctx.db, row.id)).map(({ botId }) => botId);
  await settleQueued(ctx, row, botIds);
  await takeBack(ctx, row.id, botIds, state);
  await enqueue(ctx.db, stepJob, { broadcastId: row.id, workspaceId: row.workspaceId });
}

/** No more than what is under way goes out after it. Paused already, it is answered as it is. Throws broadcasts.not_sending. */
export function pauseBroadcast(outer: Ctx, input: { broadcastId: string }): Promise<BroadcastContract> {
  return changeOwn(outer, input.broadcastId, async (ctx, row) => {
    if (row.kind === "recurring") throw isAPlan();
    if (row.state === "paused") return [row, null];
    if (row.state !== "sending") throw notSending();
    await stopLanes(ctx, row, "planned");
    const paused = await move(ctx, row, { state: "paused", stateReason: null, pausedAt: ctx.now });
    return [paused, { action: "broadcast.paused", after: { sent: paused.sent } }];
  });
}

/**
 * Goes on where it stood. Whoever resumes a broadcast that stopped itself has seen why: those who come after are judged, and by twice
 * what he saw. Bots that could not send are tried again, and so is what made it fail, from the first try on. Throws
 * broadcasts.not_paused.
 */
export function resumeBroadcast(outer: Ctx, input: { broadcastId: string }): Promise<BroadcastContract> {
  return changeOwn(outer, input.broadcastId, async (ctx, row) => {
    if (row.kind === "recurring") throw isAPlan();
    if (row.state === "sending") return [row, null];
    if (row.state !== "paused") throw notPaused();
    const verdict = verdictOf(row.stateReason);
    for (const bot of await listBots(ctx.db, row.id)) if (bot.problem) await setBotProblem(ctx.db, bot, null);
    const resumed = await move(ctx, row, {
      state: "sending",
      stateReason: null,
      pausedAt: null,
      measuredAt: ctx.now,
      measuredDone: row.sent + row.failed + row.unknown,
      ...(row.selfStop && verdict ? { selfStop: limitsAfter(row.selfStop, verdict, row) } : {}),
    });
    await forgetStumbles(ctx.db, stepWork, row.id);
    await enqueue(ctx.db, stepJob, { broadcastId: row.id, workspaceId: row.workspaceId });
    return [resumed, { action: "broadcast.resumed", after: { after: row.stateReason } }];
  });
}

/**
 * As `stopLanes`, for a broadcast that may be set aside because that is what fails. Then its messages alone are taken back from the lanes,
 * and the sweep of ended broadcasts writes down what became of its recipients once it can. Answers with what is to be said of it; null
 * when all went well.
 */
async function endLanes(outer: Ctx, row: Broadcast): Promise<string | null> {
  const stumbled = (what: string) => (error: unknown) => {
    if (isPassing(error)) throw error;
    outer.log.error({ err: error, broadcastId: row.id }, what);
    return false;
  };
  const stopped = await inTransaction(outer, (ctx) => stopLanes(ctx, row, "cancelled")).then(
    () => true,
    stumbled("a cancelled broadcast could not be settled"),
  );
  if (stopped) return null;
  const { workspaceId, id } = row;
  const taken = await inTransaction(outer, ({ db }) =>
    cancelDeliveries(db, workspaceId, { kind: "broadcast", id }),
  ).then(() => true, stumbled("what waits of a cancelled broadcast could not be taken back"));
  return taken ? cancelledPoisoned.uncounted : cancelledPoisoned.notTakenBack;
}

/**
 * Ends it for good; what was sent stays sent. One that fails every time ends too, with a sentence about what could not be taken back.
 * Throws broadcasts.not_cancellable.
 */
export function cancelBroadcast(outer: Ctx, input: { broadcastId: string }): Promise<BroadcastContract> {
  return changeOwn(outer, input.broadcastId, async (ctx, row) => {
    if (row.kind === "recurring") throw isAPlan();
    if (row.state === "cancelled") return [row, null];
    if (row.state !== "sending" && row.state !== "paused" && row.state !== "scheduled") throw notCancellable();
    const stateReason = row.state === "scheduled" ? null : await endLanes(ctx, row);
    const ended = await move(ctx, row, {
      state: "cancelled",
      stateReason,
      finishedAt: ctx.now,
      perSecond: 0,
    });
    return [ended, { action: "broadcast.cancelled", after: { sent: ended.sent, total: ended.total } }];
  });
}

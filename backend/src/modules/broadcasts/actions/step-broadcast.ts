import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type AudienceAsk, assertUsable } from "@backend/modules/audience/index.ts";
import { type BotRow, listOwnBots } from "@backend/modules/bots/index.ts";
import { type LanePace, lanePacesOf } from "@backend/modules/messaging/index.ts";
import { roomFor } from "../domain/ahead.ts";
import { paceOf } from "../domain/estimate.ts";
import { askOf } from "../engine/audience.ts";
import { type Filler, type FillFrame, fillerOf } from "../engine/fill.ts";
import { finishIfDone } from "../engine/finish.ts";
import { settleQueued, settleUnknown } from "../engine/settle.ts";
import { noteBots, pauseByItself, stopIfUnwanted } from "../engine/stand-still.ts";
import { takeBack } from "../engine/take-back.ts";
import { standstill } from "../errors.ts";
import { stepJob } from "../jobs.ts";
import type { BroadcastsPorts } from "../ports.ts";
import {
  type Broadcast,
  type BroadcastBot,
  findOwnBroadcast,
  findSettings,
  listBots,
  lockOwnBroadcast,
  updateBroadcast,
} from "../queries.ts";
import { cancelPlanned, count, findNextDue } from "../recipients-queries.ts";

type Ctx = ActionContext<BroadcastsPorts>;

/** Under which name failed steps are counted (`kit/set-aside.ts`). */
export const stepWork = "broadcasts.step";

/** Transactions of one step at most, before it makes room for other jobs. */
const settledAtMost = 25;
const filledAtMost = 60;
const planOnce = 5_000;
/** A step is half of what is filled ahead early; near the end it should be seen soon. */
const stepEveryMs = 2_000;
const lastStepsEveryMs = 500;
const fewLeft = 60;
const measureEveryMs = 4_000;

/**
 * The job: what became of messages, then the next ones, then when to look again. Every transaction holds the lock of the broadcast
 * and reads its state under it, so a pause of any device or process takes effect at the next one.
 */
export async function stepBroadcast(ctx: Ctx, input: { broadcastId: string; workspaceId: string }): Promise<void> {
  const { broadcastId: id, workspaceId } = input;
  const seen = await findOwnBroadcast(ctx.db, workspaceId, id);
  if (!seen || seen.state === "draft" || seen.state === "scheduled") return;
  const bots = await listBots(ctx.db, id);
  await settleAll(ctx, seen, bots);
  const settled = await findOwnBroadcast(ctx.db, workspaceId, id);
  if (!settled) return;
  const isBusy = settled.state === "sending" ? await fillAll(ctx, settled) : await clear(ctx, settled, bots);
  const after = await finishIfDone(ctx, workspaceId, id);
  if (!after) return;
  await measure(ctx, after);
  await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id });
  const next = await nextStep(ctx, after, isBusy);
  if (next !== null) await enqueue(ctx.db, stepJob, input, next > ctx.now ? { runAt: next } : {});
}

// ── What became of messages ─────────────────────────────────────────────────────────────────────────────────────────

async function settleAll(outer: Ctx, seen: Broadcast, bots: readonly BroadcastBot[]): Promise<void> {
  const botIds = bots.map(({ botId }) => botId);
  let open = bots.filter(({ queued }) => queued > 0).map(({ botId }) => botId);
  for (let round = 0; open.length > 0 && round < settledAtMost; round++) {
    open = await inTransaction(outer, async (ctx) => {
      if (!(await lockOwnBroadcast(ctx.db, seen.workspaceId, seen.id))) return [];
      const next = await settleQueued(ctx, seen, open);
      killPoint("broadcasts.settled");
      const now = await findOwnBroadcast(ctx.db, seen.workspaceId, seen.id);
      return now && (await stopIfUnwanted(ctx, now, botIds)) ? [] : next;
    });
  }
}

/** Unknown ones that became known, page by page. */
export async function settleLate(outer: Ctx, of: { broadcastId: string; workspaceId: string }): Promise<void> {
  let after: bigint | null = 0n;
  while (after !== null) {
    const from: bigint = after;
    after = await inTransaction(outer, async (ctx) => {
      const row = await lockOwnBroadcast(ctx.db, of.workspaceId, of.broadcastId);
      return row ? settleUnknown(ctx, row, from) : null;
    });
  }
}

// ── The next ones ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Fleet {
  bots: ReadonlyMap<string, BotRow>;
  lanes: ReadonlyMap<string, LanePace>;
}

const problemIn =
  ({ bots, lanes }: Fleet) =>
  (botId: string): { problem: string; name: string } | null => {
    const bot = bots.get(botId);
    const name = bot ? `@${bot.username}` : "";
    if (bot?.state !== "active") return { problem: standstill.botOff, name };
    return lanes.get(botId)?.isRefused ? { problem: standstill.tokenRefused, name } : null;
  };

/** Fills every bot that has room. True when there is more to do at once. */
async function fillAll(ctx: Ctx, broadcast: Broadcast): Promise<boolean> {
  const { id, workspaceId } = broadcast;
  const bots = await listBots(ctx.db, id);
  const fleet: Fleet = {
    bots: new Map((await listOwnBots(ctx.db, workspaceId)).map((bot) => [bot.id, bot])),
    lanes: await lanePacesOf(
      ctx.db,
      bots.map(({ botId }) => botId),
    ),
  };
  const problemOf = problemIn(fleet);
  if (await noteBots(ctx, broadcast, bots, problemOf)) return false;
  const frame = await frameOf(ctx, broadcast, fleet);
  const broken = frame === null ? null : await brokenBy(ctx, frame.ask);
  if (frame === null || broken !== null) {
    await inTransaction(ctx, async (tx) => {
      const row = await lockOwnBroadcast(tx.db, workspaceId, id);
      const botIds = bots.map(({ botId }) => botId);
      if (row?.state === "sending") await pauseByItself(tx, row, botIds, broken ?? "broadcasts.problem.segment_gone");
    });
    return false;
  }
  const perSecond = (botId: string) =>
    paceOf(broadcast.options.isPaid ?? false, fleet.lanes.get(botId)?.learnedPerSecond ?? null);
  const filler = await fillerOf(ctx, broadcast, frame);
  let hungry = bots
    .filter((bot) => (!bot.isWalked || bot.planned > 0) && problemOf(bot.botId) === null)
    .filter(({ botId, queued }) => roomFor(perSecond(botId), queued) > 0)
    .map(({ botId }) => botId);
  for (let filled = 0; hungry.length > 0; ) {
    const more: string[] = [];
    for (const botId of hungry) {
      if (filled++ >= filledAtMost) return true;
      const hasMore = await fillOnce(ctx, filler, botId, perSecond(botId));
      if (hasMore === null) return false;
      if (hasMore) more.push(botId);
    }
    hungry = more;
  }
  return false;
}

/** Whether there is more for this bot; null: the broadcast is not sending any more. */
async function fillOnce(outer: Ctx, filler: Filler, botId: string, perSecond: number): Promise<boolean | null> {
  return inTransaction(outer, async (ctx) => {
    const { id, workspaceId } = filler.broadcast;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, id);
    if (row?.state !== "sending" || row.phase !== filler.broadcast.phase) return null;
    const hasMore = await filler.fill(ctx, botId, perSecond);
    killPoint("broadcasts.filled");
    return hasMore;
  });
}

/** What a rule of the audience names and the workspace has no more; null when all is there. */
async function brokenBy(ctx: Ctx, { workspaceId, condition }: AudienceAsk): Promise<string | null> {
  try {
    await assertUsable(ctx.db, workspaceId, condition);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** Null: the segment is gone. */
async function frameOf(ctx: Ctx, broadcast: Broadcast, fleet: Fleet): Promise<FillFrame | null> {
  const ask = await askOf(ctx, broadcast);
  const settings = await findSettings(ctx.db, broadcast.workspaceId);
  const isUrgent = broadcast.options.isUrgent ?? false;
  return (
    ask && {
      ask,
      bots: new Map([...fleet.bots].map(([id, { username, name }]) => [id, { username, name }])),
      quiet: isUrgent ? null : (settings?.quietHours ?? null),
      attention: isUrgent ? null : (settings?.attention ?? null),
    }
  );
}

/** Paused or ended: what still waits in a lane is taken back, what was planned ends with the broadcast. True when there is more. */
async function clear(outer: Ctx, broadcast: Broadcast, bots: readonly BroadcastBot[]): Promise<boolean> {
  const { id, workspaceId } = broadcast;
  const isPaused = broadcast.state === "paused";
  if (broadcast.state === "sent" || (broadcast.queued === 0 && (isPaused || broadcast.planned === 0))) return false;
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnBroadcast(ctx.db, workspaceId, id);
    if (row?.state !== broadcast.state) return false;
    const botIds = bots.map(({ botId }) => botId);
    await takeBack(ctx, id, botIds, isPaused ? "planned" : "cancelled");
    if (isPaused) return false;
    const gone = await cancelPlanned(ctx.db, id, ctx.now, planOnce);
    await count(
      ctx.db,
      id,
      gone.map(({ botId, count: n }) => ({ botId, moves: { planned: -n, cancelled: n } })),
    );
    return gone.reduce((sum, one) => sum + one.count, 0) === planOnce;
  });
}

// ── When to look again ──────────────────────────────────────────────────────────────────────────────────────────────

/** Messages a second, counted over some seconds, so that a screen shows a figure that stands still. */
async function measure(ctx: Ctx, row: Broadcast): Promise<void> {
  if (row.state !== "sending") return;
  const done = row.sent + row.failed + row.unknown;
  const ms = ctx.now.getTime() - (row.measuredAt?.getTime() ?? 0);
  if (ms < measureEveryMs) return;
  const perSecond = row.measuredAt === null ? 0 : Math.max(0, ((done - row.measuredDone) / ms) * 1_000);
  await updateBroadcast(ctx.db, row.id, { perSecond, measuredDone: done, measuredAt: ctx.now });
}

async function nextStep(ctx: Ctx, row: Broadcast, isBusy: boolean): Promise<Date | null> {
  const inMs = (ms: number) => new Date(ctx.now.getTime() + ms);
  if (isBusy) return ctx.now;
  if (row.queued > 0) return inMs(row.queued < fewLeft ? lastStepsEveryMs : stepEveryMs);
  if (row.state !== "sending") return null;
  const dueAt = row.planned > 0 ? await findNextDue(ctx.db, row.id) : null;
  return dueAt && (dueAt > ctx.now ? dueAt : inMs(stepEveryMs));
}

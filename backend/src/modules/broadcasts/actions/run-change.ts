import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { stillInAudience } from "@backend/modules/audience/index.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import {
  type ChangeOf,
  goneOf,
  type Letter,
  type NewEdit,
  queueEdits,
  queueRemovals,
  type Reader,
  renderLetter,
  settledOf,
} from "@backend/modules/messaging/index.ts";
import { runChangeJob } from "../change-jobs.ts";
import { type ChangeRow, type DeliveredRow, lockOwnChange, sliceDelivered, updateChange } from "../change-queries.ts";
import { linkerOf } from "../links.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { changeSubject } from "./change-delivered.ts";

/** So many changes wait for the lanes at most: half a minute of work for one bot, and nothing to speak of in memory. */
const mostOpen = 1_000;
const sliceSize = 500;
/** Between steps, while the lanes work off what is open. Twice as long each time that nothing moves: a bot may be off for days. */
const stepMs = 1_000;
const idleStepMs = 60_000;
/** Telegram deletes no message that is older (Bot API, deleteMessage). A minute is kept for the way there. */
const deletableMs = 48 * 3_600_000 - 60_000;

/**
 * The job: counts what the lanes have done, queues the next few, and comes again soon. Counters, checkpoint and new
 * deliveries move in one transaction: killed anywhere, it goes on where it was, and nobody's message is changed twice for it.
 * Of a stopped change it counts what was open when it was stopped, so that its numbers still make up its total.
 */
export async function runChange(
  outer: ActionContext<BroadcastsPorts>,
  input: { workspaceId: string; changeId: string; idleSteps?: number },
): Promise<void> {
  await inTransaction(outer, async (ctx) => {
    const row = await lockOwnChange(ctx.db, input.workspaceId, input.changeId);
    const isRunning = row?.state === "running";
    if (!row || (!isRunning && row.open.length === 0)) return;
    const settled = await settledOf(ctx.db, row.open);
    const gone = await goneOf(ctx.db, row.open);
    const ended = new Set([...settled.map(({ id }) => id), ...gone]);
    const done = settled.filter(({ state }) => state === "sent").length;
    // Taken back before its turn came: that message is as it was.
    const untried = settled.filter(({ state }) => state === "cancelled").length;
    const still = row.open.filter((id) => !ended.has(id));
    const room = isRunning ? Math.max(0, Math.min(sliceSize, mostOpen - still.length)) : 0;
    const slice = room === 0 ? [] : await sliceDelivered(ctx.db, row, room);
    const queued = slice.length === 0 ? [] : await queueSlice(ctx, row, slice);
    const open = [...still, ...queued];
    const isOver = open.length === 0 && slice.length === 0;
    await updateChange(ctx.db, row.id, {
      open,
      checkpoint: slice.at(-1)?.id ?? row.checkpoint,
      done: row.done + done,
      failed: row.failed + settled.length - done - untried,
      skipped: row.skipped + untried + gone.length + slice.length - queued.length,
      ...(isRunning && isOver ? { state: "done", finishedAt: ctx.now } : {}),
    });
    const hasMoved = ended.size > 0 || slice.length > 0;
    if (hasMoved || isOver)
      await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "broadcasts", id: row.broadcastId });
    if (!isOver) {
      const idleSteps = hasMoved ? 0 : (input.idleSteps ?? 0) + 1;
      const waitMs = Math.min(stepMs * 2 ** idleSteps, idleStepMs);
      await enqueue(ctx.db, runChangeJob, { ...input, idleSteps }, { runAt: new Date(ctx.now.getTime() + waitMs) });
    }
    killPoint("broadcasts.change-stepped");
  });
}

/** The job `broadcasts.run-change`: one that fails every time has failed. What is in the lanes by then is still changed, uncounted. */
export const runChangeOrFail = settingAside(runChange, {
  work: "broadcasts.run-change",
  subjectOf: ({ changeId }) => changeId,
  async giveUp({ db, now }, { workspaceId, changeId }) {
    const row = await lockOwnChange(db, workspaceId, changeId);
    if (row?.state !== "running") return;
    await updateChange(db, changeId, { state: "failed", finishedAt: now });
    await notifyLive(db, { workspaceId, topic: "broadcasts", id: row.broadcastId });
  },
});

/** Answers with the deliveries that were queued; the others of the slice cannot be changed any more. */
async function queueSlice(
  ctx: ActionContext<BroadcastsPorts>,
  row: ChangeRow,
  slice: readonly DeliveredRow[],
): Promise<bigint[]> {
  const of: ChangeOf = { workspaceId: row.workspaceId, subject: changeSubject(row.id) };
  const placed =
    row.act === "delete"
      ? await queueRemovals(ctx.db, of, deletable(ctx, slice))
      : await queueEdits(ctx.db, of, await editsOf(ctx, row, slice));
  return placed.filter((id) => id !== null);
}

/** Groups and channels are tried whatever their age: there a bot may be an administrator. */
const deletable = (ctx: ActionContext<BroadcastsPorts>, slice: readonly DeliveredRow[]): bigint[] =>
  slice.flatMap(({ deliveryId, telegramId, doneAt }) => {
    const isOld = telegramId !== null && doneAt !== null && ctx.now.getTime() - doneAt.getTime() > deletableMs;
    return deliveryId === null || isOld ? [] : [deliveryId];
  });

/** Each recipient's own words. Whoever has left the audience keeps what he got. */
async function editsOf(
  ctx: ActionContext<BroadcastsPorts>,
  row: ChangeRow,
  slice: readonly DeliveredRow[],
): Promise<NewEdit[]> {
  const { workspaceId, broadcastId } = row;
  const everybody = { workspaceId, condition: null, categoryId: null, now: ctx.now, timeZone: ctx.actor.timeZone };
  const ids = slice.flatMap(({ subscriberId }) => subscriberId ?? []);
  const members = await stillInAudience(ctx.db, everybody, ids);
  const bots = new Map<string, Reader["bot"] | null>();
  for (const botId of new Set(slice.map((one) => one.botId))) bots.set(botId, await findBotById(ctx.db, botId));
  const link = await linkerOf(ctx, broadcastId);
  return slice.flatMap((recipient): NewEdit[] => {
    const { deliveryId, subscriberId } = recipient;
    const bot = bots.get(recipient.botId);
    const member = subscriberId === null ? nobody : members.get(subscriberId);
    if (deliveryId === null || !bot || !member) return [];
    const content = renderLetter(row.letter as Letter, { ...member, bot });
    return [{ deliveryId, content: link(content, recipient.id) }];
  });
}

/** Whom a message in a group or channel is for: nothing is known of anybody. */
const nobody: Omit<Reader, "bot"> = {
  language: null,
  firstName: null,
  lastName: null,
  username: null,
  fields: {},
  source: null,
};

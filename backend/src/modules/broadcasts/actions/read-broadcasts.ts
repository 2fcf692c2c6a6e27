import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { lanePacesOf } from "@backend/modules/messaging/index.ts";
import type { BroadcastState } from "@db/schema/broadcasts.ts";
import { paceOf } from "../domain/estimate.ts";
import { waitsForWinner } from "../engine/finish.ts";
import type { BroadcastContract, BroadcastRow, Progress, Reasons } from "../engine-contracts.ts";
import { countsOf, figuresOf, presentRow, sentence } from "../present.ts";
import { listBots, listOwnBroadcasts } from "../queries.ts";
import { countReasons, findLastDue, findNextDue } from "../recipients-queries.ts";
import { ownBroadcast, present } from "./own-broadcast.ts";

export async function listBroadcasts(
  ctx: ActionContext,
  input: { cursor?: string; limit?: number; state?: BroadcastState; search?: string },
): Promise<Page<BroadcastRow>> {
  const limit = input.limit ?? defaultLimit;
  const rows = await listOwnBroadcasts(ctx.db, ctx.actor.workspaceId, input, { cursor: input.cursor, limit });
  return toPage(
    rows,
    limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => presentRow(ctx, row),
  );
}

export const readBroadcast = async (ctx: ActionContext, input: { broadcastId: string }): Promise<BroadcastContract> =>
  present(ctx, await ownBroadcast(ctx, input.broadcastId));

/** How it goes, from the row and its bots alone: as cheap with a million recipients as with ten. */
export async function readProgress(ctx: ActionContext, input: { broadcastId: string }): Promise<Progress> {
  const row = await ownBroadcast(ctx, input.broadcastId);
  const bots = await listBots(ctx.db, row.id);
  const names = new Map((await listOwnBots(ctx.db, row.workspaceId)).map((bot) => [bot.id, `@${bot.username}`]));
  const lanes = await lanePacesOf(
    ctx.db,
    bots.map(({ botId }) => botId),
  );
  const counted = bots.map((bot) => ({ bot, counts: countsOf(bot, row.state) }));
  const isSending = row.state === "sending";
  const isPhaseOne = waitsForWinner(row);
  const isSampleOut =
    isSending && isPhaseOne && row.planned + row.queued === 0 && bots.every(({ isWalked }) => isWalked);
  const seconds = counted
    .filter(({ bot }) => bot.problem === null)
    .map(({ bot, counts: { total, waiting } }) => {
      const learned = lanes.get(bot.botId)?.learnedPerSecond ?? null;
      // Before the decision only the sample is under way; it is drawn by a hash, so its size is about its share.
      const inSample = ((row.experiment?.samplePercent ?? 100) / 100) * total - (total - waiting);
      const left = isPhaseOne ? Math.max(bot.planned + bot.queued, inSample) : waiting;
      return Math.ceil(left / paceOf(row.options.isPaid ?? false, learned));
    });
  const nextDueAt = row.planned > 0 ? await findNextDue(ctx.db, row.id) : null;
  // Whoever waits for his own time is not through before it, however fast the lanes are.
  const lastDueAt = isSending && row.planned > 0 ? await findLastDue(ctx.db, row.id) : null;
  if (lastDueAt !== null) seconds.push(Math.ceil((lastDueAt.getTime() - ctx.now.getTime()) / 1000));
  return {
    state: row.state,
    stateReason: sentence(ctx, row.stateReason, figuresOf(row.stateReason, row)),
    counts: { ...countsOf(row, row.state), blocked: row.blocked },
    optedOut: row.optedOut,
    perSecond: isSending ? Math.round(row.perSecond * 10) / 10 : 0,
    secondsLeft: isSending && !isSampleOut ? Math.max(0, ...seconds) : null,
    waitsForWinner: isSampleOut,
    nextDueAt: nextDueAt?.toISOString() ?? null,
    bots: counted.map(({ bot, counts }) => ({
      botId: bot.botId,
      name: names.get(bot.botId) ?? "",
      problem: sentence(ctx, bot.problem),
      counts,
    })),
  };
}

export async function readReasons(ctx: ActionContext, input: { broadcastId: string }): Promise<Reasons> {
  const row = await ownBroadcast(ctx, input.broadcastId);
  const t = translator(ctx.actor.locale);
  const reasons = await countReasons(ctx.db, row.id);
  return { items: reasons.map((one) => ({ ...one, message: t.find(one.code) ?? one.code })) };
}

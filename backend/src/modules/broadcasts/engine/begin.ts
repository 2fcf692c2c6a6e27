/** The first step of a broadcast that nothing stands in the way of. */
import type { ActionContext } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { audienceCeiling } from "@backend/modules/audience/index.ts";
import type { ChatRow } from "@backend/modules/messaging/index.ts";
import { variantOf } from "../domain/experiment.ts";
import { defaultSelfStop, limitsFrom, type SelfStop, type Usual, usualOf } from "../domain/self-stop.ts";
import { dueFor } from "../domain/start.ts";
import { stepJob } from "../jobs.ts";
import { keepLinks } from "../links.ts";
import type { BroadcastsPorts } from "../ports.ts";
import {
  type Broadcast,
  findSettings,
  insertBots,
  listTurnouts,
  type NewBroadcast,
  type SettingsRow,
} from "../queries.ts";
import { count, insertRecipients, takeRecipientIds } from "../recipients-queries.ts";
import type { Readiness } from "./check.ts";
import { waitsForWinner } from "./finish.ts";
import { move } from "./move.ts";

/** Fewer than these say nothing about what is usual. */
const tellingSent = 100;

/** How many turn away from this workspace's broadcasts, by the last ten; null: too few for a habit. */
export const usualNow = async (ctx: ActionContext): Promise<Usual | null> =>
  usualOf(await listTurnouts(ctx.db, ctx.actor.workspaceId, tellingSent));

/** When a broadcast that begins now would pause itself. */
export async function limitsNow(
  ctx: ActionContext<BroadcastsPorts>,
  settings: Pick<SettingsRow, "selfStop"> | null,
): Promise<SelfStop | null> {
  const allowed = settings ? settings.selfStop : defaultSelfStop;
  return limitsFrom(allowed, await usualNow(ctx));
}

const newSeed = (): number => {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low;
};

/** Groups and channels are recipients that wait for their time, by the workspace's clock. */
async function planChats(
  ctx: ActionContext<BroadcastsPorts>,
  broadcast: Broadcast,
  chats: readonly ChatRow[],
  timeZone: string,
): Promise<void> {
  const settings = await findSettings(ctx.db, broadcast.workspaceId);
  const quiet = broadcast.options.isUrgent ? null : (settings?.quietHours ?? null);
  const dueAt = dueFor(broadcast.schedule, quiet, timeZone, ctx.now);
  for (const botId of new Set(chats.map((chat) => chat.botId))) {
    const own = chats.filter((chat) => chat.botId === botId);
    const ids = await takeRecipientIds(ctx.db, own.length);
    await insertRecipients(
      ctx.db,
      { broadcastId: broadcast.id, workspaceId: broadcast.workspaceId, botId, now: ctx.now },
      own.map((chat, n) => ({
        id: ids[n] ?? 0n,
        chatId: chat.id,
        subscriberId: null,
        telegramId: null,
        variant:
          broadcast.phase === 2
            ? winnerOf(broadcast)
            : variantOf(broadcast.seed, Math.abs(chat.telegramChatId), broadcast.variants),
        state: "planned" as const,
        language: chat.locale,
        reason: null,
        dueAt,
        deliveryId: null,
      })),
    );
    await count(ctx.db, broadcast.id, [{ botId, moves: { planned: own.length } }]);
  }
}

export const winnerOf = ({ variants, winner }: Pick<Broadcast, "variants" | "winner">): number =>
  Math.max(
    0,
    variants.findIndex(({ key }) => key === winner),
  );

/**
 * Turns a locked broadcast, whose readiness was just read, into one that sends: everybody with a subscriber's number up to now is in
 * it. The step is enqueued in this transaction, so it begins with the commit or not at all.
 */
export async function beginSending(
  ctx: ActionContext<BroadcastsPorts>,
  row: Broadcast,
  { reach, chats, loads, ask }: Readiness,
  values: Partial<NewBroadcast> = {},
): Promise<Broadcast> {
  const settings = await findSettings(ctx.db, row.workspaceId);
  const started = await move(ctx, row, {
    ...values,
    state: "sending",
    stateReason: null,
    startedAt: ctx.now,
    seed: row.seed || newSeed(),
    total: reach.people + reach.optedOut + chats.length,
    selfStop: await limitsNow(ctx, settings),
    measuredAt: ctx.now,
    updatedAt: ctx.now,
  });
  const people = new Map(reach.byBot.map((one) => [one.botId, one.people]));
  const addressed = new Set(row.botIds);
  const rows = [];
  for (const { botId } of loads) {
    const ceiling = addressed.has(botId) ? await audienceCeiling(ctx.db, botId) : 0;
    const total = (people.get(botId) ?? 0) + chats.filter((chat) => chat.botId === botId).length;
    rows.push({ broadcastId: row.id, botId, ceiling, total, isWalked: ceiling === 0 });
  }
  await insertBots(ctx.db, rows);
  // Groups hear the winner, when there is to be one.
  if (!waitsForWinner(started)) await planChats(ctx, started, chats, ask?.timeZone ?? "UTC");
  await keepLinks(ctx, started);
  await enqueue(ctx.db, stepJob, { broadcastId: row.id, workspaceId: row.workspaceId });
  return started;
}

/** The rest of an experiment's audience, and the groups, with the winner. The caller holds the lock. */
export async function planRest(
  ctx: ActionContext<BroadcastsPorts>,
  row: Broadcast,
  chats: readonly ChatRow[],
  timeZone: string,
) {
  await planChats(ctx, row, chats, timeZone);
  await enqueue(ctx.db, stepJob, { broadcastId: row.id, workspaceId: row.workspaceId });
}

import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { endTokenPause } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { BotHealth } from "@db/schema/bots.ts";
import { isStillRefused, problemOf } from "../domain/health.ts";
import { webhookAddress } from "../domain/launch.ts";
import { lacksUpdates } from "../domain/updates.ts";
import { botDisconnected } from "../events.ts";
import { setUpBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { type BotRow, listActiveBots, lockBot, saveHealth, updateBot } from "../queries.ts";
import { isTokenRefused, isTokenRevoked } from "./identify-bot.ts";

async function healthOf(ctx: ActionContext<BotsPorts>, bot: BotRow): Promise<BotHealth> {
  const { vault, botAccounts, publicUrl, botMode } = ctx.ports;
  const checkedAt = ctx.now.toISOString();
  const before = bot.health?.problem ?? null;
  const refusal = { checkedAt, problem: before, lastError: bot.health?.lastError ?? null };
  try {
    const info = await botAccounts.webhookInfo(vault.open(bot.tokenSealed));
    const expectedUrl = botMode === "webhook" ? webhookAddress(publicUrl, bot.id) : "";
    const problem = problemOf(info, expectedUrl, ctx.now);
    // Ours, with the list of an earlier version: payments and subscriptions would never be told.
    if (expectedUrl !== "" && info.url === expectedUrl && lacksUpdates(info.allowedUpdates))
      await enqueue(ctx.db, setUpBotJob, { workspaceId: bot.workspaceId, botId: bot.id });
    const { pendingUpdates } = info;
    if (isStillRefused(before, problem, info.url)) return { ...refusal, pendingUpdates };
    return {
      checkedAt,
      problem,
      pendingUpdates,
      lastError: info.lastError,
      lastErrorAt: info.lastErrorAt?.toISOString() ?? null,
    };
  } catch (error) {
    if (isTokenRevoked(error)) await markDisconnected(ctx, bot);
    if (isTokenRefused(error)) return { checkedAt, problem: "bots.token_refused" };
    return isStillRefused(before, "bots.telegram_away", "") ? refusal : { checkedAt, problem: "bots.telegram_away" };
  }
}

/**
 * Telegram revoked the token: the bot is off until it gets another. Told by the watch over the installation, once, to whoever
 * answers for the workspace. A token that was replaced while we asked is not meant.
 */
export function markDisconnected(ctx: Pick<ActionContext, "db" | "now" | "requestId">, seen: BotRow): Promise<void> {
  return ctx.db.transaction(async (transaction) => {
    const db = transaction as unknown as Db;
    const bot = await lockBot(db, seen.id);
    if (bot?.state !== "active" || bot.tokenSealed !== seen.tokenSealed) return;
    const health = { checkedAt: ctx.now.toISOString(), problem: "bots.token_refused" };
    await updateBot(db, bot.id, { state: "disconnected", health });
    const { workspaceId } = bot;
    await publish(db, botDisconnected, { workspaceId, botId: bot.id, why: "token_refused" });
    await recordAudit(
      { ...ctx, db, actor: systemActor(workspaceId) },
      { action: "bot.token_refused", subjectKind: "bot", subjectId: bot.id, after: { state: "disconnected" } },
    );
    await notifyLive(db, { workspaceId, topic: "bots", id: bot.id });
  });
}

/** One bot's health as Telegram tells it, written down. A conflict that the poller met is left to the poller to take back. */
export async function checkBot(ctx: ActionContext<BotsPorts>, bot: BotRow): Promise<void> {
  const health = await healthOf(ctx, bot);
  if (health.problem === null && bot.health?.problem === "bots.polled_elsewhere") return;
  await saveHealth(ctx.db, bot.id, health);
  if (health.problem !== "bots.token_refused" && health.problem !== "bots.telegram_away")
    await endTokenPause(ctx.db, bot.id);
  if (health.problem !== (bot.health?.problem ?? null))
    await notifyLive(ctx.db, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
}

/** The job: every active bot, one after another; none keeps the next from being asked. */
export async function checkBots(ctx: ActionContext<BotsPorts>): Promise<void> {
  for (const bot of await listActiveBots(ctx.db)) await checkBot(ctx, bot);
}

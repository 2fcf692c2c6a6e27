import type { ActionContext } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { BotHealth } from "@db/schema/bots.ts";
import { problemOf } from "../domain/health.ts";
import { webhookAddress } from "../domain/launch.ts";
import type { BotsPorts } from "../ports.ts";
import { type BotRow, listActiveBots, saveHealth } from "../queries.ts";
import { isTokenRefused } from "./set-up-bot.ts";

async function healthOf(ctx: ActionContext<BotsPorts>, bot: BotRow): Promise<BotHealth> {
  const { vault, botAccounts, publicUrl, botMode } = ctx.ports;
  const checkedAt = ctx.now.toISOString();
  try {
    const info = await botAccounts.webhookInfo(vault.open(bot.tokenSealed));
    const problem = problemOf(info, botMode === "webhook" ? webhookAddress(publicUrl, bot.id) : "", ctx.now);
    return { checkedAt, problem, pendingUpdates: info.pendingUpdates, lastError: info.lastError };
  } catch (error) {
    return { checkedAt, problem: isTokenRefused(error) ? "bots.token_refused" : "bots.telegram_away" };
  }
}

/** One bot's health as Telegram tells it, written down. A conflict that the poller met is left to the poller to take back. */
export async function checkBot(ctx: ActionContext<BotsPorts>, bot: BotRow): Promise<void> {
  const health = await healthOf(ctx, bot);
  if (health.problem === null && bot.health?.problem === "bots.polled_elsewhere") return;
  await saveHealth(ctx.db, bot.id, health);
  if (health.problem !== (bot.health?.problem ?? null))
    await notifyLive(ctx.db, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
}

/** The job: every active bot, one after another; none keeps the next from being asked. */
export async function checkBots(ctx: ActionContext<BotsPorts>): Promise<void> {
  for (const bot of await listActiveBots(ctx.db)) await checkBot(ctx, bot);
}

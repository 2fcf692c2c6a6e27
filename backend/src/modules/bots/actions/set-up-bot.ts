import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { scrub } from "@backend/kit/log.ts";
import { resumeLane } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { BotHealth } from "@db/schema/bots.ts";
import { appAddress, canLaunchApp, webhookAddress } from "../domain/launch.ts";
import { allowedUpdates } from "../domain/updates.ts";
import { tellTextsJob, withdrawBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { type BotRow, findBotById, findTexts, lockBot, saveHealth, updateBot } from "../queries.ts";
import { markDisconnected } from "./check-bots.ts";
import { isTokenRefused, isTokenRevoked } from "./identify-bot.ts";

/**
 * Tells Telegram what a bot cannot work without, as often as asked: how updates reach us, and the menu button that opens the app. What
 * it says, which Telegram may refuse, has a job of its own (`tellTexts`). A refused token is written down as the bot's health and not
 * thrown, since trying again mends nothing; everything else throws, so that the job runs again, and a refusal is kept in Telegram's
 * words. No transaction is open while Telegram is asked.
 */
export async function setUpBot(ctx: ActionContext<BotsPorts>, input: { botId: string }): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (bot?.state !== "active") return;
  const { vault, botAccounts, botMode } = ctx.ports;
  const checkedAt = ctx.now.toISOString();
  try {
    const token = vault.open(bot.tokenSealed);
    const identity = await botAccounts.getMe(token);
    await arrangeUpdates(ctx.ports, bot, token);
    await keepMenuButton(ctx, bot, token);
    await ctx.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const current = await lockBot(tx, bot.id);
      const job = { workspaceId: bot.workspaceId, botId: bot.id };
      // Switched off or given up while Telegram was asked: what was just set must go again.
      if (current?.state !== "active") return enqueue(tx, withdrawBotJob, job);
      if (current.tokenSealed !== bot.tokenSealed) return;
      const { username, name, canManageBots } = identity;
      await updateBot(tx, bot.id, { username, name, canManageBots, health: { checkedAt, problem: null } });
      await resumeLane(tx, bot.id);
      if (current.health?.problem !== null || username !== current.username || name !== current.name)
        await notifyLive(tx, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
      await enqueue(tx, tellTextsJob, job);
    });
    ctx.log.info({ botId: bot.id, mode: botMode }, "bot set up");
  } catch (error) {
    const trouble = troubleOf(error);
    await saveHealth(ctx.db, bot.id, { checkedAt, ...trouble });
    if (trouble.problem !== bot.health?.problem)
      await notifyLive(ctx.db, { workspaceId: bot.workspaceId, topic: "bots", id: bot.id });
    if (isTokenRevoked(error)) await markDisconnected(ctx, bot);
    if (!isTokenRefused(error)) throw error;
    ctx.log.warn({ botId: bot.id }, "Telegram refused the bot's token");
  }
}

/** An answer that no second try changes is no absence: an address that Telegram cannot call is for a person to mend. */
function troubleOf(error: unknown): Pick<BotHealth, "problem" | "lastError"> {
  if (isTokenRefused(error)) return { problem: "bots.token_refused" };
  if (error instanceof IntegrationError && !error.options.retryable)
    return { problem: "bots.set_up_refused", lastError: scrub(error.message).slice(0, 300) };
  return { problem: "bots.telegram_away" };
}

async function arrangeUpdates(ports: BotsPorts, bot: BotRow, token: string): Promise<void> {
  const { vault, botAccounts, publicUrl, botMode } = ports;
  if (botMode === "polling") return botAccounts.deleteWebhook(token);
  await botAccounts.setWebhook(token, {
    url: webhookAddress(publicUrl, bot.id),
    secret: vault.open(bot.webhookSecretSealed),
    allowedUpdates,
  });
}

async function keepMenuButton({ db, ports }: ActionContext<BotsPorts>, bot: BotRow, token: string): Promise<void> {
  const { botAccounts, publicUrl, installation } = ports;
  const text = (await findTexts(db, bot.id, ""))?.menuButton ?? translator("en")("bots.menu_button");
  const button = { text, url: appAddress(publicUrl, bot.id) };
  await botAccounts.setMenuButton(token, canLaunchApp(publicUrl, installation.sandbox) ? button : null);
}

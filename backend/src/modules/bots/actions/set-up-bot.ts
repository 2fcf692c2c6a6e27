import { translator } from "@backend/i18n/index.ts";
import { locales } from "@backend/i18n/translator.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { resumeLane } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import { appAddress, canLaunchApp, webhookAddress } from "../domain/launch.ts";
import { allowedUpdates } from "../domain/updates.ts";
import type { BotCommand, BotsPorts } from "../ports.ts";
import { findBotById, saveHealth, updateBot } from "../queries.ts";

const commandsIn = (locale: Locale): BotCommand[] => {
  const t = translator(locale);
  return [
    { command: "start", description: t("bots.command.start") },
    { command: "app", description: t("bots.command.app") },
    { command: "stats", description: t("bots.command.stats") },
    { command: "admin", description: t("bots.command.admin") },
    { command: "subscriptions", description: t("bots.command.subscriptions") },
    { command: "stop", description: t("bots.command.stop") },
    { command: "help", description: t("bots.command.help") },
  ];
};

/** Telegram no longer knows the token: 401, or 404 for one that has not the form of a token. */
export const isTokenRefused = (error: unknown): boolean =>
  error instanceof IntegrationError && (error.options.status === 401 || error.options.status === 404);

/**
 * Tells Telegram all about one bot, as often as asked: commands in three languages, the menu button that opens the app, and how
 * updates reach us. A refused token is written down as the bot's health and not thrown, since trying again mends nothing;
 * everything else throws, so that the job runs again. No transaction is open while Telegram is asked.
 */
export async function setUpBot(ctx: ActionContext<BotsPorts>, input: { botId: string }): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (bot?.state !== "active") return;
  const { vault, botAccounts, publicUrl, botMode, installation } = ctx.ports;
  const checkedAt = ctx.now.toISOString();
  try {
    const token = vault.open(bot.tokenSealed);
    const identity = await botAccounts.getMe(token);
    await botAccounts.setCommands(token, null, commandsIn("en"));
    for (const locale of locales) await botAccounts.setCommands(token, locale, commandsIn(locale));
    const button = { text: translator("en")("bots.menu_button"), url: appAddress(publicUrl, bot.id) };
    await botAccounts.setMenuButton(token, canLaunchApp(publicUrl, installation.sandbox) ? button : null);
    if (botMode === "webhook")
      await botAccounts.setWebhook(token, {
        url: webhookAddress(publicUrl, bot.id),
        secret: vault.open(bot.webhookSecretSealed),
        allowedUpdates,
      });
    else await botAccounts.deleteWebhook(token);
    await ctx.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const health = { checkedAt, problem: null };
      await updateBot(tx, bot.id, { username: identity.username, name: identity.name, health });
      await resumeLane(tx, bot.id);
    });
    ctx.log.info({ botId: bot.id, mode: botMode }, "bot set up");
  } catch (error) {
    const problem = isTokenRefused(error) ? "bots.token_refused" : "bots.telegram_away";
    await saveHealth(ctx.db, bot.id, { checkedAt, problem });
    if (!isTokenRefused(error)) throw error;
    ctx.log.warn({ botId: bot.id }, "Telegram refused the bot's token");
  }
}

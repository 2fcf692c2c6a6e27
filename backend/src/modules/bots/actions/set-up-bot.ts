import { localeOf, translator } from "@backend/i18n/index.ts";
import { locales } from "@backend/i18n/translator.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { resumeLane } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import { appAddress, canLaunchApp, webhookAddress } from "../domain/launch.ts";
import { mergeCommands, sameCommands } from "../domain/texts.ts";
import { allowedUpdates } from "../domain/updates.ts";
import { tellTextsJob, withdrawBotJob } from "../jobs.ts";
import type { BotCommand, BotsPorts } from "../ports.ts";
import { type BotRow, type BotTextRow, findBotById, listTexts, lockBot, saveHealth, updateBot } from "../queries.ts";
import { markDisconnected } from "./check-bots.ts";
import { isTokenRefused, isTokenRevoked } from "./identify-bot.ts";

const commandsIn = (locale: Locale): BotCommand[] => {
  const t = translator(locale);
  return [
    { command: "start", description: t("bots.command.start") },
    { command: "app", description: t("bots.command.app") },
    { command: "stats", description: t("bots.command.stats") },
    { command: "admin", description: t("bots.command.admin") },
    { command: "subscriptions", description: t("bots.command.subscriptions") },
    { command: "stop", description: t("bots.command.stop") },
    { command: "paysupport", description: t("bots.command.paysupport") },
    { command: "terms", description: t("bots.command.terms") },
    { command: "help", description: t("bots.command.help") },
  ];
};

/**
 * Tells Telegram all about one bot, as often as asked: how updates reach us, commands in every language, and the menu button that
 * opens the app. A refused token is written down as the bot's health and not thrown, since trying again mends nothing; everything
 * else throws, so that the job runs again. No transaction is open while Telegram is asked.
 */
export async function setUpBot(ctx: ActionContext<BotsPorts>, input: { botId: string }): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (bot?.state !== "active") return;
  const { vault, botAccounts, botMode } = ctx.ports;
  const checkedAt = ctx.now.toISOString();
  try {
    const token = vault.open(bot.tokenSealed);
    const identity = await botAccounts.getMe(token);
    const texts = await listTexts(ctx.db, bot.id);
    await arrangeUpdates(ctx.ports, bot, token);
    await keepCommands(ctx.ports, token, texts);
    await keepMenuButton(ctx.ports, bot, token, texts);
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
      if (texts.length > 0) await enqueue(tx, tellTextsJob, job);
    });
    ctx.log.info({ botId: bot.id, mode: botMode }, "bot set up");
  } catch (error) {
    const problem = isTokenRefused(error) ? "bots.token_refused" : "bots.telegram_away";
    await saveHealth(ctx.db, bot.id, { checkedAt, problem });
    if (isTokenRevoked(error)) await markDisconnected(ctx, bot);
    if (!isTokenRefused(error)) throw error;
    ctx.log.warn({ botId: bot.id }, "Telegram refused the bot's token");
  }
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

/** A language with a list of its own shows nothing of the general one, so every list is whole. Told only where it differs. */
async function keepCommands({ botAccounts }: BotsPorts, token: string, texts: readonly BotTextRow[]): Promise<void> {
  const ownIn = (language: string) => texts.find((row) => row.language === language)?.commands;
  for (const language of new Set(["", ...locales, ...texts.map((row) => row.language)])) {
    const wanted = mergeCommands(ownIn(language) ?? ownIn("") ?? [], commandsIn(localeOf(language)));
    if (!sameCommands(await botAccounts.commands(token, language), wanted))
      await botAccounts.setCommands(token, language, wanted);
  }
}

async function keepMenuButton(
  { botAccounts, publicUrl, installation }: BotsPorts,
  bot: BotRow,
  token: string,
  texts: readonly BotTextRow[],
): Promise<void> {
  const text = texts.find(({ language }) => language === "")?.menuButton ?? translator("en")("bots.menu_button");
  const button = { text, url: appAddress(publicUrl, bot.id) };
  await botAccounts.setMenuButton(token, canLaunchApp(publicUrl, installation.sandbox) ? button : null);
}

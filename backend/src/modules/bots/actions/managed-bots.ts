import { localeOf, translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError, forbidden, IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { findPrivateChat, plainHtml, queueDelivery } from "@backend/modules/messaging/index.ts";
import { botNotFound, cannotManageBots, noChatWithYou } from "../errors.ts";
import { offerManagedBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { findBotById, findOwnBot } from "../queries.ts";
import { connectBot } from "./connect-bot.ts";

/**
 * A member wants a new bot without going to @BotFather: the bot that may make others sends him the button that Telegram has for it,
 * in their private chat, since it works nowhere else. Throws bots.bot_not_found, cannot_manage, press_start_first.
 */
export function requestManagedBot(outer: ActionContext, input: { botId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { actor, db } = ctx;
    if (actor.kind !== "person") throw forbidden("common.forbidden");
    const bot = await findOwnBot(db, actor.workspaceId, input.botId);
    if (!bot) throw botNotFound();
    if (bot.state !== "active" || !bot.canManageBots) throw cannotManageBots();
    const chat = await findPrivateChat(db, actor.workspaceId, actor.personId, bot.id);
    if (!chat) throw noChatWithYou(bot.username);
    await enqueue(db, offerManagedBotJob, {
      workspaceId: actor.workspaceId,
      botId: bot.id,
      telegramChatId: chat.telegramChatId,
      locale: actor.locale,
    });
    await recordAudit(ctx, { action: "bot.managed_requested", subjectKind: "bot", subjectId: bot.id });
    return { ok: true };
  });
}

/** The job: not a delivery, since no other message of ours has a keyboard that asks Telegram for something. */
export async function offerManagedBot(
  ctx: ActionContext<BotsPorts>,
  input: { botId: string; telegramChatId: number; locale: string },
): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (bot?.state !== "active") return;
  const t = translator(localeOf(input.locale));
  try {
    await ctx.ports.botAccounts.offerManagedBot(ctx.ports.vault.open(bot.tokenSealed), input.telegramChatId, {
      text: t("bots.managed.ask"),
      button: t("bots.managed.button"),
    });
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.options.retryable) throw error;
    ctx.log.info({ botId: bot.id, status: error.options.status }, "a button for a new bot could not be sent");
  }
}

/**
 * The job after Telegram said that one of our bots has a new bot to manage, or that the token of one was changed: fetches the token
 * and connects the bot where its manager is. Never takes one over from another workspace. Whoever made it hears how it went.
 */
export async function connectManagedBot(
  ctx: ActionContext<BotsPorts>,
  input: { botId: string; telegramId: number; personId: string },
): Promise<void> {
  const manager = await findBotById(ctx.db, input.botId);
  if (manager?.state !== "active") return;
  const { vault, botAccounts } = ctx.ports;
  const token = await botAccounts.managedBotToken(vault.open(manager.tokenSealed), input.telegramId);
  const chat = await findPrivateChat(ctx.db, manager.workspaceId, input.personId, manager.id);
  const t = translator(localeOf(chat?.locale));
  const said = async () => {
    try {
      const bot = await connectBot(ctx, { token, managedBy: manager.id });
      return t("bots.managed.done", { bot: bot.username });
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== "conflict") throw error;
      ctx.log.info({ code: error.code }, "a managed bot was not connected");
      return error.code === "bots.connected_elsewhere"
        ? t("bots.managed.elsewhere", { bot: String(error.params.bot) })
        : (t.find(error.code, error.params) ?? t("bots.bot_not_found"));
    }
  };
  const html = plainHtml(await said());
  if (!chat) return;
  await queueDelivery(ctx.db, {
    workspaceId: manager.workspaceId,
    chatId: chat.id,
    lane: "service",
    content: { kind: "text", html },
    subject: { kind: "bot", id: manager.id },
    // A job may run again after its message was queued. Telegram gives a new token whenever there is something new to tell.
    dedupeKey: `managed-bot:${manager.id}:${vault.lookupHash("managed-bot", token)}:${chat.id}`,
  });
}

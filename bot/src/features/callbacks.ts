/** Pressed buttons: mutes under alerts. One of an older message that asks nothing any more must not keep turning its circle. */
import { formatTime } from "@backend/i18n/index.ts";
import { AppError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { everything, readOptOutData, refuseMessages } from "@backend/modules/audience/index.ts";
import { answerCallbackJob } from "@backend/modules/bots/index.ts";
import { muteAlerts, readMuteData, unmuteAlerts } from "@backend/modules/conversions/index.ts";
import { cleanName } from "@backend/modules/identity/index.ts";
import { type ChatRow, findChatOfBot } from "@backend/modules/messaging/index.ts";
import { Composer } from "grammy";
import { type BotContext, wordsOf } from "../context.ts";
import { escapeHtml } from "../html.ts";
import { refusalReply } from "../keyboards.ts";

export const callbacksFeature = new Composer<BotContext>();

callbacksFeature.on("callback_query", async (ctx) => {
  const { bot, action } = ctx.edge;
  if (!(await ctx.edge.sender(ctx))) return ctx.edge.ignore("blocked, or not a person");
  const text = await answerTo(ctx);
  await enqueue(action.db, answerCallbackJob, {
    workspaceId: bot.workspaceId,
    botId: bot.id,
    queryId: ctx.callbackQuery.id,
    ...(text === null ? {} : { text }),
  });
  ctx.edge.done({ answered: true });
});

/** Does what the button asks, and says what was done; null when it asks nothing that is known. */
async function answerTo(ctx: BotContext): Promise<string | null> {
  const refused = readOptOutData(ctx.callbackQuery?.data ?? "");
  if (refused !== null) return refuse(ctx, refused);
  const asked = readMuteData(ctx.callbackQuery?.data ?? "");
  const actor = await ctx.edge.sender(ctx);
  const telegramChatId = ctx.callbackQuery?.message?.chat.id;
  if (!asked || !actor || telegramChatId === undefined) return null;
  const t = wordsOf(actor);
  if (actor.member === null) return t("conversions.mute.team_only");
  // The chat is the one in which the button stands; nothing in the button could name another.
  const chat = await findChatOfBot(ctx.edge.action.db, ctx.edge.bot.id, telegramChatId);
  if (!chat) return null;
  try {
    const input = { chatId: chat.id, ...asked.about };
    if (asked.verb === "mute") return await mute(ctx, chat, input);
    const { wasMuted, name } = await unmuteAlerts(ctx.edge.as(actor), input);
    ctx.edge.done({ unmuted: wasMuted });
    return t(wasMuted ? "conversions.mute.unmuted" : "conversions.mute.not_muted", { name });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.edge.done({ refused: error.code });
    return t.find(error.code, error.params) ?? t("common.not_found");
  }
}

async function mute(ctx: BotContext, chat: ChatRow, input: Parameters<typeof muteAlerts>[1]): Promise<string | null> {
  const actor = await ctx.edge.sender(ctx);
  if (!actor) return null;
  const t = wordsOf(actor);
  const { until, name } = await muteAlerts(ctx.edge.as(actor), input);
  const time = formatTime(until, t.locale, actor.timeZone);
  const about = input.routeId === null ? `c:${input.connectionId}` : `r:${input.routeId}`;
  // In the chat too: the others there must know why it is silent, and how to end it.
  const html = escapeHtml(
    t("conversions.mute.muted_by", { person: cleanName(ctx.from?.first_name ?? "", 64), name, time }),
  );
  await ctx.edge.reply(
    chat,
    {
      kind: "text",
      html,
      silent: true,
      buttons: [[{ text: t("conversions.mute.unmute"), callback: `unmute:${about}` }]],
    },
    ctx.callbackQuery?.message?.message_thread_id ?? null,
  );
  ctx.edge.done({ mutedUntil: until.toISOString() });
  return t("conversions.mute.muted", { name, time });
}

/**
 * The button under a broadcast, or under what /subscriptions answers, by which its reader refuses more of its kind. Only in his private
 * chat: in a group anybody could press it, and would refuse for himself what he never got.
 */
async function refuse(ctx: BotContext, categoryId: number): Promise<string | null> {
  const actor = await ctx.edge.sender(ctx);
  const chat = ctx.callbackQuery?.message?.chat;
  if (!actor || chat?.type !== "private" || chat.id !== ctx.from?.id) return null;
  const t = wordsOf(actor);
  try {
    const { changed } = await refuseMessages(ctx.edge.as(actor), { categoryId, via: "message" });
    ctx.edge.done({ refused: categoryId });
    const known = changed ? await findChatOfBot(ctx.edge.action.db, ctx.edge.bot.id, chat.id) : null;
    // The note under the finger goes away; how to take it back must stay.
    if (known)
      await ctx.edge.reply(known, {
        ...refusalReply(
          t,
          categoryId === everything ? "audience.stop.done" : "audience.stop.category_done",
          ctx.edge.action.ports.canLaunchApp,
        ),
        silent: true,
      });
    return t(changed ? "audience.stop.note" : "audience.stop.note_already");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.edge.done({ refused: error.code });
    return t.find(error.code, error.params) ?? t("common.not_found");
  }
}

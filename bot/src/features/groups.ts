/** What messages in groups tell of the group itself: its name, its move to a new id, its topics. And commands given there. */
import { type Locale, translator } from "@backend/i18n/index.ts";
import { locales } from "@backend/i18n/translator.ts";
import { recordChatFacts, recordMigration, recordTopic } from "@backend/modules/messaging/index.ts";
import { Composer } from "grammy";
import { chatFacts, knownChat } from "../chats.ts";
import { type BotContext, wordsOf } from "../context.ts";
import { escapeHtml } from "../html.ts";
import { appButton } from "../keyboards.ts";

export const groupsFeature = new Composer<BotContext>();
const inGroups = groupsFeature.chatType(["group", "supergroup"]);

inGroups.on("message:migrate_to_chat_id", async (ctx) => {
  const ids = { from: ctx.chat.id, to: ctx.message.migrate_to_chat_id };
  ctx.edge.done({ migrated: await recordMigration(ctx.edge.action.db, ctx.edge.bot.id, ids) });
});

inGroups.on("message:migrate_from_chat_id", async (ctx) => {
  const ids = { from: ctx.message.migrate_from_chat_id, to: ctx.chat.id };
  ctx.edge.done({ migrated: await recordMigration(ctx.edge.action.db, ctx.edge.bot.id, ids) });
});

inGroups.on("message:new_chat_title", async (ctx) => {
  const facts = { ...chatFacts(ctx.chat), ...titleOf(ctx.message.new_chat_title) };
  await recordChatFacts(ctx.edge.action.db, ctx.edge.bot.id, facts);
  ctx.edge.done({ titled: true });
});

/** The service message's own text is the newer one when the chat object lags behind. */
const titleOf = (title: string) => {
  const clean = chatFacts({ id: 0, type: "group", title }).title;
  return clean === "0" ? {} : { title: clean };
};

/** Any message in a topic tells of it; those that open, rename or close it tell more. */
inGroups.on("message", async (ctx, next) => {
  const { message } = ctx;
  const threadId = message.message_thread_id;
  if (message.is_topic_message !== true || threadId === undefined) return next();
  await knownChat(ctx.edge, ctx.chat);
  const name =
    message.forum_topic_created?.name ??
    message.forum_topic_edited?.name ??
    message.reply_to_message?.forum_topic_created?.name;
  const isClosed = message.forum_topic_closed ? true : message.forum_topic_reopened ? false : undefined;
  await recordTopic(ctx.edge.action.db, ctx.edge.bot.id, ctx.chat.id, { threadId, name, isClosed });
  ctx.edge.done({ topic: threadId });
  return next();
});

/** The same commands as in private, answered where they were given: with a link, as buttons of apps are for private chats. */
inGroups.command(["start", "app", "help"], async (ctx) => {
  const actor = await ctx.edge.sender(ctx);
  if (!actor) return ctx.edge.ignore("blocked, or not a person");
  const chat = await knownChat(ctx.edge, ctx.chat);
  const language = locales.find((locale: Locale) => locale === chat.locale);
  const t = language ? translator(language) : wordsOf(actor);
  const { canLaunchApp } = ctx.edge.action.ports;
  const text = chat.isForum ? t("bots.chat.added_forum") : t("bots.chat.added_group");
  const html = escapeHtml(actor.member ? text : t("bots.app.text"));
  const threadId = ctx.message.is_topic_message ? ctx.message.message_thread_id : null;
  await ctx.edge.reply(chat, { kind: "text", html, ...appButton(t, canLaunchApp) }, threadId);
  ctx.edge.done({ command: "group" });
});

/** my_chat_member: the bot is blocked and unblocked, added to groups and channels, given and refused rights, removed. */
import { translator } from "@backend/i18n/index.ts";
import type { MemberActor } from "@backend/kit/context.ts";
import { noteRights } from "@backend/modules/access/index.ts";
import { followChat, recordSubscriber } from "@backend/modules/audience/index.ts";
import { toTelegramUser } from "@backend/modules/identity/index.ts";
import { type ChatRow, recordMembership } from "@backend/modules/messaging/index.ts";
import { Composer } from "grammy";
import type { ChatMember } from "grammy/types";
import { chatFacts, knownChat } from "../chats.ts";
import type { BotContext } from "../context.ts";
import { escapeHtml } from "../html.ts";
import { appButton } from "../keyboards.ts";

export const membershipFeature = new Composer<BotContext>();

/** Channels let only admins with that right post; a restricted member of a group may be muted. */
export function canPost(member: ChatMember, chatType: string): boolean {
  if (member.status === "restricted") return member.can_send_messages !== false;
  if (chatType === "channel") return member.status === "administrator" && member.can_post_messages === true;
  return true;
}

/** What keeping the door of a closed chat takes. Rights that every member has are not meant: only administrators answer requests. */
const rightsOf = (member: ChatMember) => ({
  mayInvite: member.status === "administrator" && member.can_invite_users === true,
  mayRemove: member.status === "administrator" && member.can_restrict_members === true,
});

/** A restricted member may also be one who left. */
const statusOf = (member: ChatMember) =>
  member.status === "restricted" && !member.is_member ? ("left" as const) : member.status;

const greetings = {
  group: "bots.chat.added_group",
  supergroup: "bots.chat.added_group",
  channel: "bots.chat.added_channel",
} as const;

/** A private chat's subscriber is blocked or back with it. */
async function follow(ctx: BotContext, chat: ChatRow, actor: MemberActor | null): Promise<void> {
  const { action, bot } = ctx.edge;
  const { workspaceId } = bot;
  if (chat.state !== "active") return followChat(action, { workspaceId, chatId: chat.id });
  const user = toTelegramUser(ctx.from);
  if (!actor || !user) return;
  const { personId } = actor;
  const contact = { kind: "unblock" } as const;
  await recordSubscriber(action, { workspaceId, botId: bot.id, chatId: chat.id, personId, user, contact });
}

membershipFeature.on("my_chat_member", async (ctx) => {
  const { chat, new_chat_member: member } = ctx.myChatMember;
  const status = statusOf(member);
  const isIn = status !== "left" && status !== "kicked";
  const actor = await ctx.edge.sender(ctx);
  // A blocked person is heard in one thing: that the bot is no longer where it was, which is a fact about the chat.
  if (!actor && isIn) return ctx.edge.ignore("blocked, or not a person");
  const facts = chatFacts(chat);
  const mayPost = canPost(member, chat.type);
  // Added without the right to post: known all the same, so that the app can say what is missing.
  if (isIn && !mayPost) await knownChat(ctx.edge, chat, actor?.personId);
  const recorded = await recordMembership(ctx.edge.action.db, {
    workspaceId: ctx.edge.bot.workspaceId,
    botId: ctx.edge.bot.id,
    chat: facts,
    status,
    canPost: mayPost,
    by: actor?.personId ?? null,
    locale: actor?.locale ?? null,
  });
  if (!recorded) return ctx.edge.ignore("left a chat that was never known");
  ctx.edge.done({ chatId: recorded.chat.id, state: recorded.chat.state });
  if (chat.type !== "private") {
    const { workspaceId, id: botId } = ctx.edge.bot;
    await noteRights(ctx.edge.action, { workspaceId, botId, chatId: recorded.chat.id }, rightsOf(member));
  }
  if (chat.type === "private") await follow(ctx, recorded.chat, actor);
  if (!recorded.becameActive || recorded.chat.state !== "active" || chat.type === "private" || !actor) return;
  const t = translator(actor.locale);
  const text = facts.isForum ? t("bots.chat.added_forum") : t(greetings[chat.type]);
  await ctx.edge.reply(recorded.chat, {
    kind: "text",
    html: escapeHtml(text),
    ...appButton(t, ctx.edge.action.ports.canLaunchApp),
  });
});

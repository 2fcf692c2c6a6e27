import { type Conversation, hasRight, memberOf } from "./chats.ts";
import type { MemberStatus, TgMessage, TgUser } from "./types.ts";
import type { Bot, World } from "./world.ts";

/** Bots that are in the chat now. */
export function botsIn(world: World, conversation: Conversation): Bot[] {
  if (conversation.private) return [world.bot(conversation.private.botId)];
  return [...world.bots.values()].filter((bot) => {
    const status = conversation.members.get(bot.user.id)?.status;
    return status !== undefined && status !== "left" && status !== "kicked";
  });
}

/** Whether a bot hears this message: in groups privacy mode leaves it only what is meant for it. */
export function hears(bot: Bot, conversation: Conversation, message: TgMessage): boolean {
  if (conversation.private || conversation.chat.type === "channel" || bot.hearsEverything) return true;
  const status = conversation.members.get(bot.user.id)?.status;
  if (status === "administrator" || status === "creator") return true;
  const text = message.text ?? "";
  if (message.reply_to_message?.from?.id === bot.user.id) return true;
  const command = /^\/\w+(?:@(\w+))?/.exec(text);
  if (command) return !command[1] || command[1].toLowerCase() === bot.user.username?.toLowerCase();
  const isService = message.text === undefined && message.from !== undefined && !message.photo && !message.document;
  return isService || text.toLowerCase().includes(`@${bot.user.username?.toLowerCase()}`);
}

/** Gives a message that a person or the chat itself made to the bots that hear it. */
export function tellBots(world: World, conversation: Conversation, message: TgMessage): void {
  const type = conversation.chat.type === "channel" ? "channel_post" : "message";
  for (const bot of botsIn(world, conversation))
    if (hears(bot, conversation, message)) world.update(bot, type, message, conversation.chat.id);
}

/**
 * Moves somebody in or out of a group or channel, or changes their rank. The bot concerned gets my_chat_member first,
 * administrators among the other bots get chat_member, then the service message follows where the chat shows one.
 */
export function changeMembership(
  world: World,
  conversation: Conversation,
  user: TgUser,
  status: MemberStatus,
  by: TgUser,
  rights?: Record<string, boolean>,
): void {
  const { chat } = conversation;
  const { before, after } = world.setMember(conversation, user, status, rights);
  const change = { chat, from: by, date: world.seconds(), old_chat_member: before, new_chat_member: after };
  const own = world.bots.get(user.id);
  if (own) world.update(own, "my_chat_member", change, chat.id);
  for (const bot of botsIn(world, conversation)) {
    const member = conversation.members.get(bot.user.id);
    const isAdmin = member?.status === "administrator" || member?.status === "creator";
    if (bot !== own && isAdmin) world.update(bot, "chat_member", change, user.id);
  }
  announceMove(world, conversation, user, by, before.status, status);
}

function announceMove(
  world: World,
  conversation: Conversation,
  user: TgUser,
  by: TgUser,
  from: MemberStatus,
  to: MemberStatus,
): void {
  if (conversation.chat.type === "channel") return;
  const wasIn = from !== "left" && from !== "kicked";
  const isIn = to !== "left" && to !== "kicked";
  if (wasIn === isIn) return;
  const part = isIn ? { new_chat_members: [user] } : { left_chat_member: user };
  const message = world.post(conversation, { from: by, ...part }, null);
  tellBots(world, conversation, message);
}

/** A ban whose time is over has ended by itself, without an update. */
export function liftBan(world: World, conversation: Conversation, user: TgUser): void {
  const member = conversation.members.get(user.id);
  const until = member?.status === "kicked" ? Number(member.until_date) : 0;
  if (until > 0 && until <= world.seconds()) world.setMember(conversation, user, "left");
}

/** Lets somebody in who asked or came by a link. */
export function admitToChat(world: World, conversation: Conversation, user: TgUser): void {
  changeMembership(world, conversation, user, "member", user);
}

/** Blocks or unblocks a bot in its private chat. */
export function setBlocked(world: World, bot: Bot, personId: number, isBlocked: boolean): void {
  const conversation = world.privateChat(bot.user.id, personId);
  const terms = conversation.private;
  if (!terms || terms.isBlocked === isBlocked) return;
  terms.isBlocked = isBlocked;
  const { chat } = conversation;
  const as = (blocked: boolean) => memberOf(chat, bot.user, blocked ? "kicked" : "member");
  const from = world.person(personId).user;
  const change = { old_chat_member: as(!isBlocked), new_chat_member: as(isBlocked) };
  world.update(bot, "my_chat_member", { chat, from, date: world.seconds(), ...change }, chat.id);
  world.chatChanged(conversation);
}

/** Whether a person may rule over bots in this chat. */
export const isChatAdmin = (conversation: Conversation, userId: number): boolean =>
  hasRight(conversation.members.get(userId), "can_manage_chat");

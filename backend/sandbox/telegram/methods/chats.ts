import { type Conversation, type InviteLink, memberOf, requireInside, requireRight } from "../chats.ts";
import { badRequest, forbidden } from "../errors.ts";
import { admitToChat, changeMembership, liftBan } from "../membership.ts";
import type { TgUser } from "../types.ts";
import { type Call, chatOf, type Method } from "./call.ts";

function userOf(call: Call): TgUser {
  const id = call.params.integer("user_id");
  if (id === undefined || id <= 0) throw badRequest("invalid user_id specified");
  const user = call.world.people.get(id)?.user ?? call.world.bots.get(id)?.user;
  if (!user) throw badRequest("user not found");
  return user;
}

const getChat: Method = (call) => {
  const conversation = chatOf(call);
  requireInside(conversation, call.bot.user.id);
  if (conversation.private && !conversation.private.isStarted) throw badRequest("chat not found");
  return { ...conversation.chat, accent_color_id: 0, max_reaction_count: 11 };
};

const getChatMember: Method = (call) => {
  const conversation = chatOf(call);
  requireInside(conversation, call.bot.user.id);
  const user = userOf(call);
  if (conversation.private) return memberOf(conversation.chat, user, "member");
  liftBan(call.world, conversation, user);
  return conversation.members.get(user.id) ?? memberOf(conversation.chat, user, "left");
};

const createChatInviteLink: Method = (call) => {
  const { params, bot, world } = call;
  const conversation = chatOf(call);
  requireRight(conversation, bot.user.id, "can_invite_users");
  const name = params.text("name");
  if ([...name].length > 32) throw badRequest("invite link name is too long");
  const memberLimit = params.integer("member_limit");
  if (memberLimit !== undefined && (memberLimit < 1 || memberLimit > 99_999))
    throw badRequest("invalid member_limit specified");
  const asksFirst = params.flag("creates_join_request");
  if (asksFirst && memberLimit !== undefined)
    throw badRequest("member limit can't be specified for links requiring administrator approval");
  const expire = params.integer("expire_date");
  if (expire !== undefined && expire <= world.seconds()) throw badRequest("EXPIRE_DATE_INVALID");
  const link: InviteLink = {
    invite_link: `https://t.me/+${(world.next() + 0x5a17_0000).toString(36)}${Math.floor(world.random() * 1e9).toString(36)}`,
    creator: bot.user,
    creates_join_request: asksFirst,
    is_primary: false,
    is_revoked: false,
    ...(name ? { name } : {}),
    ...(expire ? { expire_date: expire } : {}),
    ...(memberLimit ? { member_limit: memberLimit } : {}),
  };
  conversation.invites.set(link.invite_link, link);
  return link;
};

const revokeChatInviteLink: Method = (call) => {
  const conversation = chatOf(call);
  requireRight(conversation, call.bot.user.id, "can_invite_users");
  const link = conversation.invites.get(call.params.text("invite_link"));
  // A bot is shown other administrators' links cut short, and revokes its own alone.
  if (link?.creator.id !== call.bot.user.id) throw badRequest("INVITE_HASH_EXPIRED");
  link.is_revoked = true;
  return link;
};

const decideJoinRequest =
  (isApproved: boolean): Method =>
  (call) => {
    const conversation = chatOf(call);
    requireRight(conversation, call.bot.user.id, "can_invite_users");
    const user = userOf(call);
    if (!conversation.joinRequests.has(user.id)) {
      const status = conversation.members.get(user.id)?.status;
      throw badRequest(status === "member" ? "USER_ALREADY_PARTICIPANT" : "HIDE_REQUESTER_MISSING");
    }
    conversation.joinRequests.delete(user.id);
    if (isApproved) admitToChat(call.world, conversation, user);
    return true;
  };

const banChatMember: Method = (call) => {
  const { conversation, user } = removable(call);
  const wait = (call.params.integer("until_date") ?? 0) - call.world.seconds();
  conversation.joinRequests.delete(user.id);
  changeMembership(call.world, conversation, user, "kicked", call.bot.user);
  // Less than 30 seconds, or more than 366 days, is for ever.
  const member = conversation.members.get(user.id);
  if (member && wait >= 30 && wait <= 366 * 86_400) member.until_date = call.world.seconds() + wait;
  return true;
};

/** Without `only_if_banned` a member who is present is removed: the real method does so too. */
const unbanChatMember: Method = (call) => {
  const { conversation, user } = removable(call);
  const status = conversation.members.get(user.id)?.status;
  const isPresent = status !== undefined && status !== "kicked" && status !== "left";
  if (isPresent && call.params.flag("only_if_banned")) return true;
  if (status !== undefined && status !== "left")
    changeMembership(call.world, conversation, user, "left", call.bot.user);
  return true;
};

function removable(call: Call): { conversation: Conversation; user: TgUser } {
  const conversation = chatOf(call);
  requireRight(conversation, call.bot.user.id, "can_restrict_members");
  const user = userOf(call);
  const status = conversation.members.get(user.id)?.status;
  if (status === "creator") throw badRequest("can't remove chat owner");
  if (status === "administrator") throw badRequest("user is an administrator of the chat");
  return { conversation, user };
}

const leaveChat: Method = (call) => {
  const conversation = chatOf(call);
  if (conversation.private) throw badRequest("chat can't be left");
  requireInside(conversation, call.bot.user.id);
  if (conversation.members.get(call.bot.user.id)?.status === "creator") throw forbidden("bot can't leave its own chat");
  changeMembership(call.world, conversation, call.bot.user, "left", call.bot.user);
  return true;
};

export const chatMethods: Record<string, Method> = {
  getchat: getChat,
  getchatmember: getChatMember,
  createchatinvitelink: createChatInviteLink,
  revokechatinvitelink: revokeChatInviteLink,
  approvechatjoinrequest: decideJoinRequest(true),
  declinechatjoinrequest: decideJoinRequest(false),
  banchatmember: banChatMember,
  unbanchatmember: unbanChatMember,
  leavechat: leaveChat,
};

import { badRequest, forbidden } from "./errors.ts";
import type { ChatMember, MemberStatus, TgChat, TgMessage, TgUser } from "./types.ts";

export interface Topic {
  id: number;
  name: string;
  isClosed: boolean;
  isDeleted: boolean;
}

export interface InviteLink {
  invite_link: string;
  creator: TgUser;
  creates_join_request: boolean;
  is_primary: boolean;
  is_revoked: boolean;
  name?: string;
  expire_date?: number;
  member_limit?: number;
}

/** What a private chat remembers about one person and one bot. */
export interface PrivateTerms {
  botId: number;
  /** The person pressed Start or allowed messages some other way. */
  isStarted: boolean;
  isBlocked: boolean;
  /** A join request opens the chat until then (milliseconds). */
  writableUntil: number;
}

/** One chat with everything Telegram keeps about it. */
export interface Conversation {
  chat: TgChat;
  messages: Map<number, TgMessage>;
  nextMessageId: number;
  members: Map<number, ChatMember>;
  topics: Map<number, Topic>;
  invites: Map<string, InviteLink>;
  joinRequests: Map<number, InviteLink | undefined>;
  /** Kinds of content that ordinary members may not send. */
  forbiddenKinds: Set<ContentKind>;
  isDeleted: boolean;
  migratedTo?: number;
  private?: PrivateTerms;
}

export type ContentKind = "text messages" | "photos" | "videos" | "documents";

const ADMIN_RIGHTS = {
  can_be_edited: false,
  can_manage_chat: true,
  can_change_info: false,
  can_delete_messages: true,
  can_invite_users: true,
  can_restrict_members: true,
  can_promote_members: false,
  can_manage_video_chats: false,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  is_anonymous: false,
  can_manage_voice_chats: false,
};
const CHANNEL_RIGHTS = { can_post_messages: true, can_edit_messages: true };
const GROUP_RIGHTS = { can_pin_messages: true, can_manage_topics: true };

export function newConversation(chat: TgChat): Conversation {
  return {
    chat,
    messages: new Map(),
    nextMessageId: 1,
    members: new Map(),
    topics: new Map(),
    invites: new Map(),
    joinRequests: new Map(),
    forbiddenKinds: new Set(),
    isDeleted: false,
  };
}

/** A member object as the server serialises it: an administrator lists rights, a kicked one its end date. */
export function memberOf(
  chat: TgChat,
  user: TgUser,
  status: MemberStatus,
  rights: Record<string, boolean> = {},
): ChatMember {
  const bare = { id: user.id, is_bot: user.is_bot, first_name: user.first_name };
  const who: TgUser = { ...bare, ...(user.username ? { username: user.username } : {}) };
  if (status === "kicked") return { user: who, status, until_date: 0 };
  if (status === "creator") return { user: who, status, is_anonymous: false };
  if (status === "restricted") return { user: who, status, is_member: true, until_date: 0, ...rights };
  if (status !== "administrator") return { user: who, status };
  const own = chat.type === "channel" ? CHANNEL_RIGHTS : GROUP_RIGHTS;
  return { user: who, status, ...ADMIN_RIGHTS, ...own, ...rights };
}

/** How the server names a chat inside its error texts. */
const chatNoun = (chat: TgChat): string => `${chat.type} chat`;

export const hasRight = (member: ChatMember | undefined, right: string): boolean =>
  member?.status === "creator" || (member?.status === "administrator" && member[right] === true);

/** Throws unless the bot is inside the chat; private chats are always inside. */
export function requireInside(conversation: Conversation, botId: number): void {
  const { chat } = conversation;
  if (conversation.private) return;
  if (conversation.migratedTo !== undefined)
    throw badRequest("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: conversation.migratedTo });
  if (conversation.isDeleted) throw forbidden("the group chat was deleted");
  const member = conversation.members.get(botId);
  if (!member) {
    if (chat.username) throw forbidden(`bot is not a member of the ${chatNoun(chat)}`);
    throw badRequest("chat not found");
  }
  if (member.status === "kicked") throw forbidden(`bot was kicked from the ${chatNoun(chat)}`);
  if (member.status === "left") throw forbidden(`bot is not a member of the ${chatNoun(chat)}`);
}

/** Throws unless the bot is an administrator with this right. */
export function requireRight(conversation: Conversation, botId: number, right: string): void {
  requireInside(conversation, botId);
  if (hasRight(conversation.members.get(botId), right)) return;
  if (conversation.chat.type === "channel") throw badRequest("need administrator rights in the channel chat");
  throw badRequest(`not enough rights to ${RIGHT_DEEDS[right] ?? "manage the chat"}`);
}

const RIGHT_DEEDS: Record<string, string> = {
  can_invite_users: "manage chat invite link",
  can_restrict_members: "restrict/unrestrict chat member",
};

/** Throws unless the bot may put content of this kind here now. `isDeactivated` concerns the other side. */
export function requireWritable(
  conversation: Conversation,
  botId: number,
  kind: ContentKind,
  isDeactivated: boolean,
  now: number,
): void {
  requireInside(conversation, botId);
  const terms = conversation.private;
  if (terms) {
    if (isDeactivated) throw forbidden("user is deactivated");
    if (terms.isBlocked) throw forbidden("bot was blocked by the user");
    if (!terms.isStarted && terms.writableUntil < now) throw forbidden("bot can't initiate conversation with a user");
    return;
  }
  const member = conversation.members.get(botId);
  if (conversation.chat.type === "channel") {
    if (!hasRight(member, "can_post_messages")) throw badRequest("need administrator rights in the channel chat");
    return;
  }
  const isAdmin = member?.status === "administrator" || member?.status === "creator";
  const isMuted = member?.status === "restricted" && member.can_send_messages !== true;
  if (isMuted || (!isAdmin && conversation.forbiddenKinds.has(kind)))
    throw badRequest(`not enough rights to send ${kind} to the chat`);
}

/** The topic a message goes to. The General topic is named by leaving the id out; naming it 1 fails, as in reality. */
export function requireTopic(conversation: Conversation, botId: number, threadId: number | undefined): void {
  if (threadId === undefined || threadId === 0) return;
  const topic = conversation.chat.is_forum ? conversation.topics.get(threadId) : undefined;
  if (!topic || threadId === 1) throw badRequest("message thread not found");
  if (topic.isDeleted) throw badRequest("TOPIC_DELETED");
  if (topic.isClosed && !hasRight(conversation.members.get(botId), "can_manage_topics"))
    throw badRequest("TOPIC_CLOSED");
}

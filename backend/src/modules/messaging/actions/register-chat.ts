import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import type { ChatKind, ChatState } from "@db/schema/messaging.ts";
import { sql } from "drizzle-orm";
import {
  type ChatRow,
  ensureLane,
  findChatOfBot,
  findSuccessor,
  mergeSuccessor,
  saveChat,
  saveTopic,
  setChatState,
  setTelegramChatId,
  updateChatFacts,
} from "../queries.ts";
import { loseChat } from "./lose-chat.ts";
import { laneChannel } from "./queue-delivery.ts";

/** A chat as an update of Telegram describes it. */
export interface ChatFacts {
  telegramChatId: number;
  kind: ChatKind;
  title: string;
  username?: string | null;
  isForum?: boolean;
}

export interface ChatContact extends ChatFacts {
  workspaceId: string;
  botId: string;
  /** The person behind a private chat. */
  personId?: string | null;
  /** The person who added the bot to a group or channel. */
  addedBy?: string | null;
  locale?: string | null;
}

/**
 * A chat that the bot may write to: somebody pressed Start, allowed messages, or added the bot. Makes it, or brings it back if it
 * was blocked, kicked or removed. Its waiting messages are then sent.
 */
export async function registerChat(db: Db, contact: ChatContact): Promise<ChatRow> {
  await ensureLane(db, contact.botId, laneChannel);
  const chat = await saveChat(db, contact);
  await notifyLive(db, { workspaceId: contact.workspaceId, topic: "chats", id: chat.id });
  return chat;
}

/** What `my_chat_member` says about the bot itself. */
export interface Membership {
  workspaceId: string;
  botId: string;
  chat: ChatFacts;
  /** `new_chat_member.status`. */
  status: "creator" | "administrator" | "member" | "restricted" | "left" | "kicked";
  /** False when the new rights do not let the bot post: a channel without `can_post_messages`, a muted member. */
  canPost?: boolean;
  /** Who changed it; for a private chat the person himself. */
  by?: string | null;
  locale?: string | null;
}

const stateAfter = ({ status, chat, canPost }: Membership): ChatState => {
  if (status === "left" || status === "kicked") return chat.kind === "private" ? "blocked" : "kicked";
  return canPost === false ? "no_rights" : "active";
};

/**
 * Records what became of the bot's place in a chat. Leaving, blocking or losing the right to post settles what was waiting for
 * the chat (see `loseChat`); coming back makes it writable. Answers with the chat and whether it was not known before; null
 * when a chat never known was left.
 */
export async function recordMembership(
  db: Db,
  membership: Membership,
): Promise<{ chat: ChatRow; isNew: boolean; becameActive: boolean } | null> {
  const { workspaceId, botId, chat, by, locale } = membership;
  const known = await findChatOfBot(db, botId, chat.telegramChatId);
  const state = stateAfter(membership);
  if (state !== "active" && !known) return null;
  if (state === "active" || !known) {
    const isPrivate = chat.kind === "private";
    const saved = await registerChat(db, {
      ...chat,
      workspaceId,
      botId,
      locale,
      ...(isPrivate ? { personId: by } : { addedBy: by }),
    });
    return { chat: saved, isNew: !known, becameActive: known?.state !== "active" };
  }
  await updateChatFacts(db, known.id, chat);
  await loseChat(db, known.id, state);
  const after = await findChatOfBot(db, botId, chat.telegramChatId);
  return { chat: after ?? known, isNew: false, becameActive: false };
}

/** Name, address and forum mode as the latest update shows them; a chat that is not known stays unknown. */
export async function recordChatFacts(db: Db, botId: string, facts: ChatFacts): Promise<void> {
  const known = await findChatOfBot(db, botId, facts.telegramChatId);
  if (known) await updateChatFacts(db, known.id, facts);
}

/** A forum topic that was seen, renamed, closed or reopened. Not the General topic, and not reply threads of ordinary groups. */
export async function recordTopic(
  db: Db,
  botId: string,
  telegramChatId: number,
  topic: { threadId: number; name?: string; isClosed?: boolean },
): Promise<void> {
  const known = await findChatOfBot(db, botId, telegramChatId);
  if (known) await saveTopic(db, known.id, topic);
}

/**
 * A group became a supergroup and has a new Telegram id. Our chat keeps its own id, so that everything that points at it goes
 * on working. If updates of the supergroup came first and made a chat of their own, that one's messages move here.
 */
export async function recordMigration(
  db: Db,
  botId: string,
  ids: { from: number; to: number },
): Promise<{ chatId: string } | null> {
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    await tx.execute(sql`select id from chats where bot_id = ${botId} and telegram_chat_id in (${ids.from}, ${ids.to})
      order by id for update`);
    const chat = await findChatOfBot(tx, botId, ids.from);
    const successor = await findSuccessor(tx, botId, ids.to);
    if (!chat) return successor ? { chatId: successor.id } : null;
    if (successor?.kind === "group" || chat.kind === "supergroup") return { chatId: chat.id };
    if (successor) await mergeSuccessor(tx, chat, successor, ids.from);
    await setTelegramChatId(tx, chat.id, ids.to, "supergroup");
    if (chat.state === "deleted" || chat.state === "unreachable") await setChatState(tx, chat.id, "active");
    return { chatId: chat.id };
  });
}

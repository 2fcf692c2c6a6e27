/** What of an update is worth storing. Pure: an update in, an update or nothing out. */
import type { RawUpdate } from "@backend/modules/bots/index.ts";

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

/** Service messages of groups that change what we know of the chat. */
const chatNews = [
  "new_chat_title",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
] as const;

const startsWithCommand = (message: Fields): boolean => {
  const [first] = Array.isArray(message.entities) ? message.entities : [];
  const entity = fieldsOf(first);
  return entity?.type === "bot_command" && entity.offset === 0;
};

/**
 * People talk in groups where a bot is an admin, and none of it is ours to keep. Of such a message only its forum topic is
 * kept, which the Bot API tells in no other way; what stays of it is the chat and the topic, not who said what. Commands,
 * news of the chat and everything in private chats are kept as they came. `null`: nothing to keep.
 */
export function keepUpdate(update: RawUpdate): RawUpdate | null {
  const message = fieldsOf(update.message);
  if (!message) return update;
  const chat = fieldsOf(message.chat);
  if (!chat || chat.type === "private") return update;
  if (startsWithCommand(message) || chatNews.some((name) => message[name] !== undefined)) return update;
  if (message.is_topic_message !== true || typeof message.message_thread_id !== "number") return null;
  const topic = fieldsOf(fieldsOf(message.reply_to_message)?.forum_topic_created);
  return {
    update_id: update.update_id,
    message: {
      message_id: message.message_id,
      date: message.date,
      chat,
      message_thread_id: message.message_thread_id,
      is_topic_message: true,
      ...(topic
        ? {
            reply_to_message: {
              message_id: message.message_thread_id,
              date: message.date,
              chat,
              forum_topic_created: { name: topic.name, icon_color: topic.icon_color ?? 0 },
            },
          }
        : {}),
    },
  };
}

const invitation = /^(\/start(?:@\w+)? +inv_)([A-Za-z0-9_-]{32})$/;
/** Between `inv_` and a sealed token; no token holds it. */
const sealMark = "~";

/**
 * Stored updates can be read in the inspector, and an invitation that was not used up yet would make a member of whoever reads
 * it there. So its token is stored sealed.
 */
export function sealInvitation(update: RawUpdate, seal: (token: string) => string): RawUpdate {
  const message = fieldsOf(update.message);
  const match = typeof message?.text === "string" ? invitation.exec(message.text) : null;
  if (!message || !match) return update;
  return { ...update, message: { ...message, text: `${match[1]}${sealMark}${seal(match[2] ?? "")}` } };
}

/** The payload of /start as it was sent. Throws when its token was sealed with a key that is known no more. */
export function openPayload(payload: string, open: (sealed: string) => string): string {
  const sealed = `inv_${sealMark}`;
  return payload.startsWith(sealed) ? `inv_${open(payload.slice(sealed.length))}` : payload;
}

/** Which topic a stripped message tells of, so that the thousandth message in it need not be stored. */
export function topicOf(update: RawUpdate): string | null {
  const message = fieldsOf(update.message);
  if (!message || message.from !== undefined || message.is_topic_message !== true) return null;
  const name = fieldsOf(fieldsOf(message.reply_to_message)?.forum_topic_created)?.name ?? "";
  return `${String(fieldsOf(message.chat)?.id)}/${String(message.message_thread_id)}/${String(name)}`;
}

/** The chat an update belongs to: updates of one chat are read one after another. Null for those that need no order. */
export function chatOf(update: RawUpdate): string | null {
  for (const [kind, value] of Object.entries(update)) {
    if (kind === "update_id") continue;
    const fields = fieldsOf(value);
    const chat = fieldsOf(fields?.chat) ?? fieldsOf(fieldsOf(fields?.message)?.chat) ?? fieldsOf(fields?.from);
    if (chat && (typeof chat.id === "number" || typeof chat.id === "string")) return String(chat.id);
  }
  return null;
}

/** The kind of an update: its one field besides the number. */
export const kindOf = (update: RawUpdate): string =>
  Object.keys(update).find((key) => key !== "update_id") ?? "nothing";

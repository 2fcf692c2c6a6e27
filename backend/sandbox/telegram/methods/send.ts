import { type ContentKind, type Conversation, requireInside, requireTopic, requireWritable } from "../chats.ts";
import { checkText, type MediaKind, readText } from "../content.ts";
import { badRequest } from "../errors.ts";
import { readMarkup } from "../markup.ts";
import type { FileRef, TgMessage } from "../types.ts";
import { type Call, chatOf, type Method } from "./call.ts";

type Draft = Omit<TgMessage, "message_id" | "chat" | "date">;

const KIND_NAMES: Record<MediaKind, ContentKind> = { photo: "photos", video: "videos", document: "documents" };

/** Throws unless this bot may put this kind of content where the call says. Returns the place. */
export function requirePlace(
  call: Call,
  kind: ContentKind,
): { conversation: Conversation; threadId: number | undefined } {
  const conversation = chatOf(call);
  const person = conversation.private ? call.world.person(conversation.chat.id) : undefined;
  const { id } = call.bot.user;
  requireWritable(conversation, id, kind, person?.isDeactivated ?? false, call.world.now());
  const threadId = call.params.integer("message_thread_id");
  requireTopic(conversation, id, threadId);
  return { conversation, threadId: threadId || undefined };
}

/** Parameters common to everything that is sent. */
function envelope(call: Call, conversation: Conversation, threadId: number | undefined): Draft {
  const { params } = call;
  const reply = params.object("reply_parameters");
  const replyTo = reply ? conversation.messages.get(Number(reply.message_id)) : undefined;
  if (reply && !replyTo && reply.allow_sending_without_reply !== true)
    throw badRequest("message to be replied not found");
  const markup = readMarkup(params.object("reply_markup"), conversation.chat);
  return {
    ...(threadId ? { message_thread_id: threadId, is_topic_message: true } : {}),
    ...(replyTo ? { reply_to_message: withoutReply(replyTo) } : {}),
    ...(params.flag("protect_content") ? { has_protected_content: true } : {}),
    ...(markup ? { reply_markup: markup } : {}),
  };
}

const withoutReply = ({ reply_to_message: _, ...message }: TgMessage): TgMessage => message;

/** Stores the message and writes it into the bot's list of accepted ones. */
export function deliver(call: Call, conversation: Conversation, draft: Draft): TgMessage {
  const { bot, world, params } = call;
  const message = world.postFromBot(conversation, draft, bot, params.flag("disable_notification"));
  bot.accepted.push({
    chatId: conversation.chat.id,
    threadId: message.message_thread_id,
    messageId: message.message_id,
    text: message.text ?? message.caption ?? "",
    method: call.method,
    payload: params.values,
    at: world.now(),
  });
  bot.meter.recordAccepted(world.now(), conversation.chat.id);
  return message;
}

const sendMessage: Method = (call) => {
  const { conversation, threadId } = requirePlace(call, "text messages");
  const { text, entities } = readText(call.params);
  const preview = call.params.object("link_preview_options");
  return deliver(call, conversation, {
    ...envelope(call, conversation, threadId),
    text,
    ...(entities.length > 0 ? { entities } : {}),
    ...(preview ? { link_preview_options: preview } : {}),
  });
};

export function mediaPart(kind: MediaKind, file: FileRef): Draft {
  if (kind === "photo") return { photo: [{ ...file, width: 90, height: 51 }, file] };
  return { [kind]: file };
}

const sendMedia =
  (kind: MediaKind): Method =>
  (call) => {
    const { conversation, threadId } = requirePlace(call, KIND_NAMES[kind]);
    const caption = readText(call.params, "caption");
    const envelopePart = envelope(call, conversation, threadId);
    const file = call.files.take(call.bot.user.id, kind, call.params.text(kind), call.params.files);
    return deliver(call, conversation, { ...envelopePart, ...mediaPart(kind, file), ...captionPart(caption) });
  };

export const captionPart = ({ text, entities }: ReturnType<typeof readText>): Draft => ({
  ...(text ? { caption: text } : {}),
  ...(entities.length > 0 ? { caption_entities: entities } : {}),
});

/** InputMediaPhoto and its like. */
interface InputMedia {
  type: MediaKind;
  media: string;
  caption?: string;
  parse_mode?: string;
  caption_entities?: unknown[];
}

/** How many messages a call puts into the chat; an album counts each item. */
export function itemsOf(method: string, call: Pick<Call, "params">): number {
  if (method !== "sendmediagroup") return 1;
  return Math.max(1, call.params.list("media")?.length ?? 1);
}

const sendMediaGroup: Method = (call) => {
  const { conversation, threadId } = requirePlace(call, "photos");
  if (call.params.has("reply_markup")) throw badRequest("reply markup is not allowed in albums");
  const items = (call.params.list("media") ?? []).map(readInputMedia);
  if (items.length < 2 || items.length > 10) throw badRequest("wrong number of messages to send: must be 2-10");
  const documents = items.filter((item) => item.type === "document").length;
  if (documents > 0 && documents < items.length) throw badRequest("document can't be mixed with other media types");
  const envelopePart = envelope(call, conversation, threadId);
  const groupId = String(13_000_000_000_000 + call.world.next());
  const drafts = items.map((item) => {
    const file = call.files.take(call.bot.user.id, item.type, item.media, call.params.files);
    const caption = checkText(item.caption ?? "", item.parse_mode ?? "", item.caption_entities, "caption");
    return { ...envelopePart, ...mediaPart(item.type, file), ...captionPart(caption), media_group_id: groupId };
  });
  return drafts.map((draft) => deliver(call, conversation, draft));
};

export function readInputMedia(raw: unknown): InputMedia {
  const item = raw as Partial<InputMedia> | null;
  const isKnown = item && ["photo", "video", "document"].includes(String(item.type));
  if (!isKnown || typeof item.media !== "string") throw badRequest("can't parse InputMedia: invalid media specified");
  return item as InputMedia;
}

const copyMessage: Method = (call) => {
  const { conversation, threadId } = requirePlace(call, "text messages");
  const origin = call.world.chatFor(call.bot, call.params.text("from_chat_id").trim());
  requireInside(origin, call.bot.user.id);
  const id = call.params.integer("message_id");
  if (id === undefined) throw badRequest("message identifier is not specified");
  const source = origin.messages.get(id);
  if (!source) throw badRequest("message to copy not found");
  if (source.text === undefined && !source.photo && !source.video && !source.document)
    throw badRequest("message can't be copied");
  const { text, entities, photo, video, document, caption, caption_entities } = source;
  const own = call.params.has("caption") ? captionPart(readText(call.params, "caption")) : undefined;
  const body = { text, entities, photo, video, document, ...(own ?? { caption, caption_entities }) };
  const kept = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const copy = deliver(call, conversation, { ...envelope(call, conversation, threadId), ...kept });
  return { message_id: copy.message_id };
};

export const sendMethods: Record<string, Method> = {
  sendmessage: sendMessage,
  sendphoto: sendMedia("photo"),
  sendvideo: sendMedia("video"),
  senddocument: sendMedia("document"),
  sendmediagroup: sendMediaGroup,
  copymessage: copyMessage,
};

import { type Conversation, hasRight, requireInside } from "../chats.ts";
import { checkText, readText } from "../content.ts";
import { badRequest } from "../errors.ts";
import { readInlineMarkup } from "../markup.ts";
import type { TgMessage } from "../types.ts";
import { personOf } from "../world.ts";
import { type Call, chatOf, type Method } from "./call.ts";
import { captionPart, mediaPart, readInputMedia } from "./send.ts";

const SAME =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
/** Older messages nobody deletes for others (Bot API, deleteMessage). */
const DELETABLE_S = 48 * 3_600;
const CALLBACK_LIFETIME_MS = 900_000;

function ownMessage(call: Call, deed: "edit" | "delete"): { conversation: Conversation; message: TgMessage } {
  const conversation = chatOf(call);
  requireInside(conversation, call.bot.user.id);
  const id = call.params.integer("message_id");
  if (id === undefined) throw badRequest("message identifier is not specified");
  const message = conversation.messages.get(id);
  if (!message) throw badRequest(`message to ${deed} not found`);
  return { conversation, message };
}

function requireOwn(call: Call, conversation: Conversation, message: TgMessage): void {
  const isOwn = conversation.chat.type === "channel" || message.from?.id === call.bot.user.id;
  if (!isOwn) throw badRequest("message can't be edited");
}

/** `kept` is what of the message stays where it is not changed. */
function applyEdit(
  call: Call,
  conversation: Conversation,
  message: TgMessage,
  change: Partial<TgMessage>,
  kept: TgMessage = message,
): TgMessage {
  const markup = readInlineMarkup(call.params.object("reply_markup"), conversation.chat);
  const { reply_markup: _, edit_date: __, ...body } = kept;
  const next: TgMessage = { ...body, ...change, ...(markup ? { reply_markup: markup } : {}) };
  for (const field of ["entities", "caption", "caption_entities"] as const)
    if (field in change && change[field] === undefined) delete next[field];
  const { edit_date: ___, ...current } = message;
  if (Bun.deepEquals(next, current)) throw badRequest(SAME);
  const edited = { ...next, edit_date: call.world.seconds() };
  conversation.messages.set(message.message_id, edited);
  if (call.world.silent.has(message)) call.world.silent.add(edited);
  const { journal } = call.world;
  journal.publish({ kind: "message-edited", chatId: conversation.chat.id, message: edited, ...personOf(conversation) });
  return edited;
}

const editMessageText: Method = (call) => {
  const { conversation, message } = ownMessage(call, "edit");
  requireOwn(call, conversation, message);
  if (message.text === undefined) throw badRequest("there is no text in the message to edit");
  const { text, entities } = readText(call.params);
  return applyEdit(call, conversation, message, { text, entities: entities.length > 0 ? entities : undefined });
};

const editMessageCaption: Method = (call) => {
  const { conversation, message } = ownMessage(call, "edit");
  requireOwn(call, conversation, message);
  if (!message.photo && !message.video && !message.document)
    throw badRequest("there is no caption in the message to edit");
  const { text, entities } = readText(call.params, "caption");
  return applyEdit(call, conversation, message, {
    caption: text || undefined,
    caption_entities: entities.length > 0 ? entities : undefined,
  });
};

/** Puts media in the place of media, or of a text; never takes it away. */
const editMessageMedia: Method = (call) => {
  const { conversation, message } = ownMessage(call, "edit");
  requireOwn(call, conversation, message);
  const input = call.params.object("media");
  if (!input) throw badRequest("can't parse InputMedia: there is no media in the request");
  const media = readInputMedia(input);
  if (message.media_group_id && (media.type === "document") !== (message.document !== undefined))
    throw badRequest("media can't be edited: its kind differs from that of its album");
  const caption = checkText(media.caption ?? "", media.parse_mode ?? "", media.caption_entities, "caption");
  const file = call.files.take(call.bot.user.id, media.type, media.media, call.params.files);
  const {
    text: _,
    entities: __,
    photo: ___,
    video: _4,
    document: _5,
    caption: _6,
    caption_entities: _7,
    ...rest
  } = message;
  return applyEdit(call, conversation, message, { ...mediaPart(media.type, file), ...captionPart(caption) }, rest);
};

const editMessageReplyMarkup: Method = (call) => {
  const { conversation, message } = ownMessage(call, "edit");
  requireOwn(call, conversation, message);
  return applyEdit(call, conversation, message, {});
};

const deleteMessage: Method = (call) => {
  const { conversation, message } = ownMessage(call, "delete");
  remove(call, conversation, message);
  return true;
};

/** Up to a hundred at once; those that are not there are passed over. */
const deleteMessages: Method = (call) => {
  const conversation = chatOf(call);
  requireInside(conversation, call.bot.user.id);
  const ids = call.params.list("message_ids") ?? [];
  if (ids.length < 1 || ids.length > 100) throw badRequest("wrong number of message identifiers: must be 1-100");
  for (const id of ids) {
    const message = conversation.messages.get(Number(id));
    if (message) remove(call, conversation, message);
  }
  return true;
};

function remove(call: Call, conversation: Conversation, message: TgMessage): void {
  const isAdmin = hasRight(conversation.members.get(call.bot.user.id), "can_delete_messages");
  if (!isAdmin && call.world.seconds() - message.date > DELETABLE_S)
    throw badRequest("message can't be deleted for everyone");
  const isOwn = message.from?.id === call.bot.user.id || conversation.private !== undefined;
  if (!isOwn && !isAdmin) throw badRequest("message can't be deleted");
  conversation.messages.delete(message.message_id);
  call.world.journal.publish({
    kind: "message-deleted",
    chatId: conversation.chat.id,
    messageId: message.message_id,
    botId: conversation.private?.botId ?? null,
    ...personOf(conversation),
  });
}

const answerCallbackQuery: Method = ({ params, world, bot }) => {
  const id = params.text("callback_query_id");
  const query = world.callbacks.get(id);
  const isOpen = query?.botId === bot.user.id && !query.isAnswered && world.now() - query.at < CALLBACK_LIFETIME_MS;
  if (!query || !isOpen) throw badRequest("query is too old and response timeout expired or query ID is invalid");
  const text = params.text("text");
  if ([...text].length > 200) throw badRequest("MESSAGE_TOO_LONG");
  query.isAnswered = true;
  world.journal.publish({
    kind: "callback-answered",
    botId: bot.user.id,
    personId: query.personId,
    queryId: id,
    text,
    showAlert: params.flag("show_alert"),
    ...(params.has("url") ? { url: params.text("url") } : {}),
  });
  return true;
};

export const editMethods: Record<string, Method> = {
  editmessagetext: editMessageText,
  editmessagecaption: editMessageCaption,
  editmessagemedia: editMessageMedia,
  editmessagereplymarkup: editMessageReplyMarkup,
  deletemessage: deleteMessage,
  deletemessages: deleteMessages,
  answercallbackquery: answerCallbackQuery,
};

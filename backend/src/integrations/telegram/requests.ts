/** Our messages as the Bot API takes them. Nobody else knows its names. */

import type { Button, SendCall } from "@backend/modules/messaging/ports.ts";

export interface BotApiRequest {
  method: string;
  body: Record<string, unknown>;
}

/** Addresses of a screen of the Mini App ("conversions/12"). */
export interface AppLinks {
  /** What a button in a private chat opens: an https address of ours. */
  inPrivate(bot: { id: string }, path: string): string;
  /** Elsewhere only a link to t.me can open the bot's Mini App. */
  elsewhere(bot: { username: string }, path: string): string;
}

/** Throws a TypeError for content that the Bot API cannot express. */
export function toRequest(call: SendCall, links: AppLinks): BotApiRequest {
  const { content } = call;
  if (call.change)
    return call.change.act === "delete" ? toRemoval(call, call.change) : toEdit(call, call.change, links);
  const common = {
    chat_id: call.chat.telegramChatId,
    ...(call.threadId === null ? {} : { message_thread_id: call.threadId }),
    ...(content.silent ? { disable_notification: true } : {}),
    ...(content.protect ? { protect_content: true } : {}),
    ...(call.isPaid ? { allow_paid_broadcast: true } : {}),
  };
  const markup = markupOf(call, links);
  switch (content.kind) {
    case "text":
      return {
        method: "sendMessage",
        body: {
          ...common,
          ...formatted("text", content.html, call.asPlainText),
          ...(content.linkPreview ? {} : { link_preview_options: { is_disabled: true } }),
          ...markup,
        },
      };
    case "photo":
    case "video":
    case "document":
      return {
        method: `send${content.kind[0]?.toUpperCase()}${content.kind.slice(1)}`,
        body: {
          ...common,
          [content.kind]: content.media,
          ...(content.caption === undefined ? {} : formatted("caption", content.caption, call.asPlainText)),
          ...markup,
        },
      };
    case "album":
      return {
        method: "sendMediaGroup",
        body: {
          ...common,
          media: content.items.map((item) => ({
            type: item.kind,
            media: item.media,
            ...(item.caption === undefined ? {} : formatted("caption", item.caption, call.asPlainText)),
          })),
        },
      };
    default:
      throw new TypeError(`content of an unknown kind: ${String((content as { kind?: unknown }).kind)}`);
  }
}

type Change = NonNullable<SendCall["change"]>;

/** The whole message anew: what is left out of an edit (buttons, a caption) is gone afterwards. */
function toEdit(call: SendCall, change: Change, links: AppLinks): BotApiRequest {
  const { content } = call;
  const common = { chat_id: call.chat.telegramChatId, message_id: change.messageId };
  switch (content.kind) {
    case "text":
      return {
        method: "editMessageText",
        body: {
          ...common,
          ...formatted("text", content.html, call.asPlainText),
          ...(content.linkPreview ? {} : { link_preview_options: { is_disabled: true } }),
          ...markupOf(call, links),
        },
      };
    // Its other messages stay as they are, and an album has no buttons.
    case "album":
      return {
        method: "editMessageCaption",
        body: { ...common, ...formatted("caption", content.items[0]?.caption ?? "", call.asPlainText) },
      };
    default:
      return {
        method: "editMessageMedia",
        body: {
          ...common,
          media: {
            type: content.kind,
            media: content.media,
            ...(content.caption === undefined ? {} : formatted("caption", content.caption, call.asPlainText)),
          },
          ...markupOf(call, links),
        },
      };
  }
}

function toRemoval({ chat }: SendCall, { messageId, albumMessageIds }: Change): BotApiRequest {
  return albumMessageIds && albumMessageIds.length > 0
    ? { method: "deleteMessages", body: { chat_id: chat.telegramChatId, message_ids: albumMessageIds } }
    : { method: "deleteMessage", body: { chat_id: chat.telegramChatId, message_id: messageId } };
}

const formatted = (field: "text" | "caption", html: string, asPlainText: boolean) =>
  asPlainText ? { [field]: plainTextOf(html) } : { [field]: html, parse_mode: "HTML" };

/** What a reader would see of Telegram HTML, marks taken off. For text whose marks are wrong, so nothing is assumed of them. */
export function plainTextOf(html: string): string {
  return html
    .replace(/<\/?[a-zA-Z][^<>]*>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}

function markupOf(call: SendCall, links: AppLinks): Record<string, unknown> {
  const rows = "buttons" in call.content ? call.content.buttons : undefined;
  if (!rows || rows.length === 0) return {};
  return { reply_markup: { inline_keyboard: rows.map((row) => row.map((button) => buttonOf(button, call, links))) } };
}

function buttonOf(button: Button, call: SendCall, links: AppLinks): Record<string, unknown> {
  if ("url" in button) return { text: button.text, url: button.url };
  if ("callback" in button) return { text: button.text, callback_data: button.callback };
  if ("copy" in button) return { text: button.text, copy_text: { text: button.copy } };
  // web_app buttons exist in private chats only (BUTTON_TYPE_INVALID elsewhere).
  return call.chat.kind === "private"
    ? { text: button.text, web_app: { url: links.inPrivate(call.bot, button.app) } }
    : { text: button.text, url: links.elsewhere(call.bot, button.app) };
}

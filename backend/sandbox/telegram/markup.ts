import { badRequest } from "./errors.ts";
import type { InlineButton, ReplyMarkup, TgChat } from "./types.ts";

const ACTIONS = [
  "url",
  "callback_data",
  "web_app",
  "login_url",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
  "copy_text",
  "callback_game",
  "pay",
] as const;
const STYLES = ["danger", "success", "primary"];
const MAX_BUTTONS = 100;

const fault = (text: string) => badRequest(`can't parse inline keyboard button: ${text}`);

/** Loopback http is allowed beside https, because in the sandbox the app itself lives there. */
export function isAppAddress(address: unknown): boolean {
  if (typeof address !== "string") return false;
  try {
    const url = new URL(address);
    const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && isLoopback);
  } catch {
    return false;
  }
}

/** Checks `reply_markup` for a chat. Rules: Bot API sheet §4. Returns undefined when there is none. */
export function readMarkup(
  raw: Record<string, unknown> | undefined,
  chat: TgChat,
  isInvoice = false,
): ReplyMarkup | undefined {
  if (!raw) return undefined;
  if (raw.inline_keyboard !== undefined) {
    const rows = readInlineKeyboard(raw.inline_keyboard, chat, isInvoice);
    return rows.length > 0 ? { inline_keyboard: rows } : undefined;
  }
  if (raw.keyboard !== undefined) return readReplyKeyboard(raw, chat);
  if (raw.remove_keyboard === true || raw.force_reply === true) return { ...raw };
  throw badRequest("object expected as reply markup");
}

/** Only the inline keyboard, as edits accept it. */
export function readInlineMarkup(raw: Record<string, unknown> | undefined, chat: TgChat): ReplyMarkup | undefined {
  const markup = readMarkup(raw, chat);
  if (markup && !markup.inline_keyboard) throw badRequest("inline keyboard expected");
  return markup;
}

function readInlineKeyboard(raw: unknown, chat: TgChat, isInvoice: boolean): InlineButton[][] {
  if (!Array.isArray(raw))
    throw badRequest('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array');
  const rows = raw.map((row) => {
    if (!Array.isArray(row)) throw badRequest("can't parse inline keyboard: Inline keyboard row must be an Array");
    return row.map((button) => readInlineButton(button, chat));
  });
  const kept = rows.filter((row) => row.length > 0);
  if (kept.flat().length > MAX_BUTTONS) throw badRequest("BUTTON_TOO_MANY");
  const flat = kept.flat();
  const payAt = flat.findIndex((button) => button.pay);
  if (payAt >= 0 && (!isInvoice || payAt !== 0)) throw badRequest("BUTTON_TYPE_INVALID");
  if (isInvoice && flat.length > 0 && payAt !== 0) throw badRequest("first button must be a Pay button");
  return kept;
}

function readInlineButton(raw: unknown, chat: TgChat): InlineButton {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw fault("InlineKeyboardButton must be an Object");
  const button = raw as InlineButton & Record<string, unknown>;
  if (typeof button.text !== "string") throw fault('Can\'t find field "text"');
  if (button.text.trim() === "") throw badRequest("BUTTON_TEXT_EMPTY");
  if (button.style !== undefined && !STYLES.includes(String(button.style)))
    throw fault("invalid button style specified");
  const actions = ACTIONS.filter((name) => button[name] !== undefined && button[name] !== false);
  if (actions.length === 0) throw fault("Text buttons are unallowed in the inline keyboard");
  if (actions.length > 1) throw fault("Exactly one action must be specified");
  checkAction(button, chat);
  return button;
}

function checkAction(button: InlineButton, chat: TgChat): void {
  if (button.url !== undefined && !isButtonUrl(button.url)) throw badRequest("BUTTON_URL_INVALID");
  if (button.callback_data !== undefined) {
    const bytes = Buffer.byteLength(String(button.callback_data));
    if (bytes < 1 || bytes > 64) throw badRequest("BUTTON_DATA_INVALID");
  }
  if (button.copy_text !== undefined) {
    const length = [...String(button.copy_text?.text ?? "")].length;
    if (length < 1 || length > 256) throw badRequest("BUTTON_COPY_TEXT_INVALID");
  }
  if (button.web_app !== undefined) checkApp(button.web_app, chat);
}

function checkApp(app: unknown, chat: TgChat): void {
  const url = (app as { url?: unknown } | null)?.url;
  if (!isAppAddress(url))
    throw fault(`Inline keyboard button Web App URL '${String(url ?? "")}' is invalid: Only HTTPS links are allowed`);
  if (chat.type !== "private")
    throw badRequest("BUTTON_TYPE_INVALID: Web App buttons can be used in private chats only");
}

function isButtonUrl(address: unknown): boolean {
  if (typeof address !== "string" || address.length > 2048) return false;
  if (/^tg:\/\//i.test(address)) return true;
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `http://${address}`);
    if (!["http:", "https:", "ton:"].includes(url.protocol)) return false;
    return url.hostname.includes(".") && !/\s/.test(address.trim()) ? true : isAppAddress(address);
  } catch {
    return false;
  }
}

type ReplyButton = NonNullable<ReplyMarkup["keyboard"]>[number][number];

function readReplyKeyboard(raw: Record<string, unknown>, chat: TgChat): ReplyMarkup {
  const rows = raw.keyboard;
  if (!Array.isArray(rows)) throw badRequest('can\'t parse reply keyboard: Field "keyboard" must be of type Array');
  const keyboard = rows.map((row) => {
    if (!Array.isArray(row)) throw badRequest("can't parse reply keyboard: keyboard row must be an Array");
    return row.map((item: unknown) => {
      const button = typeof item === "string" ? { text: item } : (item as Partial<ReplyButton>);
      if (typeof button?.text !== "string" || button.text === "")
        throw badRequest("can't parse keyboard button: text expected");
      if (button.web_app) {
        if (chat.type !== "private") throw badRequest("Web App buttons can be used in private chats only");
        if (!isAppAddress(button.web_app.url))
          throw badRequest("can't parse keyboard button: Only HTTPS links are allowed");
      }
      if (button.request_managed_bot) {
        if (chat.type !== "private") throw badRequest("Managed bots can be requested in private chats only");
        if (!Number.isInteger(button.request_managed_bot.request_id))
          throw badRequest("can't parse keyboard button: Can't find field \"request_id\"");
      }
      return button as ReplyButton;
    });
  });
  return { ...raw, keyboard };
}

/** The part of Telegram's JSON that the stand-in produces. Field names are Telegram's own. */
export interface TgUser {
  id: number;
  is_bot: boolean;
  first_name: string;
  last_name?: string;
  username?: string;
  language_code?: string;
  is_premium?: boolean;
}

export type ChatType = "private" | "group" | "supergroup" | "channel";

export interface TgChat {
  id: number;
  type: ChatType;
  title?: string;
  username?: string;
  first_name?: string;
  last_name?: string;
  is_forum?: boolean;
}

export interface MessageEntity {
  type: string;
  /** UTF-16 code units. */
  offset: number;
  length: number;
  url?: string;
  user?: TgUser;
  language?: string;
  custom_emoji_id?: string;
  unix_time?: number;
  date_time_format?: string;
}

export interface InlineButton {
  text: string;
  url?: string;
  callback_data?: string;
  web_app?: { url: string };
  copy_text?: { text: string };
  pay?: boolean;
  switch_inline_query?: string;
  switch_inline_query_current_chat?: string;
  style?: string;
}

export interface ReplyMarkup {
  inline_keyboard?: InlineButton[][];
  keyboard?: {
    text: string;
    web_app?: { url: string };
    request_contact?: boolean;
    request_managed_bot?: { request_id: number; suggested_name?: string; suggested_username?: string };
  }[][];
  remove_keyboard?: boolean;
  force_reply?: boolean;
  [option: string]: unknown;
}

export interface FileRef {
  file_id: string;
  file_unique_id: string;
  file_size?: number;
  width?: number;
  height?: number;
  duration?: number;
  file_name?: string;
  mime_type?: string;
}

export interface TgInvoice {
  title: string;
  description: string;
  start_parameter: string;
  currency: string;
  total_amount: number;
}

export interface Payment {
  currency: string;
  total_amount: number;
  invoice_payload: string;
  telegram_payment_charge_id: string;
  provider_payment_charge_id: string;
}

export interface TgMessage {
  message_id: number;
  message_thread_id?: number;
  is_topic_message?: boolean;
  from?: TgUser;
  sender_chat?: TgChat;
  chat: TgChat;
  /** Unix seconds. */
  date: number;
  edit_date?: number;
  text?: string;
  entities?: MessageEntity[];
  caption?: string;
  caption_entities?: MessageEntity[];
  photo?: FileRef[];
  video?: FileRef;
  document?: FileRef;
  media_group_id?: string;
  reply_to_message?: TgMessage;
  reply_markup?: ReplyMarkup;
  has_protected_content?: boolean;
  link_preview_options?: Record<string, unknown>;
  invoice?: TgInvoice;
  successful_payment?: Payment;
  refunded_payment?: Payment;
  new_chat_members?: TgUser[];
  left_chat_member?: TgUser;
  migrate_to_chat_id?: number;
  migrate_from_chat_id?: number;
  forum_topic_created?: { name: string; icon_color: number };
  forum_topic_closed?: Record<string, never>;
  forum_topic_reopened?: Record<string, never>;
  managed_bot_created?: { bot: TgUser };
  write_access_allowed?: { from_request?: boolean; web_app_name?: string };
}

export type MemberStatus = "creator" | "administrator" | "member" | "restricted" | "left" | "kicked";

export interface ChatMember {
  user: TgUser;
  status: MemberStatus;
  [right: string]: unknown;
}

export type UpdateType =
  | "message"
  | "edited_message"
  | "channel_post"
  | "edited_channel_post"
  | "callback_query"
  | "my_chat_member"
  | "chat_member"
  | "chat_join_request"
  | "pre_checkout_query"
  | "message_reaction"
  | "managed_bot"
  | "subscription";

export type TgUpdate = { update_id: number } & { [K in UpdateType]?: unknown };

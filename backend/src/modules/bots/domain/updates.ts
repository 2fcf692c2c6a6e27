/**
 * Kinds of updates we ask Telegram for. Always sent explicitly: left out, the previous list would stay in force. Membership of
 * other people, posts of channels and reactions are not asked for, so nobody's chatter reaches us for nothing.
 */
export const allowedUpdates = [
  "message",
  "callback_query",
  "my_chat_member",
  "chat_join_request",
  "pre_checkout_query",
  "managed_bot",
  "subscription",
] as const;

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

/** Whether Telegram keeps something from us that we ask for: a list set by an earlier version stays until another one is set. */
export const lacksUpdates = (list: readonly string[] | null): boolean =>
  list !== null && allowedUpdates.some((kind) => !list.includes(kind));

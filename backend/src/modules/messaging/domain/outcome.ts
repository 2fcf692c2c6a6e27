/**
 * What Telegram's answer to a message means. Descriptions are no contract (wordings changed before), so parameters and
 * numbers are looked at first, and texts are matched by the words that stayed the same.
 */

/** What came of one call. Only the transport knows whether a request without an answer can have been carried out. */
export type Answer =
  /** The Bot API answered in its own form. */
  | {
      kind: "accepted";
      messageId: number | null;
      /** Of an album: the numbers of all its messages. */
      messageIds?: number[];
    }
  | {
      kind: "refused";
      status: number;
      description: string;
      retryAfterS: number | null;
      migrateToChatId: number | null;
    }
  /** Not tried: a file that the message needs is on its way to Telegram just now. */
  | { kind: "not_yet"; waitMs: number }
  /** Certainly not carried out: no connection, or it broke before the request had left. */
  | { kind: "not_sent"; reason: string }
  /** May have been carried out: no answer, or not the Bot API's (a gateway's page). */
  | { kind: "lost"; reason: string };

export type LostChat = "blocked" | "deactivated" | "kicked" | "deleted" | "no_rights" | "unreachable";

export type Outcome =
  | { kind: "sent"; messageId: number | null; messageIds: number[] | null }
  /** 429: nothing happened; wait. */
  | { kind: "wait"; waitMs: number }
  /** Nothing was tried; others of the lane go meanwhile. */
  | { kind: "not_yet"; waitMs: number }
  /** Nothing happened, and it is not the message's fault: the way to Telegram is broken. */
  | { kind: "not_sent"; text: string }
  /** It may have arrived. `isServerError`: a 5xx, where it more probably has not. */
  | { kind: "ambiguous"; isServerError: boolean; text: string }
  /** A fact about the chat: it cannot be written to. */
  | { kind: "chat_lost"; state: LostChat; text: string }
  | { kind: "moved"; telegramChatId: number }
  | { kind: "topic"; problem: "gone" | "closed"; text: string }
  /** Refused for its formatting: worth one try as plain text. */
  | { kind: "markup"; text: string }
  /** Refused for what it is; trying again changes nothing. */
  | { kind: "refused"; reason: Refusal; text: string }
  | { kind: "token_refused"; text: string };

export type Refusal =
  | "too_long"
  | "empty"
  | "file_refused"
  | "buttons_refused"
  | "refused"
  /** Of edits and deletions. */
  | "message_gone"
  | "too_old"
  | "not_editable"
  | "other_kind";

/** `retry_after` is missing in odd answers of front ends; then this. */
const defaultWaitMs = 5_000;

const lostByText: readonly (readonly [RegExp, LostChat])[] = [
  [/blocked by the user|USER_IS_BLOCKED/i, "blocked"],
  [/user is deactivated|INPUT_USER_DEACTIVATED/i, "deactivated"],
  [/group chat was deleted|chat was deleted|CHANNEL_INVALID|CHAT_ID_INVALID/i, "deleted"],
  [/was kicked|not a member|USER_NOT_PARTICIPANT|CHANNEL_PRIVATE/i, "kicked"],
  [
    /can't initiate|can't send messages to (?:the )?bots?|PEER_ID_INVALID|chat not found|user not found/i,
    "unreachable",
  ],
  [
    /not enough rights|need administrator rights|no write access|have no rights|CHAT_WRITE_FORBIDDEN|CHAT_ADMIN_REQUIRED|CHAT_SEND_[A-Z]+_FORBIDDEN|CHAT_RESTRICTED|group chat was deactivated/i,
    "no_rights",
  ],
];

/** About a message that was to be edited or deleted. Before all others: their words speak of texts and media too. */
const changeRefused: readonly (readonly [RegExp, Refusal])[] = [
  [/message to edit not found|MESSAGE_ID_INVALID/i, "message_gone"],
  [/message can't be deleted|MESSAGE_DELETE_FORBIDDEN/i, "too_old"],
  [/message can't be edited|MESSAGE_AUTHOR_REQUIRED|MESSAGE_EDIT_TIME_EXPIRED/i, "not_editable"],
  [/there is no (?:text|caption|media) in the message/i, "other_kind"],
];
/** What was asked for is so already: asked twice, or somebody else did it. */
const doneAlready = /message is not modified|MESSAGE_NOT_MODIFIED|messages? to delete not found/i;

const refusedByText: readonly (readonly [RegExp, Refusal])[] = [
  [/too long|MESSAGE_TOO_LONG|MEDIA_CAPTION_TOO_LONG/i, "too_long"],
  [/text is empty|must be non-empty|MESSAGE_EMPTY/i, "empty"],
  [/BUTTON_|button|REPLY_MARKUP|inline keyboard|keyboard/i, "buttons_refused"],
  [/file|photo|image|video|document|media|WEBPAGE_|IMAGE_|PHOTO_|web page content|http url/i, "file_refused"],
];

/** What an answer means. Every answer has a meaning: what nobody foresaw is a refusal with Telegram's own words. */
export function outcomeOf(answer: Answer): Outcome {
  switch (answer.kind) {
    case "accepted":
      return { kind: "sent", messageId: answer.messageId, messageIds: answer.messageIds ?? null };
    case "not_yet":
      return answer;
    case "not_sent":
      return { kind: "not_sent", text: answer.reason };
    case "lost":
      return { kind: "ambiguous", isServerError: false, text: answer.reason };
    case "refused":
      return meaningOf(answer);
  }
}

function meaningOf(answer: Extract<Answer, { kind: "refused" }>): Outcome {
  const { status, description: text } = answer;
  if (answer.migrateToChatId !== null) return { kind: "moved", telegramChatId: answer.migrateToChatId };
  if (status === 429 || answer.retryAfterS !== null)
    return { kind: "wait", waitMs: answer.retryAfterS === null ? defaultWaitMs : answer.retryAfterS * 1000 };
  if (status >= 500) return { kind: "ambiguous", isServerError: true, text };
  if (status === 401) return { kind: "token_refused", text };
  // A path without a bot is answered "Not Found", and so did older servers answer a dead token; a method is not our token.
  if (status === 404)
    return /method/i.test(text) ? { kind: "refused", reason: "refused", text } : { kind: "token_refused", text };
  if (doneAlready.test(text)) return { kind: "sent", messageId: null, messageIds: null };
  for (const [words, reason] of changeRefused) if (words.test(text)) return { kind: "refused", reason, text };
  if (/can't parse entities|ENTITY_|ENTITIES_/i.test(text)) return { kind: "markup", text };
  if (/thread not found|TOPIC_DELETED|TOPIC_ID_INVALID/i.test(text)) return { kind: "topic", problem: "gone", text };
  if (/TOPIC_CLOSED/i.test(text)) return { kind: "topic", problem: "closed", text };
  for (const [words, state] of lostByText) if (words.test(text)) return { kind: "chat_lost", state, text };
  if (status === 403) return { kind: "chat_lost", state: "kicked", text };
  for (const [words, reason] of refusedByText) if (words.test(text)) return { kind: "refused", reason, text };
  return { kind: "refused", reason: "refused", text };
}

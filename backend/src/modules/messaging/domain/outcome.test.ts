import { describe, expect, test } from "bun:test";
import { outcomeOf } from "./outcome.ts";

const refused = (status: number, description: string, more: { retryAfterS?: number; migrateToChatId?: number } = {}) =>
  outcomeOf({ kind: "refused", status, description, retryAfterS: null, migrateToChatId: null, ...more });

/** Recorded wordings of the Bot API, and what each means to us. */
const lost: [number, string, string][] = [
  [403, "Forbidden: bot was blocked by the user", "blocked"],
  [403, "Forbidden: user is deactivated", "deactivated"],
  [403, "Forbidden: bot can't initiate conversation with a user", "unreachable"],
  [403, "Forbidden: the bot can't send messages to the bot", "unreachable"],
  [403, "Forbidden: bot was kicked from the group chat", "kicked"],
  [403, "Forbidden: bot was kicked from the supergroup chat", "kicked"],
  [403, "Forbidden: bot is not a member of the channel chat", "kicked"],
  [403, "Forbidden: the group chat was deleted", "deleted"],
  [403, "Forbidden: something new", "kicked"],
  [400, "Bad Request: chat not found", "unreachable"],
  [400, "Unauthorized: bot can't initiate conversation with a user", "unreachable"],
  [400, "Bad Request: not enough rights to send text messages to the chat", "no_rights"],
  [400, "Bad Request: need administrator rights in the channel chat", "no_rights"],
  [400, "Bad Request: have no write access to the chat", "no_rights"],
  [400, "Bad Request: CHAT_WRITE_FORBIDDEN", "no_rights"],
  [400, "Bad Request: USER_NOT_PARTICIPANT", "kicked"],
];

const ours: [string, string][] = [
  ["Bad Request: message is too long", "too_long"],
  ["Bad Request: message caption is too long", "too_long"],
  ["Bad Request: message text is empty", "empty"],
  ["Bad Request: wrong file identifier/HTTP URL specified", "file_refused"],
  [
    "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    "buttons_refused",
  ],
  ["Bad Request: BUTTON_URL_INVALID", "buttons_refused"],
  ["Bad Request: BUTTON_TYPE_INVALID", "buttons_refused"],
  ["Bad Request: something nobody foresaw", "refused"],
  ["Bad Request: message to edit not found", "message_gone"],
  ["Bad Request: message can't be deleted for everyone", "too_old"],
  ["Bad Request: message can't be edited", "not_editable"],
  ["Bad Request: there is no text in the message to edit", "other_kind"],
];

describe("the meaning of Telegram's answers", () => {
  test.each([
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
    "Bad Request: message to delete not found",
  ])("%s is what was asked for", (description) => {
    expect(refused(400, description)).toEqual({ kind: "sent", messageId: null, messageIds: null });
  });

  test.each(lost)("%i %s is a fact about the chat", (status, text, state) => {
    expect(refused(status, text)).toMatchObject({ kind: "chat_lost", state });
  });

  test.each(ours)("%s is not tried again", (text, reason) => {
    expect(refused(400, text)).toMatchObject({ kind: "refused", reason });
  });

  test("429 is a wait, told by the parameter and not by the text", () => {
    expect(refused(429, "Too Many Requests: retry after 35", { retryAfterS: 35 })).toEqual({
      kind: "wait",
      waitMs: 35_000,
    });
    expect(refused(429, "")).toEqual({ kind: "wait", waitMs: 5_000 });
  });

  test("a migration is followed, whatever else the answer says", () => {
    const text = "Bad Request: group chat was upgraded to a supergroup chat";
    expect(refused(400, text, { migrateToChatId: -100123 })).toEqual({ kind: "moved", telegramChatId: -100123 });
  });

  test("a dead token is told by 401 or by 404 without a method", () => {
    expect(refused(401, "Unauthorized").kind).toBe("token_refused");
    expect(refused(404, "Not Found").kind).toBe("token_refused");
    expect(refused(404, "Not Found: method not found").kind).toBe("refused");
  });

  test("topics and markup have ways out of their own", () => {
    expect(refused(400, "Bad Request: message thread not found")).toMatchObject({ kind: "topic", problem: "gone" });
    expect(refused(400, "Bad Request: TOPIC_DELETED")).toMatchObject({ kind: "topic", problem: "gone" });
    expect(refused(400, "Bad Request: TOPIC_CLOSED")).toMatchObject({ kind: "topic", problem: "closed" });
    const text = "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"";
    expect(refused(400, text).kind).toBe("markup");
  });

  test("what may have been carried out is never taken for a failure", () => {
    expect(refused(500, "Internal Server Error").kind).toBe("ambiguous");
    expect(refused(502, "status 502")).toMatchObject({ kind: "ambiguous", isServerError: true });
    expect(outcomeOf({ kind: "lost", reason: "ECONNRESET" })).toMatchObject({
      kind: "ambiguous",
      isServerError: false,
    });
    expect(outcomeOf({ kind: "not_sent", reason: "ECONNREFUSED" }).kind).toBe("not_sent");
  });
});

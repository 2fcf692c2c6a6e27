import { describe, expect, test } from "bun:test";
import { chatOf, keepUpdate, kindOf, topicOf } from "./keep-update.ts";

const person = { id: 700000001, is_bot: false, first_name: "Oksana" };
const group = { id: -1001112223335, title: "Club", type: "supergroup", is_forum: true };
const inGroup = (fields: object) => ({
  update_id: 1,
  message: { message_id: 5, date: 1760000000, from: person, chat: group, ...fields },
});

describe("what is kept of an update", () => {
  test("everything in private chats", () => {
    const update = { update_id: 1, message: { chat: { id: 7, type: "private" }, from: person, text: "hi" } };
    expect(keepUpdate(update)).toBe(update);
  });

  test("nothing of what people say to each other in groups", () => {
    expect(keepUpdate(inGroup({ text: "secret plans" }))).toBeNull();
    expect(keepUpdate(inGroup({ photo: [], caption: "/start is in a caption" }))).toBeNull();
    // A reply thread of an ordinary group is no topic.
    expect(keepUpdate(inGroup({ text: "a reply", message_thread_id: 9 }))).toBeNull();
  });

  test("of a message in a topic only the chat and the topic", () => {
    const kept = keepUpdate(
      inGroup({
        text: "secret plans",
        message_thread_id: 9,
        is_topic_message: true,
        reply_to_message: { message_id: 9, from: person, forum_topic_created: { name: "Deposits", icon_color: 1 } },
      }),
    );
    const text = JSON.stringify(kept);
    expect(text).not.toContain("secret");
    expect(text).not.toContain("Oksana");
    expect(text).not.toContain("700000001");
    expect(text).toContain("Deposits");
    expect(kept && topicOf(kept)).toBe("-1001112223335/9/Deposits");
  });

  test("commands and news of the chat as they came", () => {
    const command = inGroup({ text: "/start@my_bot x", entities: [{ type: "bot_command", offset: 0, length: 13 }] });
    expect(keepUpdate(command)).toBe(command);
    for (const news of [
      { new_chat_title: "Club 2" },
      { migrate_to_chat_id: -100 },
      { forum_topic_created: { name: "x", icon_color: 1 }, message_thread_id: 9, is_topic_message: true },
    ]) {
      const update = inGroup(news);
      expect(keepUpdate(update)).toBe(update);
      expect(topicOf(update)).toBeNull();
    }
  });

  test("odd shapes do not throw", () => {
    for (const message of [null, 7, "x", [], {}, { chat: null }, { chat: { type: "group" }, entities: "x" }])
      expect(() => keepUpdate({ update_id: 1, message })).not.toThrow();
  });
});

describe("the order of updates", () => {
  test("is kept per chat, for presses by the chat of their message, for queries by person", () => {
    expect(chatOf({ update_id: 1, message: { chat: { id: 7 }, from: { id: 8 } } })).toBe("7");
    expect(chatOf({ update_id: 1, callback_query: { from: { id: 8 }, message: { chat: { id: -5 } } } })).toBe("-5");
    expect(chatOf({ update_id: 1, pre_checkout_query: { id: "1", from: { id: 8 } } })).toBe("8");
    expect(chatOf({ update_id: 1, poll: { id: "1" } })).toBeNull();
    expect(kindOf({ update_id: 1, poll: { id: "1" } })).toBe("poll");
  });
});

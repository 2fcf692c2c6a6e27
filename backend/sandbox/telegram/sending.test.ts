import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Api, GrammyError } from "grammy";
import { type Bot, startTelegramStandIn, type TelegramStandIn } from "./index.ts";

let telegram: TelegramStandIn;
let bot: Bot;
let api: Api;
let now = 1_760_000_000_000;
const ANN = 700_000_001;

beforeAll(async () => {
  telegram = await startTelegramStandIn({ now: () => now });
});
afterAll(() => telegram.stop());
beforeEach(() => {
  now += 600_000;
  bot = telegram.addBot({ username: "shop_bot", firstName: "Shop" });
  api = new Api(bot.token, { apiRoot: telegram.apiRoot });
  telegram.people.addPerson({ id: ANN, firstName: "Ann", languageCode: "uk" });
});

/** The answer as it comes over the wire. */
async function call(method: string, body: unknown, token = bot.token) {
  const response = await fetch(`${telegram.apiRoot}/bot${token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.json() };
}

/** What the server says when it refuses. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const cause = await promise.then(
    () => "accepted",
    (error) => error,
  );
  return cause instanceof GrammyError ? cause.description : String(cause);
}

const group = (input: Partial<Parameters<TelegramStandIn["people"]["addChat"]>[0]> = {}) =>
  telegram.people.addChat({ type: "supergroup", title: "Club", ownerId: ANN, ...input });

describe("the envelope", () => {
  test("an unknown token is 401, a strange path and a strange method are 404", async () => {
    expect(await call("getMe", {}, "99:unknown")).toMatchObject({
      status: 401,
      body: { ok: false, error_code: 401, description: "Unauthorized" },
    });
    expect((await fetch(`${telegram.apiRoot}/other`)).status).toBe(404);
    expect((await call("sendPigeon", {})).body.description).toBe("Not Found: method not found");
  });

  test("methods ignore case, and parameters may come as JSON, form, query or multipart", async () => {
    telegram.people.start(bot.user.id, ANN);
    const url = `${telegram.apiRoot}/bot${bot.token}/SENDmessage`;
    const form = new FormData();
    form.set("chat_id", String(ANN));
    form.set("text", "two");
    const one = await fetch(url, { method: "POST", body: new URLSearchParams({ chat_id: String(ANN), text: "one" }) });
    const two = await fetch(url, { method: "POST", body: form });
    now += 5000;
    const three = await fetch(`${url}?chat_id=${ANN}&text=three`);
    expect([one.status, two.status, three.status]).toEqual([200, 200, 200]);
    expect(telegram.acceptedMessages(bot.user.id).map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  test("429 carries retry_after in the body and in the header", async () => {
    telegram.people.start(bot.user.id, ANN);
    for (let n = 0; n < 2; n++) await api.sendMessage(ANN, "hi");
    expect(await call("sendMessage", { chat_id: ANN, text: "hi" })).toEqual({
      status: 429,
      retryAfter: "1",
      body: {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 1",
        parameters: { retry_after: 1 },
      },
    });
  });

  test("bodies and addresses nobody can read are 400 or 404, never 500", async () => {
    const url = `${telegram.apiRoot}/bot${bot.token}/sendMessage`;
    const send = (type: string, body: string) =>
      fetch(url, { method: "POST", headers: { "content-type": type }, body });
    for (const body of ["{", "[]", "null", '"x"']) expect((await send("application/json", body)).status).toBe(400);
    expect((await send("multipart/form-data; boundary=x", "garbage")).status).toBe(400);
    expect((await fetch(`${telegram.apiRoot}/bot%E0%A4%A/x`)).status).toBe(401);
    expect((await call("sendPhoto", { chat_id: ANN, photo: "https://" })).status).toBeLessThan(500);
  });

  test("a revoked token is dead", async () => {
    telegram.revokeToken(bot.user.id);
    expect((await call("getMe", {})).status).toBe(401);
  });
});

describe("private chats", () => {
  test("a bot cannot write before /start, can afterwards, and cannot once it is blocked", async () => {
    expect(await refusal(api.sendMessage(ANN, "hi"))).toBe("Forbidden: bot can't initiate conversation with a user");
    telegram.people.start(bot.user.id, ANN);
    now += 5000;
    expect((await api.sendMessage(ANN, "hi")).chat.id).toBe(ANN);
    telegram.people.block(bot.user.id, ANN);
    now += 5000;
    expect(await refusal(api.sendMessage(ANN, "hi"))).toBe("Forbidden: bot was blocked by the user");
    telegram.people.unblock(bot.user.id, ANN);
    now += 5000;
    expect((await api.sendMessage(ANN, "hi")).text).toBe("hi");
  });

  test("deactivated people, bots and strangers are told apart", async () => {
    const gone = telegram.people.addPerson({ firstName: "Gone" });
    telegram.people.start(bot.user.id, gone.id);
    telegram.people.deactivate(gone.id);
    expect(await refusal(api.sendMessage(gone.id, "hi"))).toBe("Forbidden: user is deactivated");
    expect(await refusal(api.sendMessage(bot.user.id, "hi"))).toBe("Forbidden: the bot can't send messages to the bot");
    expect(await refusal(api.sendMessage(12345, "hi"))).toBe("Bad Request: chat not found");
  });

  test("permission given in the Mini App opens the chat as /start does", async () => {
    telegram.people.allowWriting(bot.user.id, ANN);
    expect((await api.sendMessage(ANN, "hi")).text).toBe("hi");
  });
});

describe("groups and channels", () => {
  test("a stranger, a member, a kicked bot and a deleted group each get their own words", async () => {
    const chat = group();
    expect(await refusal(api.sendMessage(chat.id, "hi"))).toBe("Bad Request: chat not found");
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN);
    expect((await api.sendMessage(chat.id, "hi")).text).toBe("hi");
    telegram.people.removeBot(chat.id, bot.user.id, ANN);
    expect(await refusal(api.sendMessage(chat.id, "hi"))).toBe("Forbidden: bot was kicked from the supergroup chat");
    telegram.people.deleteGroup(chat.id);
    expect(await refusal(api.sendMessage(chat.id, "hi"))).toBe("Forbidden: the group chat was deleted");
  });

  test("a migrated group names its successor, which works", async () => {
    const chat = group({ type: "group" });
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN);
    const next = telegram.people.migrate(chat.id);
    expect((await call("sendMessage", { chat_id: chat.id, text: "hi" })).body).toEqual({
      ok: false,
      error_code: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: next },
    });
    expect((await api.sendMessage(next, "hi")).chat.type).toBe("supergroup");
  });

  test("topics: the right one works; General by number, unknown, closed and deleted ones fail", async () => {
    const chat = group({ isForum: true });
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN);
    const topic = telegram.people.makeTopic(chat.id, "Deposits", ANN);
    const send = (thread: number) => api.sendMessage(chat.id, "hi", { message_thread_id: thread });
    expect((await send(topic)).message_thread_id).toBe(topic);
    expect(await refusal(send(1))).toBe("Bad Request: message thread not found");
    expect(await refusal(send(9999))).toBe("Bad Request: message thread not found");
    telegram.people.closeTopic(chat.id, topic, ANN);
    expect(await refusal(send(topic))).toBe("Bad Request: TOPIC_CLOSED");
    telegram.people.deleteTopic(chat.id, topic);
    expect(await refusal(send(topic))).toBe("Bad Request: TOPIC_DELETED");
  });

  test("a muted bot and a channel without the right to post are refused", async () => {
    const chat = group();
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN, {
      status: "restricted",
      rights: { can_send_messages: false },
    });
    expect(await refusal(api.sendMessage(chat.id, "hi"))).toBe(
      "Bad Request: not enough rights to send text messages to the chat",
    );
    const channel = group({ type: "channel", username: "news_ch" });
    expect(await refusal(api.sendMessage("@news_ch", "hi"))).toBe("Forbidden: bot is not a member of the channel chat");
    telegram.people.promoteBot(channel.id, bot.user.id, ANN, { can_post_messages: false });
    expect(await refusal(api.sendMessage(channel.id, "hi"))).toBe(
      "Bad Request: need administrator rights in the channel chat",
    );
    telegram.people.promoteBot(channel.id, bot.user.id, ANN);
    expect((await api.sendMessage("@news_ch", "hi")).chat.id).toBe(channel.id);
  });
});

describe("content", () => {
  beforeEach(() => void telegram.people.start(bot.user.id, ANN));

  test("counts text in code points after parsing, and raw text in bytes", async () => {
    expect((await api.sendMessage(ANN, `<b>${"👍".repeat(4096)}</b>`, { parse_mode: "HTML" })).entities).toHaveLength(
      1,
    );
    now += 5000;
    expect(await refusal(api.sendMessage(ANN, "x".repeat(4097)))).toBe("Bad Request: message is too long");
    now += 5000;
    expect(await refusal(api.sendMessage(ANN, "ю".repeat(16_385)))).toBe("Bad Request: text is too long");
    now += 5000;
    expect(await refusal(api.sendMessage(ANN, " \n "))).toBe("Bad Request: message text is empty");
    now += 5000;
    const photo = "https://example.com/a.jpg";
    expect(await refusal(api.sendPhoto(ANN, photo, { caption: "x".repeat(1025) }))).toBe(
      "Bad Request: message caption is too long",
    );
  });

  test.each([
    [
      { text: "x" },
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [{ text: "x", callback_data: "я".repeat(33) }, "Bad Request: BUTTON_DATA_INVALID"],
    [
      { text: "x", callback_data: "a", url: "https://a.io" },
      "Bad Request: can't parse inline keyboard button: Exactly one action must be specified",
    ],
    [{ text: "x", copy_text: { text: "y".repeat(257) } }, "Bad Request: BUTTON_COPY_TEXT_INVALID"],
    [
      { text: "x", web_app: { url: "http://example.com" } },
      "Bad Request: can't parse inline keyboard button: Inline keyboard button Web App URL 'http://example.com' is invalid: Only HTTPS links are allowed",
    ],
    [{ text: "x", url: "not a url" }, "Bad Request: BUTTON_URL_INVALID"],
  ])("refuses the button %j", async (button, description) => {
    const reply_markup = { inline_keyboard: [[button]] };
    expect((await call("sendMessage", { chat_id: ANN, text: "x", reply_markup })).body.description).toBe(description);
  });

  test("app buttons live in private chats only; in the sandbox they may point to loopback", async () => {
    const reply_markup = { inline_keyboard: [[{ text: "Open", web_app: { url: "http://localhost:3000/app/1/" } }]] };
    expect((await api.sendMessage(ANN, "x", { reply_markup })).reply_markup).toEqual(reply_markup);
    const chat = group();
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN);
    expect(await refusal(api.sendMessage(chat.id, "x", { reply_markup }))).toContain("private chats only");
  });

  test("a file id works for its own bot and kind only", async () => {
    const sent = await api.sendPhoto(ANN, "https://example.com/a.jpg", { caption: "<b>c</b>", parse_mode: "HTML" });
    const id = sent.photo.at(-1)?.file_id ?? "";
    now += 5000;
    expect((await api.sendPhoto(ANN, id)).photo.at(-1)?.file_id).toBe(id);
    now += 5000;
    expect(await refusal(api.sendVideo(ANN, id))).toContain("can't use file of type Photo as Video");
    now += 5000;
    expect(await refusal(api.sendDocument(ANN, "nonsense"))).toBe(
      "Bad Request: wrong file identifier/HTTP URL specified",
    );
  });

  test("an album is 2 to 10 items, each counted", async () => {
    const item = { type: "photo", media: "https://example.com/a.jpg" } as const;
    expect(await refusal(api.sendMediaGroup(ANN, [item]))).toContain("wrong number of messages to send");
    now += 60_000;
    expect(await api.sendMediaGroup(ANN, [item, item, item])).toHaveLength(3);
    expect(telegram.counters(bot.user.id).accepted).toBe(3);
  });

  test("editing to the same content says so, deleting twice too", async () => {
    const { message_id } = await api.sendMessage(ANN, "one");
    expect(await refusal(api.editMessageText(ANN, message_id, "one"))).toStartWith(
      "Bad Request: message is not modified",
    );
    expect(await api.editMessageText(ANN, message_id, "two")).toMatchObject({ text: "two" });
    expect(await api.deleteMessage(ANN, message_id)).toBe(true);
    expect(await refusal(api.deleteMessage(ANN, message_id))).toBe("Bad Request: message to delete not found");
    expect(await refusal(api.editMessageText(ANN, message_id, "x"))).toBe("Bad Request: message to edit not found");
  });

  test("copying needs a message that can be copied", async () => {
    const { message_id } = await api.sendMessage(ANN, "one");
    now += 5000;
    const copy = await api.copyMessage(ANN, ANN, message_id);
    expect(copy.message_id).toBeGreaterThan(message_id);
    expect(await refusal(api.copyMessage(ANN, ANN, 9999))).toBe("Bad Request: message to copy not found");
  });
});

describe("profile", () => {
  test("commands, texts and menu button are kept by language and chat", async () => {
    await api.setMyCommands([{ command: "start", description: "Begin" }], { language_code: "en" });
    expect(await api.getMyCommands({ language_code: "en" })).toEqual([{ command: "start", description: "Begin" }]);
    expect(await api.getMyCommands()).toEqual([]);
    const menu = { type: "web_app" as const, text: "Open", web_app: { url: "https://a.io/app/" } };
    await api.setChatMenuButton({ menu_button: menu });
    expect(await api.getChatMenuButton({ chat_id: ANN })).toEqual(menu);
    expect(await refusal(api.setMyCommands([{ command: "No Spaces", description: "x" }]))).toContain(
      "BOT_COMMAND_INVALID",
    );
    expect(await api.getMe()).toMatchObject({ id: bot.user.id, username: "shop_bot", is_bot: true });
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { createLogger } from "@backend/kit/log.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { MediaLibrary, SendCall } from "@backend/modules/messaging/ports.ts";
import { toRequest } from "./requests.ts";
import { readAnswer, telegramSender } from "./sender.ts";

const token = "123456789:TEST-not-a-real-token-000000000000";
const links = {
  inPrivate: (bot: { id: string }, path: string) => `https://app.test/app/${bot.id}/${path}`,
  elsewhere: (bot: { username: string }, path: string) => `https://t.me/${bot.username}?startapp=${path}`,
};
const log = createLogger("silent");
const library: MediaLibrary = {
  find: async () => null,
  read: async () => null,
  remember: async () => {},
  forget: async () => {},
};
const callOf = (content: Content, more: Partial<SendCall> = {}): SendCall => ({
  workspaceId: "w1",
  change: null,
  bot: { id: "b1", token, username: "shop_bot" },
  chat: { telegramChatId: 5, kind: "private" },
  threadId: null,
  content,
  isPaid: false,
  asPlainText: false,
  ...more,
});
const hello = callOf({ kind: "text", html: "hello" });

let server: Server | undefined;
afterEach(() => void server?.close());

/** A server that speaks bytes, so that a test decides what a broken connection looks like. */
async function listen(
  onRequest: (socket: Socket, count: number) => void,
): Promise<{ root: string; requests(): number }> {
  let requests = 0;
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      if (data.toString("latin1").includes("POST ")) onRequest(socket, ++requests);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { root: `http://127.0.0.1:${port}`, requests: () => requests };
}

const answer = (socket: Socket, status: string, body: string, headers = "") =>
  socket.write(`HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`);
const send = (root: string, timeoutMs = 2_000) =>
  telegramSender({ apiRoot: root, links, library, log, timeoutMs }).send(hello, new AbortController().signal);

describe("what a failed call proves", () => {
  test("a refused connection carried nothing", async () => {
    expect(await send("http://127.0.0.1:1")).toMatchObject({ kind: "not_sent" });
  });

  test("a name that does not resolve carried nothing", async () => {
    expect(await send("http://no-such-host.invalid")).toMatchObject({ kind: "not_sent" });
  });

  test("a connection that drops after the request may have carried it, and it is never repeated", async () => {
    const { root, requests } = await listen((socket, count) => {
      if (count === 1) answer(socket, "200 OK", '{"ok":true,"result":{"message_id":7}}');
      else if (count === 2) socket.destroy();
      else socket.end();
    });
    // The first makes the connection one that is reused.
    expect(await send(root)).toEqual({ kind: "accepted", messageId: 7 });
    expect(await send(root)).toMatchObject({ kind: "lost" });
    expect(await send(root)).toMatchObject({ kind: "lost" });
    expect(requests()).toBe(3);
  });

  test("an answer that breaks off is lost, not refused", async () => {
    const { root } = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{"ok":tr');
      socket.end();
    });
    expect(await send(root)).toMatchObject({ kind: "lost" });
  });

  test("silence is lost after the time-out", async () => {
    const { root } = await listen(() => {});
    expect(await send(root, 150)).toEqual({ kind: "lost", reason: "no answer in time" });
  });

  test("nothing of the token is in what comes back", async () => {
    const { root } = await listen((socket) => socket.destroy());
    expect(JSON.stringify([await send(root), await send("http://127.0.0.1:1")])).not.toContain("123456789");
  });
});

describe("answers", () => {
  test("the Bot API's own refusals keep their number, words and parameters", () => {
    const body = { ok: false, error_code: 429, description: "Too Many Requests: retry after 35" };
    expect(readAnswer(429, JSON.stringify({ ...body, parameters: { retry_after: 35 } }), null)).toMatchObject({
      kind: "refused",
      status: 429,
      retryAfterS: 35,
    });
    expect(readAnswer(429, "<html>", "12")).toMatchObject({ kind: "refused", status: 429, retryAfterS: 12 });
    const moved = { ok: false, error_code: 400, description: "x", parameters: { migrate_to_chat_id: -100123 } };
    expect(readAnswer(400, JSON.stringify(moved), null)).toMatchObject({ migrateToChatId: -100123 });
  });

  test("a gateway's page is a server error, other strangers' pages are lost answers", () => {
    expect(readAnswer(502, "<html>502</html>", null)).toMatchObject({ kind: "refused", status: 502 });
    expect(readAnswer(200, "<html>captive portal</html>", null)).toMatchObject({ kind: "lost" });
    expect(readAnswer(302, "", null)).toMatchObject({ kind: "lost" });
    expect(readAnswer(200, "null", null)).toMatchObject({ kind: "lost" });
  });

  test("an album's number is that of its first message", () => {
    const text = '{"ok":true,"result":[{"message_id":4},{"message_id":5}]}';
    expect(readAnswer(200, text, null)).toEqual({ kind: "accepted", messageId: 4, messageIds: [4, 5] });
  });
});

describe("requests", () => {
  test("say what the content says, and nothing else", () => {
    const content: Content = { kind: "text", html: "<b>x</b>", silent: true, protect: true };
    expect(toRequest(callOf(content, { threadId: 11, isPaid: true }), links)).toEqual({
      method: "sendMessage",
      body: {
        chat_id: 5,
        message_thread_id: 11,
        disable_notification: true,
        protect_content: true,
        allow_paid_broadcast: true,
        text: "<b>x</b>",
        parse_mode: "HTML",
        link_preview_options: { is_disabled: true },
      },
    });
  });

  test("open the Mini App by a button in private and by a link elsewhere", () => {
    const buttons = [
      [
        { text: "Open", app: "conversions/12" },
        { text: "Copy", copy: "X" },
      ],
      [{ text: "Site", url: "https://a.b" }],
    ];
    const content: Content = { kind: "text", html: "x", buttons };
    const keyboard = (kind: "private" | "supergroup") =>
      (
        toRequest(callOf(content, { chat: { telegramChatId: 5, kind } }), links).body.reply_markup as {
          inline_keyboard: unknown;
        }
      ).inline_keyboard;
    expect(keyboard("private")).toEqual([
      [
        { text: "Open", web_app: { url: "https://app.test/app/b1/conversions/12" } },
        { text: "Copy", copy_text: { text: "X" } },
      ],
      [{ text: "Site", url: "https://a.b" }],
    ]);
    expect(keyboard("supergroup")).toMatchObject([
      [{ url: "https://t.me/shop_bot?startapp=conversions/12" }, {}],
      [{}],
    ]);
  });

  test("carry media and albums, captions formatted", () => {
    const media = "https://a.b/c.jpg";
    expect(toRequest(callOf({ kind: "photo", media, caption: "<i>y</i>" }), links)).toMatchObject({
      method: "sendPhoto",
      body: { photo: media, caption: "<i>y</i>", parse_mode: "HTML" },
    });
    const items = [
      { kind: "photo" as const, media, caption: "one" },
      { kind: "video" as const, media },
      { kind: "photo" as const, media, caption: "<b>three</b>" },
    ];
    expect(toRequest(callOf({ kind: "album", items }), links)).toMatchObject({
      method: "sendMediaGroup",
      body: {
        media: [
          { type: "photo", media, caption: "one", parse_mode: "HTML" },
          { type: "video", media },
          { type: "photo", media, caption: "<b>three</b>", parse_mode: "HTML" },
        ],
      },
    });
  });

  test("as plain text leave no mark and no mode behind", () => {
    const { body } = toRequest(callOf({ kind: "text", html: "<b>5 &lt; 6 &amp; more" }, { asPlainText: true }), links);
    expect(body).toMatchObject({ text: "5 < 6 & more" });
    expect(body).not.toHaveProperty("parse_mode");
  });

  test("content that nobody knows is an error before any call", () => {
    expect(() => toRequest(callOf({ kind: "hologram" } as never), links)).toThrow(TypeError);
  });
});

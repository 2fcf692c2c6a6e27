import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { Api, GrammyError, HttpError } from "grammy";
import { type Bot, signInitData, startTelegramStandIn, type TelegramStandIn } from "./index.ts";

let telegram: TelegramStandIn;
let bot: Bot;
let api: Api;
const ANN = 700_000_001;

beforeEach(async () => {
  telegram = await startTelegramStandIn({ seed: 7 });
  bot = telegram.addBot({ username: "shop_bot" });
  api = new Api(bot.token, { apiRoot: telegram.apiRoot });
  telegram.people.addPerson({ id: ANN, firstName: "Ann" });
  telegram.people.start(bot.user.id, ANN);
});
afterEach(() => telegram.stop());

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error) =>
      error instanceof GrammyError ? `${error.error_code}` : error instanceof HttpError ? "network" : String(error),
  );
const accepted = () => telegram.acceptedMessages(bot.user.id).length;

describe("scripted faults", () => {
  test("a lost answer and a late status leave exactly one accepted message behind", async () => {
    telegram.addFault({ kind: "lost_answer", count: 1 });
    expect(await outcome(api.sendMessage(ANN, "one"))).toBe("network");
    expect(accepted()).toBe(1);
    telegram.addFault({ kind: "late_status", count: 1 });
    expect(await outcome(api.sendMessage(ANN, "two"))).toBe("network");
    expect(accepted()).toBe(2);
  });

  test.each(["bad_gateway", "gateway_timeout", "reset"] as const)("%s accepts nothing", async (kind) => {
    const fault = telegram.addFault({ kind, count: 1 });
    expect(await outcome(api.sendMessage(ANN, "one"))).toBe("network");
    expect([accepted(), fault.struck()]).toEqual([0, 1]);
    expect(await outcome(api.sendMessage(ANN, "two"))).toBe("ok");
  });

  test("a 500 comes in JSON, a flood with its wait", async () => {
    telegram.addFault({ kind: "server_error", count: 1 });
    expect(await outcome(api.sendMessage(ANN, "one"))).toBe("500");
    telegram.addFault({ kind: "flood", count: 1, retryAfterS: [3, 35] });
    const error = await api.sendMessage(ANN, "two").catch((cause) => cause);
    expect(error.parameters.retry_after).toBeGreaterThanOrEqual(3);
    expect(await outcome(api.sendMessage(ANN, "three"))).toBe("429");
  });

  test("a hang drops the call, a slow call works", async () => {
    telegram.addFault({ kind: "hang", count: 1, durationMs: 20 });
    expect(await outcome(api.sendMessage(ANN, "one"))).toBe("network");
    telegram.addFault({ kind: "slow", count: 1, durationMs: 20 });
    const startedAt = performance.now();
    expect(await outcome(api.sendMessage(ANN, "two"))).toBe("ok");
    expect(performance.now() - startedAt).toBeGreaterThan(15);
  });

  test("strike only the bot, chat and method they name", async () => {
    telegram.addFault({ kind: "server_error", chatId: 5 });
    telegram.addFault({ kind: "server_error", botId: 5 });
    telegram.addFault({ kind: "server_error", methods: ["getMe"] });
    expect(await outcome(api.sendMessage(ANN, "one"))).toBe("ok");
    expect(await outcome(api.getMe())).toBe("500");
  });

  test("the same seed draws the same misfortunes", async () => {
    const draws = async () => {
      const other = await startTelegramStandIn({ seed: 42 });
      const fault = other.addFault({ kind: "server_error", probability: 0.5, methods: ["getMe"] });
      const one = other.addBot({ username: "one_bot" });
      const client = new Api(one.token, { apiRoot: other.apiRoot });
      const results: string[] = [];
      for (let n = 0; n < 12; n++) results.push(await outcome(client.getMe()));
      await other.stop();
      expect(fault.struck()).toBeGreaterThan(0);
      return results.join();
    };
    expect(await draws()).toBe(await draws());
  });

  test("when it is down connections are refused; up again it answers at the same address", async () => {
    await telegram.goDown();
    expect(await outcome(api.getMe())).toBe("network");
    telegram.comeUp();
    expect(await outcome(api.getMe())).toBe("ok");
  });
});

test("watchers see what people and bots do, in order", async () => {
  const seen: string[] = [];
  const stop = telegram.subscribe((event) => seen.push(event.kind));
  telegram.people.userSends(bot.user.id, ANN, "hi");
  await api.sendMessage(ANN, "hello");
  stop();
  await api.sendMessage(ANN, "unheard");
  expect(seen).toEqual(["message-sent", "update-queued", "message-sent"]);
});

test("signed initData passes Telegram's own check", () => {
  const raw = signInitData(bot.token, { user: { id: ANN, first_name: "Анна & Co" }, start_param: "x" });
  const fields = new Map(new URLSearchParams(raw));
  const hash = fields.get("hash");
  fields.delete("hash");
  const lines = [...fields]
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join("\n");
  const secret = createHmac("sha256", "WebAppData").update(bot.token).digest();
  expect(createHmac("sha256", secret).update(lines).digest("hex")).toBe(hash ?? "");
  expect(JSON.parse(fields.get("user") ?? "")).toEqual({ id: ANN, first_name: "Анна & Co" });
});

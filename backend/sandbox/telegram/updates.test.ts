import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Api } from "grammy";
import { type Bot, startTelegramStandIn, type TelegramStandIn, type TgUpdate } from "./index.ts";

let telegram: TelegramStandIn;
let bot: Bot;
let api: Api;
const ANN = 700_000_001;
const stops: (() => unknown)[] = [];

beforeEach(async () => {
  telegram = await startTelegramStandIn({ webhookRetryScale: 0.005, preCheckoutMs: 80 });
  bot = telegram.addBot({ username: "shop_bot" });
  api = new Api(bot.token, { apiRoot: telegram.apiRoot });
  telegram.people.addPerson({ id: ANN, firstName: "Ann", username: "ann" });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await telegram.stop();
});

/** A webhook whose answers the test decides. */
function webhook(answer: (update: TgUpdate, attempt: number) => Response | Promise<Response>) {
  const seen: TgUpdate[] = [];
  const secrets: (string | null)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const update = (await request.json()) as TgUpdate;
      seen.push(update);
      secrets.push(request.headers.get("x-telegram-bot-api-secret-token"));
      return answer(update, seen.filter((other) => other.update_id === update.update_id).length);
    },
  });
  stops.push(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}/hook`, seen, secrets };
}

async function until(condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("waited too long");
    await Bun.sleep(3);
  }
}

describe("getUpdates", () => {
  test("keeps an update until its offset is confirmed", async () => {
    telegram.people.start(bot.user.id, ANN, "ref_1");
    const [update] = await api.getUpdates();
    expect(update?.message).toMatchObject({
      text: "/start ref_1",
      entities: [{ offset: 0, length: 6, type: "bot_command" }],
      chat: { id: ANN, type: "private" },
      from: { id: ANN, username: "ann" },
    });
    expect(await api.getUpdates()).toHaveLength(1);
    expect(await api.getUpdates({ offset: (update?.update_id ?? 0) + 1 })).toEqual([]);
  });

  test("waits for the next update and answers as soon as it comes", async () => {
    const waiting = api.getUpdates({ timeout: 5 });
    await Bun.sleep(20);
    telegram.people.start(bot.user.id, ANN);
    expect(await waiting).toHaveLength(1);
  });

  test("a second poller ends the first one with 409", async () => {
    const first = api.getUpdates({ timeout: 5 }).catch((error) => error.description);
    await Bun.sleep(20);
    const second = api.getUpdates({ timeout: 1 });
    expect(await first).toStartWith("Conflict: terminated by other getUpdates request");
    telegram.people.start(bot.user.id, ANN);
    expect(await second).toHaveLength(1);
  });

  test("is refused while a webhook is set", async () => {
    await api.setWebhook(webhook(() => new Response("ok")).url);
    expect(await api.getUpdates().catch((error) => error.error_code)).toBe(409);
  });

  test("kinds that were not asked for never arrive", async () => {
    await api.getUpdates({ allowed_updates: ["callback_query"] });
    telegram.people.start(bot.user.id, ANN);
    expect(await api.getUpdates()).toEqual([]);
  });
});

describe("webhooks", () => {
  test("carry the secret and empty the queue", async () => {
    const hook = webhook(() => new Response("ok"));
    await api.setWebhook(hook.url, { secret_token: "s3cret_token" });
    telegram.people.start(bot.user.id, ANN);
    await until(() => hook.seen.length === 1);
    expect(hook.secrets).toEqual(["s3cret_token"]);
    await until(() => bot.queue.pending.length === 0);
    expect(await api.getWebhookInfo()).toMatchObject({ url: hook.url, pending_update_count: 0 });
  });

  test("are tried again until they answer 2xx, and tell what went wrong", async () => {
    const hook = webhook((_, attempt) => new Response("", { status: attempt < 4 ? 500 : 200 }));
    await api.setWebhook(hook.url);
    telegram.people.start(bot.user.id, ANN);
    await until(() => hook.seen.length === 4);
    await until(() => bot.queue.pending.length === 0);
    expect((await api.getWebhookInfo()).last_error_message).toBe(
      "Wrong response from the webhook: 500 Internal Server Error",
    );
  });

  test("keep one update of a chat in flight, while other chats go on", async () => {
    const bea = telegram.people.addPerson({ firstName: "Bea" });
    let release: (response: Response) => void = () => {};
    const held = new Promise<Response>((resolve) => {
      release = resolve;
    });
    const hook = webhook((update) => {
      const message = update.message as { text?: string };
      return message.text === "slow" ? held : new Response("ok");
    });
    await api.setWebhook(hook.url);
    telegram.people.userSends(bot.user.id, ANN, "slow");
    telegram.people.userSends(bot.user.id, ANN, "after");
    telegram.people.userSends(bot.user.id, bea.id, "other chat");
    await until(() => hook.seen.length === 2);
    const texts = () => hook.seen.map((update) => (update.message as { text: string }).text);
    expect(texts()).toEqual(["slow", "other chat"]);
    release(new Response("ok"));
    await until(() => hook.seen.length === 3);
    expect(texts().at(-1)).toBe("after");
  });

  test("a method in the answer is carried out", async () => {
    const reply = Response.json({ method: "sendMessage", chat_id: ANN, text: "pong" });
    const hook = webhook(() => reply.clone());
    await api.setWebhook(hook.url);
    telegram.people.userSends(bot.user.id, ANN, "ping");
    await until(() => telegram.acceptedMessages(bot.user.id).length === 1);
  });

  test("refuse an address that is neither https nor loopback, and a bad secret", async () => {
    expect(await api.setWebhook("http://example.com/x").catch((error) => error.description)).toBe(
      "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    );
    expect(await api.setWebhook("https://a.io/x", { secret_token: "a b" }).catch((error) => error.error_code)).toBe(
      400,
    );
  });
});

describe("what people do", () => {
  const updates = async () => {
    const batch = await api.getUpdates();
    const last = batch.at(-1);
    if (last) await api.getUpdates({ offset: last.update_id + 1 });
    return batch;
  };

  test("blocking and unblocking are told as membership", async () => {
    telegram.people.start(bot.user.id, ANN);
    await updates();
    telegram.people.block(bot.user.id, ANN);
    telegram.people.unblock(bot.user.id, ANN);
    const statuses = (await updates()).map(({ my_chat_member: change }) => [
      change?.old_chat_member.status,
      change?.new_chat_member.status,
    ]);
    expect(statuses).toEqual([
      ["member", "kicked"],
      ["kicked", "member"],
    ]);
  });

  test("adding a bot to a group tells its membership first, then shows the service message", async () => {
    const chat = telegram.people.addChat({ type: "supergroup", title: "Club", isForum: true, ownerId: ANN });
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN);
    telegram.people.promoteBot(chat.id, bot.user.id, ANN);
    const [added, service, promoted] = await updates();
    expect(added?.my_chat_member).toMatchObject({ chat: { id: chat.id, is_forum: true }, from: { id: ANN } });
    expect(service?.message?.new_chat_members).toMatchObject([{ id: bot.user.id }]);
    expect(promoted?.my_chat_member?.new_chat_member).toMatchObject({
      status: "administrator",
      can_manage_topics: true,
    });
  });

  test("in groups privacy mode leaves a bot only what is meant for it", async () => {
    const chat = telegram.people.addChat({ type: "supergroup", title: "Club", ownerId: ANN });
    telegram.people.addBotToChat(chat.id, bot.user.id, ANN);
    await updates();
    for (const text of ["just talk", "/help@shop_bot", "/help@other_bot", "hey @shop_bot"])
      telegram.people.userSends(chat.id, ANN, text);
    expect((await updates()).map(({ message }) => message?.text)).toEqual(["/help@shop_bot", "hey @shop_bot"]);
  });

  test("a pressed button is answered once", async () => {
    telegram.people.start(bot.user.id, ANN);
    const reply_markup = { inline_keyboard: [[{ text: "Done", callback_data: "t:1" }]] };
    const message = await api.sendMessage(ANN, "task", { reply_markup });
    await updates();
    telegram.people.pressButton(bot.user.id, ANN, message.message_id, "t:1");
    const [update] = await updates();
    const id = update?.callback_query?.id ?? "";
    expect(update?.callback_query).toMatchObject({ data: "t:1", from: { id: ANN } });
    expect(await api.answerCallbackQuery(id)).toBe(true);
    expect(await api.answerCallbackQuery(id).catch((error) => error.description)).toStartWith(
      "Bad Request: query is too old",
    );
  });

  test("a join request can be approved once, and opens the private chat", async () => {
    const bea = telegram.people.addPerson({ firstName: "Bea" });
    const channel = telegram.people.addChat({ type: "channel", title: "Course", ownerId: ANN });
    telegram.people.promoteBot(channel.id, bot.user.id, ANN);
    const link = await api.createChatInviteLink(channel.id, { creates_join_request: true, name: "order 1" });
    await updates();
    telegram.people.askToJoin(channel.id, bea.id, link.invite_link);
    const [update] = await updates();
    expect(update?.chat_join_request).toMatchObject({ from: { id: bea.id }, user_chat_id: bea.id });
    expect((await api.sendMessage(bea.id, "one moment")).text).toBe("one moment");
    expect(await api.approveChatJoinRequest(channel.id, bea.id)).toBe(true);
    expect((await api.getChatMember(channel.id, bea.id)).status).toBe("member");
    expect(await api.approveChatJoinRequest(channel.id, bea.id).catch((error) => error.description)).toBe(
      "Bad Request: USER_ALREADY_PARTICIPANT",
    );
    expect(await api.banChatMember(channel.id, bea.id)).toBe(true);
    expect(await api.unbanChatMember(channel.id, bea.id)).toBe(true);
    expect((await api.getChatMember(channel.id, bea.id)).status).toBe("left");
  });

  test("a followed link asks, lets in or opens, as it is made; one that has ended does nothing", async () => {
    const { people, world } = telegram;
    const bea = people.addPerson({ firstName: "Bea" });
    const channel = people.addChat({ type: "channel", title: "Club", ownerId: ANN });
    people.promoteBot(channel.id, bot.user.id, ANN);
    const asking = await api.createChatInviteLink(channel.id, { creates_join_request: true });
    const open = await api.createChatInviteLink(channel.id, { expire_date: world.seconds() + 60 });
    const follow = (link: string) => people.followInvite(bea.id, link)?.outcome;
    expect(follow(asking.invite_link)).toBe("asked");
    expect([follow(open.invite_link), follow(open.invite_link), follow(asking.invite_link)]).toEqual([
      "joined",
      "inside",
      "inside",
    ]);
    await api.revokeChatInviteLink(channel.id, asking.invite_link);
    people.leave(channel.id, bea.id);
    expect(() => follow(asking.invite_link)).toThrow();
    expect(follow("https://t.me/+nobody")).toBeUndefined();
    const past = api.createChatInviteLink(channel.id, { expire_date: world.seconds() });
    expect(await past.catch((error) => error.description)).toBe("Bad Request: EXPIRE_DATE_INVALID");
  });

  test("a bot revokes its own links alone, and a ban with an end keeps out until then", async () => {
    const { people, world } = telegram;
    const bea = people.addPerson({ firstName: "Bea" });
    const other = telegram.addBot({ username: "other_bot" });
    const channel = people.addChat({ type: "channel", title: "Club", ownerId: ANN, memberIds: [bea.id] });
    for (const { id } of [bot.user, other.user]) people.promoteBot(channel.id, id, ANN);
    const theirs = await new Api(other.token, { apiRoot: telegram.apiRoot }).createChatInviteLink(channel.id);
    expect(await api.revokeChatInviteLink(channel.id, theirs.invite_link).catch((error) => error.description)).toBe(
      "Bad Request: INVITE_HASH_EXPIRED",
    );
    await api.banChatMember(channel.id, bea.id, { until_date: world.seconds() + 60 });
    expect((await api.getChatMember(channel.id, bea.id)).status).toBe("kicked");
    expect(() => people.askToJoin(channel.id, bea.id)).toThrow();
    const member = world.group(channel.id).members.get(bea.id);
    if (member) member.until_date = world.seconds();
    expect((await api.getChatMember(channel.id, bea.id)).status).toBe("left");
  });
});

describe("Stars", () => {
  const invoiceLink = () =>
    api.createInvoiceLink("Start", "30 days", "ord_1", "", "XTR", [{ label: "Start", amount: 250 }]);

  test("a payment happens only after the bot agreed, and can be refunded once", async () => {
    telegram.people.start(bot.user.id, ANN);
    const link = await invoiceLink();
    const paying = telegram.people.payInvoice(ANN, link);
    const asked = (await api.getUpdates({ offset: -1 }))[0]?.pre_checkout_query;
    expect(asked).toMatchObject({ total_amount: 250, currency: "XTR", invoice_payload: "ord_1" });
    await api.answerPreCheckoutQuery(asked?.id ?? "", true);
    const outcome = await paying;
    expect(outcome.status).toBe("paid");
    const payment = (await api.getUpdates({ offset: -1 }))[0]?.message?.successful_payment;
    const chargeId = payment?.telegram_payment_charge_id ?? "";
    expect(payment).toMatchObject({ total_amount: 250, invoice_payload: "ord_1" });
    expect(await api.refundStarPayment(ANN, chargeId)).toBe(true);
    expect((await api.getUpdates({ offset: -1 }))[0]?.message?.refunded_payment).toMatchObject({ total_amount: 250 });
    expect(await api.refundStarPayment(ANN, chargeId).catch((error) => error.description)).toBe(
      "Bad Request: CHARGE_ALREADY_REFUNDED",
    );
  });

  test("a refusal reaches the person, silence cancels the payment", async () => {
    const link = await invoiceLink();
    const refused = telegram.people.payInvoice(ANN, link);
    const asked = (await api.getUpdates({ offset: -1 }))[0]?.pre_checkout_query;
    await api.answerPreCheckoutQuery(asked?.id ?? "", false, { error_message: "Sold out" });
    expect(await refused).toEqual({ status: "failed", errorMessage: "Sold out" });
    expect(await telegram.people.payInvoice(ANN, link)).toMatchObject({ status: "failed" });
  });

  test("a subscription is charged again by itself, until somebody ends it; both sides of the account are listed", async () => {
    const price = [{ label: "Club", amount: 100 }];
    const link = await api.createInvoiceLink("Club", "A month", "sub_1", "", "XTR", price, {
      subscription_period: 2_592_000,
    });
    const newest = async () => (await api.getUpdates({ offset: -1 }))[0];
    const paying = telegram.people.payInvoice(ANN, link);
    await api.answerPreCheckoutQuery((await newest())?.pre_checkout_query?.id ?? "", true);
    await paying;
    const first = (await newest())?.message?.successful_payment;
    const chargeId = first?.telegram_payment_charge_id ?? "";
    expect([first?.is_recurring, first?.is_first_recurring]).toEqual([true, true]);

    telegram.people.renewSubscription(chargeId);
    const second = (await newest())?.message?.successful_payment;
    expect([second?.is_recurring, second?.is_first_recurring]).toEqual([true, undefined]);
    expect(second?.invoice_payload).toBe("sub_1");
    expect((second?.subscription_expiration_date ?? 0) - (first?.subscription_expiration_date ?? 0)).toBe(2_592_000);

    telegram.people.renewSubscription(chargeId, false);
    expect((await newest())?.subscription).toMatchObject({ state: "failed", invoice_payload: "sub_1" });
    telegram.people.cancelSubscription(chargeId);
    expect((await newest())?.subscription).toMatchObject({ state: "canceled" });
    expect(() => telegram.people.renewSubscription(chargeId)).toThrow();
    telegram.people.cancelSubscription(chargeId, false);
    expect((await newest())?.subscription).toMatchObject({ state: "active" });
    expect(await api.editUserStarSubscription(ANN, chargeId, true)).toBe(true);
    expect(() => telegram.people.renewSubscription(chargeId)).toThrow();
    expect(await api.editUserStarSubscription(ANN, "stxNobody", true).catch((error) => error.description)).toBe(
      "Bad Request: CHARGE_ID_INVALID",
    );

    await api.refundStarPayment(ANN, second?.telegram_payment_charge_id ?? "");
    const { transactions } = await api.getStarTransactions({ limit: 100 });
    expect(transactions.map(({ id, source, receiver }) => [id, source?.type, receiver?.type])).toEqual([
      [chargeId, "user", undefined],
      [second?.telegram_payment_charge_id ?? "", "user", undefined],
      [second?.telegram_payment_charge_id ?? "", undefined, "user"],
    ]);
    expect((await api.getStarTransactions({ offset: 2, limit: 1 })).transactions.length).toBe(1);
    expect(await api.getStarTransactions({ limit: 101 }).catch((error) => error.description)).toBe(
      "Bad Request: LIMIT_INVALID",
    );
  });
});

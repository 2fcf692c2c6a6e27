import { afterEach, describe, expect, test } from "bun:test";
import { problemOf } from "@backend/kit/testing.ts";
import type { InvoiceRequest, RefundRequest } from "@backend/modules/payments/ports.ts";
import { invoiceRequest, refundRequest } from "@sandbox/cash-desk/testing.ts";
import { startTelegramStandIn } from "@sandbox/telegram/index.ts";
import { Api } from "grammy";
import { telegramStars } from "./stars.ts";

const ann = 700_000_001;
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const startOfDay = Date.parse("2026-11-20T00:00:00Z");

/** A Telegram with a bot that agrees to every payment, and Ann. */
async function open() {
  const clock = { now: startOfDay };
  const telegram = await startTelegramStandIn({ now: () => clock.now, preCheckoutMs: 2_000 });
  running.push(telegram);
  const bot = telegram.addBot({ username: "shop_bot" });
  telegram.people.addPerson({ id: ann, firstName: "Anna" });
  const api = new Api(bot.token, { apiRoot: telegram.apiRoot });
  telegram.subscribe((event) => {
    if (event.kind !== "update-queued") return;
    const query = event.update.pre_checkout_query as { id: string } | undefined;
    if (query) void api.answerPreCheckoutQuery(query.id, true);
  });
  const stars = telegramStars({ apiRoot: telegram.apiRoot, now: () => new Date(clock.now) });
  const { token } = bot;
  const pay = async (link: string | undefined, payer = ann) => {
    const outcome = await telegram.people.payInvoice(payer, link ?? "");
    if (outcome.status !== "paid") throw new Error(outcome.errorMessage);
    return outcome.charge.id;
  };
  return { telegram, bot, api, stars, token, pay, clock };
}

const request = (over: Partial<InvoiceRequest> = {}) =>
  invoiceRequest({
    amount: "250.000000000000000000",
    currency: "XTR",
    title: "Starter Mini, 30 days of posts and more 🎉🎉🎉",
    returnUrl: "https://t.me/shop_bot?startapp=order_7",
    ...over,
  });
const refundOf = (paymentRef: string, over: Partial<RefundRequest> = {}) =>
  refundRequest(paymentRef, { amount: "250", currency: "XTR", payerTelegramId: ann, ...over });

describe("an invoice in Stars", () => {
  test("is a link with our reference, a title that Telegram takes, and whole Stars", async () => {
    const { telegram, stars, token } = await open();
    const asked = request();
    const made = await stars.open(token, asked);
    expect([made.ref, made.state, Object.keys(made.links)]).toEqual([asked.reference, "open", ["invoice"]]);
    const invoice = telegram.people.invoice(made.links.invoice ?? "");
    expect([invoice.payload, invoice.total_amount, invoice.currency]).toEqual([asked.reference, 250, "XTR"]);
    expect([...invoice.title].length).toBe(32);
    expect(invoice.subscriptionPeriod).toBeUndefined();
    const monthly = await stars.open(token, request({ isSubscription: true, description: "" }));
    expect(telegram.people.invoice(monthly.links.invoice ?? "").subscriptionPeriod).toBe(2_592_000);
  });

  test("of a part of a Star, of none, or of other money is refused before Telegram hears of it", async () => {
    const { telegram, stars, token } = await open();
    for (const over of [{ amount: "1.5" }, { amount: "0" }, { amount: "-3" }])
      expect(await problemOf(stars.open(token, request(over)))).toEqual(["amount_refused", false]);
    expect(await problemOf(stars.open(token, request({ currency: "USD" })))).toEqual(["request_refused", false]);
    expect(telegram.calls("createInvoiceLink")).toBe(0);
  });

  test("is open until it is paid; then the bot's account names the payer, and the charge is the payment's id", async () => {
    const { bot, stars, token, pay, clock } = await open();
    const asked = request();
    const { ref, links } = await stars.open(token, asked);
    expect(await stars.find(token, ref)).toEqual({ ref, state: "open", links: {}, payment: null });
    const charge = await pay(links.invoice);
    const found = await stars.find(token, ref);
    expect(found?.state).toBe("paid");
    expect(found?.payment).toEqual({
      ref: charge,
      invoiceRef: asked.reference,
      reference: asked.reference,
      amount: "250",
      currency: "XTR",
      paidAmount: null,
      paidAsset: null,
      isAssetAccepted: true,
      feeAmount: null,
      feeCurrency: null,
      refunded: "0",
      isTest: false,
      account: String(bot.user.id),
      payerTelegramId: ann,
      paidAt: new Date(clock.now),
    });
  });

  test("is found at the end of a long account, and the next look begins where the last one ended", async () => {
    const { telegram, stars, token, pay } = await open();
    const many = await stars.open(token, request());
    for (let n = 0; n < 230; n++) await pay(many.links.invoice);
    const { ref, links } = await stars.open(token, request());
    const charge = await pay(links.invoice);
    expect((await stars.find(token, ref))?.payment?.ref).toBe(charge);
    const before = telegram.calls("getStarTransactions");
    await stars.find(token, ref);
    expect(telegram.calls("getStarTransactions") - before).toBeLessThanOrEqual(4);
    // Of several payments of one link the first is the one that counts.
    const first = telegram.world.starLines.get(Number(token.split(":")[0]))?.[0]?.id;
    expect((await stars.find(token, many.ref))?.payment?.ref).toBe(first ?? "");
  });
});

describe("the account of Stars", () => {
  test("lists what was paid since, with what was given back, and nothing older", async () => {
    const { api, stars, token, pay, clock } = await open();
    const { links } = await stars.open(token, request());
    await pay(links.invoice);
    clock.now += 3_600_000;
    const [second, third] = [await pay(links.invoice), await pay(links.invoice)];
    await api.refundStarPayment(ann, second);
    const found: [string, string][] = [];
    for await (const page of stars.list(token, new Date(startOfDay + 1_800_000)))
      found.push(...page.map(({ ref, refunded }): [string, string] => [ref, refunded]));
    expect(found).toEqual([
      [third, "0"],
      [second, "250"],
    ]);
  });

  test("counts every month of a subscription as a payment of its own", async () => {
    const { telegram, stars, token, pay, clock } = await open();
    const { ref, links } = await stars.open(token, request({ isSubscription: true }));
    const first = await pay(links.invoice);
    clock.now += 2_592_000_000;
    const second = telegram.people.renewSubscription(first);
    const found: unknown[] = [];
    for await (const page of stars.list(token, new Date(startOfDay)))
      found.push(...page.map((one) => [one.ref, one.reference]));
    expect(found).toEqual([
      [second?.id, ref],
      [first, ref],
    ]);
  });
});

describe("a refund of Stars", () => {
  test("is given once; one that was given already is a success", async () => {
    const { telegram, stars, token, pay } = await open();
    const { links } = await stars.open(token, request());
    const asked = refundOf(await pay(links.invoice));
    expect(await stars.findRefund(token, { ...asked, ref: null })).toBeNull();
    const done = { ref: null, state: "succeeded", amount: "250", problem: null } as const;
    expect(await stars.refund(token, asked)).toEqual(done);
    expect(await stars.refund(token, asked)).toEqual(done);
    expect(await stars.findRefund(token, { ...asked, ref: null })).toEqual(done);
    expect(telegram.world.starLines.get(Number(token.split(":")[0]))?.length).toBe(2);
  });

  test("whose answer was lost is found", async () => {
    const { telegram, stars, token, pay } = await open();
    const { links } = await stars.open(token, request());
    const asked = refundOf(await pay(links.invoice));
    telegram.addFault({ kind: "lost_answer", methods: ["refundStarPayment"], count: 1 });
    expect(await problemOf(stars.refund(token, asked))).toEqual(["unreachable", true]);
    expect((await stars.findRefund(token, { ...asked, ref: null }))?.state).toBe("succeeded");
  });

  test("is of the whole charge, to a payer who is known", async () => {
    const { telegram, stars, token, pay } = await open();
    const { links } = await stars.open(token, request());
    const charge = await pay(links.invoice);
    expect(await problemOf(stars.refund(token, refundOf(charge, { isFull: false, amount: "10" })))).toEqual([
      "amount_refused",
      false,
    ]);
    expect(await problemOf(stars.refund(token, refundOf("stxUnknown", { payerTelegramId: null })))).toEqual([
      "not_found",
      false,
    ]);
    expect(telegram.calls("refundStarPayment")).toBe(0);
    expect(await problemOf(stars.refund(token, refundOf("stxUnknown")))).toEqual(["not_found", false]);
  });
});

describe("a refund of Stars that somebody else paid than the invoice was for", () => {
  test.each([null, ann])("goes to whoever paid, by the bot's own list, where %p was supposed", async (supposed) => {
    const { telegram, stars, token, pay } = await open();
    const bea = 700_000_002;
    telegram.people.addPerson({ id: bea, firstName: "Bea" });
    const { links } = await stars.open(token, request());
    const charge = await pay(links.invoice, bea);
    expect((await stars.refund(token, refundOf(charge, { payerTelegramId: supposed }))).state).toBe("succeeded");
    expect(telegram.world.charges.get(charge)?.isRefunded).toBe(true);
  });
});

describe("the next month of a subscription", () => {
  test("is stopped and let be charged again by the first charge and its payer, as often as asked", async () => {
    const { telegram, stars, token, pay } = await open();
    const { links } = await stars.open(token, request({ isSubscription: true }));
    const [first, plain] = [await pay(links.invoice), await pay((await stars.open(token, request())).links.invoice)];
    const month = telegram.people.renewSubscription(first)?.id ?? "";
    const set = (paymentRef: string, isOn: boolean, payerTelegramId = ann) =>
      stars.setRenewal?.(token, { paymentRef, payerTelegramId, isOn });
    for (const isOn of [false, false, true, true, false]) {
      await set(first, isOn);
      expect(telegram.world.subscriptions.get(first)?.isStopped).toBe(!isOn);
    }
    for (const wrong of [set(month, true), set(plain, true), set(first, true, ann + 1)])
      expect(await problemOf(wrong ?? Promise.resolve())).toEqual(["not_found", false]);
    expect(() => telegram.people.renewSubscription(first)).toThrow("not renewed any more");
  });
});

describe("trouble on the way to Telegram", () => {
  test("is worded, and says whether to try again", async () => {
    const { telegram, bot, stars, token } = await open();
    for (const [kind, problem] of [
      ["bad_gateway", "unreachable"],
      ["server_error", "server_error"],
      ["flood", "too_many_calls"],
      ["reset", "unreachable"],
    ] as const) {
      telegram.addFault({ kind, methods: ["createInvoiceLink"], count: 1 });
      expect(await problemOf(stars.open(token, request()))).toEqual([problem, true]);
    }
    telegram.revokeToken(bot.user.id);
    expect(await problemOf(stars.open(token, request()))).toEqual(["key_refused", false]);
    const error = await stars.check(token).catch((cause: unknown) => cause);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token);
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import { createOutbound } from "@backend/kit/outbound.ts";
import { failureOf, problemOf } from "@backend/kit/testing.ts";
import type { InvoiceRequest, RefundRequest } from "@backend/modules/payments/ports.ts";
import { invoiceRequest, refundRequest } from "@sandbox/cash-desk/testing.ts";
import { type CallFault, type CryptoPayStandInOptions, startCryptoPayStandIn } from "@sandbox/crypto-pay/index.ts";
import fc from "fast-check";
import { cryptoPay, cryptoPayHook, isSignedByCryptoPay } from "./index.ts";
import { coinsBack } from "./transform.ts";
import { signCryptoPay } from "./webhook.ts";

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function open(options: CryptoPayStandInOptions = {}) {
  const service = startCryptoPayStandIn(options);
  running.push(service);
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const provider = cryptoPay({
    outbound: (call) => outbound({ ...call, timeoutMs: 300 }),
    apiUrl: service.url,
    now: options.now ?? (() => new Date()),
  });
  return { service, provider, token: service.token };
}

const request = (over: Partial<InvoiceRequest> = {}) => invoiceRequest(over);
const refundOf = (paymentRef: string, over: Partial<RefundRequest> = {}) =>
  refundRequest(paymentRef, { payerTelegramId: 700_000_001, ...over });

describe("an account", () => {
  test("is known by its app, and the test network is told from the real one", async () => {
    const { provider, token } = open();
    expect(await provider.check(token)).toEqual({ account: "100200", name: "Stand-in shop", isTest: true });
  });

  test("with a wrong token is refused, and no error holds the token", async () => {
    const { provider } = open();
    const error = await failureOf(provider.check("1:secret-of-somebody"));
    expect([error.options.problem, error.options.retryable]).toEqual(["key_refused", false]);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("secret-of-somebody");
  });
});

describe("an invoice", () => {
  test("in a currency is paid in a coin, by links for Telegram and for a browser", async () => {
    const { service, provider, token } = open();
    const asked = request();
    const invoice = await provider.open(token, asked);
    const made = service.invoiceOf(asked.reference);
    expect(made?.fiat).toBe("USD");
    expect(made?.accepted_assets).toContain("TON");
    expect([made?.allow_comments, made?.allow_anonymous]).toEqual([false, false]);
    expect(invoice.state).toBe("open");
    expect(invoice.links.telegram).toBe(
      `https://t.me/CryptoTestnetBot/app?startapp=invoice-${made?.hash}&mode=compact`,
    );
    expect(invoice.links.web).toBe(`${service.url}/invoices/${made?.hash}`);

    service.pay(asked.reference, { asset: "TON" });
    const paid = await provider.find(token, invoice.ref);
    expect(paid?.state).toBe("paid");
    expect(paid?.payment).toEqual({
      ref: invoice.ref,
      invoiceRef: invoice.ref,
      reference: asked.reference,
      amount: "99.99",
      currency: "USD",
      paidAmount: "31.246875",
      paidAsset: "TON",
      isAssetAccepted: true,
      feeAmount: "0.93740625",
      feeCurrency: "TON",
      refunded: "0",
      isTest: true,
      account: null,
      payerTelegramId: null,
      paidAt: new Date(made?.paid_at ?? 0),
    });
  });

  test("in a coin is not one in a currency, and its amount comes back as the same number", async () => {
    const { service, provider, token } = open();
    const asked = request({ amount: "2.00", currency: "USDT" });
    const { ref } = await provider.open(token, asked);
    expect(service.invoiceOf(asked.reference)?.currency_type).toBe("crypto");
    service.pay(ref);
    const { payment } = (await provider.find(token, ref)) ?? {};
    expect([payment?.amount, payment?.currency, payment?.paidAmount, payment?.paidAsset]).toEqual([
      "2",
      "USDT",
      "2",
      "USDT",
    ]);
    expect(payment?.isAssetAccepted).toBe(true);
  });

  test("paid in a coin that it does not accept says so", async () => {
    const { service, provider, token } = open();
    const { ref } = await provider.open(token, request({ currency: "USDT", amount: "5" }));
    service.pay(ref, { asset: "JET" });
    expect((await provider.find(token, ref))?.payment?.isAssetAccepted).toBe(false);
    const { ref: inDollars } = await provider.open(token, request());
    service.pay(inDollars, { asset: "JET" });
    expect((await provider.find(token, inDollars))?.payment?.isAssetAccepted).toBe(false);
  });

  for (const what of ["lost_answer", "late_500", "broken_json"] satisfies CallFault[])
    test(`whose answer was lost (${what}) is found by the next try and made once`, async () => {
      const { service, provider, token } = open();
      const asked = request();
      service.faults.set(what, 1, "createInvoice");
      expect((await failureOf(provider.open(token, asked))).options.retryable).toBe(true);
      const again = await provider.open(token, asked);
      expect(service.invoices.length).toBe(1);
      expect(again.ref).toBe(String(service.invoices[0]?.invoice_id));
    });

  test("that was paid before its answer was known comes back as paid", async () => {
    const { service, provider, token } = open();
    const asked = request();
    service.faults.set("lost_answer", 1, "createInvoice");
    await failureOf(provider.open(token, asked));
    service.pay(asked.reference);
    const again = await provider.open(token, asked);
    expect([again.state, again.payment?.reference]).toEqual(["paid", asked.reference]);
    expect(service.invoices.length).toBe(1);
  });

  test("is found among many others, and the first try looks for none", async () => {
    const { service, provider, token } = open();
    const asked = request();
    await provider.open(token, { ...asked, isRepeat: false });
    expect(service.calls("getInvoices")).toBe(0);
    for (let n = 0; n < 120; n++) await provider.open(token, request({ isRepeat: false }));
    await provider.open(token, asked);
    expect(service.invoices.length).toBe(121);
  });

  test("expires, is deleted, and neither can be paid; a paid one stays paid", async () => {
    const { service, provider, token } = open();
    const { ref: expired } = await provider.open(token, request());
    service.expire(expired);
    expect((await provider.find(token, expired))?.state).toBe("expired");
    await provider.close(token, expired);

    const { ref: closed } = await provider.open(token, request());
    await provider.close(token, closed);
    await provider.close(token, closed);
    expect(() => service.pay(closed)).toThrow();
    expect(await provider.find(token, closed)).toBeNull();

    const { ref: paid } = await provider.open(token, request());
    service.pay(paid);
    await provider.close(token, paid);
    expect((await provider.find(token, paid))?.state).toBe("paid");
  });

  test("that nobody knows is null, and a ref that is no number asks nobody", async () => {
    const { service, provider, token } = open();
    expect(await provider.find(token, "424242")).toBeNull();
    const before = service.calls("getInvoices");
    expect(await provider.find(token, "1,2/../x")).toBeNull();
    expect(service.calls("getInvoices")).toBe(before);
  });

  test("for what the service refuses is refused in a word", async () => {
    const { provider, token } = open();
    expect(await problemOf(provider.open(token, request({ amount: "0" })))).toEqual(["amount_refused", false]);
    expect(await problemOf(provider.open(token, request({ amount: "90000000" })))).toEqual(["amount_refused", false]);
    expect(await problemOf(provider.open(token, request({ currency: "NOPE" })))).toEqual(["request_refused", false]);
    expect(await problemOf(provider.open(token, request({ returnUrl: "tg://x" })))).toEqual(["request_refused", false]);
  });
});

describe("trouble on the way", () => {
  const cases: [CallFault, string][] = [
    ["hang", "timed_out"],
    ["reset", "unreachable"],
    ["server_error", "server_error"],
    ["too_many_calls", "too_many_calls"],
    ["html", "server_error"],
    ["html_200", "unreachable"],
    ["broken_json", "unreachable"],
  ];
  for (const [what, problem] of cases)
    test(`${JSON.stringify(what)} is ${problem}, and may be tried again`, async () => {
      const { service, provider, token } = open();
      service.faults.set(what);
      expect(await problemOf(provider.check(token))).toEqual([problem, true]);
    });

  test("nobody there is unreachable", async () => {
    const { service, provider, token } = open();
    await service.stop();
    expect(await problemOf(provider.check(token))).toEqual(["unreachable", true]);
  });
});

describe("a refund", () => {
  const paid = async (over: Partial<InvoiceRequest> = {}, asset = "TON") => {
    const at = open();
    const { ref } = await at.provider.open(at.token, request(over));
    at.service.pay(ref, { asset });
    // The fee stayed with the service: what is given back must be covered.
    at.service.balances.set(asset, (at.service.balances.get(asset) ?? never()).plus(100));
    return { ...at, ref };
  };
  const never = (): never => {
    throw new Error("nothing was paid");
  };

  test("sends the payer the coins that he gave, once, however often it is asked for", async () => {
    const { service, provider, token, ref } = await paid();
    const asked = refundOf(ref);
    const first = await provider.refund(token, asked);
    const second = await provider.refund(token, asked);
    expect(first).toEqual({ ref: first.ref, state: "succeeded", amount: "99.99", problem: null });
    expect(second).toEqual(first);
    expect(service.transfers.map(({ user_id, asset, amount }) => [user_id, asset, amount])).toEqual([
      ["700000001", "TON", "31.246875"],
    ]);
    expect(await provider.findRefund(token, { ...asked, ref: null })).toEqual(first);
  });

  for (const what of ["lost_answer", "late_500"] satisfies CallFault[])
    test(`whose answer was lost (${what}) is not sent again`, async () => {
      const { service, provider, token, ref } = await paid();
      const asked = refundOf(ref);
      service.faults.set(what, 1, "transfer");
      expect((await failureOf(provider.refund(token, asked))).options.retryable).toBe(true);
      expect((await provider.refund(token, asked)).state).toBe("succeeded");
      expect(service.transfers.length).toBe(1);
    });

  test("of a part is that part of the coins", async () => {
    const { service, provider, token, ref } = await paid();
    await provider.refund(token, refundOf(ref, { amount: "33.33", isFull: false }));
    expect(service.transfers[0]?.amount).toBe("10.415625");
  });

  test("that has not been heard of is null", async () => {
    const { provider, token, ref } = await paid();
    expect(await provider.findRefund(token, { ...refundOf(ref), ref: null })).toBeNull();
  });

  test("fails in a word: transfers off, no money, a payer unknown there or to us, an unpaid invoice", async () => {
    const { service, provider, token, ref } = await paid();
    service.canTransfer = false;
    expect(await problemOf(provider.refund(token, refundOf(ref)))).toEqual(["not_allowed", false]);
    service.canTransfer = true;
    service.strangers.add(5);
    expect(await problemOf(provider.refund(token, refundOf(ref, { payerTelegramId: 5 })))).toEqual([
      "not_found",
      false,
    ]);
    expect(await problemOf(provider.refund(token, refundOf(ref, { payerTelegramId: null })))).toEqual([
      "not_found",
      false,
    ]);
    service.balances.clear();
    expect(await problemOf(provider.refund(token, refundOf(ref)))).toEqual(["not_enough_money", false]);
    const { ref: unpaid } = await provider.open(token, request());
    expect(await problemOf(provider.refund(token, refundOf(unpaid)))).toEqual(["not_found", false]);
    expect(service.transfers).toEqual([]);
  });

  test("of parts never gives more coins than were paid, and the whole gives all of them", () => {
    const cents = fc.integer({ min: 1, max: 10_000_000 });
    fc.assert(
      fc.property(cents, cents, fc.bigInt({ min: 1n, max: 10n ** 15n }), (one, other, units) => {
        const text = (n: number) => (n / 100).toFixed(2);
        const paidAmount = `${units / 10n ** 8n}.${String(units % 10n ** 8n).padStart(8, "0")}`;
        const whole = { amount: text(one + other), paidAmount, paidAsset: "TON" };
        expect(coinsBack(whole, whole.amount)).toBe(paidAmount);
        const parts = [coinsBack(whole, text(one)), coinsBack(whole, text(other))].map(unitsOf);
        expect((parts[0] ?? 0n) + (parts[1] ?? 0n) <= units).toBe(true);
      }),
    );
    function unitsOf(text: string): bigint {
      const [left = "0", right = ""] = text.split(".");
      return BigInt(left) * 10n ** 8n + BigInt(right.padEnd(8, "0"));
    }
  });
});

test("the list has what was paid since, and nothing else", async () => {
  let now = new Date("2026-11-20T10:00:00Z");
  const { service, provider, token } = open({ now: () => now });
  const refs: string[] = [];
  for (const hour of [10, 11, 12]) {
    now = new Date(`2026-11-20T${hour}:00:00Z`);
    const { ref } = await provider.open(token, request());
    service.pay(ref);
    refs.push(ref);
  }
  await provider.open(token, request());
  const found: string[] = [];
  for await (const page of provider.list(token, new Date("2026-11-20T10:30:00Z")))
    found.push(...page.map(({ ref }) => ref));
  expect(found.toSorted()).toEqual(refs.slice(1));
});

test("rates leave out what is not valid any more", async () => {
  const { provider, token } = open();
  const rates = (await provider.rates?.(token)) ?? [];
  expect(rates).toContainEqual({ base: "TON", quote: "USD", rate: "3.2" });
  expect(rates.some(({ base, quote }) => base === "TRX" && quote === "EUR")).toBe(false);
});

describe("a webhook", () => {
  const token = "100200:AAexampleTokenForTheFactSheet000000";
  const text =
    '{"update_id":7,"update_type":"invoice_paid","request_date":"2026-11-21T00:00:00.000Z","payload":{"invoice_id":42,"status":"paid"}}';
  const body = new TextEncoder().encode(text);
  const signature = "c10a1948114bdaf7fc3dd560bcf2a9b81127b9cfc1caa864af83f4372bbd3220";
  const call = (bytes: Uint8Array, given: string | null) => ({
    body: bytes,
    header: (name: string) => (name === "crypto-pay-api-signature" ? given : null),
    sender: "203.0.113.9",
  });

  test("is signed over its raw bytes with the hash of the token", () => {
    expect(signCryptoPay(token, body)).toBe(signature);
    expect(cryptoPayHook.refusal(token, call(body, signature))).toBeNull();
    expect(cryptoPayHook.invoiceRef(body)).toBe("42");
  });

  test("with another byte, another token, or no good signature is refused", () => {
    for (let at = 0; at < body.length; at += 7) {
      const changed = body.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(isSignedByCryptoPay(token, changed, signature)).toBe(false);
    }
    expect(isSignedByCryptoPay(`${token}x`, body, signature)).toBe(false);
    for (const given of [null, "", "x", signature.slice(1), `${signature}0`, "0".repeat(64), "é".repeat(64)])
      expect(cryptoPayHook.refusal(token, call(body, given))).toBe("bad_signature");
  });

  test("that the service sends passes, and one with a changed byte or a foreign token does not", async () => {
    const heard: (string | null)[] = [];
    const shop = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(incoming) {
        const bytes = new Uint8Array(await incoming.arrayBuffer());
        const given = { body: bytes, header: (name: string) => incoming.headers.get(name), sender: null };
        heard.push(cryptoPayHook.refusal(at.token, given) ?? cryptoPayHook.invoiceRef(bytes));
        return new Response("");
      },
    });
    const at = open();
    at.service.webhookUrl = `http://127.0.0.1:${shop.port}/`;
    const { ref } = await at.provider.open(at.token, request());
    at.service.pay(ref);
    await at.service.delivery.settled();
    at.service.delivery.fail("changed_byte");
    at.service.tellAgain(ref);
    await at.service.delivery.settled();
    at.service.signsWith = "1:another";
    at.service.tellAgain(ref);
    await at.service.delivery.settled();
    await shop.stop(true);
    expect(heard).toEqual([ref, "bad_signature", "bad_signature"]);
  });

  test("of another kind, of no invoice, or of no JSON speaks of nothing", () => {
    for (const given of [
      "",
      "{",
      "[]",
      "null",
      "{}",
      '{"update_type":"invoice_paid"}',
      '{"update_type":"invoice_paid","payload":{"invoice_id":1,"status":"active"}}',
      '{"update_type":"other","payload":{"invoice_id":1,"status":"paid"}}',
      '{"update_type":"invoice_paid","payload":{"invoice_id":"1 or 1","status":"paid"}}',
    ])
      expect(cryptoPayHook.invoiceRef(new TextEncoder().encode(given))).toBeNull();
    const asText = '{"update_type":"invoice_paid","payload":{"invoice_id":"9007199254740993","status":"paid"}}';
    expect(cryptoPayHook.invoiceRef(new TextEncoder().encode(asText))).toBe("9007199254740993");
  });
});

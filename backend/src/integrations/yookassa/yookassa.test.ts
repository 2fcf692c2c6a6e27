import { afterEach, describe, expect, test } from "bun:test";
import { createOutbound } from "@backend/kit/outbound.ts";
import { failureOf, problemOf } from "@backend/kit/testing.ts";
import type { InvoiceRequest, RefundRequest } from "@backend/modules/payments/ports.ts";
import type { CallFault } from "@sandbox/cash-desk/faults.ts";
import { invoiceRequest, refundRequest } from "@sandbox/cash-desk/testing.ts";
import { startYookassaStandIn, type YookassaStandInOptions } from "@sandbox/yookassa/index.ts";
import { yookassa, yookassaHook } from "./index.ts";

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function open(options: YookassaStandInOptions = {}) {
  const service = startYookassaStandIn(options);
  running.push(service);
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const provider = yookassa({ outbound: (call) => outbound({ ...call, timeoutMs: 300 }), apiUrl: service.url });
  return { service, provider, access: service.access };
}

const request = (over: Partial<InvoiceRequest> = {}) => invoiceRequest({ amount: "9900", currency: "RUB", ...over });
const refundOf = (paymentRef: string, over: Partial<RefundRequest> = {}) =>
  refundRequest(paymentRef, { amount: "9900", currency: "RUB", ...over });
const receipt = { email: "buyer@example.com", vatCode: 1, taxSystemCode: null };

describe("a shop", () => {
  test("is known by its id, and a test shop says so", async () => {
    const { provider, access } = open();
    expect(await provider.check(access)).toEqual({ account: "506751", name: "YooKassa 506751", isTest: true });
    const { provider: real, access: key } = open({ isTest: false });
    expect((await real.check(key)).isTest).toBe(false);
  });

  test("with a wrong key, or with something that is no key, is refused, and no error holds it", async () => {
    const { service, provider } = open();
    for (const access of [JSON.stringify({ shopId: "506751", secretKey: "wrong-secret" }), "wrong-secret", "{}"]) {
      const error = await failureOf(provider.check(access));
      expect([error.options.problem, error.options.retryable]).toEqual(["key_refused", false]);
      const told = JSON.stringify(error, Object.getOwnPropertyNames(error));
      expect(told).not.toContain("wrong-secret");
      expect(told).not.toContain(Buffer.from("506751:wrong-secret").toString("base64"));
    }
    expect(service.calls("GET me")).toBe(0);
  });
});

describe("a payment", () => {
  test("is made with our reference, two decimals and capture, and is paid on the service's page", async () => {
    const { service, provider, access } = open();
    const asked = request({ title: "я".repeat(200) });
    const invoice = await provider.open(access, asked);
    const made = service.paymentOf(asked.reference);
    expect(made?.amount).toEqual({ value: "9900.00", currency: "RUB" });
    expect(made?.metadata).toEqual({ reference: asked.reference });
    expect([...(made?.description ?? "")].length).toBe(128);
    expect(made?.confirmation?.return_url).toBe(asked.returnUrl);
    expect([invoice.ref, invoice.state, invoice.links.web]).toEqual([
      made?.id ?? "",
      "open",
      made?.confirmation?.confirmation_url ?? "",
    ]);

    service.pay(asked.reference);
    const paid = await provider.find(access, invoice.ref);
    expect(paid?.state).toBe("paid");
    expect(paid?.payment).toEqual({
      ref: invoice.ref,
      invoiceRef: invoice.ref,
      reference: asked.reference,
      amount: "9900.00",
      currency: "RUB",
      paidAmount: null,
      paidAsset: null,
      isAssetAccepted: true,
      feeAmount: "422.73",
      feeCurrency: "RUB",
      refunded: "0.00",
      isTest: true,
      account: "506751",
      payerTelegramId: null,
      paidAt: new Date(made?.captured_at ?? 0),
    });
  });

  test("asked for again with the same reference is the same one, also when its answer was lost", async () => {
    for (const what of ["lost_answer", "late_500", "broken_json"] satisfies CallFault[]) {
      const { service, provider, access } = open();
      const asked = request();
      service.faults.set(what, 1, "POST payments");
      expect((await failureOf(provider.open(access, asked))).options.retryable).toBe(true);
      const [first, second] = [await provider.open(access, asked), await provider.open(access, asked)];
      expect(second).toEqual(first);
      expect(service.payments.length).toBe(1);
    }
  });

  test("with the reference of another one is refused", async () => {
    const { service, provider, access } = open();
    const asked = request();
    await provider.open(access, asked);
    expect(await problemOf(provider.open(access, { ...asked, amount: "100" }))).toEqual(["request_refused", false]);
    expect(service.payments.length).toBe(1);
  });

  test("carries a receipt whose items sum to the amount", async () => {
    const { service, provider, access } = open();
    service.needsReceipts = true;
    expect(await problemOf(provider.open(access, request()))).toEqual(["request_refused", false]);
    expect((await provider.open(access, request({ receipt }))).state).toBe("open");
    const bad = { ...receipt, email: "nobody" };
    expect(await problemOf(provider.open(access, request({ receipt: bad })))).toEqual(["request_refused", false]);
  });

  test("that expired, and one that the bank declined, are told apart", async () => {
    const { service, provider, access } = open();
    const { ref: expired } = await provider.open(access, request());
    service.expire(expired);
    expect((await provider.find(access, expired))?.state).toBe("expired");
    const { ref: declined } = await provider.open(access, request());
    service.decline(declined);
    expect((await provider.find(access, declined))?.state).toBe("cancelled");
    await provider.close(access, declined);
  });

  test("that nobody knows is null, and what is no id gets into no address", async () => {
    const { service, provider, access } = open();
    expect(await provider.find(access, crypto.randomUUID())).toBeNull();
    const before = service.calls("GET payments");
    for (const ref of ["../me", "", "x", `${crypto.randomUUID()}/cancel`, crypto.randomUUID().toUpperCase()])
      expect(await provider.find(access, ref)).toBeNull();
    expect(service.calls("GET payments")).toBe(before);
  });

  test("of an amount that cannot be paid is refused in a word, and nothing is rounded", async () => {
    const { service, provider, access } = open();
    expect(await problemOf(provider.open(access, request({ amount: "10.005" })))).toEqual(["amount_refused", false]);
    expect(await problemOf(provider.open(access, request({ amount: "0.5" })))).toEqual(["amount_refused", false]);
    expect(await problemOf(provider.open(access, request({ currency: "USD" })))).toEqual(["amount_refused", false]);
    expect(service.payments).toEqual([]);
    const { ref } = await provider.open(access, request({ amount: "10.500000000000000000" }));
    expect(service.payments.find(({ id }) => id === ref)?.amount.value).toBe("10.50");
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
      const { service, provider, access } = open();
      service.faults.set(what);
      expect(await problemOf(provider.check(access))).toEqual([problem, true]);
    });

  /** Answers that the stand-in has no reason to give. */
  const answered = async (status: number, body: string, headers: Record<string, string> = {}) => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(body, { status, headers }) });
    const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
    const provider = yookassa({ outbound, apiUrl: `http://127.0.0.1:${server.port}/v3` });
    const { options } = await failureOf(provider.check(JSON.stringify({ shopId: "1", secretKey: "k" })));
    await server.stop(true);
    return [options.problem, options.retryable, options.retryAfterMs];
  };

  test("answers that were not meant for this are worded all the same", async () => {
    expect(await answered(202, '{"type":"processing","retry_after":2500}')).toEqual(["server_error", true, 2500]);
    expect(await answered(202, "{}")).toEqual(["server_error", true, 1800]);
    expect(await answered(429, "{}", { "retry-after": "7" })).toEqual(["too_many_calls", true, 7000]);
    expect(await answered(403, '{"type":"error","code":"forbidden"}')).toEqual(["not_allowed", false, undefined]);
    expect(await answered(405, "")).toEqual(["request_refused", false, undefined]);
    expect(await answered(404, "<html>nginx</html>")).toEqual(["unreachable", true, undefined]);
    expect(await answered(302, "", { location: "http://127.0.0.1:1/" })).toEqual(["unreachable", true, undefined]);
    expect(await answered(200, "{}")).toEqual(["server_error", true, undefined]);
  });
});

describe("a refund", () => {
  const paid = async () => {
    const at = open();
    const { ref } = await at.provider.open(at.access, request());
    at.service.pay(ref);
    // Another sale, so that the fee of this one is covered.
    const { ref: other } = await at.provider.open(at.access, request());
    at.service.pay(other);
    return { ...at, ref };
  };

  test("is made once, however often it is asked for, and shows in the payment", async () => {
    const { service, provider, access, ref } = await paid();
    const asked = refundOf(ref, { reason: "He asked for it" });
    const first = await provider.refund(access, asked);
    expect(await provider.refund(access, asked)).toEqual(first);
    expect([first.state, first.amount, first.problem]).toEqual(["succeeded", "9900.00", null]);
    expect(service.refunds.map(({ description }) => description)).toEqual([`He asked for it (${asked.refundId})`]);
    expect((await provider.find(access, ref))?.payment?.refunded).toBe("9900.00");
  });

  test("whose answer was lost is found by its payment when its key is forgotten, a day later", async () => {
    let now = new Date("2026-11-20T10:00:00Z");
    const service = startYookassaStandIn({ now: () => now });
    running.push(service);
    const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
    const provider = yookassa({ outbound: (call) => outbound({ ...call, timeoutMs: 300 }), apiUrl: service.url });
    const { access } = service;
    const { ref } = await provider.open(access, request());
    service.pay(ref);
    const asked = refundOf(ref, { amount: "100", isFull: false, reason: "x".repeat(400) });
    expect(await provider.findRefund(access, { ...asked, ref: null })).toBeNull();
    service.refundOutside(ref, "100.00");
    expect(await provider.findRefund(access, { ...asked, ref: null })).toBeNull();
    service.faults.set("lost_answer", 1, "POST refunds");
    expect(await problemOf(provider.refund(access, asked))).toEqual(["timed_out", true]);
    now = new Date("2026-11-21T11:00:00Z");
    const found = await provider.findRefund(access, { ...asked, ref: null });
    expect([found?.state, found?.amount]).toEqual(["succeeded", "100.00"]);
    expect(await provider.findRefund(access, { ...asked, ref: found?.ref ?? null })).toEqual(found);
  });

  test("waits, and then succeeds or fails with a word; nobody tells of a failure", async () => {
    const { service, provider, access, ref } = await paid();
    service.refundsWait = true;
    const asked = refundOf(ref, { amount: "100", isFull: false });
    const waiting = await provider.refund(access, asked);
    expect(waiting.state).toBe("pending");
    service.decideRefund(waiting.ref ?? "", true);
    expect((await provider.findRefund(access, { ...asked, ref: waiting.ref }))?.state).toBe("succeeded");

    const second = refundOf(ref, { amount: "200", isFull: false });
    const { ref: waits } = await provider.refund(access, second);
    service.decideRefund(waits ?? "", false);
    const failed = await provider.findRefund(access, { ...second, ref: waits });
    expect([failed?.state, failed?.problem]).toEqual(["failed", "request_refused"]);

    service.refundsWait = false;
    service.takeMoneyAway();
    const third = await provider.refund(access, refundOf(ref, { amount: "300", isFull: false }));
    expect([third.state, third.problem]).toEqual(["failed", "not_enough_money"]);
  });

  test("of a part carries a receipt of its own, a whole one does not", async () => {
    const { service, provider, access, ref } = await paid();
    service.needsReceipts = true;
    const part = { amount: "100", isFull: false };
    expect(await problemOf(provider.refund(access, refundOf(ref, part)))).toEqual(["request_refused", false]);
    expect((await provider.refund(access, refundOf(ref, { ...part, receipt }))).state).toBe("succeeded");
    expect((await provider.refund(access, refundOf(ref, { amount: "9800", isFull: false, receipt }))).state).toBe(
      "succeeded",
    );
  });

  test("that cannot be is refused in a word: too much, of nothing paid, of a payment unknown", async () => {
    const { provider, access, ref } = await paid();
    expect(await problemOf(provider.refund(access, refundOf(ref, { amount: "9901" })))).toEqual([
      "amount_refused",
      false,
    ]);
    const { ref: unpaid } = await provider.open(access, request());
    expect(await problemOf(provider.refund(access, refundOf(unpaid)))).toEqual(["request_refused", false]);
    expect(await problemOf(provider.refund(access, refundOf(crypto.randomUUID())))).toEqual(["request_refused", false]);
    await provider.refund(access, refundOf(ref));
    expect(await problemOf(provider.refund(access, refundOf(ref)))).toEqual(["request_refused", false]);
  });
});

test("the list has what was paid since, page by page, and nothing else", async () => {
  let now = new Date("2026-11-20T10:00:00Z");
  const { service, provider, access } = open({ now: () => now });
  const { ref: old } = await provider.open(access, request());
  service.pay(old);
  now = new Date("2026-11-20T11:50:00Z");
  const made: string[] = [];
  for (let n = 0; n < 120; n++) made.push((await provider.open(access, request())).ref);
  now = new Date("2026-11-20T12:10:00Z");
  for (const ref of made) service.pay(ref);
  await provider.open(access, request());
  const found: string[] = [];
  for await (const page of provider.list(access, new Date("2026-11-20T12:00:00Z")))
    found.push(...page.map(({ ref }) => ref));
  expect(found.toSorted()).toEqual(made.toSorted());
});

describe("a notification", () => {
  const hook = yookassaHook();
  const from = (sender: string | null) => ({ body: new Uint8Array(), header: () => null, sender });

  test("comes from the published networks, or from those that are set in their place", () => {
    for (const sender of ["185.71.76.5", "77.75.153.77", "77.75.156.11", "77.75.154.200", "2a02:5180:0:1509::2"])
      expect(hook.refusal("", from(sender))).toBeNull();
    for (const sender of ["185.71.76.32", "77.75.156.12", "203.0.113.9", "::1", "0177.0.0.1", "", null])
      expect(hook.refusal("", from(sender))).toBe("foreign_address");
    const own = yookassaHook(["127.0.0.1"]);
    expect(own.refusal("", from("127.0.0.1"))).toBeNull();
    expect(own.refusal("", from("185.71.76.5"))).toBe("foreign_address");
  });

  test("speaks of a payment, whether it is its own or a refund's", async () => {
    const heard: (string | null)[] = [];
    const shop = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(incoming) {
        heard.push(hook.invoiceRef(new Uint8Array(await incoming.arrayBuffer())));
        return new Response("");
      },
    });
    const { service, provider, access } = open();
    service.notificationUrl = `http://127.0.0.1:${shop.port}/`;
    const { ref } = await provider.open(access, request());
    service.pay(ref);
    await service.delivery.settled();
    service.refundOutside(ref, "10.00");
    await service.delivery.settled();
    await shop.stop(true);
    expect(heard).toEqual([ref, ref]);
  });

  test("of another kind, of no payment, or of no JSON speaks of nothing", () => {
    const id = crypto.randomUUID();
    for (const given of [
      "",
      "{",
      "[]",
      "{}",
      JSON.stringify({ type: "notification", event: "payout.succeeded", object: { id: `po-${id}` } }),
      JSON.stringify({ type: "notification", event: "payment.succeeded", object: { id: "../me" } }),
      JSON.stringify({ type: "notification", event: "refund.succeeded", object: { id } }),
      JSON.stringify({ event: "payment.succeeded", object: { id } }),
    ])
      expect(hook.invoiceRef(new TextEncoder().encode(given))).toBeNull();
  });
});

/** Money that comes in, through everything that a provider and the network between us do wrong. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { inTransaction } from "@backend/kit/context.ts";
import { closeInvoice, openInvoice } from "@backend/modules/payments/index.ts";
import { readTroubles } from "@backend/modules/reports/index.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { paymentConnections } from "@db/schema/payments.ts";
import { signUpdate } from "@sandbox/crypto-pay/index.ts";
import { and, eq } from "drizzle-orm";
import { type CashRig, createCashRig, oddSums } from "./rig.ts";

const minute = 60_000;
let rig: CashRig;
beforeAll(async () => {
  rig = await createCashRig();
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await rig.close();
});
beforeEach(() => {
  rig.crypto.faults.clear();
  rig.yookassa.faults.clear();
});

const rouble = { provider: "yookassa", amount: "9900.00", currency: "RUB" } as const;
const statesOf = async (orderId: string) =>
  (await rig.paymentsOf(orderId)).map(({ state, checkReason }) => checkReason ?? state);
const connection = async (provider: "crypto_pay" | "yookassa") => {
  const { workspaceId } = rig.space;
  const own = and(eq(paymentConnections.workspaceId, workspaceId), eq(paymentConnections.provider, provider));
  const [row] = await rig.database.db.select().from(paymentConnections).where(own);
  if (!row) throw new Error("there is no connection");
  return row;
};

describe("an invoice", () => {
  test("is made at its provider once its order is committed, with our id and addresses to pay at", async () => {
    const crypto = await rig.ask();
    expect([crypto.state, crypto.problem]).toEqual(["open", null]);
    expect(crypto.links.telegram).toStartWith("https://t.me/");
    expect(rig.crypto.invoiceOf(crypto.id)?.amount).toBe("99.99");
    const yookassa = await rig.ask(rouble);
    expect(yookassa.links.web).toStartWith("http");
    expect(rig.yookassa.paymentOf(yookassa.id)?.amount).toEqual({ value: "9900.00", currency: "RUB" });
  });

  test("that fifty ask for at once for one order is one, with us and at the provider (R7)", async () => {
    const person = await rig.customer();
    const orderId = crypto.randomUUID();
    const before = rig.crypto.calls("createInvoice");
    const asked = await Promise.all(
      Array.from({ length: 50 }, () =>
        inTransaction(rig.context(), (tx) =>
          openInvoice(tx, {
            ...{
              orderId,
              personId: person.personId,
              botId: person.botId,
              provider: "crypto_pay",
              amount: "5",
              currency: "USD",
            },
            ...{ title: "x", description: "", isSubscription: false, email: null },
            expiresAt: new Date(rig.now().getTime() + 60 * minute),
          }),
        ),
      ),
    );
    await rig.work();
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(rig.crypto.calls("createInvoice") - before).toBe(1);
  });

  test("is asked for anew with another provider, and the former cannot be paid any more", async () => {
    const first = await rig.ask();
    const person = { ...(await rig.customer()), personId: first.personId ?? "" };
    const second = await rig.ask({ ...rouble, orderId: first.orderId, person });
    expect(second.id).not.toBe(first.id);
    expect((await rig.invoiceBy(first.id)).state).toBe("cancelled");
    expect(rig.crypto.invoiceOf(first.id)).toBeUndefined();
  });

  test.each(["late_500", "broken_json"] as const)(
    "whose making ended in %s is found by its reference and not made twice",
    async (fault) => {
      rig.crypto.faults.set(fault, 1, "createInvoice");
      const half = await rig.ask();
      expect([half.state, half.problem !== null]).toEqual(["new", true]);
      rig.pass(minute);
      await rig.work();
      const whole = await rig.invoiceBy(half.id);
      expect([whole.state, whole.problem]).toEqual(["open", null]);
      expect(rig.crypto.invoices.filter(({ payload }) => payload === half.id)).toHaveLength(1);
    },
    30_000,
  );

  test("is given up with its reason when the provider refuses, and the connection says so when it is the key", async () => {
    const { database } = rig;
    const { id, credentialsSealed } = await connection("yookassa");
    const wrong = rig.product.runtime.vault.seal(JSON.stringify({ shopId: rig.yookassa.shopId, secretKey: "wrong" }));
    await database.db.update(paymentConnections).set({ credentialsSealed: wrong }).where(eq(paymentConnections.id, id));
    const failed = await rig.ask(rouble);
    expect([failed.state, failed.problem]).toEqual(["failed", "key_refused"]);
    expect((await connection("yookassa")).problem).toBe("key_refused");
    // Nothing new is asked for until that is mended, and the next good call says that it is.
    await expect(rig.ask(rouble)).rejects.toMatchObject({ code: "payments.method_not_available" });
    await database.db.update(paymentConnections).set({ credentialsSealed }).where(eq(paymentConnections.id, id));
    const mended = await rig.call("POST", `/payment-connections/${id}/check`);
    expect([mended.status, mended.body.problem]).toEqual([200, null]);
  });
});

describe("a payment", () => {
  test("is settled by its webhook: one row, one booking, the order paid", async () => {
    const invoice = await rig.ask();
    const before = await rig.books("USD");
    rig.crypto.pay(invoice.id);
    await rig.settle();
    expect(await statesOf(invoice.orderId)).toEqual(["settled"]);
    expect((await rig.invoiceBy(invoice.id)).state).toBe("paid");
    expect(await rig.sold(invoice.orderId)).toBe(1);
    const after = await rig.books("USD");
    expect(Number(after.revenue) - Number(before.revenue ?? 0)).toBeCloseTo(99.99, 10);
  });

  test("that is told ten times, shuffled, eight at a time, is settled once (F8)", async () => {
    const paid = await Promise.all(Array.from({ length: 6 }, (_, n) => rig.ask(n % 2 ? rouble : {})));
    for (const { id, provider } of paid)
      provider === "yookassa" ? rig.yookassa.pay(id) : rig.crypto.pay(id, { isUntold: true });
    const told = paid.flatMap((invoice) => Array.from({ length: 10 }, () => invoice)).sort(() => Math.random() - 0.5);
    for (let from = 0; from < told.length; from += 8) {
      for (const { id, provider } of told.slice(from, from + 8))
        provider === "yookassa" ? rig.yookassa.tellAgain("payment.succeeded", id) : rig.crypto.tellAgain(id);
      await Promise.all([rig.settle(), rig.settle(), rig.settle()]);
    }
    for (const { orderId } of paid) {
      expect(await statesOf(orderId)).toEqual(["settled"]);
      expect(await rig.sold(orderId)).toBe(1);
    }
  });

  test("of two orders whose updates share one number is settled for both (F9)", async () => {
    rig.crypto.updateId = 7;
    const [one, other] = [await rig.ask(), await rig.ask()];
    rig.crypto.pay(one.id);
    rig.crypto.pay(other.id);
    await rig.settle();
    rig.crypto.updateId = null;
    expect([await statesOf(one.orderId), await statesOf(other.orderId)]).toEqual([["settled"], ["settled"]]);
  });

  test("that no webhook tells is found by the sweep within minutes, and its connection is what the alert is about (F10)", async () => {
    const invoices = [await rig.ask(), await rig.ask(rouble), await rig.ask()];
    rig.yookassa.delivery.fail("drop", 1);
    for (const { id, provider } of invoices)
      provider === "yookassa" ? rig.yookassa.pay(id) : rig.crypto.pay(id, { isUntold: true });
    rig.pass(3 * minute);
    await rig.sweep();
    for (const { orderId } of invoices) {
      expect((await rig.paymentsOf(orderId)).map(({ state, foundBy }) => [state, foundBy])).toEqual([
        ["settled", "sweep"],
      ]);
      expect(await rig.sold(orderId)).toBe(1);
    }
    const [troubles] = await readTroubles(rig.database.db, rig.space.workspaceId, rig.now());
    expect(troubles?.money.providers.map(({ unheard }) => unheard)).toEqual([2, 1]);
    expect(troubles?.money).toMatchObject({ toCheck: 0, differences: 0 });
  });

  test("for an order that is over waits for somebody, pays nothing, and is on nobody's balance (F11)", async () => {
    const late = await rig.ask();
    const held = rig.crypto.invoiceOf(late.id);
    rig.crypto.pay(late.id, { isUntold: true });
    await inTransaction(rig.context(), (tx) => closeInvoice(tx, late.orderId, "expired"));
    rig.crypto.tellAgain(held?.invoice_id ?? 0);
    await rig.settle();
    expect(await statesOf(late.orderId)).toEqual(["late"]);
    expect(await rig.sold(late.orderId)).toBe(0);
    expect((await rig.books("USD")).to_check).toBe("99.99");
    const [troubles] = await readTroubles(rig.database.db, rig.space.workspaceId, rig.now());
    expect(troubles?.money.toCheck).toBe(1);
    const [payment] = await rig.paymentsOf(late.orderId);
    const detail = await rig.call("GET", `/payments/${payment?.id}`);
    expect(detail.body.choices).toEqual(["accepted", "to_balance", "refunded", "dismissed"]);
    const done = await rig.call("POST", `/payments/${payment?.id}/resolve`, { body: { resolution: "accepted" } });
    expect([done.status, done.body.payment.state, done.body.payment.resolution]).toEqual([200, "settled", "accepted"]);
    expect(await rig.sold(late.orderId)).toBe(1);
    expect((await rig.books("USD")).to_check).toBeUndefined();
    const again = await rig.call("POST", `/payments/${payment?.id}/resolve`, { body: { resolution: "to_balance" } });
    expect([again.status, again.body.error.code]).toEqual([409, "payments.not_to_check"]);
  });

  test("in a coin that was not offered waits, and a lie about the amount pays nothing", async () => {
    const odd = await rig.ask();
    rig.crypto.pay(odd.id, { asset: "TRX" });
    await rig.settle();
    const [first] = await rig.paymentsOf(odd.orderId);
    const accepted = rig.crypto.invoiceOf(odd.id)?.accepted_assets;
    expect(first?.checkReason ?? first?.state).toBe(
      accepted && !accepted.includes("TRX") ? "asset_not_accepted" : "settled",
    );
    const cheap = await rig.ask();
    const stored = rig.crypto.invoiceOf(cheap.id);
    if (stored) stored.amount = "0.01";
    rig.crypto.pay(cheap.id);
    await rig.settle();
    expect(await statesOf(cheap.orderId)).toEqual(["amount_differs"]);
    expect(await rig.sold(cheap.orderId)).toBe(0);
  });

  test("that the provider does not confirm is none, whatever the webhook says", async () => {
    const invoice = await rig.ask(rouble);
    const { id } = rig.yookassa.paymentOf(invoice.id) ?? { id: "" };
    const forged = {
      type: "notification",
      event: "payment.succeeded",
      object: { id, status: "succeeded", paid: true },
    };
    const { status } = await fetch(rig.yookassa.notificationUrl ?? "", {
      method: "POST",
      body: JSON.stringify(forged),
    });
    await rig.settle();
    expect(status).toBe(200);
    expect(await statesOf(invoice.orderId)).toEqual([]);
    expect((await rig.invoiceBy(invoice.id)).state).toBe("open");
  });

  test("whose provider is away when it is asked is settled when it is back", async () => {
    const invoice = await rig.ask(rouble);
    rig.yookassa.faults.set("html", 2);
    rig.yookassa.pay(invoice.id);
    await rig.settle();
    expect(await statesOf(invoice.orderId)).toEqual([]);
    rig.pass(2 * minute);
    await rig.work();
    rig.pass(2 * minute);
    await rig.work();
    expect(await statesOf(invoice.orderId)).toEqual(["settled"]);
  });

  test("whose bank said no ends its invoice, so that the order can ask again", async () => {
    const invoice = await rig.ask(rouble);
    rig.yookassa.decline(invoice.id);
    await rig.settle();
    expect((await rig.invoiceBy(invoice.id)).state).toBe("cancelled");
    const person = { ...(await rig.customer()), personId: invoice.personId ?? "" };
    const again = await rig.ask({ ...rouble, orderId: invoice.orderId, person });
    expect([again.state, again.id === invoice.id]).toEqual(["open", false]);
  });
});

describe("a webhook", () => {
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: "POST", body, headers });
  const stored = async (connectionId: string) =>
    rig.database.db
      .select()
      .from(inboundEvents)
      .where(eq(inboundEvents.sourceId, connectionId))
      .orderBy(inboundEvents.id);

  test("with one byte changed, another token's signature, or none gets 401, is counted, and is not stored", async () => {
    const invoice = await rig.ask();
    const url = rig.crypto.webhookUrl ?? "";
    const before = await connection("crypto_pay");
    const calls = (await stored(before.id)).length;
    const body = JSON.stringify({ update_type: "invoice_paid", payload: { invoice_id: 1, status: "paid" } });
    const header = "crypto-pay-api-signature";
    const good = signUpdate(rig.crypto.token, body);
    const tries = [
      post(url, body.replace("1", "2"), { [header]: good }),
      post(url, body, { [header]: signUpdate("100200:another", body) }),
      post(url, body, { [header]: `${good}00` }),
      post(url, body),
    ];
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    rig.crypto.delivery.fail("changed_byte");
    rig.crypto.pay(invoice.id);
    await rig.settle();
    expect(await statesOf(invoice.orderId)).toEqual([]);
    expect(await stored(before.id)).toHaveLength(calls);
    // The provider gave the address up after all its attempts, as the real one does; the sweep finds what was paid meanwhile.
    expect(rig.crypto.webhookUrl).toBeNull();
    rig.crypto.webhookUrl = url;
    rig.pass(2 * minute);
    await rig.sweep();
    expect(await statesOf(invoice.orderId)).toEqual(["settled"]);
    const after = await connection("crypto_pay");
    expect([after.refusedCalls > before.refusedCalls, after.refusedWhy]).toEqual([true, "bad_signature"]);
  });

  test("that is signed right is answered 200 and kept, whatever it says", async () => {
    const { id } = await connection("crypto_pay");
    const bodies = [
      "",
      "{",
      "null",
      "[1]",
      '{"update_type":"unheard_of"}',
      '{"update_type":"invoice_paid","payload":{"invoice_id":"x"}}',
    ];
    for (const body of bodies) {
      const headers = { "crypto-pay-api-signature": signUpdate(rig.crypto.token, body) };
      expect([body, (await post(rig.crypto.webhookUrl ?? "", body, headers)).status]).toEqual([body, 200]);
    }
    await rig.settle();
    const kept = (await stored(id)).slice(-bodies.length);
    expect(kept.map(({ status }) => status)).toEqual(bodies.map(() => "ignored"));
    // Of an invoice that the provider does not know: looked for, and nobody's.
    const unknown = JSON.stringify({ update_type: "invoice_paid", payload: { invoice_id: 999_999, status: "paid" } });
    await post(rig.crypto.webhookUrl ?? "", unknown, {
      "crypto-pay-api-signature": signUpdate(rig.crypto.token, unknown),
    });
    await rig.settle();
    expect((await stored(id)).at(-1)?.status).toBe("handled");
  });

  test("larger than 64 KB, or for no connection, is turned away", async () => {
    const large = "x".repeat(65 * 1024);
    expect((await post(rig.crypto.webhookUrl ?? "", large)).status).toBe(413);
    const strange = [crypto.randomUUID(), "x", (await connection("yookassa")).id];
    for (const id of strange) expect((await post(`${rig.url}/webhooks/crypto-pay/${id}`, "{}")).status).toBe(404);
  });

  test("without an id in its address is the first workspace's", async () => {
    const invoice = await rig.ask(rouble);
    rig.yookassa.delivery.fail("drop");
    rig.yookassa.pay(invoice.id);
    const { id } = rig.yookassa.paymentOf(invoice.id) ?? { id: "" };
    const body = JSON.stringify({ type: "notification", event: "payment.succeeded", object: { id } });
    expect((await post(`${rig.url}/payment_notification`, body)).status).toBe(200);
    await rig.settle();
    expect(await statesOf(invoice.orderId)).toEqual(["settled"]);
  });
});

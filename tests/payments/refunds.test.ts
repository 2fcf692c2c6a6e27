/** Money that goes back: by us, through faults, and by others behind our back. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { inTransaction } from "@backend/kit/context.ts";
import { makePerson } from "@backend/modules/identity/testing.ts";
import { balancesOf, book, type RequestRefund, requestRefund, transfer } from "@backend/modules/payments/index.ts";
import { invoices, paymentConnections } from "@db/schema/payments.ts";
import { eq } from "drizzle-orm";
import { askBack, type Paid, payFor } from "./paid.ts";
import { type CashRig, createCashRig, oddSums } from "./rig.ts";

const minute = 60_000;
let rig: CashRig;
beforeAll(async () => {
  rig = await createCashRig();
  // Providers keep their fee of what they give back: the shop must have something beside.
  for (const over of [{ provider: "yookassa", amount: "100000", currency: "RUB" } as const, { amount: "5000" }]) {
    const { id, provider } = await rig.ask(over);
    provider === "yookassa" ? rig.yookassa.pay(id) : rig.crypto.pay(id);
  }
  await rig.settle();
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await rig.close();
});
beforeEach(() => {
  rig.yookassa.faults.clear();
  rig.crypto.faults.clear();
  rig.yookassa.refundsWait = false;
});

const paid = (provider: "yookassa" | "crypto_pay" = "yookassa") => payFor(rig, provider);
const refund = (order: Paid, over: Partial<RequestRefund> = {}) => askBack(rig, order, { amount: "1000", ...over });
const stateOf = async (orderId: string) =>
  (await rig.refundsOf(orderId)).map(({ state, isOutside, problem }) => [state, isOutside, problem]);
const sum = async (kind: string, currency = "RUB") => Number((await rig.books(currency))[kind] ?? 0);

describe("a refund", () => {
  test("goes back from revenue through the provider, in parts, and never more than came", async () => {
    const order = await paid();
    const [revenue, provider] = [await sum("revenue"), await sum("provider")];
    await refund(order, { amount: "300.50" });
    await rig.settle();
    await refund(order, { amount: "699.50" });
    await rig.settle();
    expect(await stateOf(order.orderId)).toEqual([
      ["succeeded", false, null],
      ["succeeded", false, null],
    ]);
    expect(rig.yookassa.paymentOf(order.invoice.id)?.refunded_amount.value).toBe("1000.00");
    expect([(await sum("revenue")) - revenue, (await sum("provider")) - provider]).toEqual([-1000, 1000]);
    const [payment] = await rig.paymentsOf(order.orderId);
    expect(payment?.state).toBe("returned");
    await expect(refund(order, { amount: "0.01" })).rejects.toMatchObject({ code: "payments.refund_too_large" });
  });

  test("that fifty ask for at once is promised once", async () => {
    const order = await paid();
    const asked = await Promise.allSettled(Array.from({ length: 50 }, () => refund(order, { amount: "600" })));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await rig.settle();
    expect(rig.yookassa.paymentOf(order.invoice.id)?.refunded_amount.value).toBe("600.00");
  });

  test.each(["late_500", "broken_json"] as const)(
    "whose answer ended in %s happens once at the provider",
    async (fault) => {
      const order = await paid();
      rig.yookassa.faults.set(fault, 1, "POST refunds");
      await refund(order);
      await rig.work();
      expect((await stateOf(order.orderId))[0]?.[0]).toBe("sending");
      rig.pass(minute);
      await rig.work();
      await rig.settle();
      expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["succeeded"]);
      expect(rig.yookassa.refunds.filter(({ payment_id }) => payment_id === order.payment.providerRef)).toHaveLength(1);
    },
  );

  test("that timed out after its success is found, also when its key is forgotten a day later", async () => {
    const order = await paid();
    rig.yookassa.faults.set("late_500", 1, "POST refunds");
    await refund(order);
    await rig.work();
    rig.pass(25 * 60 * minute);
    await rig.sweep();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["succeeded"]);
    expect(rig.yookassa.refunds.filter(({ payment_id }) => payment_id === order.payment.providerRef)).toHaveLength(1);
  });

  test("whose outcome is unknown is not given up when the key is refused meanwhile, so that nobody promises it again", async () => {
    const order = await paid();
    const connection = eq(paymentConnections.id, order.payment.connectionId ?? "");
    const [known] = await rig.database.db.select().from(paymentConnections).where(connection);
    const setKey = (credentialsSealed: string | null) =>
      rig.database.db.update(paymentConnections).set({ credentialsSealed }).where(connection);
    rig.yookassa.faults.set("late_500", 1, "POST refunds");
    await refund(order);
    await rig.work();
    await setKey(rig.product.runtime.vault.seal(JSON.stringify({ shopId: rig.yookassa.shopId, secretKey: "wrong" })));
    rig.pass(minute);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["sending", false, "key_refused"]]);
    await expect(refund(order)).rejects.toMatchObject({ code: "payments.refund_too_large" });
    await setKey(known?.credentialsSealed ?? null);
    rig.pass(60 * minute);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["succeeded", false, null]]);
    expect(rig.yookassa.refunds.filter(({ payment_id }) => payment_id === order.payment.providerRef)).toHaveLength(1);
  });

  test("in coins is a transfer that is made once, with its own id", async () => {
    const order = await paid("crypto_pay");
    rig.crypto.faults.set("late_500", 1, "transfer");
    await refund(order, { amount: "99.99", currency: "USD" });
    await rig.work();
    rig.pass(minute);
    await rig.work();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["succeeded"]);
    const { transfers } = rig.crypto;
    expect(transfers.filter(({ user_id }) => user_id === rig.crypto.transfers.at(-1)?.user_id)).toHaveLength(1);
  });

  test("that the provider works on is asked after until it says so, and one that it refuses leaves the money where it is", async () => {
    rig.yookassa.refundsWait = true;
    const [good, bad] = [await paid(), await paid()];
    const revenue = await sum("revenue");
    for (const order of [good, bad]) await refund(order);
    await rig.work();
    expect([(await stateOf(good.orderId))[0]?.[0], (await stateOf(bad.orderId))[0]?.[0]]).toEqual([
      "pending",
      "pending",
    ]);
    const of = ({ payment }: Paid) =>
      rig.yookassa.refunds.find(({ payment_id }) => payment_id === payment.providerRef)?.id ?? "";
    rig.yookassa.decideRefund(of(good), true);
    rig.yookassa.decideRefund(of(bad), false);
    rig.pass(10 * minute);
    await rig.sweep();
    expect((await stateOf(good.orderId)).map(([state]) => state)).toEqual(["succeeded"]);
    expect((await stateOf(bad.orderId)).map(([state, , problem]) => [state, problem !== null])).toEqual([
      ["failed", true],
    ]);
    expect((await sum("revenue")) - revenue).toBe(-1000);
    // It may be asked for again.
    rig.yookassa.refundsWait = false;
    await refund(bad);
    await rig.settle();
    expect((await stateOf(bad.orderId)).map(([state]) => state)).toEqual(["failed", "succeeded"]);
  });

  test("onto the balance asks no provider", async () => {
    const order = await paid();
    const calls = rig.yookassa.calls("POST refunds");
    await refund(order, { to: "balance", amount: "250" });
    await rig.work();
    expect(await balancesOf(rig.database.db, rig.space.workspaceId, order.personId)).toEqual([
      { currency: "RUB", amount: "250", held: "0" },
    ]);
    expect(rig.yookassa.calls("POST refunds")).toBe(calls);
  });

  test("above the limit waits for another person: not whoever asked, not a program, and once", async () => {
    const order = await paid();
    const asker = await makePerson(rig.database.db, rig.space, { role: "finance" });
    const context = rig.context();
    const asked = await inTransaction(
      { ...context, actor: { ...context.actor, kind: "person", ...asker, botId: "", member: null } as never },
      (tx) =>
        requestRefund(tx, {
          ...{
            paymentId: order.payment.id,
            orderId: order.orderId,
            personId: order.personId,
            amount: "900",
            currency: "RUB",
          },
          ...{ to: "provider", reason: "Changed his mind", needsSecond: true },
        }),
    );
    await rig.work();
    expect((await stateOf(order.orderId))[0]?.[0]).toBe("requested");
    const own = await rig.call("POST", `/refunds/${asked.id}/approve`, { as: asker });
    expect([own.status, own.body.error.code]).toEqual([403, "payments.second_person_needed"]);
    const twice = await Promise.all([1, 2].map(() => rig.call("POST", `/refunds/${asked.id}/approve`)));
    expect(twice.map(({ status }) => status).sort()).toEqual([200, 409]);
    await rig.settle();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["succeeded"]);
  });

  test("that was taken back before its second person came moves nothing", async () => {
    const order = await paid();
    const asked = await refund(order, { needsSecond: true });
    expect((await rig.call("POST", `/refunds/${asked.id}/cancel`)).body.state).toBe("cancelled");
    expect((await rig.call("POST", `/refunds/${asked.id}/approve`)).status).toBe(409);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["cancelled", false, null]]);
    await refund(order);
    await rig.settle();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["cancelled", "succeeded"]);
  });
});

describe("money that went back elsewhere", () => {
  test("is noticed by its webhook, booked once, and told as from outside", async () => {
    const order = await paid();
    const revenue = await sum("revenue");
    const { id } = rig.yookassa.refundOutside(order.payment.providerRef, "400.00");
    await rig.settle();
    rig.yookassa.tellAgain("refund.succeeded", id);
    await rig.settle();
    expect(await stateOf(order.orderId)).toEqual([["succeeded", true, null]]);
    expect((await sum("revenue")) - revenue).toBe(-400);
  });

  test("and onto the balance as well is our loss, booked once to what the provider has", async () => {
    const order = await paid();
    await refund(order, { to: "balance", amount: "800" });
    await rig.work();
    const [revenue, provider] = [await sum("revenue"), await sum("provider")];
    for (const amount of ["500.00", "500.00"]) {
      const { id } = rig.yookassa.refundOutside(order.payment.providerRef, amount);
      await rig.settle();
      rig.yookassa.tellAgain("refund.succeeded", id);
      await rig.settle();
    }
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["succeeded", "succeeded"]);
    expect([(await sum("revenue")) - revenue, (await sum("provider")) - provider]).toEqual([-1000, 1000]);
  });

  test("before its payment was ever told of leaves both right (F9)", async () => {
    const invoice = await rig.ask({ provider: "yookassa", amount: "1000", currency: "RUB" });
    const before = await rig.books("RUB");
    rig.yookassa.delivery.fail("hold", 2);
    rig.yookassa.pay(invoice.id);
    rig.yookassa.refundOutside(invoice.id);
    // The refund's news comes first, the payment's after it.
    rig.yookassa.delivery.release();
    await rig.settle();
    rig.yookassa.tellAgain("payment.succeeded", invoice.id);
    await rig.settle();
    expect((await rig.paymentsOf(invoice.orderId)).map(({ state }) => state)).toEqual(["returned"]);
    expect(await stateOf(invoice.orderId)).toEqual([["succeeded", true, null]]);
    // The provider keeps its fee of both ways; nothing else is left.
    const { fees: _, provider: __, ...rest } = await rig.books("RUB");
    const { fees: ___, provider: ____, ...restBefore } = before;
    expect(rest).toEqual(restBefore);
  });

  test("while ours is on its way is not taken for another one", async () => {
    const order = await paid();
    rig.yookassa.faults.set("late_500", 1, "POST refunds");
    await refund(order);
    await rig.work();
    // The provider tells of it before we have heard that our own call worked.
    rig.yookassa.tellAgain("payment.succeeded", order.payment.providerRef);
    await rig.settle();
    rig.pass(minute);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["succeeded", false, null]]);
  });

  test.each([
    ["while it lay on a balance comes from there", false],
    ["after it was spent from a balance is our loss", true],
  ])("%s", async (_, isSpent) => {
    const late = await rig.ask({ provider: "yookassa", amount: "500", currency: "RUB" });
    const { workspaceId } = rig.space;
    const personId = late.personId ?? "";
    await rig.database.db.update(invoices).set({ state: "expired" }).where(eq(invoices.id, late.id));
    rig.yookassa.pay(late.id);
    await rig.settle();
    const [payment] = await rig.paymentsOf(late.orderId);
    const resolved = await rig.call("POST", `/payments/${payment?.id}/resolve`, { body: { resolution: "to_balance" } });
    expect(resolved.status).toBe(200);
    if (isSpent)
      await inTransaction(rig.context(), ({ db, now }) =>
        book(db, {
          workspaceId,
          cause: "test.spent",
          causeId: late.id,
          at: now,
          entries: transfer({ kind: "customer", holder: personId }, { kind: "revenue" }, "RUB", "500"),
        }),
      );
    const revenue = await sum("revenue");
    rig.yookassa.refundOutside(late.id);
    await rig.settle();
    expect(await balancesOf(rig.database.db, workspaceId, personId)).toEqual([]);
    expect((await sum("revenue")) - revenue).toBe(isSpent ? -500 : 0);
  });
});

describe("money that waits", () => {
  const lateOne = async () => {
    const late = await rig.ask({ provider: "yookassa", amount: "700", currency: "RUB" });
    await rig.database.db.update(invoices).set({ state: "cancelled" }).where(eq(invoices.id, late.id));
    rig.yookassa.pay(late.id);
    await rig.settle();
    const [payment] = await rig.paymentsOf(late.orderId);
    return { late, path: `/payments/${payment?.id}` };
  };

  test("is given back from where it waits, and decided about once", async () => {
    const { late, path } = await lateOne();
    const done = await rig.call("POST", `${path}/resolve`, { body: { resolution: "refunded" } });
    expect([done.status, done.body.payment.state, done.body.choices]).toEqual([200, "to_check", []]);
    expect((await rig.call("POST", `${path}/resolve`, { body: { resolution: "accepted" } })).status).toBe(409);
    await rig.settle();
    const after = await rig.call("GET", path);
    expect([after.body.payment.state, after.body.payment.resolution]).toEqual(["returned", "refunded"]);
    expect(await sum("to_check")).toBe(0);
    expect(await rig.sold(late.orderId)).toBe(0);
  });

  test("may be decided about anew when giving it back failed", async () => {
    const { path } = await lateOne();
    rig.yookassa.takeMoneyAway();
    await rig.call("POST", `${path}/resolve`, { body: { resolution: "refunded" } });
    rig.pass(10 * minute);
    await rig.sweep();
    const after = await rig.call("GET", path);
    expect([after.body.payment.resolution, after.body.refunds[0].state]).toEqual([null, "failed"]);
    expect(after.body.choices).toContain("to_balance");
    const noNote = await rig.call("POST", `${path}/resolve`, { body: { resolution: "dismissed" } });
    expect([noNote.status, noNote.body.error.code]).toEqual([422, "payments.note_needed"]);
    const dismissed = await rig.call("POST", `${path}/resolve`, {
      body: { resolution: "dismissed", note: "Not ours" },
    });
    expect([dismissed.body.payment.state, dismissed.body.payment.note]).toEqual(["returned", "Not ours"]);
    expect(await sum("to_check")).toBe(0);
  });

  test("of which a part went back elsewhere is still decided about: the rest", async () => {
    const { late, path } = await lateOne();
    rig.yookassa.refundOutside(late.id, "300.00");
    await rig.settle();
    const shown = await rig.call("GET", path);
    expect(shown.body.choices).toContain("to_balance");
    const done = await rig.call("POST", `${path}/resolve`, { body: { resolution: "to_balance" } });
    expect([done.status, done.body.payment.state]).toEqual([200, "settled"]);
    expect(await balancesOf(rig.database.db, rig.space.workspaceId, late.personId ?? "")).toEqual([
      { currency: "RUB", amount: "400", held: "0" },
    ]);
    expect(await sum("to_check")).toBe(0);
  });

  test("is decided by one of ten who press at once", async () => {
    const { path } = await lateOne();
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        rig.call("POST", `${path}/resolve`, { body: { resolution: n % 2 ? "accepted" : "to_balance" } }),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await sum("to_check")).toBe(0);
  });
});

/** Money that must find its way back when the account that took it was given up, cannot be opened, or is a bot that is gone. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createVault } from "@backend/kit/crypto.ts";
import { makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { methodsOf, type RequestRefund } from "@backend/modules/payments/index.ts";
import { invoices, paymentConnections, payments } from "@db/schema/payments.ts";
import { and, eq, isNull } from "drizzle-orm";
import { askBack, type Paid, payFor } from "./paid.ts";
import { type CashRig, createCashRig, oddSums } from "./rig.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
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
afterEach(async () => {
  rig.yookassa.faults.clear();
  rig.crypto.faults.clear();
  await connect("yookassa");
  await connect("crypto_pay");
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await rig.close();
});

type Named = "yookassa" | "crypto_pay";
const living = async (provider: Named) => {
  const { workspaceId } = rig.space;
  const mine = and(eq(paymentConnections.workspaceId, workspaceId), eq(paymentConnections.provider, provider));
  const rows = rig.database.db.select().from(paymentConnections);
  return (await rows.where(and(mine, isNull(paymentConnections.disconnectedAt))))[0] ?? null;
};
async function connect(provider: Named): Promise<string> {
  const { shopId, secretKey } = rig.yookassa;
  const keys = provider === "yookassa" ? { shopId, secretKey } : { token: rig.crypto.token };
  const { body } = await rig.call("PUT", "/payment-connections", { body: { provider, ...keys } });
  return body.id;
}
async function disconnect(provider: Named): Promise<string> {
  const id = (await living(provider))?.id ?? "";
  expect((await rig.call("DELETE", `/payment-connections/${id}`)).status).toBe(200);
  return id;
}
const forget = (id: string) => rig.call("DELETE", `/payment-connections/former/${id}/key`);

const paid = (provider: Named = "yookassa") => payFor(rig, provider);
const refund = (order: Paid, over: Partial<RequestRefund> = {}) => askBack(rig, order, over);
const stateOf = async (orderId: string) => (await rig.refundsOf(orderId)).map(({ state, problem }) => [state, problem]);

describe("an account that was given up", () => {
  test("gives back what came by it, takes in what was open, and is offered for nothing new", async () => {
    const order = await paid();
    const open = await rig.ask({ provider: "yookassa", amount: "70", currency: "RUB" });
    const id = await disconnect("yookassa");
    expect((await methodsOf(rig.database.db, rig.space.workspaceId)).map(({ provider }) => provider)).toEqual([
      "crypto_pay",
    ]);
    await expect(rig.ask({ provider: "yookassa", amount: "5", currency: "RUB" })).rejects.toMatchObject({
      code: "payments.method_not_available",
    });
    const { body } = await rig.call("GET", "/payment-connections");
    expect(body.items.map(({ provider }: { provider: string }) => provider)).toEqual(["crypto_pay"]);
    expect(body.former.map((one: { id: string }) => one.id)).toContain(id);
    expect(JSON.stringify(body)).not.toContain(rig.yookassa.secretKey);
    for (const path of ["", "/check", "/reconcile"])
      expect(
        (
          await rig.call(path === "" ? "PATCH" : "POST", `/payment-connections/${id}${path}`, {
            ...(path === "" && { body: { isOn: true } }),
          })
        ).status,
      ).toBe(404);
    // Its webhooks are nobody's: what was open is found by asking.
    rig.yookassa.pay(open.id);
    await rig.settle();
    expect(await rig.paymentsOf(open.orderId)).toHaveLength(0);
    rig.pass(4 * minute);
    await rig.sweep();
    expect((await rig.paymentsOf(open.orderId)).map(({ state, foundBy }) => [state, foundBy])).toEqual([
      ["settled", "sweep"],
    ]);
    await refund(order);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["succeeded", null]]);
    expect(rig.yookassa.paymentOf(order.invoice.id)?.refunded_amount.value).toBe("1000.00");
  });

  test("is the same connection when it is connected again", async () => {
    const id = await disconnect("yookassa");
    expect(await connect("yookassa")).toBe(id);
    const { body } = await rig.call("GET", "/payment-connections");
    expect(body.former.map((one: { id: string }) => one.id)).not.toContain(id);
  });

  test("fails an invoice that was not made yet", async () => {
    const invoice = await rig.ask({ provider: "yookassa", amount: "71", currency: "RUB" });
    const unmade = { state: "new", providerRef: null } as const;
    await rig.database.db.update(invoices).set(unmade).where(eq(invoices.id, invoice.id));
    await disconnect("yookassa");
    rig.pass(4 * minute);
    await rig.sweep();
    const { state, problem } = await rig.invoiceBy(invoice.id);
    expect([state, problem]).toEqual(["failed", "account_gone"]);
  });

  test("and whose key was erased fails a refund with a sentence; it can be asked for again, or go to the balance", async () => {
    const [order, other] = [await paid(), await paid()];
    const id = await disconnect("yookassa");
    const stranger = await makePerson(
      rig.database.db,
      await makeWorkspace(rig.database.db, rig.product.runtime.vault),
      {
        role: "owner",
      },
    );
    expect((await rig.call("DELETE", `/payment-connections/former/${id}/key`, { as: stranger })).status).toBe(404);
    expect([(await forget(id)).status, (await forget(id)).status]).toEqual([200, 200]);
    const calls = rig.yookassa.calls("POST refunds");
    for (const one of [order, other]) await refund(one);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["failed", "account_gone"]]);
    await refund(other, { to: "balance" });
    await rig.work();
    expect(await stateOf(other.orderId)).toEqual([
      ["failed", "account_gone"],
      ["succeeded", null],
    ]);
    expect(rig.yookassa.calls("POST refunds")).toBe(calls);
    await connect("yookassa");
    await refund(order);
    await rig.work();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["failed", "succeeded"]);
  });

  test("whose row is gone from an earlier time is found again by asking who knows the payment", async () => {
    const order = await paid();
    await rig.database.db.update(payments).set({ connectionId: null }).where(eq(payments.id, order.payment.id));
    await refund(order);
    await rig.work();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["succeeded"]);
  });
});

describe("a refund whose outcome nobody says", () => {
  /** It went out, and its answer was lost. */
  async function lost(provider: Named) {
    const order = await paid(provider);
    const of = provider === "yookassa" ? rig.yookassa : rig.crypto;
    of.faults.set("late_500", 1, provider === "yookassa" ? "POST refunds" : "transfer");
    await refund(order);
    await rig.work();
    expect((await stateOf(order.orderId)).map(([state]) => state)).toEqual(["sending"]);
    return order;
  }

  test.each(["yookassa", "crypto_pay"] as const)(
    "ends as failed when the key of %s is erased, and is found under its own id when it is asked for again",
    async (provider) => {
      const order = await lost(provider);
      await forget(await disconnect(provider));
      rig.pass(minute);
      await rig.work();
      expect(await stateOf(order.orderId)).toEqual([["failed", "account_gone"]]);
      await expect(refund(order, { amount: "1" })).rejects.toMatchObject({ code: "payments.refund_in_doubt" });
      await connect(provider);
      const sent = [rig.yookassa.calls("POST refunds"), rig.crypto.transfers.length];
      await refund(order);
      await rig.work();
      expect(await stateOf(order.orderId)).toEqual([["succeeded", null]]);
      expect([rig.yookassa.calls("POST refunds"), rig.crypto.transfers.length]).toEqual(sent);
    },
  );

  test("is tried for three days and then ends as failed, whatever keeps the provider from saying it", async () => {
    const order = await lost("yookassa");
    const connection = eq(paymentConnections.id, order.payment.connectionId ?? "");
    const wrong = rig.product.runtime.vault.seal(JSON.stringify({ shopId: rig.yookassa.shopId, secretKey: "wrong" }));
    await rig.database.db.update(paymentConnections).set({ credentialsSealed: wrong }).where(connection);
    rig.pass(2.9 * day);
    await rig.sweep();
    expect(await stateOf(order.orderId)).toEqual([["sending", "key_refused"]]);
    rig.pass(0.2 * day);
    await rig.sweep();
    expect(await stateOf(order.orderId)).toEqual([["failed", "key_refused"]]);
    await connect("yookassa");
    await refund(order);
    await rig.work();
    expect(await stateOf(order.orderId)).toEqual([["succeeded", null]]);
    expect(rig.yookassa.refunds.filter(({ payment_id }) => payment_id === order.payment.providerRef)).toHaveLength(1);
  });

  test("and waited for a second person is in doubt again when it is called off", async () => {
    const order = await lost("yookassa");
    await forget(await disconnect("yookassa"));
    rig.pass(minute);
    await rig.work();
    const { id } = await refund(order, { needsSecond: true });
    expect((await rig.call("POST", `/refunds/${id}/cancel`)).body.state).toBe("failed");
    await expect(refund(order, { amount: "1" })).rejects.toMatchObject({ code: "payments.refund_in_doubt" });
  });
});

describe("a key that SECRETS_KEY does not open", () => {
  test("fails the invoice, takes the method out of the shop, and shows on the connection until it is entered again", async () => {
    const { db } = rig.database;
    const { id = "" } = (await living("crypto_pay")) ?? {};
    const credentialsSealed = createVault("quite another secret, long enough").seal(rig.crypto.token);
    await db.update(paymentConnections).set({ credentialsSealed }).where(eq(paymentConnections.id, id));
    const invoice = await rig.ask();
    expect([invoice.state, invoice.problem, invoice.askAt]).toEqual(["failed", "key_unreadable", null]);
    expect((await living("crypto_pay"))?.problem).toBe("key_unreadable");
    expect((await methodsOf(db, rig.space.workspaceId)).map(({ provider }) => provider)).toEqual(["yookassa"]);
    // The nightly comparison and a check say it as well.
    expect((await rig.call("POST", `/payment-connections/${id}/reconcile`)).status).toBe(200);
    await rig.only("payments.reconcile");
    const checked = await rig.call("POST", `/payment-connections/${id}/check`);
    expect([checked.status, checked.body.problem]).toEqual([200, "key_unreadable"]);
    expect(await connect("crypto_pay")).toBe(id);
    expect((await living("crypto_pay"))?.problem).toBeNull();
    expect((await rig.ask()).state).toBe("open");
  });
});

test("a check that finds another workspace's account says so with a code", async () => {
  const theirs = await makeWorkspace(rig.database.db, rig.product.runtime.vault, "Theirs");
  const owner = await makePerson(rig.database.db, theirs, { role: "owner" });
  const [row] = await rig.database.db
    .insert(paymentConnections)
    .values({
      ...{ workspaceId: theirs.workspaceId, provider: "crypto_pay", name: "Crypto Pay", isFromEnvironment: true },
      credentialsSealed: rig.product.runtime.vault.seal(rig.crypto.token),
    })
    .returning();
  const { status, body } = await rig.call("POST", `/payment-connections/${row?.id}/check`, { as: owner });
  expect([status, body.error.code]).toEqual([409, "payments.account_taken"]);
});

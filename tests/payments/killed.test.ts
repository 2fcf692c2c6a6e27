/** A process that is killed as `kill -9` does, between what a provider did and what is written down: nothing is lost, nothing doubled. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { inTransaction } from "@backend/kit/context.ts";
import { openInvoice, requestRefund } from "@backend/modules/payments/index.ts";
import { payments } from "@db/schema/payments.ts";
import { sql } from "drizzle-orm";
import { type CashRig, createCashRig, oddSums } from "./rig.ts";

const minute = 60_000;
let rig: CashRig;
beforeAll(async () => {
  rig = await createCashRig();
  const { id } = await rig.ask({ provider: "yookassa", amount: "100000", currency: "RUB" });
  rig.yookassa.pay(id);
  await rig.settle();
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await rig.close();
});

/** Takes the job of that name out of the queue and has a process of its own do it, which dies at `place`. */
async function killedAt(place: string, name: string): Promise<void> {
  const [job] = await rig.database.db.execute<{ payload: unknown }>(sql`
    delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t
    where t.id = j.task_id and t.identifier = ${name} returning j.payload`);
  const child = Bun.spawn(
    [
      process.execPath,
      "--no-env-file",
      join(import.meta.dir, "pay-process.ts"),
      rig.database.url,
      JSON.stringify(rig.environment),
      name,
      JSON.stringify(job?.payload ?? {}),
      place,
    ],
    { stdout: "ignore", stderr: "inherit" },
  );
  await child.exited;
  expect([place, child.signalCode]).toEqual([place, "SIGKILL"]);
}

const asked = async () => {
  const person = await rig.customer();
  return inTransaction(rig.context(), (tx) =>
    openInvoice(tx, {
      ...{ orderId: crypto.randomUUID(), personId: person.personId, botId: person.botId, provider: "crypto_pay" },
      ...{ amount: "10", currency: "USD", title: "x", description: "", isSubscription: false, email: null },
      expiresAt: new Date(rig.now().getTime() + 60 * minute),
    }),
  );
};

describe("a process that is killed", () => {
  test("after an invoice was made and before that was written down: it is found, and one", async () => {
    const invoice = await asked();
    await killedAt("payments.invoice-made", "payments.make-invoice");
    expect((await rig.invoiceBy(invoice.id)).state).toBe("new");
    rig.pass(2 * minute);
    await rig.sweep();
    expect((await rig.invoiceBy(invoice.id)).state).toBe("open");
    expect(rig.crypto.invoices.filter(({ payload }) => payload === invoice.id)).toHaveLength(1);
  });

  for (const place of ["payments.asked", "payments.settled"])
    test(`at ${place}, before the settlement is committed: it is settled once, by whoever comes next`, async () => {
      const invoice = await rig.ask({ provider: "yookassa", amount: "1000", currency: "RUB" });
      rig.yookassa.delivery.fail("hold");
      rig.yookassa.pay(invoice.id);
      rig.yookassa.delivery.release();
      await rig.yookassa.delivery.settled();
      await rig.product.runtime.intake.drain();
      await rig.only("inbox.process");
      await killedAt(place, "payments.hear-invoice");
      expect(await rig.paymentsOf(invoice.orderId)).toEqual([]);
      expect(await rig.sold(invoice.orderId)).toBe(0);
      rig.pass(2 * minute);
      await rig.sweep();
      rig.yookassa.tellAgain("payment.succeeded", invoice.id);
      await rig.settle();
      expect((await rig.paymentsOf(invoice.orderId)).map(({ state }) => state)).toEqual(["settled"]);
      expect(await rig.sold(invoice.orderId)).toBe(1);
    });

  test("after a refund was made and before that was written down: it went back once", async () => {
    const invoice = await rig.ask({ provider: "yookassa", amount: "1000", currency: "RUB" });
    rig.yookassa.pay(invoice.id);
    await rig.settle();
    const [payment] = await rig.paymentsOf(invoice.orderId);
    if (!payment) throw new Error("it was not settled");
    const { orderId, personId } = invoice;
    await inTransaction(rig.context(), (tx) =>
      requestRefund(tx, {
        ...{ paymentId: payment.id, orderId, personId, amount: "1000", currency: "RUB", to: "provider" },
        ...{ reason: null, needsSecond: false },
      }),
    );
    await killedAt("payments.refund-answered", "payments.move-refund");
    expect((await rig.refundsOf(orderId)).map(({ state }) => state)).toEqual(["sending"]);
    rig.pass(10 * minute);
    await rig.sweep();
    expect((await rig.refundsOf(orderId)).map(({ state, isOutside }) => [state, isOutside])).toEqual([
      ["succeeded", false],
    ]);
    expect(rig.yookassa.refunds.filter(({ payment_id }) => payment_id === payment.providerRef)).toHaveLength(1);
  });

  test("leaves books that add up, and as much as the provider has", async () => {
    const rows = await rig.database.db.select().from(payments);
    const roubles = rows.filter(({ currency }) => currency === "RUB");
    expect(roubles).toHaveLength(rig.yookassa.payments.filter(({ status }) => status === "succeeded").length);
    expect(Number((await rig.books("RUB")).provider)).toBeCloseTo(-Number(rig.yookassa.balance()), 2);
  });
});

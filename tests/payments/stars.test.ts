/** Stars that go back: by the bot that took them, by the store behind our back, and by nobody when the bot is gone. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import { noteStarsRefund, requestRefund, takeStarsPayment } from "@backend/modules/payments/index.ts";
import { bots } from "@db/schema/bots.ts";
import { invoices, paymentConnections, payments } from "@db/schema/payments.ts";
import type { TelegramStandIn } from "@sandbox/telegram/index.ts";
import { eq } from "drizzle-orm";
import { Api } from "grammy";
import { type CashRig, type Customer, oddSums } from "./rig.ts";
import { createStarsRig, type StarsRig } from "./stars-rig.ts";

const hour = 3_600_000;
let all: StarsRig;
let rig: CashRig;
let telegram: TelegramStandIn;
let connectionId: string;
beforeAll(async () => {
  all = await createStarsRig();
  ({ rig, telegram, connectionId } = all);
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await all.close();
});

/** Another bot of the workspace. */
async function secondBot(): Promise<string> {
  const bot = telegram.addBot({ username: `second_${randomToken(4)}_bot`.replaceAll("-", "_") });
  const { vault } = rig.product.runtime;
  const [row] = await rig.database.db
    .insert(bots)
    .values({
      ...{
        workspaceId: rig.space.workspaceId,
        telegramId: bot.user.id,
        username: bot.user.username ?? "",
        name: "Second",
      },
      ...{ tokenSealed: vault.seal(bot.token), webhookSecretSealed: vault.seal("secret") },
    })
    .returning();
  return row?.id ?? "";
}

async function customer(): Promise<Customer> {
  const person = await rig.customer();
  telegram.people.addPerson({ id: person.telegramId, firstName: "Ann" });
  return person;
}

/** Paid at Telegram and told by the bot; `payload` other than an invoice's: money of no order. */
async function paid(person: Customer, botId: string, over: { payload?: string } = {}) {
  const invoice = over.payload
    ? null
    : await rig.ask({ provider: "stars", amount: "250", currency: "XTR", person: { ...person, botId } });
  const [bot] = await rig.database.db.select().from(bots).where(eq(bots.id, botId));
  const api = new Api(rig.product.runtime.vault.open(bot?.tokenSealed ?? ""), { apiRoot: telegram.apiRoot });
  const label = { label: "Course", amount: 250 };
  const link =
    invoice?.links.invoice ?? (await api.createInvoiceLink("Course", "x", over.payload ?? "", "", "XTR", [label]));
  const outcome = await telegram.people.payInvoice(person.telegramId, link);
  if (outcome.status !== "paid") throw new Error(outcome.errorMessage);
  const { id: chargeId } = outcome.charge;
  const { paymentId } = await takeStarsPayment(rig.context(), {
    ...{ botId, payload: invoice?.id ?? over.payload ?? "", payerTelegramId: person.telegramId },
    ...{ amount: 250, currency: "XTR", chargeId, isRenewal: false, paidAt: rig.now() },
  });
  return { paymentId, chargeId, orderId: invoice?.orderId ?? null, personId: person.personId };
}
type Paid = Awaited<ReturnType<typeof paid>>;

const paymentOf = async ({ paymentId }: Paid) =>
  (await rig.database.db.select().from(payments).where(eq(payments.id, paymentId)))[0];
async function refund({ paymentId, orderId, personId }: Paid) {
  await inTransaction(rig.context(), (tx) =>
    requestRefund(tx, {
      ...{ paymentId, orderId, personId, amount: "250", currency: "XTR" },
      ...{ to: "provider", reason: null, needsSecond: false },
    }),
  );
  await rig.work();
  const { body } = await rig.call("GET", `/refunds?paymentId=${paymentId}`);
  return [body.items[0].state, body.items[0].problem];
}
const isRefunded = ({ chargeId }: Paid) => telegram.world.charges.get(chargeId)?.isRefunded;
const change = (botId: string, values: Partial<typeof bots.$inferInsert>) =>
  rig.database.db.update(bots).set(values).where(eq(bots.id, botId));
/** The store took it away: the bot's list does not have it. */
const takeAway = ({ chargeId }: Paid) => {
  for (const [id, lines] of telegram.world.starLines)
    telegram.world.starLines.set(
      id,
      lines.filter((line) => line.id !== chargeId),
    );
};
async function compare() {
  const done = await Promise.all([1, 2].map(() => rig.call("POST", `/payment-connections/${connectionId}/reconcile`)));
  expect(done.map(({ status }) => status)).toEqual([200, 200]);
  await rig.work();
}
const sums = async () => {
  const { provider = "0", revenue = "0", to_check = "0" } = await rig.books("XTR");
  return [Number(provider), Number(revenue), Number(to_check)];
};

describe("a refund of Stars", () => {
  test("goes by the bot that took them, also for a payment of no order, and one that an older version stored without its bot", async () => {
    const botId = await secondBot();
    const person = await customer();
    const stray = await paid(person, botId, { payload: "of-nothing" });
    expect([(await paymentOf(stray))?.checkReason, (await paymentOf(stray))?.botId]).toEqual([
      "unknown_invoice",
      botId,
    ]);
    expect(await refund(stray)).toEqual(["succeeded", null]);
    const older = await paid(person, botId, { payload: "of-nothing-either" });
    await rig.database.db.update(payments).set({ botId: null }).where(eq(payments.id, older.paymentId));
    expect(await refund(older)).toEqual(["succeeded", null]);
    expect([isRefunded(stray), isRefunded(older), (await paymentOf(older))?.botId]).toEqual([true, true, botId]);
  });

  test("goes through a bot that is switched off, and without Stars being sold for any more", async () => {
    const botId = await secondBot();
    const order = await paid(await customer(), botId);
    await change(botId, { state: "inactive" });
    const connection = eq(paymentConnections.id, connectionId);
    await rig.database.db.update(paymentConnections).set({ disconnectedAt: rig.now() }).where(connection);
    expect(await refund(order)).toEqual(["succeeded", null]);
    await rig.database.db.update(paymentConnections).set({ disconnectedAt: null }).where(connection);
    expect(isRefunded(order)).toBe(true);
  });

  test("of a bot that was given up fails with a sentence, and is given when it is connected again", async () => {
    const botId = await secondBot();
    const order = await paid(await customer(), botId);
    await change(botId, { state: "disconnected", releasedAt: rig.now() });
    expect(await refund(order)).toEqual(["failed", "bot_gone"]);
    await change(botId, { state: "active", releasedAt: null });
    await refund(order);
    expect(isRefunded(order)).toBe(true);
  });

  test("whose outcome is unknown ends as failed when its bot is given up, and is given once all the same", async () => {
    const botId = await secondBot();
    const order = await paid(await customer(), botId);
    telegram.addFault({ kind: "lost_answer", methods: ["refundStarPayment"], count: 1 });
    expect((await refund(order))[0]).toBe("sending");
    await change(botId, { state: "disconnected", releasedAt: rig.now() });
    rig.pass(hour);
    await rig.work();
    const { body } = await rig.call("GET", `/refunds?paymentId=${order.paymentId}`);
    expect(body.items.map(({ state, problem }: { state: string; problem: string }) => [state, problem])).toEqual([
      ["failed", "bot_gone"],
    ]);
    await change(botId, { state: "active", releasedAt: null });
    expect(await refund(order)).toEqual(["succeeded", null]);
    expect(telegram.calls("refundStarPayment")).toBeGreaterThan(0);
    expect((await paymentOf(order))?.state).toBe("returned");
  });
});

describe("Stars that the store took away", () => {
  test("leave the books once, however often the list is compared and the bot is told afterwards", async () => {
    const order = await paid(await customer(), rig.space.botId);
    const before = await sums();
    takeAway(order);
    rig.pass(3 * hour);
    await compare();
    expect((await paymentOf(order))?.checkReason).toBe("charged_back");
    await expect(refund(order)).rejects.toMatchObject({ code: "payments.taken_back" });
    const told = () => noteStarsRefund(rig.context(), { chargeId: order.chargeId, amount: 250 });
    await Promise.all([told(), told()]);
    await told();
    const { state, resolution, refunded } = (await paymentOf(order)) ?? {};
    expect([state, resolution, Number(refunded)]).toEqual(["returned", "refunded", 250]);
    expect((await rig.refundsOf(order.orderId ?? "")).map(({ isOutside, state }) => [isOutside, state])).toEqual([
      [true, "succeeded"],
    ]);
    expect((await sums()).map((sum, at) => sum - (before[at] ?? 0))).toEqual([250, -250, 0]);
    await compare();
    expect((await sums()).map((sum, at) => sum - (before[at] ?? 0))).toEqual([250, -250, 0]);
  });

  test("and that somebody took for a loss move no more when the bot is told", async () => {
    const order = await paid(await customer(), rig.space.botId);
    const before = await sums();
    takeAway(order);
    rig.pass(3 * hour);
    await compare();
    const body = { resolution: "dismissed", note: "Taken by the store" };
    expect((await rig.call("POST", `/payments/${order.paymentId}/resolve`, { body })).status).toBe(200);
    await noteStarsRefund(rig.context(), { chargeId: order.chargeId, amount: 250 });
    expect((await sums()).map((sum, at) => sum - (before[at] ?? 0))).toEqual([250, -250, 0]);
    expect(await rig.refundsOf(order.orderId ?? "")).toHaveLength(0);
    await expect(refund(order)).rejects.toMatchObject({ code: "payments.refund_too_large" });
  });

  test("are not those of a bot whose list was not read, or that nobody knows", async () => {
    const botId = await secondBot();
    const [order, unknown] = [await paid(await customer(), botId), await paid(await customer(), rig.space.botId)];
    await change(botId, { state: "disconnected", releasedAt: rig.now() });
    for (const [one, invoiceBot] of [
      [order, botId],
      [unknown, null],
    ] as const) {
      takeAway(one);
      await rig.database.db.update(payments).set({ botId: null }).where(eq(payments.id, one.paymentId));
      await rig.database.db
        .update(invoices)
        .set({ botId: invoiceBot })
        .where(eq(invoices.orderId, one.orderId ?? ""));
    }
    const gone = await paid(await customer(), rig.space.botId);
    rig.pass(3 * hour);
    takeAway(gone);
    await compare();
    expect([(await paymentOf(order))?.state, (await paymentOf(unknown))?.state]).toEqual(["settled", "settled"]);
    expect((await paymentOf(gone))?.checkReason).toBe("charged_back");
  });

  test("of one bot are found although another's token was revoked", async () => {
    const botId = await secondBot();
    const [bot] = await rig.database.db.select().from(bots).where(eq(bots.id, botId));
    const order = await paid(await customer(), rig.space.botId);
    telegram.revokeToken(bot?.telegramId ?? 0);
    takeAway(order);
    rig.pass(3 * hour);
    await compare();
    expect((await paymentOf(order))?.checkReason).toBe("charged_back");
  });
});

/** Subscriptions that end before their time: Telegram charges no further month, whoever ended them and whatever went wrong on the way. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reactions } from "@backend/app/reactions.ts";
import { inTransaction } from "@backend/kit/context.ts";
import { setReactions } from "@backend/kit/events.ts";
import { makePerson } from "@backend/modules/identity/testing.ts";
import { lockTill, noteStarsRefund, noteStarsSubscription, takeStarsPayment } from "@backend/modules/payments/index.ts";
import { makeProduct, type TestShop } from "@backend/modules/shop/testing.ts";
import { bots } from "@db/schema/bots.ts";
import { invoices, renewals } from "@db/schema/payments.ts";
import { orderEvents, orders, products, shopSettings } from "@db/schema/shop.ts";
import type { TelegramStandIn } from "@sandbox/telegram/index.ts";
import { asc, desc, eq, sql } from "drizzle-orm";
import { type CashRig, type Customer, oddSums } from "./rig.ts";
import { createStarsRig, type StarsRig } from "./stars-rig.ts";

const hour = 3_600_000;
const method = "editUserStarSubscription";
let all: StarsRig;
let rig: CashRig;
let telegram: TelegramStandIn;
let shop: TestShop;
beforeAll(async () => {
  all = await createStarsRig();
  ({ rig, telegram } = all);
  // The product's own reactions: what is told here goes the whole way.
  setReactions(reactions);
  await rig.database.db.insert(shopSettings).values({ workspaceId: rig.space.workspaceId, isOpen: true });
  shop = { ...rig.space, timeZone: "UTC" };
});
afterAll(async () => {
  expect(await oddSums(rig.database.db)).toEqual([]);
  await all.close();
});

const invoiceOf = async (orderId: string) => {
  const found = rig.database.db.select().from(invoices).where(eq(invoices.orderId, orderId));
  return (await found.orderBy(desc(invoices.createdAt)).limit(1))[0];
};
const tell = (
  invoiceId: string,
  person: Pick<Customer, "botId" | "telegramId">,
  chargeId: string,
  isRenewal: boolean,
) =>
  inTransaction(rig.context(), (tx) =>
    takeStarsPayment(tx, {
      ...{ botId: person.botId, payload: invoiceId, payerTelegramId: person.telegramId },
      ...{ amount: 100, currency: "XTR", chargeId, isRenewal, paidAt: rig.now() },
    }),
  );

/** Somebody whose order of a subscription can be paid. */
async function ordered(over: Parameters<typeof makeProduct>[2] = {}) {
  const person = await rig.customer();
  telegram.people.addPerson({ id: person.telegramId, firstName: "Ann" });
  const productId = await makeProduct(rig.database.db, shop, { isSubscription: true, ...over });
  const body = { productId, method: "stars", currency: "XTR" };
  const placed = await rig.call("POST", "/my/orders", { as: person, body });
  await rig.work();
  const orderId: string = placed.body.order.id;
  const invoice = await invoiceOf(orderId);
  return { person, productId, orderId, invoiceId: invoice?.id ?? "", link: invoice?.links.invoice ?? "" };
}

/** Pays the first month in Telegram, which tells it; Stars know it by this charge. */
async function payFirst({ person, invoiceId, link }: Awaited<ReturnType<typeof ordered>>) {
  const outcome = await telegram.people.payInvoice(person.telegramId, link);
  if (outcome.status !== "paid") throw new Error(outcome.errorMessage);
  const chargeId = outcome.charge.id;
  const { paymentId } = await tell(invoiceId, person, chargeId, false);
  return { chargeId, paymentId };
}

/** Somebody who has paid the first month, the whole way. */
async function subscribed(over: Parameters<typeof makeProduct>[2] = {}) {
  const order = await ordered(over);
  const { chargeId } = await payFirst(order);
  await rig.work();
  return { ...order, chargeId };
}
type Subscribed = Awaited<ReturnType<typeof subscribed>>;

/** Telegram charges the next month and tells it. */
async function nextMonth({ person, invoiceId, chargeId, orderId }: Subscribed) {
  const charge = telegram.people.renewSubscription(chargeId);
  if (!charge) throw new Error("it was not charged");
  const { paymentId } = await tell(invoiceId, person, charge.id, true);
  await rig.work();
  const [order] = await rig.database.db.select().from(orders).where(eq(orders.paymentId, paymentId));
  const [payment] = (await rig.paymentsOf(orderId)).filter(({ id }) => id === paymentId);
  return { order, payment, chargeId: charge.id };
}
const isStopped = ({ chargeId }: Pick<Subscribed, "chargeId">) => telegram.world.subscriptions.get(chargeId)?.isStopped;
const storyOf = async (orderId: string) =>
  (
    await rig.database.db
      .select()
      .from(orderEvents)
      .where(eq(orderEvents.orderId, orderId))
      .orderBy(asc(orderEvents.id))
  ).map(({ kind }) => kind);
const change = (of: Subscribed, isOn: boolean, orderId = of.orderId) =>
  rig.call("PUT", `/my/orders/${orderId}/renewal`, { as: of.person, body: { isOn } });
const mine = async ({ person }: Subscribed) => (await rig.call("GET", "/my/mine", { as: person })).body;
const on = { isOn: true, isTaken: true, isRefused: false, canChange: true };
const off = { ...on, isOn: false };

describe("a customer", () => {
  test("gives the next month up and takes that back with one button, and both pages say how it stands", async () => {
    const his = await subscribed();
    expect((await mine(his)).active[0].renewal).toEqual(on);
    const asked = await change(his, false);
    expect([asked.status, asked.body.renewal]).toEqual([200, { ...off, isTaken: false }]);
    expect(isStopped(his)).toBe(false);
    await rig.work();
    expect(isStopped(his)).toBe(true);
    expect((await mine(his)).active[0].renewal).toEqual(off);
    expect((await rig.call("GET", `/my/orders/${his.orderId}`, { as: his.person })).body.renewal).toEqual(off);
    // Telegram may tell what we had it do; that is no news.
    const told = (state: "canceled" | "active") =>
      noteStarsSubscription(rig.context(), {
        ...{ payload: his.invoiceId, subscriberTelegramId: his.person.telegramId, state },
      });
    expect(await told("canceled")).toBe(true);
    expect((await mine(his)).active[0].renewal).toEqual(off);
    const calls = telegram.calls(method);
    await change(his, false);
    await rig.work();
    expect(telegram.calls(method)).toBe(calls);
    await change(his, true);
    await rig.work();
    await told("active");
    expect([isStopped(his), (await mine(his)).active[0].renewal]).toEqual([false, on]);
    expect((await storyOf(his.orderId)).slice(-4)).toEqual([
      "renewal_off_by_customer",
      "subscription_stopped",
      "renewal_on_by_customer",
      "subscription_resumed",
    ]);
    expect((await nextMonth(his)).order?.state).toBe("completed");
  });

  test("who changes his mind ten times at once has what he wanted last", async () => {
    const his = await subscribed();
    await Promise.all(Array.from({ length: 10 }, (_, n) => change(his, n % 2 === 0)));
    expect((await change(his, false)).body.renewal.isOn).toBe(false);
    await rig.work();
    expect([isStopped(his), (await mine(his)).active[0].renewal]).toEqual([true, off]);
  });

  test("changes it on the page of a later month, and hears of it there", async () => {
    const his = await subscribed();
    const { order } = await nextMonth(his);
    expect((await change(his, false, order?.id)).body.renewal).toEqual({ ...off, isTaken: false });
    await rig.work();
    expect(isStopped(his)).toBe(true);
    expect((await storyOf(order?.id ?? "")).slice(-2)).toEqual(["renewal_off_by_customer", "subscription_stopped"]);
  });

  test("who cancelled in Telegram takes it up again there alone", async () => {
    const his = await subscribed();
    telegram.people.cancelSubscription(his.chargeId);
    const told = { payload: his.invoiceId, subscriberTelegramId: his.person.telegramId };
    await noteStarsSubscription(rig.context(), { ...told, state: "canceled" });
    expect((await mine(his)).active[0].renewal).toEqual({ ...off, canChange: false });
    const refused = await change(his, true);
    expect([refused.status, refused.body.error.code]).toEqual([409, "shop.renewed_in_telegram"]);
    await noteStarsSubscription(rig.context(), { ...told, state: "active" });
    expect((await mine(his)).active[0].renewal).toEqual(on);
  });

  test("is not taken for one who cancelled himself when Telegram tells what we had it do before that is written down", async () => {
    const his = await subscribed();
    const told = { payload: his.invoiceId, subscriberTelegramId: his.person.telegramId, state: "canceled" as const };
    const { db } = rig.database;
    let noting: Promise<boolean> | undefined;
    await db.transaction(async (tx) => {
      await lockTill(tx, rig.space.workspaceId);
      noting = noteStarsSubscription(rig.context(), told);
      await Bun.sleep(200);
      await tx.insert(renewals).values({ invoiceId: his.invoiceId, state: "off" });
    });
    expect(await noting).toBe(true);
    expect((await mine(his)).active[0].renewal).toEqual(off);
    expect(await storyOf(his.orderId)).not.toContain("subscription_canceled");
  });

  test("changes nobody else's, and nothing that is no subscription", async () => {
    const his = await subscribed();
    const other = await makePerson(rig.database.db, rig.space);
    const path = `/my/orders/${his.orderId}/renewal`;
    expect((await rig.call("PUT", path, { as: other, body: { isOn: false } })).status).toBe(404);
    const plain = await subscribed({ isSubscription: false });
    const refused = await change(plain, false);
    expect([refused.status, refused.body.error.code]).toEqual([409, "shop.nothing_renewed"]);
    expect((await mine(plain)).active[0].renewal).toBeNull();
  });
});

describe("no further month is charged", () => {
  const refund = async (orderId: string) => {
    const body = { to: "provider" };
    const answer = await rig.call("POST", `/orders/${orderId}/refund`, { body });
    expect(answer.status).toBe(200);
    await rig.work();
  };

  test("after the whole was given back, and its story says so", async () => {
    const his = await subscribed();
    await refund(his.orderId);
    expect(isStopped(his)).toBe(true);
    expect((await storyOf(his.orderId)).slice(-3)).toEqual(["refunded", "renewal_ends", "subscription_stopped"]);
    expect((await change(his, true)).body.error.code).toBe("shop.nothing_renewed");
  });

  test("after a later month was given back, also by the store", async () => {
    const his = await subscribed();
    const { order, chargeId } = await nextMonth(his);
    await noteStarsRefund(rig.context(), { chargeId, amount: 100 });
    await rig.work();
    const [after] = await rig.database.db
      .select()
      .from(orders)
      .where(eq(orders.id, order?.id ?? ""));
    expect([after?.state, isStopped(his)]).toEqual(["refunded", true]);
  });

  /** Somebody who has paid the first month of an order that he had given up. */
  async function paidTooLate(over: Parameters<typeof makeProduct>[2] = {}) {
    const order = await ordered(over);
    const { orderId, person } = order;
    expect((await rig.call("POST", `/my/orders/${orderId}/cancel`, { as: person })).status).toBe(200);
    const { chargeId, paymentId } = await payFirst(order);
    const his = { ...order, chargeId };
    expect((await rig.paymentsOf(orderId))[0]?.checkReason).toBe("late");
    const decide = async (resolution: string) => {
      const answer = await rig.call("POST", `/payments/${paymentId}/resolve`, { body: { resolution, note: "." } });
      expect(answer.status).toBe(200);
      await rig.work();
    };
    return { his, decide };
  }

  test.each(["to_balance", "refunded", "dismissed"])("after money that began it was turned away: %s", async (as) => {
    const { his, decide } = await paidTooLate();
    expect(isStopped(his)).toBe(false);
    await decide(as);
    expect(isStopped(his)).toBe(true);
    expect((await storyOf(his.orderId)).filter((kind) => kind === "subscription_stopped")).toHaveLength(1);
  });

  test("after money that began it went back in Telegram before anybody decided about it", async () => {
    const { his } = await paidTooLate();
    await noteStarsRefund(rig.context(), { chargeId: his.chargeId, amount: 100 });
    await rig.work();
    expect(isStopped(his)).toBe(true);
  });

  test("after money that began it was accepted and nothing was left to give for it; otherwise it goes on", async () => {
    const { his, decide } = await paidTooLate({ stock: 1 });
    await rig.database.db.update(products).set({ stock: 0 }).where(eq(products.id, his.productId));
    await decide("accepted");
    expect(isStopped(his)).toBe(true);
    expect((await storyOf(his.orderId)).slice(-3)).toEqual(["money_kept", "renewal_ends", "subscription_stopped"]);
    const other = await paidTooLate();
    await other.decide("accepted");
    expect([isStopped(other.his), (await mine(other.his)).active[0].renewal]).toEqual([false, on]);
  });

  test("of a package that another one took the place of; one that is charged all the same waits, and replaces nothing", async () => {
    const his = await subscribed();
    const productId = await makeProduct(rig.database.db, shop);
    const body = { productId, method: "stars", currency: "XTR" };
    const placed = await rig.call("POST", "/my/orders", { as: his.person, body });
    await rig.work();
    const invoice = await invoiceOf(placed.body.order.id);
    await tell(invoice?.id ?? "", his.person, `other-${his.chargeId}`, false);
    // Telegram was just before our call.
    const { payment, order } = await nextMonth(his);
    expect([payment?.checkReason, order]).toEqual(["late", undefined]);
    expect((await mine(his)).active.map((one: { productId: string }) => one.productId)).toEqual([productId]);
    expect(isStopped(his)).toBe(true);
    expect(await storyOf(his.orderId)).toContain("renewal_ends");
  });

  test("to somebody who was erased, although his id is nowhere any more", async () => {
    const his = await subscribed();
    telegram.addFault({ kind: "bad_gateway", methods: [method], count: 2 });
    expect((await rig.call("DELETE", `/persons/${his.person.personId}`)).status).toBe(200);
    await rig.work();
    expect(isStopped(his)).toBe(false);
    for (let tries = 0; tries < 3; tries++) {
      rig.pass(hour);
      await rig.work();
    }
    expect(isStopped(his)).toBe(true);
  });

  test("however often Telegram is away, or its answer is lost", async () => {
    const his = await subscribed();
    telegram.addFault({ kind: "lost_answer", methods: [method], count: 1 });
    await change(his, false);
    await rig.work();
    expect((await mine(his)).active[0].renewal).toEqual({ ...off, isTaken: false });
    rig.pass(hour);
    await rig.work();
    expect((await mine(his)).active[0].renewal).toEqual(off);
    expect((await storyOf(his.orderId)).filter((kind) => kind === "subscription_stopped")).toHaveLength(1);
  });

  test("when Telegram refuses: his wish stands, the story says why once, and the night tries again", async () => {
    const his = await subscribed();
    const { vault } = rig.product.runtime;
    const setToken = (token: string) =>
      rig.database.db
        .update(bots)
        .set({ tokenSealed: vault.seal(token) })
        .where(eq(bots.id, rig.space.botId));
    const night = async () => {
      await rig.database.db.execute(sql`select graphile_worker.add_job('payments.reconcile-all', '{}'::json)`);
      await rig.work();
    };
    await change(his, false);
    await setToken("1:of-nobody");
    await rig.work();
    await night();
    // The app knows him by the bot's token, so that he looks when it is right again.
    await setToken(rig.space.token);
    expect((await mine(his)).active[0].renewal).toEqual({ ...off, isTaken: false, isRefused: true });
    expect((await storyOf(his.orderId)).slice(-2)).toEqual(["renewal_off_by_customer", "subscription_kept"]);
    expect((await nextMonth(his)).payment?.checkReason).toBe("late");
    await night();
    expect([isStopped(his), (await mine(his)).active[0].renewal]).toEqual([true, off]);
  });
});

describe("a subscription beside the one that pays for the order", () => {
  /** Pays by the link of an order, as somebody whom the bot let to pay at the same moment, or to whom the link was passed on. */
  async function payBy({ invoiceId, link }: Pick<Subscribed, "invoiceId" | "link">, payer: Customer) {
    const outcome = await telegram.people.payInvoice(payer.telegramId, link);
    if (outcome.status !== "paid") throw new Error(outcome.errorMessage);
    const { paymentId } = await tell(invoiceId, payer, outcome.charge.id, false);
    await rig.work();
    return { chargeId: outcome.charge.id, paymentId };
  }
  async function passer() {
    const other = await rig.customer();
    telegram.people.addPerson({ id: other.telegramId, firstName: "Bob" });
    return other;
  }
  const reasonOf = async (orderId: string, paymentId: string) =>
    (await rig.paymentsOf(orderId)).find(({ id }) => id === paymentId);
  const resolve = async (paymentId: string, resolution: string, more: object = {}) => {
    const body = { resolution, note: ".", ...more };
    const { status } = await rig.call("POST", `/payments/${paymentId}/resolve`, { body });
    expect(status).toBe(200);
    await rig.work();
  };
  const told = async (orderId: string, kind: string) => (await storyOf(orderId)).filter((one) => one === kind).length;

  test("of two that were let to pay at the same moment is stopped at once; the first goes on, and the money waits as ever", async () => {
    const order = await ordered();
    const paying = [0, 1].map(() => telegram.people.payInvoice(order.person.telegramId, order.link));
    const charges = (await Promise.all(paying)).map((one) => (one.status === "paid" ? one.charge.id : ""));
    const [first = "", second = ""] = charges;
    const made = await Promise.all(charges.map((charge) => tell(order.invoiceId, order.person, charge, false)));
    await rig.work();
    const reasons = new Map(
      await Promise.all(
        made.map(async ({ paymentId }) => {
          const row = await reasonOf(order.orderId, paymentId);
          return [row?.providerRef ?? "", row] as const;
        }),
      ),
    );
    const [fit, twice] = reasons.get(first)?.checkReason === null ? [first, second] : [second, first];
    expect([reasons.get(fit)?.checkReason, reasons.get(twice)?.checkReason]).toEqual([null, "paid_twice"]);
    expect([isStopped({ chargeId: fit }), isStopped({ chargeId: twice })]).toEqual([false, true]);
    expect((await mine({ ...order, chargeId: fit })).active[0].renewal).toEqual(on);
    const paymentId = reasons.get(twice)?.id ?? "";
    expect((await reasonOf(order.orderId, paymentId))?.payerTelegramId).toBeNull();
    await resolve(paymentId, "refunded");
    expect((await reasonOf(order.orderId, paymentId))?.state).toBe("returned");
    expect(await told(order.orderId, "subscription_second_stopped")).toBe(1);
    expect(await told(order.orderId, "subscription_stopped")).toBe(0);
    expect((await nextMonth({ ...order, chargeId: fit })).order?.state).toBe("completed");
  });

  test.each(["refunded", "dismissed", "to_balance"])("of another payer is stopped by his own id: %s", async (as) => {
    const his = await subscribed();
    const bob = await passer();
    const { chargeId, paymentId } = await payBy(his, bob);
    expect(await reasonOf(his.orderId, paymentId)).toMatchObject({ checkReason: "other_person" });
    expect(isStopped({ chargeId })).toBe(false);
    await resolve(paymentId, as, as === "to_balance" ? { personId: bob.personId } : {});
    expect([isStopped({ chargeId }), isStopped(his)]).toEqual([true, false]);
    expect((await mine(his)).active[0].renewal).toEqual(on);
    expect(await told(his.orderId, "subscription_second_stopped")).toBe(1);
  });

  test("of another payer is stopped too when its money went back in Telegram, or was accepted for what is paid already", async () => {
    const his = await subscribed();
    const [bob, eve] = [await passer(), await passer()];
    const returned = await payBy(his, bob);
    await noteStarsRefund(rig.context(), { chargeId: returned.chargeId, amount: 100 });
    await rig.work();
    const accepted = await payBy(his, eve);
    await resolve(accepted.paymentId, "accepted");
    expect([isStopped(returned), isStopped(accepted), isStopped(his)]).toEqual([true, true, false]);
  });

  test("ends its order with it, at once, when money that nobody decided about went back in Telegram", async () => {
    const order = await ordered();
    const bob = await passer();
    const first = await payBy(order, bob);
    const second = await payBy(order, await passer());
    const stateOf = async () =>
      (await rig.database.db.select().from(orders).where(eq(orders.id, order.orderId)))[0]?.state;
    const back = async ({ chargeId }: { chargeId: string }) => {
      await noteStarsRefund(rig.context(), { chargeId, amount: 100 });
      await rig.work();
      return stateOf();
    };
    // Other money waits for a member still.
    expect([await stateOf(), await back(first), await back(second)]).toEqual(["pending", "pending", "cancelled"]);
    expect(await told(order.orderId, "cancelled_unpaid")).toBe(1);
    expect(await back(second)).toBe("cancelled");
    expect((await invoiceOf(order.orderId))?.state).toBe("cancelled");
  });

  test("is the order's own when the money of another payer was accepted: stopped, by his id, when its customer gives it up", async () => {
    const order = await ordered();
    const bob = await passer();
    const paid = await payBy(order, bob);
    await resolve(paid.paymentId, "accepted");
    const his = { ...order, chargeId: paid.chargeId };
    expect([isStopped(paid), (await mine(his)).active[0].renewal]).toEqual([false, on]);
    await change(his, false);
    await rig.work();
    expect([isStopped(paid), (await mine(his)).active[0].renewal]).toEqual([true, off]);
  });

  test("is stopped when whoever paid it is erased while his money waits, of his own order or another's", async () => {
    const late = await ordered();
    await rig.call("POST", `/my/orders/${late.orderId}/cancel`, { as: late.person });
    const waiting = await payFirst(late);
    const his = await subscribed();
    const bob = await passer();
    const passed = await payBy(his, bob);
    telegram.addFault({ kind: "bad_gateway", methods: [method], count: 2 });
    for (const { personId } of [late.person, bob])
      expect((await rig.call("DELETE", `/persons/${personId}`)).status).toBe(200);
    for (const { orderId } of [late, his])
      for (const { payerTelegramId } of await rig.paymentsOf(orderId)) expect(payerTelegramId).toBeNull();
    for (let tries = 0; tries < 3; tries++) {
      await rig.work();
      rig.pass(hour);
    }
    expect([isStopped(waiting), isStopped(passed), isStopped(his)]).toEqual([true, true, false]);
    // What a member decides afterwards asks Telegram for nothing more.
    const calls = telegram.calls(method);
    await resolve(waiting.paymentId, "dismissed");
    expect(telegram.calls(method)).toBe(calls);
  });

  test("that Telegram does not stop is told of once and tried every day, for as long as a month can be charged", async () => {
    const his = await subscribed();
    const bob = await passer();
    const { chargeId, paymentId } = await payBy(his, bob);
    const { vault } = rig.product.runtime;
    const setToken = (token: string) =>
      rig.database.db
        .update(bots)
        .set({ tokenSealed: vault.seal(token) })
        .where(eq(bots.id, rig.space.botId));
    const body = { resolution: "dismissed", note: "." };
    expect((await rig.call("POST", `/payments/${paymentId}/resolve`, { body })).status).toBe(200);
    await setToken("1:of-nobody");
    await rig.work();
    for (let days = 0; days < 3; days++) {
      rig.pass(25 * hour);
      await rig.work();
    }
    expect([isStopped({ chargeId }), await told(his.orderId, "subscription_second_kept")]).toEqual([false, 1]);
    await setToken(rig.space.token);
    rig.pass(25 * hour);
    await rig.work();
    expect([isStopped({ chargeId }), await told(his.orderId, "subscription_second_stopped")]).toEqual([true, 1]);
    const calls = telegram.calls(method);
    rig.pass(40 * 24 * hour);
    await rig.work();
    expect(telegram.calls(method)).toBe(calls);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { publish } from "@backend/kit/events.ts";
import { book, paymentSettled, transfer } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import { broadcastSettings } from "@db/schema/broadcasts.ts";
import { persons } from "@db/schema/identity.ts";
import { refunds } from "@db/schema/payments.ts";
import { entitlements, orderEvents, orders, shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { asc, eq } from "drizzle-orm";
import { completeOrder, failOrder } from "./actions/end-order.ts";
import { endEntitlements, expireOrders, remind } from "./actions/keep-time.ts";
import { readMine } from "./actions/my-orders.ts";
import { readOrder } from "./actions/orders.ts";
import { placeOrder } from "./actions/place-order.ts";
import { quoteOrder } from "./actions/quote-order.ts";
import { refundOrder } from "./actions/refund-order.ts";
import { readQuota, takeQuota, usableEntitlement } from "./quota.ts";
import { noteReturn, noteSubscriptions } from "./react.ts";
import {
  type Buyer,
  booksOf,
  grant,
  makeBuyer,
  makeProduct,
  makeSeller,
  openShop,
  payInStars,
  refundOutside,
  sendRefunds,
  type TestShop,
} from "./testing.ts";

let database: TestDatabase;
let db: Db;
const now = new Date("2026-06-10T09:00:00.000Z");
const day = 86_400_000;
const after = (days: number) => new Date(now.getTime() + days * day);

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 20 });
  db = database.db;
});
afterAll(() => database.drop());

/** Buys from the balance: paid and active at once. */
async function buy(shop: TestShop, buyer: Buyer, productId: string, at = now) {
  await grant(db, shop, buyer, "100");
  return (await placeOrder(buyer.at(at), { productId, method: "balance", currency: "XTR" })).order;
}
async function buyInStars(shop: TestShop, buyer: Buyer, productId: string, chargeId: string, at = now) {
  const { order } = await placeOrder(buyer.at(at), { productId, method: "stars", currency: "XTR" });
  await payInStars(db, shop, buyer, { orderId: order.id, now: at, chargeId });
  return order;
}
const orderOf = async (id: string) => (await db.select().from(orders).where(eq(orders.id, id)))[0];
const entitlementOf = async (orderId: string) =>
  (await db.select().from(entitlements).where(eq(entitlements.orderId, orderId)))[0];
const storyOf = async (orderId: string) =>
  (await db.select().from(orderEvents).where(eq(orderEvents.orderId, orderId)).orderBy(asc(orderEvents.id))).map(
    ({ kind }) => kind,
  );

describe("what somebody has", () => {
  test("is prolonged from its end by a renewal, and ends when its time has come", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    const first = await buy(shop, buyer, productId);
    const second = await buy(shop, buyer, productId, after(10));
    expect([first.entitlement?.endsAt, second.entitlement?.startsAt, second.entitlement?.endsAt]).toEqual([
      after(30).toISOString(),
      after(30).toISOString(),
      after(60).toISOString(),
    ]);
    const mine = await readMine(buyer.at(after(11)));
    expect(mine.active.map(({ isNext, daysLeft }) => [isNext, daysLeft])).toEqual([
      [false, 19],
      [true, 30],
    ]);
    await endEntitlements(buyer.at(after(30)), {});
    await endEntitlements(buyer.at(after(30)), {});
    const ended = await entitlementOf(first.id);
    expect([ended?.state, ended?.endedAt?.toISOString()]).toEqual(["expired", after(30).toISOString()]);
    expect((await entitlementOf(second.id))?.state).toBe("active");
  });

  test("ends beside one whose end fails, which ends once it is mended", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const bad = await buy(shop, buyer, await makeProduct(db, shop));
    const good = await buy(shop, await makeBuyer(db, shop), await makeProduct(db, shop), after(0.01));
    const mend = await poison(db, "entitlements", `new.order_id = '${bad.id}' and new.state = 'expired'`);
    await endEntitlements(buyer.at(after(31)), {});
    expect([(await entitlementOf(bad.id))?.state, (await entitlementOf(good.id))?.state]).toEqual([
      "active",
      "expired",
    ]);
    await mend();
    await endEntitlements(buyer.at(after(31)), {});
    expect((await entitlementOf(bad.id))?.state).toBe("expired");
  });

  test("are reminded beside one whose reminder fails", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const bad = await buy(shop, buyer, await makeProduct(db, shop));
    const good = await buy(shop, await makeBuyer(db, shop), await makeProduct(db, shop), after(0.01));
    await poison(db, "entitlements", `new.order_id = '${bad.id}'`);
    await remind(buyer.at(after(29.5)), {});
    expect([(await entitlementOf(bad.id))?.reminded.length, (await entitlementOf(good.id))?.reminded.length]).toEqual([
      0, 1,
    ]);
  });

  test("of another package ends when a new one begins, and its unused days come back, once", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const small = await buy(shop, buyer, await makeProduct(db, shop));
    const large = await buy(shop, buyer, await makeProduct(db, shop, { postsPerDay: 5 }), after(10));
    expect((await entitlementOf(small.id))?.state).toBe("revoked");
    expect((await entitlementOf(large.id))?.startsAt.toISOString()).toBe(after(10).toISOString());
    // 20 of 30 days of 100 Stars, rounded down.
    expect((await orderOf(small.id))?.refunded).toStartWith("66.");
    expect(await booksOf(db, shop)).toEqual({ "customer XTR": "66", "granted XTR": "-200", "revenue XTR": "134" });
    expect((await storyOf(small.id)).at(-1)).toBe("replaced");
  });

  test("of another package gives nothing back of what is promised back already", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    const small = await buy(shop, buyer, await makeProduct(db, shop));
    const larger = await makeProduct(db, shop, { postsPerDay: 5 });
    await refundOrder(seller(now), { orderId: small.id, to: "balance" });
    const quote = await quoteOrder(buyer.at(now), { productId: larger, method: "balance", currency: "XTR" });
    expect(quote.replaces?.credit ?? null).toBeNull();
    await buy(shop, buyer, larger);
    await sendRefunds(db, shop, now);
    expect((await orderOf(small.id))?.state).toBe("refunded");
    expect(await booksOf(db, shop)).toEqual({ "customer XTR": "100", "granted XTR": "-200", "revenue XTR": "100" });
  });

  test("beside a refund of it comes back once, whichever is faster", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const [small, larger] = [await makeProduct(db, shop), await makeProduct(db, shop, { postsPerDay: 5 })];
    for (let n = 0; n < 10; n++) {
      const buyer = await makeBuyer(db, shop);
      const first = await buyInStars(shop, buyer, small, `small-${n}`);
      const { order } = await placeOrder(buyer.at(now), { productId: larger, method: "stars", currency: "XTR" });
      const [paid, refunded] = await Promise.allSettled([
        payInStars(db, shop, buyer, { orderId: order.id, now }),
        refundOrder(seller(now), { orderId: first.id, to: "balance", amount: "80" }),
      ]);
      expect(paid.status).toBe("fulfilled");
      if (refunded.status === "rejected") expect(refunded.reason).toMatchObject({ code: "shop.refund_too_high" });
    }
    await sendRefunds(db, shop, now);
    const rows = await db.select().from(orders).where(eq(orders.productId, small));
    // What is on balances is what went back of the first packages, and never more than they have cost.
    const back = rows.reduce((all, { refunded }) => all + Number(refunded), 0);
    expect(rows.every(({ refunded }) => Number(refunded) <= 100)).toBe(true);
    expect(Number((await booksOf(db, shop))["customer XTR"])).toBe(back);
  });

  test("of two packages that are paid at the same instant in two currencies is one of them, and the other's days come back", async () => {
    for (let round = 0; round < 12; round++) {
      const shop = await openShop(db);
      const buyer = await makeBuyer(db, shop);
      await grant(db, shop, buyer, "100", "USD");
      const inDollars = await makeProduct(db, shop, {
        prices: [{ method: "balance", currency: "USD", amount: "100" }],
      });
      const inStars = { productId: await makeProduct(db, shop), method: "stars" as const, currency: "XTR" };
      const { order } = await placeOrder(buyer.at(now), inStars);
      await Promise.all([
        payInStars(db, shop, buyer, { orderId: order.id, now }),
        placeOrder(buyer.at(now), { productId: inDollars, method: "balance", currency: "USD" }),
      ]);
      const { active, balances } = await readMine(buyer.at(now));
      expect([active.length, balances.filter(({ amount }) => amount !== "0").length]).toEqual([1, 1]);
    }
  });

  test("of two packages that are completed by hand at the same instant is one of them", async () => {
    for (let round = 0; round < 6; round++) {
      const shop = await openShop(db);
      const seller = await makeSeller(db, shop);
      const buyer = await makeBuyer(db, shop);
      const orderIds = [];
      for (const currency of ["XTR", "USD"]) {
        await grant(db, shop, buyer, "100", currency);
        const prices = [{ method: "balance" as const, currency, amount: "100" }];
        const productId = await makeProduct(db, shop, { isByHand: true, prices });
        orderIds.push((await placeOrder(buyer.at(now), { productId, method: "balance", currency })).order.id);
      }
      await Promise.all(orderIds.map((orderId) => completeOrder(seller(now), { orderId })));
      expect((await readMine(buyer.at(now))).active).toHaveLength(1);
    }
  });

  test("is reminded of three days and one day before its end, unless a renewal follows", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const renewing = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    const order = await buy(shop, buyer, productId);
    const renewed = await buy(shop, renewing, productId);
    await buy(shop, renewing, productId, after(1));
    for (const at of [after(26), after(27), after(27.5), after(29), after(29.1)])
      await Promise.all([remind(buyer.at(at), {}), remind(buyer.at(at), {})]);
    expect((await entitlementOf(order.id))?.reminded).toEqual([3, 1]);
    expect((await entitlementOf(renewed.id))?.reminded).toEqual([]);
  });

  test("is reminded of it when his quiet hours are over, and not in them", async () => {
    const shop = await openShop(db, "UTC");
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    const order = await buy(shop, buyer, productId);
    const due = after(27);
    const clock = (hours: number) => new Date(due.getTime() + hours * 3_600_000).toISOString().slice(11, 16);
    // Three days before the end it is night in Tokyo, nine hours ahead, for two hours more.
    await db.insert(broadcastSettings).values({
      workspaceId: shop.workspaceId,
      quietHours: { from: clock(6), to: clock(11) },
    });
    await db.update(persons).set({ timeZone: "Asia/Tokyo" }).where(eq(persons.id, buyer.personId));
    const reminded = async (hours: number) => {
      await remind(buyer.at(new Date(due.getTime() + hours * 3_600_000)), {});
      return (await entitlementOf(order.id))?.reminded;
    };
    expect([await reminded(0), await reminded(1.9), await reminded(2), await reminded(3)]).toEqual([[], [], [3], [3]]);
  });

  test("of a subscription is a further order for each month that Telegram renews, told any number of times", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop, { kind: "access", isSubscription: true });
    const first = await buyInStars(shop, buyer, productId, "month-1");
    await expect(buyInStars(shop, buyer, productId, "other")).rejects.toMatchObject({
      code: "shop.subscribed_already",
    });
    await noteSubscriptions(db, [
      { workspaceId: shop.workspaceId, invoiceId: crypto.randomUUID(), orderId: first.id, state: "failed" },
    ]);
    expect((await storyOf(first.id)).at(-1)).toBe("subscription_failed");
    const month = { orderId: first.id, now: after(30), chargeId: "month-2", isRenewal: true };
    await Promise.all(Array.from({ length: 5 }, () => payInStars(db, shop, buyer, month)));
    const all = await db
      .select()
      .from(orders)
      .where(eq(orders.workspaceId, shop.workspaceId))
      .orderBy(asc(orders.number));
    expect(all.map(({ state, renewsOrderId }) => [state, renewsOrderId])).toEqual([
      ["completed", null],
      ["completed", first.id],
    ]);
    expect((await entitlementOf(all[1]?.id ?? ""))?.endsAt?.toISOString()).toBe(after(60).toISOString());
    expect(await booksOf(db, shop)).toEqual({ "provider XTR": "-200", "revenue XTR": "200" });
    // The month is given back: it alone, and what it gave.
    await refundOutside(db, shop, "month-2", 100, after(31));
    const again = await db
      .select()
      .from(orders)
      .where(eq(orders.workspaceId, shop.workspaceId))
      .orderBy(asc(orders.number));
    expect(again.map(({ state }) => state)).toEqual(["completed", "refunded"]);
    expect((await entitlementOf(all[1]?.id ?? ""))?.state).toBe("revoked");
  });
});

describe("the day's quota", () => {
  test("accepts exactly as many of fifty as the package has (R4)", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const order = await buy(shop, buyer, await makeProduct(db, shop, { postsPerDay: 7 }));
    const entitlementId = order.entitlement?.id ?? "";
    const taken = await Promise.all(Array.from({ length: 50 }, () => takeQuota(db, { entitlementId, now })));
    expect(taken.filter(Boolean)).toHaveLength(7);
    expect(await readQuota(db, { entitlementId, now })).toMatchObject({ usedToday: 7, leftToday: 0 });
  });

  test("begins anew at the workspace's midnight, in a night of 25 hours as well", async () => {
    const shop = await openShop(db, "Europe/Kyiv");
    const buyer = await makeBuyer(db, shop);
    const bought = new Date("2026-10-20T12:00:00Z");
    const order = await buy(shop, buyer, await makeProduct(db, shop, { postsPerDay: 1 }), bought);
    const entitlementId = order.entitlement?.id ?? "";
    const take = (at: string) => takeQuota(db, { entitlementId, now: new Date(at) });
    // 25 October there: from 21:00 UTC of the 24th to 22:00 UTC of the 25th.
    expect(await take("2026-10-24T21:00:00Z")).toBe(true);
    expect(await take("2026-10-25T00:30:00Z")).toBe(false);
    expect(await take("2026-10-25T21:59:59Z")).toBe(false);
    expect(await take("2026-10-25T22:00:00Z")).toBe(true);
    const ask = { workspaceId: shop.workspaceId, personId: buyer.personId };
    const usable = await usableEntitlement(db, { ...ask, now: new Date("2026-10-25T21:59:59Z") });
    expect(usable?.dayEndsAt.toISOString()).toBe("2026-10-25T22:00:00.000Z");
  });

  test("is nobody's before the package begins and after it ended; one post is worth its share of the price", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const ask = { workspaceId: shop.workspaceId, personId: buyer.personId };
    expect(await usableEntitlement(db, { ...ask, now })).toBeNull();
    const order = await buy(shop, buyer, await makeProduct(db, shop, { postsPerDay: 2 }));
    const entitlementId = order.entitlement?.id ?? "";
    expect(await usableEntitlement(db, { ...ask, now: after(1) })).toMatchObject({
      entitlementId,
      orderId: order.id,
      postsPerDay: 2,
      usedToday: 0,
      // 100 Stars over 60 posts, rounded down to whole Stars.
      worth: { amount: "1", currency: "XTR" },
      deadlineHours: 48,
      postsPerHour: 10,
    });
    expect(await takeQuota(db, { entitlementId, now: new Date(now.getTime() - 1) })).toBe(false);
    expect(await takeQuota(db, { entitlementId, now: after(30) })).toBe(false);
    expect(await usableEntitlement(db, { ...ask, now: after(30) })).toBeNull();
    const stranger = await openShop(db);
    expect(await usableEntitlement(db, { ...ask, workspaceId: stranger.workspaceId, now: after(1) })).toBeNull();
  });
});

describe("what members do", () => {
  test("an order by hand is completed once, and its term begins then", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    const order = await buy(shop, buyer, await makeProduct(db, shop, { isByHand: true }));
    const results = await Promise.allSettled([1, 2].map(() => completeOrder(seller(after(2)), { orderId: order.id })));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await entitlementOf(order.id))?.startsAt.toISOString()).toBe(after(2).toISOString());
    expect((await readOrder(seller(now), { orderId: order.id })).timeline.at(-1)?.person?.name).toBe("Ann");
  });

  test("one that cannot be carried out fails, and its money can be given back", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    const order = await buy(shop, buyer, await makeProduct(db, shop, { isByHand: true }));
    const failed = await failOrder(seller(now), { orderId: order.id, reason: "No access to the channel" });
    expect([failed.state, failed.refundable, failed.can.refund]).toEqual(["failed", "100", true]);
    expect(failed.timeline.at(-1)?.text).toContain("No access to the channel");
    await refundOrder(seller(now), { orderId: order.id, to: "balance" });
    await sendRefunds(db, shop, now);
    expect((await orderOf(order.id))?.state).toBe("refunded");
    expect(await booksOf(db, shop)).toEqual({ "customer XTR": "100", "granted XTR": "-100" });
  });

  test("a part of the money leaves everything as it is, the whole ends it, more than that is refused", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    const order = await buyInStars(shop, buyer, await makeProduct(db, shop, { stock: 5 }), "c1");
    const input = { orderId: order.id, to: "balance" as const };
    await refundOrder(seller(now), { ...input, amount: "40" });
    // Promised is as good as gone.
    await expect(refundOrder(seller(now), { ...input, amount: "61" })).rejects.toMatchObject({
      code: "shop.refund_too_high",
    });
    await sendRefunds(db, shop, now);
    expect([(await orderOf(order.id))?.state, (await entitlementOf(order.id))?.state]).toEqual(["completed", "active"]);
    await refundOrder(seller(now), input);
    await sendRefunds(db, shop, now);
    expect([(await orderOf(order.id))?.state, (await entitlementOf(order.id))?.state]).toEqual(["refunded", "revoked"]);
    expect(await booksOf(db, shop)).toEqual({ "customer XTR": "100", "provider XTR": "-100" });
    await expect(refundOrder(seller(now), input)).rejects.toMatchObject({ code: "shop.cannot_now.refunded" });
  });

  test("fifty who give back forty of a hundred at once give back eighty", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    const order = await buy(shop, buyer, await makeProduct(db, shop));
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, () => refundOrder(seller(now), { orderId: order.id, to: "balance", amount: "40" })),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  });

  test("what a provider took and what the balance gave go back each to its own", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    await grant(db, shop, buyer, "30");
    const productId = await makeProduct(db, shop);
    const { order } = await placeOrder(buyer.at(now), {
      productId,
      method: "stars",
      currency: "XTR",
      useBalance: true,
    });
    await payInStars(db, shop, buyer, { orderId: order.id, now });
    const { refunds: parts } = await refundOrder(seller(now), { orderId: order.id, to: "provider" });
    expect(parts.map(({ to, amount }) => [to, amount])).toEqual([
      ["provider", "70"],
      ["balance", "30"],
    ]);
  });

  test("above the limit a refund waits for a second person, and parts add up to it", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    await db
      .update(shopSettings)
      .set({ refundLimit: "50", reportingCurrency: "XTR" })
      .where(eq(shopSettings.workspaceId, shop.workspaceId));
    const order = await buy(shop, buyer, await makeProduct(db, shop));
    const give = async (amount: string) =>
      (await refundOrder(seller(now), { orderId: order.id, to: "balance", amount })).refunds[0]?.needsSecond;
    expect([await give("50"), await give("1")]).toEqual([false, true]);
    // Without a rate nobody can say that it is below.
    await db
      .update(shopSettings)
      .set({ reportingCurrency: "EUR" })
      .where(eq(shopSettings.workspaceId, shop.workspaceId));
    expect(await give("1")).toBe(true);
    const states = await db.select({ state: refunds.state }).from(refunds).where(eq(refunds.orderId, order.id));
    expect(states.map(({ state }) => state).sort()).toEqual(["requested", "requested", "sending"]);
  });
});

describe("money that comes in another way", () => {
  test("was refunded at the provider: the order ends, and what follows it begins at once", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    const first = await buyInStars(shop, buyer, productId, "outside-1");
    const second = await buyInStars(shop, buyer, productId, "outside-2", after(1));
    expect((await entitlementOf(second.id))?.startsAt.toISOString()).toBe(after(30).toISOString());
    await refundOutside(db, shop, "outside-1", 100, after(5));
    await refundOutside(db, shop, "outside-1", 100, after(5));
    expect([(await orderOf(first.id))?.state, (await orderOf(first.id))?.refunded]).toEqual([
      "refunded",
      "100.000000000000000000",
    ]);
    const moved = await entitlementOf(second.id);
    expect([moved?.startsAt.toISOString(), moved?.endsAt?.toISOString()]).toEqual([
      after(5).toISOString(),
      after(35).toISOString(),
    ]);
  });

  test("went back for a post that was not done cannot be given back a second time", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const buyer = await makeBuyer(db, shop);
    const order = await buy(shop, buyer, await makeProduct(db, shop));
    const returned = { workspaceId: shop.workspaceId, orderId: order.id, amount: "3", currency: "XTR" };
    await db.transaction((tx) => noteReturn({ db: tx as unknown as Db, now }, returned));
    const { refundable, timeline } = await readOrder(seller(now), { orderId: order.id });
    expect([refundable, timeline.at(-1)?.kind]).toEqual(["97", "post_returned"]);
    await refundOrder(seller(now), { orderId: order.id, to: "balance" });
    await sendRefunds(db, shop, now);
    expect((await orderOf(order.id))?.state).toBe("refunded");
  });

  /** Somebody decides that money which waited pays its order. */
  const accept = (shop: TestShop, buyer: Buyer, orderId: string, amount: string) =>
    db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const { workspaceId } = shop;
      const customer = { kind: "customer", holder: buyer.personId } as const;
      const paymentId = crypto.randomUUID();
      const entries = transfer({ kind: "to_check" }, customer, "XTR", amount);
      await book(tx, { workspaceId, cause: "payment.resolved", causeId: paymentId, at: now, entries });
      const fact = {
        workspaceId,
        paymentId,
        orderId,
        personId: buyer.personId,
        provider: "stars",
        amount,
        currency: "XTR",
      };
      await publish(tx, paymentSettled, { ...fact, isByHand: true, isRenewal: false });
    });

  test("too late is taken by hand: stock and balance part are taken once more, or the money is kept", async () => {
    const shop = await openShop(db);
    const productId = await makeProduct(db, shop, { stock: 1 });
    const placed = [];
    for (let n = 0; n < 2; n++) {
      const buyer = await makeBuyer(db, shop);
      await grant(db, shop, buyer, "30");
      const { order } = await placeOrder(buyer.at(now), {
        productId,
        method: "stars",
        currency: "XTR",
        useBalance: true,
      });
      await expireOrders(buyer.at(after(1)), {});
      placed.push({ buyer, order });
    }
    for (const { buyer, order } of placed) await accept(shop, buyer, order.id, "70");
    const rows = await Promise.all(placed.map(({ order }) => orderOf(order.id)));
    expect(rows.map((row) => row?.state)).toEqual(["completed", "expired"]);
    expect((await storyOf(placed[1]?.order.id ?? "")).at(-1)).toBe("money_kept");
    expect(await booksOf(db, shop)).toEqual({
      "customer XTR": "100",
      "granted XTR": "-60",
      "revenue XTR": "100",
      "to_check XTR": "-140",
    });
  });

  test("too little is taken by hand: what is missing is forgiven", async () => {
    const shop = await openShop(db);
    const buyer = await makeBuyer(db, shop);
    const { order } = await placeOrder(buyer.at(now), {
      productId: await makeProduct(db, shop),
      method: "stars",
      currency: "XTR",
    });
    await accept(shop, buyer, order.id, "98");
    expect(await orderOf(order.id)).toMatchObject({ state: "completed", discount: "2.000000000000000000" });
    expect(await booksOf(db, shop)).toEqual({ "revenue XTR": "98", "to_check XTR": "-98" });
  });
});

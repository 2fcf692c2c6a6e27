import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runOnce } from "@backend/kit/idempotency.ts";
import { testVault } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { invoices } from "@db/schema/payments.ts";
import { entitlements, orders, products, promoCodes } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, count, eq, gte, isNotNull, or, sql } from "drizzle-orm";
import { expireOrders } from "./actions/keep-time.ts";
import { cancelMyOrder, readMine, readMyOrder } from "./actions/my-orders.ts";
import { placeOrder } from "./actions/place-order.ts";
import { quoteOrder } from "./actions/quote-order.ts";
import { readShopProduct } from "./actions/read-shop.ts";
import { type Buyer, booksOf, grant, makeBuyer, makeProduct, openShop, payInStars, type TestShop } from "./testing.ts";

let database: TestDatabase;
let db: Db;
let shop: TestShop;
const now = new Date("2026-06-10T09:00:00.000Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const hour = 3_600_000;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 20 });
  db = database.db;
  shop = await openShop(db);
});
afterAll(() => database.drop());

const inStars = (productId: string) => ({ productId, method: "stars" as const, currency: "XTR" });
const place = (buyer: Buyer, productId: string, more: object = {}, at = now) =>
  placeOrder(buyer.at(at), { ...inStars(productId), ...more });
const makeCode = async (values: Partial<typeof promoCodes.$inferInsert> = {}) => {
  const code = `CODE${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
  const [row] = await db
    .insert(promoCodes)
    .values({ workspaceId: shop.workspaceId, code, kind: "percent", value: "10", ...values })
    .returning();
  return { code, id: row?.id ?? "" };
};
const usesOf = async (id: string) => (await db.select().from(promoCodes).where(eq(promoCodes.id, id)))[0]?.uses;
const stockOf = async (id: string) => (await db.select().from(products).where(eq(products.id, id)))[0]?.stock;
/** Everybody takes locks in one order: PostgreSQL never had to end somebody's waiting. */
const deadlocks = async () => {
  const [row] = await db.execute<{ deadlocks: number }>(
    sql`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`,
  );
  return row?.deadlocks;
};
const settled = <T>(results: PromiseSettledResult<T>[]) =>
  results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));

describe("placing an order", () => {
  test("asks for an invoice of what is left to pay, and waits for an hour", async () => {
    const buyer = await makeBuyer(db, shop);
    const { order, isNew } = await place(buyer, await makeProduct(db, shop));
    expect([isNew, order.state, order.due, order.expiresAt]).toEqual([
      true,
      "pending",
      "100",
      later(hour).toISOString(),
    ]);
    expect([order.invoice?.state, order.invoice?.provider]).toEqual(["new", "stars"]);
    expect(order.timeline.map(({ kind }) => kind)).toEqual(["placed"]);
  });

  test("is active in the moment in which it is paid; paid twice is once", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    const { order } = await place(buyer, await makeProduct(db, own));
    const paid = { orderId: order.id, now: later(60_000) };
    await Promise.all(Array.from({ length: 8 }, () => payInStars(db, own, buyer, paid)));
    const after = await readMyOrder(buyer.at(now), { orderId: order.id });
    expect(after.state).toBe("completed");
    expect(after.timeline.map(({ kind }) => kind)).toEqual(["placed", "paid_by_stars", "activated_until"]);
    expect(await booksOf(db, own)).toEqual({ "provider XTR": "-100", "revenue XTR": "100" });
    expect(await db.select().from(entitlements).where(eq(entitlements.orderId, order.id))).toHaveLength(1);
  });

  test("is never shown unpaid beside what it gave", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    const { order } = await place(buyer, await makeProduct(db, own));
    const { reading } = await db.transaction(async (tx) => {
      await tx.execute(sql`lock table entitlements in access exclusive mode`);
      // It has read the order, which is not paid yet, and now waits for what the order gave.
      const reading = readMyOrder(buyer.at(now), { orderId: order.id });
      const isWaiting = async () =>
        (await tx.execute(sql`select from pg_locks where relation = 'entitlements'::regclass and not granted`)).length >
        0;
      while (!(await isWaiting())) await Bun.sleep(5);
      await payInStars(tx as unknown as Db, own, buyer, { orderId: order.id, now: later(60_000) });
      return { reading };
    });
    const seen = await reading;
    expect([seen.state, seen.entitlement]).toEqual(["pending", null]);
  });

  test("shows what the quote showed, and takes nothing for the asking", async () => {
    const buyer = await makeBuyer(db, shop);
    await grant(db, shop, buyer, "25");
    const productId = await makeProduct(db, shop, { stock: 3 });
    const { code, id } = await makeCode();
    const ask = { ...inStars(productId), code: code.toLowerCase(), useBalance: true };
    const quote = await quoteOrder(buyer.at(now), ask);
    expect([quote.price, quote.discount, quote.fromBalance, quote.due, quote.balance]).toEqual([
      "100",
      "10",
      "25",
      "65",
      "25",
    ]);
    expect([await usesOf(id), await stockOf(productId)]).toEqual([0, 3]);
    const { order } = await placeOrder(buyer.at(now), { ...ask, due: quote.due });
    expect([order.discount, order.fromBalance, order.due, order.code]).toEqual(["10", "25", "65", code]);
    expect([await usesOf(id), await stockOf(productId)]).toEqual([1, 2]);
    const mine = await readMine(buyer.at(now));
    expect(mine.balances).toEqual([{ currency: "XTR", amount: "0", held: "25" }]);
  });

  test("that costs something else by now is refused", async () => {
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    await expect(place(buyer, productId, { due: "99" })).rejects.toMatchObject({ code: "shop.price_changed" });
  });

  test("is refused for what is hidden, archived, of others, or sold in another way", async () => {
    const buyer = await makeBuyer(db, shop);
    const theirs = await openShop(db);
    for (const productId of [
      await makeProduct(db, shop, { isVisible: false }),
      await makeProduct(db, shop, { archivedAt: now }),
      await makeProduct(db, theirs),
      crypto.randomUUID(),
    ])
      await expect(place(buyer, productId)).rejects.toMatchObject({ code: "shop.product_not_found" });
    const productId = await makeProduct(db, shop);
    for (const other of [
      { method: "yookassa", currency: "RUB" },
      { method: "stars", currency: "USD" },
    ])
      await expect(place(buyer, productId, other)).rejects.toMatchObject({ code: "shop.not_priced" });
  });

  test("needs the terms where there are any", async () => {
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop, { terms: { en: "No refunds after a week." } });
    await expect(place(buyer, productId)).rejects.toMatchObject({ code: "shop.terms_not_agreed" });
    expect((await place(buyer, productId, { hasAgreed: true })).order.terms).toBe("No refunds after a week.");
  });

  test("keeps price and terms as they were when it was made", async () => {
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    const { order } = await place(buyer, productId);
    await db
      .update(products)
      .set({ title: { en: "Other" }, durationDays: 1 })
      .where(eq(products.id, productId));
    await payInStars(db, shop, buyer, { orderId: order.id, now: later(1) });
    const after = await readMyOrder(buyer.at(now), { orderId: order.id });
    expect([after.title, after.durationDays]).toEqual(["Starter", 30]);
  });

  test("covered by the balance needs no provider and is paid at once", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    await grant(db, own, buyer, "150");
    const productId = await makeProduct(db, own);
    const { order } = await place(buyer, productId, { method: "balance" });
    expect([order.state, order.due, order.invoice]).toEqual(["completed", "0", null]);
    expect(await booksOf(db, own)).toEqual({ "customer XTR": "50", "granted XTR": "-150", "revenue XTR": "100" });
  });

  test("from a balance that does not suffice is refused, and nothing is set aside", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    await grant(db, own, buyer, "99");
    const productId = await makeProduct(db, own, { stock: 1 });
    await expect(place(buyer, productId, { method: "balance" })).rejects.toMatchObject({
      code: "payments.balance_too_low",
    });
    expect(await stockOf(productId)).toBe(1);
    expect(await booksOf(db, own)).toEqual({ "customer XTR": "99", "granted XTR": "-99" });
  });

  test("that a discount covers whole is paid from nothing", async () => {
    const buyer = await makeBuyer(db, shop);
    const { code } = await makeCode({ value: "100" });
    const { order } = await place(buyer, await makeProduct(db, shop), { code });
    expect([order.state, order.due, order.discount]).toEqual(["completed", "0", "100"]);
    expect(order.timeline.map(({ kind }) => kind)).toContain("paid_by_nothing");
  });

  test("with bonus days lasts longer", async () => {
    const buyer = await makeBuyer(db, shop);
    await grant(db, shop, buyer, "100");
    const { code } = await makeCode({ kind: "bonus_days", value: "5" });
    const { order } = await place(buyer, await makeProduct(db, shop), { code, method: "balance" });
    expect(order.entitlement?.endsAt).toBe("2026-07-15T09:00:00.000Z");
  });

  test("of a top-up puts the money on the balance and earns nothing", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    const productId = await makeProduct(db, own, { kind: "topup", durationDays: null });
    const { code } = await makeCode({ workspaceId: own.workspaceId });
    await expect(place(buyer, productId, { code })).rejects.toMatchObject({ code: "shop.code.no_codes_here" });
    const { order } = await place(buyer, productId);
    await payInStars(db, own, buyer, { orderId: order.id, now: later(1) });
    expect((await readMyOrder(buyer.at(now), { orderId: order.id })).timeline.at(-1)?.kind).toBe("credited");
    expect(await booksOf(db, own)).toEqual({ "customer XTR": "100", "provider XTR": "-100" });
    expect((await readMine(buyer.at(now))).active).toEqual([]);
  });

  test("by hand waits for a member", async () => {
    const buyer = await makeBuyer(db, shop);
    await grant(db, shop, buyer, "100");
    const productId = await makeProduct(db, shop, { kind: "access", isByHand: true });
    const { order } = await place(buyer, productId, { method: "balance" });
    expect([order.state, order.entitlement]).toEqual(["processing", null]);
  });

  test("repeated with one key is one order", async () => {
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop);
    const ctx = buyer.at(now);
    const call = () =>
      runOnce({ db, vault: testVault }, ctx.actor, { key: "k1", requestHash: "h" }, (tx) =>
        placeOrder({ ...ctx, db: tx }, inStars(productId)),
      );
    const [one, two] = await Promise.all([call(), call()]);
    expect(two).toEqual(one);
  });
});

describe("races", () => {
  test("one order that is asked for fifty times is one order with one open invoice (R7)", async () => {
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop, { stock: 50 });
    const placed = await Promise.all(Array.from({ length: 50 }, () => place(buyer, productId)));
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    expect(placed.filter(({ isNew }) => isNew)).toHaveLength(1);
    const [asked] = await db
      .select({ count: count() })
      .from(invoices)
      .where(eq(invoices.orderId, placed[0]?.order.id ?? ""));
    expect([asked?.count, await stockOf(productId)]).toEqual([1, 49]);
  });

  test("a code for one is used by one of fifty (R2), and is free again when he does not pay", async () => {
    const { code, id } = await makeCode({ maxUses: 1 });
    const productId = await makeProduct(db, shop);
    const buyers = await Promise.all(Array.from({ length: 50 }, () => makeBuyer(db, shop)));
    const placed = settled(await Promise.allSettled(buyers.map((buyer) => place(buyer, productId, { code }))));
    expect(placed).toHaveLength(1);
    expect(await usesOf(id)).toBe(1);
    await expireOrders(buyers[0]?.at(later(hour)) as never, {});
    expect(await usesOf(id)).toBe(0);
  });

  test("a code for one a person is used once by his two orders at the same moment", async () => {
    const { code, id } = await makeCode();
    const buyer = await makeBuyer(db, shop);
    const wanted = [await makeProduct(db, shop), await makeProduct(db, shop), await makeProduct(db, shop)];
    const placed = settled(await Promise.allSettled(wanted.map((productId) => place(buyer, productId, { code }))));
    expect([placed.length, await usesOf(id)]).toEqual([1, 1]);
  });

  test("the last three of a stock are sold to three of fifty", async () => {
    const productId = await makeProduct(db, shop, { stock: 3 });
    const buyers = await Promise.all(Array.from({ length: 50 }, () => makeBuyer(db, shop)));
    const results = await Promise.allSettled(buyers.map((buyer) => place(buyer, productId)));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code as string] : []));
    expect([settled(results).length, await stockOf(productId), new Set(refused)]).toEqual([
      3,
      0,
      new Set(["shop.sold_out"]),
    ]);
  });

  test("a discount and a balance on orders of one person at once: the balance is spent once, no price is below zero (R5)", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    await grant(db, own, buyer, "120");
    const wanted = await Promise.all(Array.from({ length: 8 }, () => makeProduct(db, own)));
    const placed = settled(
      await Promise.allSettled(wanted.map((productId) => place(buyer, productId, { useBalance: true }))),
    );
    const rows = await db.select().from(orders).where(eq(orders.workspaceId, own.workspaceId));
    const taken = rows.reduce((sum, { fromBalance }) => sum + Number(fromBalance), 0);
    expect([placed.length, taken, rows.every(({ due }) => Number(due) >= 0)]).toEqual([8, 120, true]);
    const books = await booksOf(db, own);
    expect(books["customer XTR"]).toBeUndefined();
  });

  test("the end of the hour beside the payment: paid and active, or expired and the money waits; fifty times", async () => {
    const own = await openShop(db);
    const productId = await makeProduct(db, own, { stock: 50 });
    const buyers = await Promise.all(Array.from({ length: 50 }, () => makeBuyer(db, own)));
    const over = later(hour);
    await Promise.all(
      buyers.map(async (buyer, n) => {
        if (n % 2 === 0) await grant(db, own, buyer, "30");
        const { order } = await place(buyer, productId, { useBalance: true });
        const pay = () => payInStars(db, own, buyer, { orderId: order.id, now: over });
        const end = () => expireOrders({ ...buyer.at(over) }, {});
        await Promise.all(n % 3 === 0 ? [end(), pay()] : [pay(), end()]);
      }),
    );
    const rows = await db.select().from(orders).where(eq(orders.workspaceId, own.workspaceId));
    const states = rows.map(({ state }) => state);
    expect(states.every((state) => state === "completed" || state === "expired")).toBe(true);
    const completed = rows.filter(({ state }) => state === "completed");
    const given = await db.select().from(entitlements).where(eq(entitlements.workspaceId, own.workspaceId));
    expect(new Set(given.map(({ orderId }) => orderId))).toEqual(new Set(completed.map(({ id }) => id)));
    expect(await stockOf(productId)).toBe(50 - completed.length);
    const books = await booksOf(db, own);
    const sum = Object.values(books).reduce((all, amount) => all + Number(amount), 0);
    expect([sum, books["held XTR"], Number(books["revenue XTR"] ?? 0)]).toEqual([0, undefined, completed.length * 100]);
    const late = rows.filter(({ state }) => state === "expired").reduce((all, { due }) => all + Number(due), 0);
    expect(Number(books["to_check XTR"] ?? 0)).toBe(late);
    expect(await deadlocks()).toBe(0);
  });
});

describe("an order that is not paid", () => {
  test("gives back stock, code and balance when its hour is over, and its invoice is closed", async () => {
    const own = await openShop(db);
    const buyer = await makeBuyer(db, own);
    await grant(db, own, buyer, "30");
    const productId = await makeProduct(db, own, { stock: 1 });
    const { order } = await place(buyer, productId, { useBalance: true });
    await expireOrders(buyer.at(later(hour - 1)), {});
    expect((await readMyOrder(buyer.at(now), { orderId: order.id })).state).toBe("pending");
    await Promise.all([expireOrders(buyer.at(later(hour)), {}), expireOrders(buyer.at(later(hour)), {})]);
    const after = await readMyOrder(buyer.at(now), { orderId: order.id });
    expect([after.state, after.invoice?.state, await stockOf(productId)]).toEqual(["expired", "expired", 1]);
    expect(await booksOf(db, own)).toEqual({ "customer XTR": "30", "granted XTR": "-30" });
  });

  test("and whose hour is over makes room for a new one before the job comes", async () => {
    const buyer = await makeBuyer(db, shop);
    const productId = await makeProduct(db, shop, { stock: 1 });
    const { order } = await place(buyer, productId);
    const openOn = async (at: Date) => (await readShopProduct(buyer.at(at), { productId })).openOrderId;
    expect([await openOn(later(hour - 1)), await openOn(later(hour))]).toEqual([order.id, null]);
    const again = await place(buyer, productId, {}, later(hour));
    expect([again.isNew, again.order.id === order.id, await stockOf(productId)]).toEqual([true, false, 0]);
  });

  test("and whose hour is over leaves its piece to whoever wants it first, before the job comes", async () => {
    const [first, second, third] = [await makeBuyer(db, shop), await makeBuyer(db, shop), await makeBuyer(db, shop)];
    const productId = await makeProduct(db, shop, { stock: 1 });
    const { order } = await place(first, productId);
    const shownOn = async (at: Date) => (await readShopProduct(second.at(at), { productId })).stock;
    expect([await shownOn(later(hour - 1)), await shownOn(later(hour))]).toEqual([0, 1]);
    await expect(place(second, productId, {}, later(hour - 1))).rejects.toMatchObject({ code: "shop.sold_out" });
    expect((await place(second, productId, {}, later(hour))).isNew).toBe(true);
    const before = await readMyOrder(first.at(now), { orderId: order.id });
    expect([before.state, before.timeline.at(-1)?.kind, await stockOf(productId)]).toEqual(["expired", "expired", 0]);
    await expect(place(third, productId, {}, later(hour))).rejects.toMatchObject({ code: "shop.sold_out" });
    // His own order of it is over as well: he gets his piece again, and takes nobody else's.
    const again = await place(second, productId, {}, later(2 * hour));
    expect([again.isNew, await stockOf(productId)]).toEqual([true, 0]);
  });

  test("keeps its piece while its money waits for a member", async () => {
    const [first, second] = [await makeBuyer(db, shop), await makeBuyer(db, shop)];
    const productId = await makeProduct(db, shop, { stock: 1 });
    const { order } = await place(first, productId);
    await payInStars(db, shop, first, { orderId: order.id, now: later(1), amount: 40 });
    expect((await readShopProduct(second.at(later(hour)), { productId })).stock).toBe(0);
    await expect(place(second, productId, {}, later(hour))).rejects.toMatchObject({ code: "shop.sold_out" });
  });

  test("and three overdue pieces of a stock go to three of forty, while the job comes as well", async () => {
    const productId = await makeProduct(db, shop, { stock: 3 });
    const holders = await Promise.all(Array.from({ length: 3 }, () => makeBuyer(db, shop)));
    await Promise.all(holders.map((buyer) => place(buyer, productId)));
    const buyers = [...holders, ...(await Promise.all(Array.from({ length: 37 }, () => makeBuyer(db, shop))))];
    const before = await deadlocks();
    const results = await Promise.allSettled([
      ...buyers.map((buyer) => place(buyer, productId, {}, later(hour))),
      expireOrders(buyers[0]?.at(later(hour)) as never, {}),
    ]);
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code as string] : []));
    expect([refused.length, new Set(refused), await stockOf(productId)]).toEqual([37, new Set(["shop.sold_out"]), 0]);
    expect(await deadlocks()).toBe(before);
  });

  test("does not stand in the way of others when it cannot be ended, and is tried again", async () => {
    const buyer = await makeBuyer(db, shop);
    const { order: pattern } = await place(buyer, await makeProduct(db, shop));
    const [row] = await db.select().from(orders).where(eq(orders.id, pattern.id));
    const [kept] = await db.select().from(products).where(eq(products.id, pattern.productId));
    if (!row || !kept) throw new Error("there is nothing to copy");
    const wanted = await db
      .insert(products)
      .values(Array.from({ length: 205 }, (_, n) => ({ ...kept, id: undefined, slug: `many-${n}` })))
      .returning({ id: products.id });
    const numbered = (n: number) => ({ number: 10_000 + n, expiresAt: new Date(later(hour).getTime() + n) });
    await db
      .insert(orders)
      .values(wanted.map(({ id }, n) => ({ ...row, id: undefined, productId: id, ...numbered(n) })));
    await db.execute(sql`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'this one cannot be ended'; end $$`);
    await db.execute(sql`create trigger refuse before update on orders for each row
      when (old.number >= 10000 and old.number < 10200) execute function refuse()`);
    const failed: unknown[] = [];
    const ctx = buyer.at(later(2 * hour));
    const log = Object.assign(Object.create(ctx.log), { error: (fields: unknown) => failed.push(fields) });
    const states = async () => {
      const rows = await db.select({ state: orders.state }).from(orders).where(gte(orders.number, 10_000));
      return rows.filter(({ state }) => state === "expired").length;
    };
    await expireOrders({ ...ctx, log }, {});
    await db.execute(sql`drop trigger refuse on orders`);
    expect([await states(), failed.length]).toEqual([5, 200]);
    const [{ err } = { err: null }] = failed as { err: { cause?: Error } }[];
    expect(err?.cause?.message).toBe("this one cannot be ended");
    await expireOrders(ctx, {});
    expect(await states()).toBe(205);
  });

  test("is cancelled by its customer once, and by nobody else", async () => {
    const buyer = await makeBuyer(db, shop);
    const stranger = await makeBuyer(db, shop);
    const { order } = await place(buyer, await makeProduct(db, shop));
    const input = { orderId: order.id };
    await expect(cancelMyOrder(stranger.at(now), input)).rejects.toMatchObject({ code: "shop.order_not_found" });
    expect((await cancelMyOrder(buyer.at(now), input)).state).toBe("cancelled");
    await expect(cancelMyOrder(buyer.at(now), input)).rejects.toMatchObject({ code: "shop.cannot_now.cancelled" });
  });

  test("paid after its end leaves the money waiting, never the order active", async () => {
    const buyer = await makeBuyer(db, shop);
    const { order } = await place(buyer, await makeProduct(db, shop));
    await expireOrders(buyer.at(later(hour)), {});
    await payInStars(db, shop, buyer, { orderId: order.id, now: later(2 * hour) });
    const after = await readMyOrder(buyer.at(now), { orderId: order.id });
    expect([after.state, after.entitlement]).toEqual(["expired", null]);
  });

  test("counts for its code no more than one that is paid", async () => {
    const { code, id } = await makeCode({ maxPerPerson: null });
    const buyer = await makeBuyer(db, shop);
    for (let n = 0; n < 3; n++) {
      const { order } = await place(buyer, await makeProduct(db, shop), { code });
      if (n > 0) await cancelMyOrder(buyer.at(now), { orderId: order.id });
    }
    const [held] = await db
      .select({ count: count() })
      .from(orders)
      .where(and(eq(orders.promoCodeId, id), or(eq(orders.state, "pending"), isNotNull(orders.paidAt))));
    expect([await usesOf(id), held?.count]).toEqual([1, 1]);
  });
});

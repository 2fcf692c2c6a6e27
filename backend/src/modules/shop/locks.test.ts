/** Money from many sides at one moment: everybody waits for somebody now and then, and nobody in a circle. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { resolvePayment } from "@backend/modules/payments/actions/resolve-payment.ts";
import type { Db } from "@db/client.ts";
import { payments } from "@db/schema/payments.ts";
import { entitlements, orders, products, promoCodes } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { completeOrder } from "./actions/end-order.ts";
import { expireOrders } from "./actions/keep-time.ts";
import { placeOrder } from "./actions/place-order.ts";
import { refundOrder } from "./actions/refund-order.ts";
import {
  type Buyer,
  booksOf,
  grant,
  makeBuyer,
  makeProduct,
  makeSeller,
  openShop,
  payInStars,
  sendRefunds,
  type TestShop,
} from "./testing.ts";

const rounds = 6;
const now = new Date("2026-06-10T09:00:00.000Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const hour = 3_600_000;

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 20 });
  db = database.db;
});
afterAll(() => database.drop());

/** How often PostgreSQL has ended somebody's waiting in this database: jobs log that and go on, so that no test would hear of it. */
async function deadlocks(): Promise<number> {
  const [row] = await db.execute<{ deadlocks: number }>(
    sql`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`,
  );
  return row?.deadlocks ?? Number.NaN;
}
let before = 0;
beforeEach(async () => {
  before = await deadlocks();
});
afterEach(async () => {
  expect((await deadlocks()) - before).toBe(0);
});

/** All at once. A refusal is an answer; being ended by PostgreSQL (40P01) is not. */
async function atOnce(works: readonly (() => Promise<unknown>)[]): Promise<void> {
  const results = await Promise.allSettled(works.map((work) => work()));
  for (const result of results)
    if (result.status === "rejected" && !(result.reason instanceof AppError)) throw result.reason;
}

const starsFor = (productId: string) => ({ productId, method: "stars" as const, currency: "XTR" });
const fromBalance = (productId: string, currency = "XTR") => ({ productId, method: "balance" as const, currency });

async function buyInStars(shop: TestShop, buyer: Buyer, productId: string, chargeId: string) {
  const { order } = await placeOrder(buyer.at(now), starsFor(productId));
  await payInStars(db, shop, buyer, { orderId: order.id, now, chargeId });
  return order;
}

const booksAddUp = async (shop: TestShop) =>
  Object.values(await booksOf(db, shop)).reduce((sum, amount) => sum + Number(amount), 0);

describe("nobody waits in a circle", () => {
  test("a month that Telegram renews, beside checkouts of the same person and of others", async () => {
    const shop = await openShop(db);
    const month = await makeProduct(db, shop, { kind: "access", isSubscription: true });
    const buyer = await makeBuyer(db, shop);
    const first = await buyInStars(shop, buyer, month, "month-0");
    for (let n = 1; n <= rounds; n++) {
      await grant(db, shop, buyer, "30");
      const [one, other] = [await makeProduct(db, shop, { kind: "access" }), await makeProduct(db, shop)];
      await atOnce([
        () => placeOrder(buyer.at(now), { ...starsFor(one), useBalance: true }),
        () => payInStars(db, shop, buyer, { orderId: first.id, now, chargeId: `month-${n}`, isRenewal: true }),
        () => placeOrder(buyer.at(now), { ...starsFor(other), useBalance: true }),
      ]);
      await expireOrders(buyer.at(later(hour)), {});
    }
    const renewed = await db.select().from(orders).where(eq(orders.renewsOrderId, first.id));
    expect([renewed.length, await booksAddUp(shop)]).toEqual([rounds, 0]);
  });

  test("orders of a stock with a code, beside the end of others' hour", async () => {
    const shop = await openShop(db);
    const productId = await makeProduct(db, shop, { stock: 100 });
    const [code] = await db
      .insert(promoCodes)
      .values({ workspaceId: shop.workspaceId, code: "TEN", kind: "percent", value: "10", maxPerPerson: null })
      .returning();
    const buyers = await Promise.all(Array.from({ length: 8 }, () => makeBuyer(db, shop)));
    const order = (buyer: Buyer, at: Date) => placeOrder(buyer.at(at), { ...starsFor(productId), code: "ten" });
    let at = now;
    for (let n = 0; n < rounds; n++) {
      await Promise.all(buyers.slice(0, 4).map((buyer) => order(buyer, at)));
      at = new Date(at.getTime() + hour);
      await atOnce([
        ...buyers.slice(4).map((buyer) => () => order(buyer, at)),
        () => expireOrders((buyers[0] as Buyer).at(at), {}),
        () => order(buyers[0] as Buyer, at),
      ]);
      at = new Date(at.getTime() + hour);
      await expireOrders((buyers[0] as Buyer).at(at), {});
    }
    const [product] = await db.select().from(products).where(eq(products.id, productId));
    const [after] = await db
      .select()
      .from(promoCodes)
      .where(eq(promoCodes.id, code?.id ?? ""));
    expect([product?.stock, after?.uses]).toEqual([100, 0]);
  });

  test("an order that is completed by hand, beside the refund of the package that it replaces", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const [small, large] = [await makeProduct(db, shop), await makeProduct(db, shop, { isByHand: true })];
    for (let n = 0; n < rounds; n++) {
      const buyer = await makeBuyer(db, shop);
      const former = await buyInStars(shop, buyer, small, `small-${n}`);
      await grant(db, shop, buyer, "100");
      const { order } = await placeOrder(buyer.at(now), fromBalance(large));
      await refundOrder(seller(now), { orderId: former.id, to: "balance", amount: "40" });
      await atOnce([
        () => completeOrder(seller(now), { orderId: order.id }),
        () => sendRefunds(db, shop, now),
        () => refundOrder(seller(now), { orderId: former.id, to: "balance", amount: "30" }),
      ]);
      await sendRefunds(db, shop, now);
      const [after] = await db.select().from(orders).where(eq(orders.id, former.id));
      expect(Number(after?.refunded)).toBeLessThanOrEqual(100);
    }
    const running = and(eq(entitlements.workspaceId, shop.workspaceId), eq(entitlements.state, "active"));
    expect([(await db.select().from(entitlements).where(running)).length, await booksAddUp(shop)]).toEqual([rounds, 0]);
  });

  test("a refund that gives a place of the stock back, beside whoever takes one from his balance", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const productId = await makeProduct(db, shop, { kind: "access", stock: rounds * 4 });
    for (let n = 0; n < rounds; n++) {
      const [one, other] = [await makeBuyer(db, shop), await makeBuyer(db, shop)];
      const former = await buyInStars(shop, one, productId, `stock-${n}`);
      await refundOrder(seller(now), { orderId: former.id, to: "balance" });
      await grant(db, shop, other, "100");
      await atOnce([() => placeOrder(other.at(now), fromBalance(productId)), () => sendRefunds(db, shop, now)]);
    }
    const [product] = await db.select().from(products).where(eq(products.id, productId));
    expect([product?.stock, await booksAddUp(shop)]).toEqual([rounds * 3, 0]);
  });

  test("late money that is accepted, beside the end of the order that came after", async () => {
    const shop = await openShop(db);
    const seller = await makeSeller(db, shop);
    const productId = await makeProduct(db, shop, { kind: "access", durationDays: null, stock: rounds * 2 });
    let at = now;
    for (let n = 0; n < rounds; n++) {
      const buyer = await makeBuyer(db, shop);
      await grant(db, shop, buyer, "30");
      const { order } = await placeOrder(buyer.at(at), starsFor(productId));
      at = new Date(at.getTime() + hour);
      await expireOrders(buyer.at(at), {});
      await payInStars(db, shop, buyer, { orderId: order.id, now: at, chargeId: `late-${n}` });
      const [late] = await db
        .select()
        .from(payments)
        .where(eq(payments.providerRef, `late-${n}`));
      await placeOrder(buyer.at(at), { ...starsFor(productId), useBalance: true });
      at = new Date(at.getTime() + hour);
      await atOnce([
        () => resolvePayment(seller(at), { paymentId: late?.id ?? "", resolution: "accepted" }),
        () => expireOrders(buyer.at(at), {}),
      ]);
      const [after] = await db.select().from(orders).where(eq(orders.id, order.id));
      expect(after?.state).toBe("completed");
    }
    const [product] = await db.select().from(products).where(eq(products.id, productId));
    expect([product?.stock, await booksAddUp(shop)]).toEqual([rounds, 0]);
  });

  test("two who change packages that were paid in two currencies, each into the other's", async () => {
    const shop = await openShop(db);
    const both = (over: object) =>
      makeProduct(db, shop, {
        ...over,
        prices: ["XTR", "USD"].map((currency) => ({ method: "balance", currency, amount: "100" })),
      });
    const [small, large] = [await both({}), await both({ postsPerDay: 5 })];
    const buyers = await Promise.all(Array.from({ length: 8 }, () => makeBuyer(db, shop)));
    for (const buyer of buyers)
      for (const currency of ["XTR", "USD"]) await grant(db, shop, buyer, `${rounds * 100}`, currency);
    const change = (buyer: Buyer, isEven: boolean) => () =>
      placeOrder(buyer.at(now), fromBalance(isEven ? small : large, isEven ? "XTR" : "USD"));
    for (let n = 0; n < rounds; n++) await atOnce(buyers.map((buyer, at) => change(buyer, (n + at) % 2 === 0)));
    const paid = await db.select().from(orders).where(eq(orders.workspaceId, shop.workspaceId));
    expect([paid.length, await booksAddUp(shop)]).toEqual([rounds * buyers.length, 0]);
  });
});

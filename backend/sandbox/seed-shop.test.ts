import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import { contextOf } from "@backend/modules/payments/testing.ts";
import { listOrders } from "@backend/modules/shop/actions/orders.ts";
import { readShop } from "@backend/modules/shop/actions/read-shop.ts";
import { readShopStatistics } from "@backend/modules/shop/actions/statistics.ts";
import { salesTotals, todaySales } from "@backend/modules/shop/index.ts";
import { booksOf, makeBuyer, openShop, type TestShop } from "@backend/modules/shop/testing.ts";
import { shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { seedShop } from "./seed-shop.ts";

let database: TestDatabase;
let shop: TestShop;
const now = new Date("2026-06-10T15:30:00.000Z");
const team = () => {
  const ctx = contextOf(database.db, shop.workspaceId, now);
  return { ...ctx, actor: { ...ctx.actor, permissions: permissionsOf("owner") } };
};

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openShop(database.db);
  await database.db.delete(shopSettings).where(eq(shopSettings.workspaceId, shop.workspaceId));
  await seedShop(contextOf(database.db, shop.workspaceId, now), shop.botId, null);
});
afterAll(() => database.drop());

describe("the shop of the demo", () => {
  test("is open, with six things on its shelves", async () => {
    const buyer = await makeBuyer(database.db, shop);
    const { isOpen, products, categories, faq, support } = await readShop(buyer.at(now));
    expect([isOpen, products.length, categories.length, faq.length]).toEqual([true, 6, 4, 3]);
    expect(products[0]).toMatchObject({
      slug: "starter-mini",
      postsPerDay: 2,
      durationDays: 30,
      promises: { views: { from: 1000, to: 2500 } },
    });
    expect(support).toContain("@oksana_koval");
  });

  test("has a month of orders whose figures agree with its books", async () => {
    const { items } = await listOrders(team(), { limit: 200 });
    expect(items).toHaveLength(40);
    expect(new Set(items.map(({ number }) => number)).size).toBe(40);
    const figures = await readShopStatistics(team(), { period: "30d" });
    const books = await booksOf(database.db, shop);
    expect([figures.totals.orders, figures.totals.paidOrders, figures.now.orders]).toEqual([40, 40, 40]);
    expect(Number(figures.totals.revenue)).toBeCloseTo(Number(books["revenue USD"]), 2);
    expect(figures.days.reduce((sum, { orders }) => sum + orders, 0)).toBe(40);
    expect(figures.funnel.again).toBeGreaterThan(0);
    expect(figures.withoutRate).toEqual([]);
    const sum = Object.values(books).reduce((all, amount) => all + Math.round(Number(amount) * 100), 0);
    expect(sum).toBe(0);
  });

  test("tells programs and the bot the same", async () => {
    const input = { workspaceId: shop.workspaceId, now };
    const totals = await salesTotals(database.db, input);
    expect([totals.orders, totals.paid, totals.onSale]).toEqual([40, 40, 6]);
    const today = (await readShopStatistics(team(), { period: "today" })).now;
    expect(await todaySales(database.db, input)).toMatchObject({ orders: today.orders, paid: today.paid });
  });
});

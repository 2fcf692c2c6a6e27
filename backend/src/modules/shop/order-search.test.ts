import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ActionContext } from "@backend/kit/context.ts";
import { persons } from "@db/schema/identity.ts";
import { orders } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { exportOrders } from "./actions/export-orders.ts";
import { listOrders } from "./actions/orders.ts";
import { findOrdersCalled } from "./order-search.ts";
import { makeProduct, makeSeller, openShop, type TestShop } from "./testing.ts";

let database: TestDatabase;
let shop: TestShop;
let team: ActionContext;
const now = new Date("2026-06-10T09:00:00.000Z");
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openShop(database.db);
  team = (await makeSeller(database.db, shop))(now);
});
afterAll(() => database.drop());

let lastTelegramId = 880_000_000_000;
async function makePeople(at: TestShop, names: readonly string[]): Promise<string[]> {
  const rows = names.map((firstName) => ({ workspaceId: at.workspaceId, telegramId: ++lastTelegramId, firstName }));
  const made = await database.db.insert(persons).values(rows).returning({ id: persons.id });
  return made.map(({ id }) => id);
}

interface Placed {
  personId: string;
  /** Many of the same moment: a page must not lose one of them. */
  second: number;
  state?: "completed" | "expired";
}

let lastNumber = 0;
async function place(at: TestShop, productId: string, placed: readonly Placed[]): Promise<void> {
  if (placed.length === 0) return;
  await database.db.insert(orders).values(
    placed.map(({ personId, second, state = "expired" }) => ({
      ...{ personId, state, productId, workspaceId: at.workspaceId, number: ++lastNumber, expiresAt: now },
      product: {
        ...{ kind: "service" as const, slug: "x", title: { en: "Starter" }, terms: {}, durationDays: 30 },
        ...{ postsPerDay: 1, details: {}, isByHand: false, isSubscription: false },
      },
      ...{ method: "stars" as const, currency: "XTR", price: "100", due: "100" },
      createdAt: new Date(now.getTime() - second * 1000),
    })),
  );
}

/** Every order of `name`, in the order of the list, read from all of them. */
async function expected(at: TestShop, name: string, state?: string): Promise<string[]> {
  const rows = await database.db
    .select({ id: orders.id, at: orders.createdAt, called: persons.firstName, state: orders.state })
    .from(orders)
    .innerJoin(persons, eq(persons.id, orders.personId))
    .where(eq(orders.workspaceId, at.workspaceId));
  return rows
    .filter((row) => row.called === name && (state === undefined || row.state === state))
    .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

describe("orders of a name", () => {
  test("are all there and each once, page by page, however far a page looks and however many people are called so", async () => {
    const choice = fc.record({
      people: fc.array(fc.constantFrom("Zoe", "Max"), { minLength: 1, maxLength: 8 }),
      placed: fc.array(
        fc.record({
          who: fc.nat(),
          second: fc.nat({ max: 6 }),
          state: fc.constantFrom("completed" as const, "expired" as const),
        }),
        { maxLength: 24 },
      ),
      state: fc.constantFrom(undefined, "completed" as const),
      limit: fc.integer({ min: 1, max: 5 }),
      bounds: fc.record({ walked: fc.integer({ min: 1, max: 9 }), people: fc.integer({ min: 0, max: 4 }) }),
    });
    await fc.assert(
      fc.asyncProperty(choice, async ({ people, placed, state, limit, bounds }) => {
        const at = await openShop(database.db);
        const ids = await makePeople(at, people);
        const productId = await makeProduct(database.db, at);
        await place(
          at,
          productId,
          placed.map(({ who, ...one }) => ({ ...one, personId: ids[who % ids.length] ?? "" })),
        );
        const seen: string[] = [];
        const filter = state ? { state } : {};
        for (let before: readonly [string, string] | null = null, pages = 0; ; pages++) {
          // One beyond the longest way: a place that does not move would never end.
          expect(pages).toBeLessThanOrEqual(placed.length);
          const { workspaceId } = at;
          const found: Awaited<ReturnType<typeof findOrdersCalled>> = await findOrdersCalled(
            ...[database.db, workspaceId, filter, "zoe", { before, limit }, bounds],
          );
          seen.push(...found.rows.map(({ id }) => id));
          const last = found.rows.at(-1);
          if (found.reached === null && found.rows.length < limit) break;
          before = found.reached ?? (last ? [last.createdAt.toISOString(), last.id] : null);
        }
        expect(seen).toEqual(await expected(at, "Zoe", state));
      }),
      { numRuns: 60 },
    );
  });

  test("are found in the list and in the file behind a hundred newer people of the same name", async () => {
    const at = await openShop(database.db);
    const seller = (await makeSeller(database.db, at))(now);
    const [first = ""] = await makePeople(at, ["Zoe", ...Array.from({ length: 120 }, () => "Zoe")]);
    await place(at, await makeProduct(database.db, at), [{ personId: first, second: 1 }]);
    const { items, nextCursor } = await listOrders(seller, { search: "zo" });
    expect([items.map(({ person }) => person.id), nextCursor]).toEqual([[first], null]);
    const file = await (await exportOrders(seller, { search: "zo", format: "csv" })).text();
    expect(file.trim().split("\r\n")).toHaveLength(2);
  });

  test("of another workspace are nobody's", async () => {
    const at = await openShop(database.db);
    const [other = ""] = await makePeople(at, ["Quentin"]);
    await place(at, await makeProduct(database.db, at), [{ personId: other, second: 1 }]);
    expect((await listOrders(team, { search: "quentin" })).items).toEqual([]);
  });

  test("are none for signs that are in no name", async () => {
    expect(await listOrders(team, { search: "@" })).toEqual({ items: [], nextCursor: null });
  });

  test("a page that found nothing so far names where the next one begins, and the filter holds behind it", async () => {
    const at = await openShop(database.db);
    const [zoe = "", max = ""] = await makePeople(at, ["Zoe", "Max", "Zoe"]);
    const productId = await makeProduct(database.db, at);
    await place(at, productId, [
      ...[1, 2, 3].map((second) => ({ personId: max, second })),
      { personId: zoe, second: 4, state: "completed" },
      { personId: zoe, second: 5 },
    ]);
    const bounds = { walked: 3, people: 1 };
    const read = (before: readonly [string, string] | null) =>
      findOrdersCalled(database.db, at.workspaceId, { state: "expired" }, "zoe", { before, limit: 2 }, bounds);
    const first = await read(null);
    expect(first.rows).toEqual([]);
    expect(first.reached?.[0]).toBe(new Date(now.getTime() - 3000).toISOString());
    const second = await read(first.reached);
    expect(second.rows.map(({ createdAt }) => createdAt.getTime())).toEqual([now.getTime() - 5000]);
    expect(second.reached).toBeNull();
  });
});

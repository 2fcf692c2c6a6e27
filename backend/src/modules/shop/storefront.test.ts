import { afterAll, beforeAll, expect, test } from "bun:test";
import { shopSettings, workspaces } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { storefront } from "./storefront.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a shop is closed until its workspace opens it, and others' shops say nothing of it", async () => {
  const { db } = database;
  const made = await db
    .insert(workspaces)
    .values([{ name: "North" }, { name: "South" }])
    .returning({ id: workspaces.id });
  const [north, south] = made.map(({ id }) => id) as [string, string];
  await db.insert(shopSettings).values({ workspaceId: south });
  expect(await storefront.isOpen(db, north)).toBe(false);
  expect(await storefront.isOpen(db, south)).toBe(false);
  await db.update(shopSettings).set({ isOpen: true });
  expect(await storefront.isOpen(db, north)).toBe(false);
  expect(await storefront.isOpen(db, south)).toBe(true);
});

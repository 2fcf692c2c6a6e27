import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { createVault } from "@backend/kit/crypto.ts";
import { bots } from "@db/schema/bots.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { workspaces } from "@db/schema/identity.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { idempotencyKeys } from "@db/schema/webhooks.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { resealDatabase } from "./reseal.ts";

const oldSecret = "the secret of yesterday and long enough";
const newSecret = "the secret of today and long enough too";
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("seals every stored secret with the newest key, counts what it cannot open, and is done the second time", async () => {
  const [before, both, lost] = [
    createVault(oldSecret),
    createVault(`${newSecret},${oldSecret}`),
    createVault("a secret that nobody remembers any more"),
  ];
  const [workspace] = await database.db.insert(workspaces).values({ name: "W" }).returning();
  const bot = (telegramId: number, tokenSealed: string) => ({
    workspaceId: workspace?.id ?? "",
    telegramId,
    username: `b${telegramId}`,
    name: "B",
    tokenSealed,
    webhookSecretSealed: both.seal("hook"),
  });
  await database.db
    .insert(bots)
    .values(Array.from({ length: 600 }, (_, n) => bot(n + 1, before.seal(`token ${n + 1}`))));
  await database.db.insert(bots).values(bot(700, lost.seal("gone")));
  const tokens = (results: Awaited<ReturnType<typeof resealDatabase>>) =>
    results.find(({ table, column }) => table === "bots" && column === "token_sealed");
  expect(tokens(await resealDatabase(database.url, both))).toMatchObject({ resealed: 600, unreadable: 1 });
  expect(tokens(await resealDatabase(database.url, both))).toMatchObject({ resealed: 0, unreadable: 1 });
  const after = createVault(newSecret);
  for (const telegramId of [1, 300, 600]) {
    const [row] = await database.db.select().from(bots).where(eq(bots.telegramId, telegramId));
    expect(after.open(row?.tokenSealed ?? "")).toBe(`token ${telegramId}`);
  }
});

test("answers to keyed calls are sealed anew too, though three columns tell them apart", async () => {
  const [workspace] = await database.db.insert(workspaces).values({ name: "W" }).returning();
  const at = { workspaceId: workspace?.id ?? "", callerId: randomUUID(), requestHash: "h" };
  const answerSealed = createVault(oldSecret).seal("the answer");
  await database.db.insert(idempotencyKeys).values(["1", '2,"3)'].map((key) => ({ ...at, key, answerSealed })));
  const results = await resealDatabase(database.url, createVault(`${newSecret},${oldSecret}`));
  expect(results.find(({ table }) => table === "idempotency_keys")).toMatchObject({ resealed: 2, unreadable: 0 });
  const rows = await database.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.callerId, at.callerId));
  const after = createVault(newSecret);
  expect(rows.map((row) => after.open(row.answerSealed ?? ""))).toEqual(["the answer", "the answer"]);
});

test("answers beyond one page are each sealed anew once, whatever their keys look like", async () => {
  const [workspace] = await database.db.insert(workspaces).values({ name: "W" }).returning();
  const before = createVault(oldSecret);
  const at = { workspaceId: workspace?.id ?? "", requestHash: "h" };
  const callers = [randomUUID(), randomUUID()];
  const rows = Array.from({ length: 1_201 }, (_, n) => ({
    ...at,
    callerId: callers[n % 2] ?? "",
    key: `${["a", "B", '"', "\\", "ы"][n % 5]}${n}`,
    answerSealed: before.seal(`answer ${n}`),
  }));
  await database.db.insert(idempotencyKeys).values(rows);
  const results = await resealDatabase(database.url, createVault(`${newSecret},${oldSecret}`));
  expect(results.find(({ table }) => table === "idempotency_keys")).toMatchObject({ resealed: 1_201, unreadable: 0 });
});

test("keys of trackers' logs are sealed anew too, though their table has no id of its own", async () => {
  const before = createVault(oldSecret);
  const [workspace] = await database.db.insert(workspaces).values({ name: "W" }).returning();
  const workspaceId = workspace?.id ?? "";
  const [connection] = await database.db
    .insert(trackerConnections)
    .values({ workspaceId, name: "K", kind: "keitaro", locale: "en", secretHash: "h", secretSealed: before.seal("s") })
    .returning();
  const connectionId = connection?.id ?? "";
  await database.db
    .insert(trackerPulls)
    .values({ connectionId, workspaceId, apiUrl: "https://tracker.example", apiKeySealed: before.seal("the key") });
  const results = await resealDatabase(database.url, createVault(`${newSecret},${oldSecret}`));
  expect(results.find(({ table }) => table === "tracker_pulls")).toMatchObject({ resealed: 1, unreadable: 0 });
  const [row] = await database.db.select().from(trackerPulls).where(eq(trackerPulls.connectionId, connectionId));
  expect(createVault(newSecret).open(row?.apiKeySealed ?? "")).toBe("the key");
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makePerson, makeWorkspace, type TestWorkspace, testVault } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { idempotencyKeys } from "@db/schema/webhooks.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import type { Actor } from "./context.ts";
import { onceOf, runOnce } from "./idempotency.ts";

let database: TestDatabase;
let space: TestWorkspace;
let actor: Actor;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.execute(sql`create table made (id serial primary key, workspace_id uuid not null)`);
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  actor = personActor((await makePerson(database.db, space)).personId);
});

const personActor = (personId: string): Actor => ({
  kind: "person",
  workspaceId: space.workspaceId,
  personId,
  botId: space.botId,
  locale: "en",
  timeZone: "UTC",
  member: null,
  permissions: new Set(),
});

const requestWith = (key: string | null, body: unknown = { name: "x" }, path = "/things") => {
  const headers: Record<string, string> = key === null ? {} : { "idempotency-key": key };
  return onceOf(new Request(`http://localhost${path}`, { method: "POST", headers }), body);
};
const once = (key: string, body?: unknown) => {
  const found = requestWith(key, body);
  if (!found) throw new Error("no key");
  return found;
};

const make = async (tx: Db) => {
  const [row] = await tx.execute<{ id: number }>(
    sql`insert into made (workspace_id) values (${space.workspaceId}) returning id`,
  );
  return { id: row?.id, secret: "shown once" };
};
const deps = () => ({ db: database.db, vault: testVault });
const countMade = async () =>
  (await database.db.execute(sql`select 1 from made where workspace_id = ${space.workspaceId}`)).length;

describe("a creating call with a key", () => {
  test("sent again makes nothing more and answers the same", async () => {
    const first = await runOnce(deps(), actor, once("k1"), make);
    expect(await runOnce(deps(), actor, once("k1"), make)).toEqual(first);
    expect(await countMade()).toBe(1);
  });

  test("sent by fifty at once makes one thing", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => runOnce(deps(), actor, once("k2"), make)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await countMade()).toBe(1);
  });

  test("that is refused leaves its key free, and nothing half made", async () => {
    const failing = runOnce(deps(), actor, once("k3"), async (tx) => {
      await make(tx);
      throw new Error("refused");
    });
    await expect(failing).rejects.toThrow("refused");
    expect(await countMade()).toBe(0);
    await runOnce(deps(), actor, once("k3"), make);
    expect(await countMade()).toBe(1);
  });

  test("used for another body is refused as a mistake", async () => {
    await runOnce(deps(), actor, once("k4"), make);
    await expect(runOnce(deps(), actor, once("k4", { name: "y" }), make)).rejects.toMatchObject({
      code: "common.key_reused",
    });
  });

  test("is the caller's own: another person's same key is another key", async () => {
    const first = await runOnce(deps(), actor, once("k5"), make);
    const other = personActor((await makePerson(database.db, space)).personId);
    expect((await runOnce(deps(), other, once("k5"), make)).id).not.toBe(first.id);
  });

  test("counts as new after a day", async () => {
    const first = await runOnce(deps(), actor, once("k6"), make);
    await database.db.execute(
      sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'k6'`,
    );
    expect((await runOnce(deps(), actor, once("k6"), make)).id).not.toBe(first.id);
  });

  test("keeps its answer sealed: what is shown once is not readable in the database", async () => {
    await runOnce(deps(), actor, once("k7"), make);
    const [row] = await database.db.select().from(idempotencyKeys).where(eq(idempotencyKeys.key, "k7"));
    expect(row?.answerSealed).toStartWith("v1.");
    expect(row?.answerSealed).not.toContain("shown once");
  });
});

test("a key is 1 to 255 printable characters; without the header a call is an ordinary one", () => {
  expect(requestWith(null)).toBeNull();
  for (const key of ["with space", "x".repeat(256)]) expect(() => requestWith(key)).toThrow("common.key_unreadable");
  expect(requestWith("a", { a: 1 })?.requestHash).not.toBe(requestWith("a", { a: 2 })?.requestHash);
  expect(requestWith("a", {}, "/one")?.requestHash).not.toBe(requestWith("a", {}, "/two")?.requestHash);
});

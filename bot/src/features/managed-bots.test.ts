import { afterAll, beforeAll, expect, test } from "bun:test";
import { members, persons, type Role } from "@db/schema/identity.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { createFeeder, makeWorkspaceBot } from "../testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const made = { id: 7_300_000_001, is_bot: true, first_name: "Made", username: "made_bot" };
let updateId = 70_000;

/** What becomes of the news that this person made a bot: its status, and how many bots are to be fetched. */
async function newsOf(role: Role | null): Promise<[string, number | undefined]> {
  let result: [string, number | undefined] = ["", 0];
  await rolledBack(database.db, async (db) => {
    const at = await makeWorkspaceBot(db);
    const telegramId = 700_000_900 + updateId;
    if (role) {
      const [person] = await db
        .insert(persons)
        .values({ workspaceId: at.workspace.id, telegramId, firstName: "Member" })
        .returning();
      await db.insert(members).values({ workspaceId: at.workspace.id, personId: person?.id ?? "", role });
    }
    const user = { id: telegramId, is_bot: false, first_name: "Maker" };
    const { status } = await createFeeder(db, at)({ update_id: updateId++, managed_bot: { user, bot: made } });
    const [jobs] = await db.execute<{ count: number }>(sql`
      select count(*)::int as count from graphile_worker.jobs where key = ${`bots.connect-managed-bot:${made.id}`}`);
    result = [status, jobs?.count];
  });
  return result;
}

test("a bot that a member with the right to connect bots made is fetched; anybody else's is let be", async () => {
  expect(await newsOf("owner")).toEqual(["handled", 1]);
  expect(await newsOf("admin")).toEqual(["handled", 1]);
  for (const role of ["manager", "media_buyer", "support", null] as const)
    expect(await newsOf(role)).toEqual(["ignored", 0]);
});

/** What is held about one person lies in many rooms. Whatever room comes next: after erasure the name is in no table. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createIntake, processInbox } from "@backend/kit/inbox.ts";
import { makePerson, makeWorkspace, nextTelegramId, signedHeaders } from "@backend/modules/identity/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { startTestProduct, type TestProduct } from "./testing.ts";

let database: TestDatabase;
let product: TestProduct;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

/** Tables in which a word stands anywhere, raw bodies included. */
async function tablesHolding(word: string): Promise<string[]> {
  const tables = await database.db.execute<{ name: string }>(sql`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname in ('public', 'graphile_worker') order by 1`);
  const hex = Buffer.from(word).toString("hex");
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await database.db.execute<{ holds: boolean }>(sql`
      select exists (select 1 from ${sql.raw(name)} x where position(${word} in x::text) > 0 or position(${hex} in x::text) > 0) as holds`);
    if (row?.holds) found.push(name);
  }
  return found;
}

/** Reads everything that waits in the inbox, as the worker does. */
async function readInbox(): Promise<void> {
  const { runtime } = product;
  const rows = await database.db.execute<{ id: string; since: string }>(sql`
    select id::text as id, received_at::text as since from inbound_events where status = 'received' order by id`);
  const context = runtime.contextFor(runtime.actorFor(null), "test");
  const ports = { readers: runtime.readers, actorFor: (workspaceId: string) => runtime.actorFor(workspaceId) };
  for (const { id, since } of rows)
    await processInbox({ ...context, ports } as Parameters<typeof processInbox>[0], { ids: [id], since });
}

test("a person who wrote to the bot is exported whole, and erased without a trace of the name", async () => {
  const at = await makeWorkspace(database.db, product.runtime.vault);
  const owner = await makePerson(database.db, at, { role: "owner" });
  const telegramId = nextTelegramId();
  const canary = "Zxqvörname";
  const surname = "Qwzfamilia";
  const from = { id: telegramId, is_bot: false, first_name: canary, last_name: surname, username: "canaryuser" };
  const request = async (method: string, path: string, headers: Record<string, string>) => {
    const answer = await product.server.handle(new Request(`http://localhost/api/v1${path}`, { method, headers }));
    return { status: answer.status, body: await answer.json() };
  };

  const intake = createIntake(database.db);
  await product.runtime.takeUpdate(
    { botId: at.botId, workspaceId: at.workspaceId },
    {
      update_id: 1,
      message: {
        message_id: 1,
        from,
        chat: { ...from, type: "private" },
        date: 1760000000,
        text: "/start",
        entities: [{ type: "bot_command", offset: 0, length: 6 }],
      },
    },
    { method: "POST", path: "", senderAddress: null },
  );
  await intake.drain();
  await readInbox();
  const headers = signedHeaders(at, telegramId, {
    user: { first_name: canary, last_name: surname, username: "canaryuser" },
  });
  const me = await request("GET", "/me", headers);
  expect(me.body.person.firstName).toBe(canary);
  for (const table of ["public.persons", "public.chats", "public.deliveries"])
    expect(await tablesHolding(canary)).toContain(table);
  expect((await tablesHolding(canary)).some((name) => name.includes("inbound_events"))).toBe(true);

  const exported = await request("GET", "/me/export", headers);
  const text = JSON.stringify(exported.body);
  expect(exported.status).toBe(200);
  for (const word of [canary, surname, "canaryuser", "/start"]) expect(text).toContain(word);

  const erased = await request("DELETE", `/persons/${me.body.person.id}`, owner.headers);
  expect(erased.status).toBe(200);
  for (const word of [canary, surname, "canaryuser"]) expect([word, await tablesHolding(word)]).toEqual([word, []]);
});

/** What whoever tries the sandbox may do: stop it, or lose it, at any moment and start it again. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { queueDeliveries } from "@backend/modules/messaging/index.ts";
import { bots, chats, deliveries } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { and, count, eq, sql } from "drizzle-orm";
import { type RunningProduct, startProduct, until } from "./product.ts";

setDefaultTimeout(60_000);

let folder: string;
let database: TestDatabase;
let product: RunningProduct;
/** Started is what greets: it is ready a moment before its people are there. */
async function start(): Promise<void> {
  const env = { BOT_TOKEN: "", ADMIN_TELEGRAM_IDS: "", SECRETS_KEY: "", DATA_DIR: folder };
  product = await startProduct({ databaseUrl: database.url, env });
  await until(
    "it greets",
    async () => product.output().includes("/simulator"),
    25_000,
    async () => product.output(),
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "switchboard-sandbox-"));
  database = await createTestDatabase();
  await start();
});
afterAll(async () => {
  await product.kill("SIGKILL");
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test("starts again after it has written to the demo's audience, and shows what it said in its chats", async () => {
  const { db } = database;
  const said = "written before the restart";
  const isAt = and(eq(bots.isPlatform, true), eq(chats.kind, "private"), eq(chats.state, "active"));
  const rooms = await db.select({ chat: chats }).from(chats).innerJoin(bots, eq(bots.id, chats.botId)).where(isAt);
  const { owner } = sandboxPeople;
  const own = rooms.find(({ chat }) => chat.telegramChatId === owner.id);
  const others = rooms.filter(({ chat }) => chat !== own?.chat).slice(0, 70);
  expect(others).toHaveLength(70);
  const write = (room: typeof own) =>
    room
      ? [
          {
            workspaceId: room.chat.workspaceId,
            chatId: room.chat.id,
            lane: "broadcast" as const,
            content: { kind: "text" as const, html: said },
          },
        ]
      : [];
  await queueDeliveries(db, write(own));
  // More than is recalled altogether, and later than what the owner was told.
  await queueDeliveries(db, others.flatMap(write));
  await until("everybody has it", async () => {
    const isIt = and(eq(deliveries.state, "sent"), sql`${deliveries.content}->>'html' = ${said}`);
    const [sent] = await db.select({ count: count() }).from(deliveries).where(isIt);
    return sent?.count === 71;
  });
  await product.kill("SIGKILL");
  await start();
  const list = await fetch(`${product.url}/simulator/api/people/${owner.id}/chats`).then((response) => response.text());
  expect(list).toContain(said);
});

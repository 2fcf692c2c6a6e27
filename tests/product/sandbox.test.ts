/** What whoever tries the sandbox may do: stop it, or lose it, at any moment and start it again. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flow } from "@backend/modules/campaigns/flow-contracts.ts";
import { queueDeliveries } from "@backend/modules/messaging/index.ts";
import { bots, chats, deliveries, flows } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { signInitData } from "@sandbox/telegram/index.ts";
import { sandboxBot, sandboxPeople } from "@sandbox/world.ts";
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

test("the demo's tracker still has the shares that were pushed into it", async () => {
  const botId = /\/app\/([0-9a-f-]{36})\//.exec(product.output())?.[1] ?? "";
  const { id, firstName } = sandboxPeople.owner;
  const initData = signInitData(sandboxBot.token, { user: { id, first_name: firstName } });
  const headers = { authorization: `tma ${initData}`, "x-bot": botId, "content-type": "application/json" };
  const ask = async <Answer>(path: string, body?: object): Promise<Answer> => {
    const given = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${product.url}/api/v1/campaigns/${path}`, { headers, ...given });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const { db } = database;
  const flowOf = async () => (await db.select().from(flows).where(eq(flows.ref, "5002")))[0];
  await until("its flows are read", async () => (await flowOf()) !== undefined);
  const flowId = (await flowOf())?.id ?? "";
  const path = `flows/${flowId}`;
  const before = await ask<Flow>(path);
  const offer = before.theirs.offers[0];
  const share = (offer?.share ?? 0) === 47 ? 48 : 47;
  const change = { kind: "set", id: offer?.id, share };
  const version = before.draft?.version ?? 0;
  const { draft } = await ask<Flow>(`${path}/shares`, { version, part: "offers", change });
  await ask<Flow>(`${path}/push`, { version: draft?.version });
  const isPushed = async () => (await ask<Flow>(path)).push?.state === "done";
  await until("the push has come through", isPushed);
  const pushed = (await ask<Flow>(path)).theirs;
  expect(pushed.offers.find((row) => row.id === offer?.id)?.share).toBe(share);

  await product.kill("SIGKILL");
  await start();
  const { connection } = await ask<Flow>(path);
  const readAt = (await flowOf())?.readAt ?? new Date();
  await ask(`trackers/${connection.id}/sync`, {});
  await until("it is read anew", async () => ((await flowOf())?.readAt ?? readAt) > readAt);
  const after = await ask<Flow>(path);
  expect(after).toMatchObject({ theirs: pushed, drift: null, isStale: false });
});

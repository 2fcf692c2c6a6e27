import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  createTestServer,
  makeApiKey,
  makeWorkspace,
  nextTelegramId,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcastClicks, broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { workspaces } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { reportsRoutes } from "./routes.ts";

let database: TestDatabase;
let at: TestWorkspace;
type Key = Awaited<ReturnType<typeof makeApiKey>>;
let own: Key;
let stranger: Key;
/** Half past one at night in Kyiv, still the 20th in UTC. */
const now = new Date("2026-11-20T23:30:00Z");
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

beforeAll(async () => {
  database = await createTestDatabase();
  at = await makeWorkspace(database.db);
  await database.db.update(workspaces).set({ timeZone: "Europe/Kyiv" }).where(eq(workspaces.id, at.workspaceId));
  own = await makeApiKey(database.db, at, ["bots.read"]);
  stranger = await makeApiKey(database.db, await makeWorkspace(database.db), ["bots.read"]);
  const { workspaceId, botId } = at;
  for (const person of [
    { state: "active", subscribedAt: ago(1) },
    { state: "active", subscribedAt: ago(3) },
    { state: "blocked", subscribedAt: ago(30), lostAt: ago(2) },
    { state: "deactivated", subscribedAt: ago(24 * 90), lostAt: ago(24 * 40) },
    { state: "unreachable", subscribedAt: null },
  ] as const) {
    const telegramId = nextTelegramId();
    const chat = await registerChat(database.db, {
      workspaceId,
      botId,
      telegramChatId: telegramId,
      kind: "private",
      title: "P",
    });
    await database.db
      .insert(subscribers)
      .values({ workspaceId, botId, chatId: chat.id, telegramId, origin: "start", ...person });
    const message = { workspaceId, botId, chatId: chat.id, rank: 3, content: { kind: "text", html: "x" } };
    await database.db.insert(deliveries).values([
      { ...message, state: "sent", doneAt: ago(1) },
      { ...message, state: "failed", doneAt: ago(26) },
      { ...message, state: "queued" },
    ]);
    const [broadcast] = await database.db
      .insert(broadcasts)
      .values({ workspaceId, name: "B", variants: [], audience: {}, schedule: {}, options: {} } as never)
      .returning();
    const [recipient] = await database.db
      .insert(broadcastRecipients)
      .values({
        workspaceId,
        botId,
        chatId: chat.id,
        broadcastId: broadcast?.id ?? "",
        state: "sent",
        clickedAt: ago(1),
      })
      .returning();
    await database.db
      .insert(broadcastClicks)
      .values({ recipientId: recipient?.id ?? 0n, number: 0, count: 3, at: ago(1) });
  }
});
afterAll(() => database.drop());

const get = (path: string, who = own) =>
  createTestServer(database.db, [reportsRoutes], {}, { clock: () => now }).call("GET", path, {
    headers: who.headers,
  });

describe("what bots reach", () => {
  test("is counted by what can be done about people, for every bot at once", async () => {
    const { body } = await get("/reports/bots");
    expect(body).toEqual({ items: [{ botId: at.botId, people: { active: 2, lost: 2, unreachable: 1 } }] });
    expect((await get("/reports/bots", stranger)).body.items).toMatchObject([{ people: { active: 0, lost: 0 } }]);
  });

  test("is told day by day of the workspace's zone, days without anything included", async () => {
    const { body } = await get(`/reports/bots/${at.botId}`);
    expect(body.days).toHaveLength(30);
    expect(body.days[0].day).toBe("2026-10-23");
    const none = { joined: 0, lost: 0, sent: 0, failed: 0, unknown: 0, clicks: 0 };
    // One came before midnight in Kyiv and one after it.
    expect(body.days.at(-1)).toEqual({ ...none, day: "2026-11-21", joined: 1, sent: 5, clicks: 5 });
    expect(body.days.at(-2)).toEqual({ ...none, day: "2026-11-20", joined: 1, lost: 1 });
    expect(body.days.at(-3)).toEqual({ ...none, day: "2026-11-19", joined: 1, failed: 5 });
    expect(body.totals).toEqual({ ...none, joined: 3, lost: 1, sent: 5, failed: 5, clicks: 5 });
    expect(body.people).toEqual({ active: 2, lost: 2, unreachable: 1 });
  });

  test("of another workspace's bot is not found", async () => {
    for (const botId of [at.botId, crypto.randomUUID()]) {
      const { status, body } = await get(`/reports/bots/${botId}`, stranger);
      expect([status, body.error.code]).toEqual([404, "reports.bot_not_found"]);
    }
  });
});

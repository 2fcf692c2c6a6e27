import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { alertMutes, alertRoutes } from "@db/schema/alerts.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { members, persons, type Role } from "@db/schema/identity.ts";
import { chats } from "@db/schema/messaging.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { createFeeder, makeWorkspaceBot, owed, type WorkspaceBot } from "../testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const club = { id: -1001112223335, title: "Club", type: "supergroup", is_forum: true };
const oksana = { id: 700000001, is_bot: false, first_name: "Oksana <b>", language_code: "en" };
let updateId = 20_000;
const pressed = (data: string, over: object = {}) => ({
  update_id: updateId++,
  callback_query: {
    id: String(updateId),
    from: oksana,
    chat_instance: "1",
    data,
    message: { message_id: 9, date: 1760000000, chat: club, message_thread_id: 11, is_topic_message: true },
    ...over,
  },
});

interface Scene {
  db: Db;
  at: WorkspaceBot;
  routeId: string;
  connectionId: string;
  chatId: string;
}
const inside = (role: Role | null, work: (scene: Scene) => Promise<void>) =>
  rolledBack(database.db, async (db) => {
    const at = await makeWorkspaceBot(db);
    const workspaceId = at.workspace.id;
    const [chat] = await db
      .insert(chats)
      .values({
        workspaceId,
        botId: at.bot.id,
        telegramChatId: club.id,
        kind: "supergroup",
        title: "Club",
        isForum: true,
      })
      .returning();
    const values = {
      name: "Sales",
      conditions: [],
      targets: [],
      pace: { digestMinutes: null, cap: null },
      position: 0,
    };
    const [route] = await db
      .insert(alertRoutes)
      .values({ workspaceId, ...values })
      .returning();
    const [connection] = await db
      .insert(trackerConnections)
      .values({ workspaceId, name: "Main", kind: "keitaro", locale: "en", secretHash: crypto.randomUUID() })
      .returning();
    if (role) {
      const [person] = await db
        .insert(persons)
        .values({ workspaceId, telegramId: oksana.id, firstName: "O" })
        .returning();
      await db.insert(members).values({ workspaceId, personId: person?.id ?? "", role });
    }
    await work({ db, at, routeId: route?.id ?? "", connectionId: connection?.id ?? "", chatId: chat?.id ?? "" });
  });
const mutesIn = (db: Db, at: WorkspaceBot) =>
  db.select().from(alertMutes).where(eq(alertMutes.workspaceId, at.workspace.id));
/** What the note under the finger will say. */
const notes = async (db: Db) => {
  const rows = await db.execute<{ text: string | null }>(
    sql`select payload->>'text' as text from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'bots.answer-callback' order by j.id`,
  );
  return rows.map(({ text }) => text);
};

describe("the mute button under an alert", () => {
  test("keeps a route or a connection quiet in this chat for an hour, and tells the chat who did it and how to end it", () =>
    inside("media_buyer", async ({ db, at, routeId, connectionId, chatId }) => {
      const now = new Date("2026-11-21T12:00:00Z");
      const feed = createFeeder(db, at, { now });
      await feed(pressed(`mute:r:${routeId}`));
      await feed(pressed(`mute:c:${connectionId}`));
      const mutes = await mutesIn(db, at);
      expect(mutes.map(({ scope }) => scope).sort()).toEqual([`connection:${connectionId}`, `route:${routeId}`]);
      expect(mutes.every((mute) => mute.chatId === chatId && mute.until.getTime() === now.getTime() + 3_600_000)).toBe(
        true,
      );
      const [said] = await owed(db, at);
      // By the clock of whoever pressed: his workspace's, in Kyiv.
      expect((said?.content as Extract<Content, { kind: "text" }> | undefined)?.html).toBe(
        "🔇 Oksana &lt;b&gt;: “Sales” is quiet here until 15:00.",
      );
      expect(said?.threadId).toBe(11);
      expect((await notes(db))[0]).toContain("“Sales” is quiet here until 15:00");
      await feed(pressed(`unmute:r:${routeId}`));
      expect(await mutesIn(db, at)).toHaveLength(1);
    }));

  test("does nothing for strangers in the group, nor for members without the right to see conversions", async () => {
    for (const role of [null, "support"] as const)
      await inside(role, async ({ db, at, routeId }) => {
        await createFeeder(db, at)(pressed(`mute:r:${routeId}`));
        expect(await mutesIn(db, at)).toEqual([]);
        expect(await owed(db, at)).toEqual([]);
        expect(await notes(db)).toHaveLength(1);
      });
  });

  test("forged for a route of another workspace finds nothing; rubbish still ends its circle", () =>
    inside("owner", async ({ db, at }) => {
      const other = await makeWorkspaceBot(db);
      const values = { name: "Theirs", conditions: [], targets: [], pace: {}, position: 0 };
      const [theirs] = await db
        .insert(alertRoutes)
        .values({ workspaceId: other.workspace.id, ...values })
        .returning();
      const feed = createFeeder(db, at);
      for (const data of [`mute:r:${theirs?.id}`, "mute:r:x", "", "x".repeat(64)]) await feed(pressed(data));
      expect(await mutesIn(db, at)).toEqual([]);
      expect(await mutesIn(db, other)).toEqual([]);
      expect(await notes(db)).toEqual(["There is no such route.", null, null, null]);
    }));
});

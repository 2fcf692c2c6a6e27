/** People, plans and contexts for tests of this room. */
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { silentLog, type TestWorkspace, testVault } from "@backend/modules/identity/testing.ts";
import { type Letter, registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { subscribers } from "@db/schema/audience.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { sql } from "drizzle-orm";
import type { BroadcastsPorts } from "./ports.ts";

let counter = 0;
let nextTelegramId = 8_100_000_000;

export const letterOf = (html: string): Letter => ({ fallback: "en", messages: { en: { kind: "text", html } } });

export const testPorts: BroadcastsPorts = { markup: telegramMarkup, vault: testVault, publicUrl: "https://app.test" };

/** As the installation's jobs run. */
export const asJob = (db: Db, now: Date): ActionContext<BroadcastsPorts> => ({
  db,
  actor: systemActor("00000000-0000-0000-0000-000000000000"),
  now,
  log: silentLog,
  ports: testPorts,
  requestId: `job-${++counter}`,
});

export function asPerson(db: Db, at: TestWorkspace, personId: string, now: Date): ActionContext<BroadcastsPorts> {
  const actor: Actor = {
    kind: "person",
    workspaceId: at.workspaceId,
    personId,
    botId: at.botId,
    locale: "en",
    timeZone: "UTC",
    member: null,
    permissions: new Set(["*"]),
  };
  return { ...asJob(db, now), actor };
}

/** Somebody who pressed Start in the workspace's bot. */
export async function makeSubscriber(
  db: Db,
  at: TestWorkspace,
  values: Partial<typeof subscribers.$inferInsert> = {},
): Promise<{ id: number; chatId: string; telegramId: number }> {
  const telegramId = nextTelegramId++;
  const chat = await registerChat(db, { ...at, telegramChatId: telegramId, kind: "private", title: "Somebody" });
  const [row] = await db
    .insert(subscribers)
    .values({ ...at, chatId: chat.id, telegramId, origin: "start", firstName: "Ann", ...values })
    .returning();
  return { id: Number(row?.id), chatId: chat.id, telegramId };
}

/** Lets a member be written to by the workspace's bot, as whoever opened it can be. */
export async function openChat(db: Db, at: TestWorkspace, personId: string): Promise<void> {
  await registerChat(db, { ...at, telegramChatId: nextTelegramId++, kind: "private", title: "Member", personId });
}

export async function makeBroadcast(
  db: Db,
  at: TestWorkspace,
  values: Partial<typeof broadcasts.$inferInsert> = {},
): Promise<string> {
  const [row] = await db
    .insert(broadcasts)
    .values({
      workspaceId: at.workspaceId,
      name: `Broadcast ${++counter}`,
      botIds: [at.botId],
      variants: [{ key: "A", share: 100, letter: letterOf("Hello") }],
      ...values,
    })
    .returning({ id: broadcasts.id });
  return row?.id ?? "";
}

/** What was queued for a workspace, oldest first. */
export const queuedIn = async (db: Db, workspaceId: string) => [
  ...(await db.execute<{ html: string; chat: string; rank: number; key: string | null }>(sql`
    select content ->> 'html' as html, chat_id as chat, rank::int as rank, dedupe_key as key from deliveries
    where workspace_id = ${workspaceId} order by id`)),
];

/** A workspace with a bot, and updates as Telegram writes them, for tests of the edge. */

import { systemActor } from "@backend/kit/context.ts";
import { createVault, randomToken } from "@backend/kit/crypto.ts";
import type { InboundEvent, Reading } from "@backend/kit/inbox.ts";
import { createLogger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { workspaces } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { asc, eq } from "drizzle-orm";
import type { BotPorts, TodayNumbers } from "./ports.ts";
import { createTelegramReader } from "./read-update.ts";

export const testVault = createVault("a secret for tests of the telegram edge");
export const silentLog = createLogger("silent");

let nextNumber = 1;

export async function makeWorkspaceBot(db: Db, name = "Acme <Traffic>") {
  const telegramId = 8_100_000_000 + nextNumber++ + Math.floor(Math.random() * 1e8);
  const [workspace] = await db.insert(workspaces).values({ name, timeZone: "Europe/Kyiv" }).returning();
  const token = `${telegramId}:${randomToken(26)}`;
  const secret = randomToken();
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId: workspace?.id ?? "",
      telegramId,
      username: `acme_${telegramId}_bot`,
      name: "Acme",
      tokenSealed: testVault.seal(token),
      webhookSecretSealed: testVault.seal(secret),
    })
    .returning();
  if (!workspace || !bot) throw new Error("a row just stored is not there");
  return { workspace, bot, token, secret };
}
export type WorkspaceBot = Awaited<ReturnType<typeof makeWorkspaceBot>>;

export const quietDay: TodayNumbers = {
  conversions: [],
  deliveries: { sent: 0, waiting: 0, failed: 0, unknown: 0 },
  sales: null,
};

/** Feeds updates into the reader, each as a stored event of its own, in the transaction that `db` is. */
export function createFeeder(db: Db, at: WorkspaceBot, options: Partial<BotPorts> & { now?: Date } = {}) {
  const reader = createTelegramReader({
    vault: testVault,
    canLaunchApp: true,
    readToday: () => Promise.resolve(quietDay),
    readSupport: () => Promise.resolve(""),
    ...options,
  });
  let nextEvent = 1n;
  return async (update: object): Promise<Reading> => {
    const event: InboundEvent = {
      id: nextEvent++,
      receivedAt: new Date(),
      workspaceId: at.workspace.id,
      source: "telegram",
      sourceId: at.bot.id,
      externalId: null,
      method: "POST",
      path: "",
      query: "",
      headers: {},
      body: new TextEncoder().encode(JSON.stringify(update)),
      attempts: 0,
      requestId: null,
      replayOf: null,
      isTest: false,
    };
    const ctx = {
      db,
      actor: systemActor(at.workspace.id),
      now: options.now ?? new Date(),
      log: silentLog,
      ports: {},
      requestId: "test",
    };
    return reader(ctx, event);
  };
}

/** What the bot owes, oldest first. */
export const owed = (db: Db, at: WorkspaceBot) =>
  db.select().from(deliveries).where(eq(deliveries.botId, at.bot.id)).orderBy(asc(deliveries.id));

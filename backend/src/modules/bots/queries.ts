/** Every SQL statement of the bots room. */
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { and, asc, desc, eq } from "drizzle-orm";

export type BotRow = typeof bots.$inferSelect;

export async function findBotById(db: Db, botId: string): Promise<BotRow | null> {
  const [row] = await db.select().from(bots).where(eq(bots.id, botId));
  return row ?? null;
}

export async function findOwnBot(db: Db, workspaceId: string, botId: string): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), eq(bots.id, botId)));
  return row ?? null;
}

export async function listOwnBots(db: Db, workspaceId: string): Promise<BotRow[]> {
  return db
    .select()
    .from(bots)
    .where(eq(bots.workspaceId, workspaceId))
    .orderBy(desc(bots.isPlatform), asc(bots.createdAt), asc(bots.id));
}

export async function findBotByTelegramId(db: Db, telegramId: number): Promise<BotRow | null> {
  const [row] = await db.select().from(bots).where(eq(bots.telegramId, telegramId));
  return row ?? null;
}

/** The bot a workspace hands out links of: the platform bot if it has it, else its oldest active one. */
export async function findMainBotOf(db: Db, workspaceId: string): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), eq(bots.state, "active")))
    .orderBy(desc(bots.isPlatform), asc(bots.createdAt), asc(bots.id))
    .limit(1);
  return row ?? null;
}

/** Only one bot is the platform's; the mark leaves its former holder first, since one index guards it. */
export async function clearPlatformMark(db: Db): Promise<void> {
  await db.update(bots).set({ isPlatform: false }).where(eq(bots.isPlatform, true));
}

export async function insertBot(db: Db, values: typeof bots.$inferInsert): Promise<BotRow> {
  const [row] = await db.insert(bots).values(values).returning();
  if (!row) throw new Error("a bot just stored is not there");
  return row;
}

export async function updateBot(
  db: Db,
  botId: string,
  values: Partial<Omit<typeof bots.$inferInsert, "id" | "workspaceId">>,
): Promise<void> {
  await db.update(bots).set(values).where(eq(bots.id, botId));
}

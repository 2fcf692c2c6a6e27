/** Every SQL statement of the bots room. */
import type { Db } from "@db/client.ts";
import { type BotHealth, bots } from "@db/schema/bots.ts";
import { and, asc, desc, eq, sql } from "drizzle-orm";

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

export async function listActiveBots(db: Db): Promise<BotRow[]> {
  return db.select().from(bots).where(eq(bots.state, "active")).orderBy(asc(bots.createdAt), asc(bots.id));
}

/** Written only when it says something new or is old, so that a healthy bot costs one write per check. */
export async function saveHealth(db: Db, botId: string, health: BotHealth): Promise<void> {
  await db.update(bots).set({ health }).where(eq(bots.id, botId));
}

// ---- who polls -----------------------------------------------------------------------------------------------------

/**
 * Takes or renews the right to poll a bot, and says with which token and from which update on. `null`: another process has it, or the bot is not
 * active any more. Time is the database's, so that clocks of machines need not agree.
 */
export async function takePollLease(
  db: Db,
  botId: string,
  pollerId: string,
  leaseMs: number,
): Promise<{ offset: number; tokenSealed: string } | null> {
  const [row] = await db.execute<{ offset: string; token_sealed: string }>(sql`
    update bots set poller_id = ${pollerId}, poller_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${botId} and state = 'active' and (poller_id = ${pollerId} or poller_until is null or poller_until < now())
    returning poll_offset as offset, token_sealed`);
  return row ? { offset: Number(row.offset), tokenSealed: row.token_sealed } : null;
}

/** Renews every lease that this process holds, in one statement however many bots there are; answers with those bots. */
export async function renewPollLeases(db: Db, pollerId: string, leaseMs: number): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    update bots set poller_until = now() + ${leaseMs} * interval '1 millisecond'
    where poller_id = ${pollerId} and state = 'active' returning id`);
  return rows.map(({ id }) => id);
}

/** False when the lease is another's by now; then its offset counts, and what was stored twice is told apart by its update id. */
export async function savePollOffset(db: Db, botId: string, pollerId: string, offset: number): Promise<boolean> {
  const rows = await db.execute(sql`
    update bots set poll_offset = ${offset} where id = ${botId} and poller_id = ${pollerId} returning id`);
  return rows.length > 0;
}

export async function releasePollLease(db: Db, botId: string, pollerId: string): Promise<void> {
  await db.execute(
    sql`update bots set poller_until = null, poller_id = null where id = ${botId} and poller_id = ${pollerId}`,
  );
}

// ---- raw updates of one person -------------------------------------------------------------------------------------

/** As our intake writes updates: the id of whoever sent it, or of the private chat, followed by the next field. */
const mentions = (telegramId: number) =>
  sql`(position(${`"id":${telegramId},`}::bytea in body) > 0 or position(${`"id":${telegramId}}`}::bytea in body) > 0)`;

/** The last thousand raw updates that name a Telegram user. Reads all updates kept of the workspace: rare, and bounded by retention. */
export async function listUpdatesOf(
  db: Db,
  workspaceId: string,
  telegramId: number,
): Promise<{ receivedAt: string; body: unknown }[]> {
  const rows = await db.execute<{ received_at: string; body: Uint8Array }>(sql`
    select received_at, body from inbound_events
    where workspace_id = ${workspaceId} and source = 'telegram' and body is not null and ${mentions(telegramId)}
    order by id desc limit 1000`);
  return rows.map((row) => ({
    receivedAt: new Date(row.received_at).toISOString(),
    body: JSON.parse(new TextDecoder().decode(row.body)) as unknown,
  }));
}

/** Empties the raw updates that name a Telegram user; that they came stays, what was in them goes. */
export async function eraseUpdatesOf(db: Db, workspaceId: string, telegramId: number): Promise<void> {
  await db.execute(sql`
    update inbound_events set body = null, body_bytes = 0
    where workspace_id = ${workspaceId} and source = 'telegram' and body is not null and status <> 'received' and ${mentions(telegramId)}`);
}

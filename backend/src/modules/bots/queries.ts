/** Every SQL statement of the bots room. */
import type { Db } from "@db/client.ts";
import { type BotHealth, bots, botTexts } from "@db/schema/bots.ts";
import { and, asc, count, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";

export type BotRow = typeof bots.$inferSelect;
export type BotTextRow = typeof botTexts.$inferSelect;

/** Given up ones stay for what points at them; nobody is shown them as a bot any more. */
const isLiving = isNull(bots.releasedAt);

export async function findBotById(db: Db, botId: string): Promise<BotRow | null> {
  const [row] = await db.select().from(bots).where(eq(bots.id, botId));
  return row ?? null;
}

export async function findOwnBot(db: Db, workspaceId: string, botId: string): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), eq(bots.id, botId), isLiving));
  return row ?? null;
}

/**
 * How a bot is locked whose key stays as it is. Whoever adds people or messages holds its key until he commits, and of many at once, as an
 * import's batches, one always does: a plain "update" would wait for the last of them.
 */
const untouched = "no key update";

/** As `findOwnBot`, and nobody else changes it before this transaction ends. */
export async function lockOwnBot(db: Db, workspaceId: string, botId: string): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), eq(bots.id, botId), isLiving))
    .for(untouched);
  return row ?? null;
}

/** Of any workspace and given up ones too; nobody else changes it before this transaction ends. */
export async function lockBot(db: Db, botId: string): Promise<BotRow | null> {
  const [row] = await db.select().from(bots).where(eq(bots.id, botId)).for(untouched);
  return row ?? null;
}

export async function listOwnBots(db: Db, workspaceId: string): Promise<BotRow[]> {
  return db
    .select()
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), isLiving))
    .orderBy(desc(bots.isPlatform), asc(bots.createdAt), asc(bots.id));
}

/** Counted under the workspace's lock, so that two connections at once do not pass a limit together. */
export async function countOwnBotsLocked(db: Db, workspaceId: string): Promise<number> {
  await db.execute(sql`select 1 from workspaces where id = ${workspaceId} for no key update`);
  const [row] = await db
    .select({ bots: count() })
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), isLiving));
  return row?.bots ?? 0;
}

/** In whatever workspace it is connected: there is one living row per Telegram bot. */
export async function findBotByTelegramId(db: Db, telegramId: number): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.telegramId, telegramId), isLiving));
  return row ?? null;
}

/** The row under which this workspace had the bot when it last gave it up: its chats and its history are there. */
export async function findFormerBot(db: Db, workspaceId: string, telegramId: number): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.workspaceId, workspaceId), eq(bots.telegramId, telegramId), isNotNull(bots.releasedAt)))
    .orderBy(desc(bots.releasedAt))
    .limit(1);
  return row ?? null;
}

/**
 * As `findBotByTelegramId`: whoever connects this Telegram bot, in whatever workspace, waits for the end of this transaction, and one that
 * is given up at this moment is not found.
 */
export async function lockTelegramBot(db: Db, telegramId: number): Promise<BotRow | null> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`bot:${telegramId}`}, 0))`);
  const [row] = await db
    .select()
    .from(bots)
    .where(and(eq(bots.telegramId, telegramId), isLiving))
    .for(untouched);
  return row ?? null;
}

/** Only of a bot that was given up and not connected again meanwhile. */
export async function eraseSecrets(db: Db, botId: string, sealedNothing: string): Promise<void> {
  await db
    .update(bots)
    .set({ tokenSealed: sealedNothing, webhookSecretSealed: sealedNothing })
    .where(and(eq(bots.id, botId), isNotNull(bots.releasedAt)));
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

// ---- what a bot says of itself -------------------------------------------------------------------------------------

export async function listTexts(db: Db, botId: string): Promise<BotTextRow[]> {
  return db.select().from(botTexts).where(eq(botTexts.botId, botId)).orderBy(asc(botTexts.language));
}

export async function findTexts(db: Db, botId: string, language: string): Promise<BotTextRow | null> {
  const [row] = await db
    .select()
    .from(botTexts)
    .where(and(eq(botTexts.botId, botId), eq(botTexts.language, language)));
  return row ?? null;
}

/** Ids of the uploads that welcome messages of this workspace's bots carry, in any language. */
export async function filesInWelcomes(db: Db, workspaceId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct found[1] as id from bot_texts t join bots b on b.id = t.bot_id,
      regexp_matches(t.welcome::text, '"upload:([0-9a-f-]{36})"', 'g') found
    where b.workspace_id = ${workspaceId}`);
  return rows.map(({ id }) => id);
}

export async function saveTexts(db: Db, values: typeof botTexts.$inferInsert): Promise<void> {
  const { botId, language, ...texts } = values;
  await db
    .insert(botTexts)
    .values(values)
    .onConflictDoUpdate({
      target: [botTexts.botId, botTexts.language],
      set: { ...texts, problem: null, updatedAt: sql`now()` },
    });
}

/** Telegram has taken the text away; a new one written meanwhile stays. */
export async function forgetEmptyText(
  db: Db,
  botId: string,
  language: string,
  field: "name" | "description" | "shortDescription",
): Promise<void> {
  await db
    .update(botTexts)
    .set({ [field]: null })
    .where(and(eq(botTexts.botId, botId), eq(botTexts.language, language), eq(botTexts[field], "")));
}

export async function noteTexts(
  db: Db,
  botId: string,
  language: string,
  noted: { problem: string | null; nextTryAt: Date | null },
): Promise<void> {
  await db
    .update(botTexts)
    .set(noted)
    .where(and(eq(botTexts.botId, botId), eq(botTexts.language, language)));
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

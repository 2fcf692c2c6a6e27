/** SQL of broadcasts and their bots; recipients have their own file. `Own`: of the given workspace, a stranger's is not found. */
import { decodeMomentCursor } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { type BroadcastState, broadcastBots, broadcastSettings, broadcasts } from "@db/schema/broadcasts.ts";
import { and, desc, eq, ilike, type SQL, sql } from "drizzle-orm";
import type { Experiment, Options, Schedule, Variant } from "./contracts.ts";
import type { Turnout } from "./domain/self-stop.ts";
import { standstill } from "./errors.ts";

type Stored = typeof broadcasts.$inferSelect;
/** A broadcast with what its row keeps as JSON in the shapes that the contracts checked when it was written. */
export type Broadcast = Omit<Stored, "variants" | "schedule" | "experiment" | "options"> & {
  variants: Variant[];
  schedule: Schedule;
  experiment: Experiment | null;
  options: Options;
};
export type BroadcastBot = typeof broadcastBots.$inferSelect;
export type SettingsRow = typeof broadcastSettings.$inferSelect;
export type NewBroadcast = typeof broadcasts.$inferInsert;

export const readBroadcast = (row: Stored | undefined): Broadcast | null => (row as Broadcast | undefined) ?? null;
const own = (workspaceId: string, id: string) => and(eq(broadcasts.workspaceId, workspaceId), eq(broadcasts.id, id));

// ── Broadcasts ──────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findOwnBroadcast(db: Db, workspaceId: string, id: string): Promise<Broadcast | null> {
  const [row] = await db.select().from(broadcasts).where(own(workspaceId, id));
  return readBroadcast(row);
}

/** Whoever changes a broadcast or a recipient of it holds this lock: two devices, two workers and a pause come one after another. */
export async function lockOwnBroadcast(db: Db, workspaceId: string, id: string): Promise<Broadcast | null> {
  const [row] = await db.select().from(broadcasts).where(own(workspaceId, id)).for("update");
  return readBroadcast(row);
}

export async function insertBroadcast(db: Db, values: NewBroadcast): Promise<Broadcast> {
  const [row] = await db.insert(broadcasts).values(values).returning();
  if (!row) throw new Error("a broadcast just stored is not there");
  return row as Broadcast;
}

export async function updateBroadcast(db: Db, id: string, values: Partial<NewBroadcast>): Promise<Broadcast> {
  const [row] = await db.update(broadcasts).set(values).where(eq(broadcasts.id, id)).returning();
  if (!row) throw new Error("a locked broadcast is not there");
  return row as Broadcast;
}

export const deleteBroadcastRow = (db: Db, id: string) => db.delete(broadcasts).where(eq(broadcasts.id, id));

const containing = (text: string) => `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

/** Newest first. */
export async function listOwnBroadcasts(
  db: Db,
  workspaceId: string,
  filter: { state?: BroadcastState; search?: string },
  page: { cursor?: string; limit: number },
): Promise<Broadcast[]> {
  const after = decodeMomentCursor(page.cursor, isUuid);
  const conditions: (SQL | undefined)[] = [
    eq(broadcasts.workspaceId, workspaceId),
    filter.state === undefined ? undefined : eq(broadcasts.state, filter.state),
    filter.search ? ilike(broadcasts.name, containing(filter.search)) : undefined,
    after
      ? sql`(date_trunc('milliseconds', ${broadcasts.createdAt}), ${broadcasts.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
      : undefined,
  ];
  const rows = await db
    .select()
    .from(broadcasts)
    .where(and(...conditions))
    .orderBy(desc(sql`date_trunc('milliseconds', ${broadcasts.createdAt})`), desc(broadcasts.id))
    .limit(page.limit + 1);
  return rows as Broadcast[];
}

/** How the last ten broadcasts of a workspace went that reached enough to say something. */
export async function listTurnouts(db: Db, workspaceId: string, leastSent: number): Promise<Turnout[]> {
  const rows = await db.execute<{ sent: number; blocked: number; opted_out: number }>(sql`
    select sent, blocked, opted_out from broadcasts
    where workspace_id = ${workspaceId} and state = 'sent' and sent >= ${leastSent}
    order by created_at desc limit 10`);
  return rows.map((row) => ({ sent: row.sent, blocked: row.blocked, optedOut: row.opted_out }));
}

export interface Named {
  id: string;
  workspaceId: string;
}

const named = (rows: readonly { id: string; workspace_id: string }[]): Named[] =>
  rows.map((row) => ({ id: row.id, workspaceId: row.workspace_id }));

/**
 * Of all workspaces: whose job may have been lost. One that has ended may still have messages under way. One that was set aside, since its
 * steps fail, waits for a person.
 */
export async function listAtWork(db: Db, now: Date): Promise<Named[]> {
  return named(
    await db.execute<{ id: string; workspace_id: string }>(sql`
      select id, workspace_id from broadcasts
      where state in ('sending', 'paused') and kind <> 'recurring' and state_reason is distinct from ${standstill.stumbled}
      union all
      select id, workspace_id from broadcasts where state in ('sent', 'cancelled', 'failed')
        and (unknown > 0 or queued > 0) and started_at > ${now.toISOString()}::timestamptz - interval '7 days'`),
  );
}

export async function listDue(db: Db, now: Date): Promise<Named[]> {
  return named(
    await db.execute<{ id: string; workspace_id: string }>(sql`
      select id, workspace_id from broadcasts
      where state = 'scheduled' and kind <> 'recurring' and run_at <= ${now.toISOString()}::timestamptz
      order by run_at limit 500`),
  );
}

// ── Their bots ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const listBots = (db: Db, broadcastId: string): Promise<BroadcastBot[]> =>
  db.select().from(broadcastBots).where(eq(broadcastBots.broadcastId, broadcastId)).orderBy(broadcastBots.botId);

export async function insertBots(
  db: Db,
  rows: readonly { broadcastId: string; botId: string; ceiling: number; total: number; isWalked: boolean }[],
): Promise<void> {
  if (rows.length > 0) await db.insert(broadcastBots).values([...rows]);
}

const ofBot = (broadcastId: string, botId: string) =>
  and(eq(broadcastBots.broadcastId, broadcastId), eq(broadcastBots.botId, botId));

export async function findBot(db: Db, broadcastId: string, botId: string): Promise<BroadcastBot | null> {
  const [row] = await db.select().from(broadcastBots).where(ofBot(broadcastId, botId));
  return row ?? null;
}

export const moveCheckpoint = (
  db: Db,
  bot: { broadcastId: string; botId: string },
  to: { checkpoint: number; isWalked: boolean },
) => db.update(broadcastBots).set(to).where(ofBot(bot.broadcastId, bot.botId));

export const setBotProblem = (db: Db, bot: { broadcastId: string; botId: string }, problem: string | null) =>
  db.update(broadcastBots).set({ problem }).where(ofBot(bot.broadcastId, bot.botId));

/** Everybody of the audience is to be looked at once more: what was left out before comes now. */
export const resetWalk = (db: Db, broadcastId: string) =>
  db
    .update(broadcastBots)
    .set({ checkpoint: 0, isWalked: sql`${broadcastBots.ceiling} = 0` })
    .where(eq(broadcastBots.broadcastId, broadcastId));

// ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findSettings(db: Db, workspaceId: string): Promise<SettingsRow | null> {
  const [row] = await db.select().from(broadcastSettings).where(eq(broadcastSettings.workspaceId, workspaceId));
  return row ?? null;
}

export async function saveSettings(
  db: Db,
  values: Pick<SettingsRow, "workspaceId" | "needsFourEyes" | "quietHours" | "attention" | "selfStop">,
): Promise<void> {
  await db
    .insert(broadcastSettings)
    .values(values)
    .onConflictDoUpdate({ target: broadcastSettings.workspaceId, set: values });
}

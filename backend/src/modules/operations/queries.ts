/** SQL of alerts, processes, settings and long replays. The inbox has its own file. */
import type { Db } from "@db/client.ts";
import { workspaces } from "@db/schema/identity.ts";
import { alertStates, inboxReplays, processes } from "@db/schema/operations.ts";
import { and, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { AlertState, Condition, ProcessFacts, RuleName } from "./domain/alert-rules.ts";
import { type OperationsSettings, readSettings } from "./domain/settings.ts";

// ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Settings as they are in force, locked until the transaction ends. */
export async function lockOwnSettings(db: Db, workspaceId: string): Promise<OperationsSettings> {
  const [row] = await db
    .select({ settings: workspaces.settings })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("update");
  return readSettings(row?.settings);
}

export async function findOwnSettings(db: Db, workspaceId: string): Promise<OperationsSettings> {
  const [row] = await db
    .select({ settings: workspaces.settings })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return readSettings(row?.settings);
}

/** Writes our key and no other: rooms share the column. */
export async function saveOwnSettings(db: Db, workspaceId: string, settings: OperationsSettings): Promise<void> {
  await db.execute(sql`
    update workspaces set settings = jsonb_set(settings, '{operations}', ${JSON.stringify(settings)}::jsonb), updated_at = now()
    where id = ${workspaceId}`);
}

/** Settings of all workspaces, for the job that checks them. */
export async function listSettings(db: Db): Promise<ReadonlyMap<string, OperationsSettings>> {
  const rows = await db.select({ id: workspaces.id, settings: workspaces.settings }).from(workspaces);
  return new Map(rows.map(({ id, settings }) => [id, readSettings(settings)]));
}

// ── Alerts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type AlertRow = typeof alertStates.$inferSelect;

const asState = (row: AlertRow): AlertState => ({
  rule: row.rule as RuleName,
  subject: row.subject,
  workspaceId: row.workspaceId,
  phase: row.phase,
  since: row.since,
  isTold: row.isTold,
  toldAt: row.toldAt,
  clearedAt: row.clearedAt,
  params: row.params,
});

/** False when another process is checking right now: it does the work. */
export async function lockAlerts(db: Db): Promise<boolean> {
  const [row] = await db.execute<{ locked: boolean }>(sql`select pg_try_advisory_xact_lock(7402617) as locked`);
  return row?.locked ?? false;
}

/** States of the things that were looked at, and all that are open. */
export async function listAlertStates(db: Db, conditions: readonly Condition[]): Promise<AlertState[]> {
  const subjects = [...new Set(conditions.map(({ subject }) => subject))];
  const rows = await db
    .select()
    .from(alertStates)
    .where(
      or(ne(alertStates.phase, "clear"), subjects.length > 0 ? inArray(alertStates.subject, subjects) : sql`false`),
    );
  return rows.map(asState);
}

export async function saveAlertStates(db: Db, states: readonly AlertState[]): Promise<void> {
  for (const state of states) {
    const { rule, subject, ...changing } = state;
    await db
      .insert(alertStates)
      .values({ rule, subject, ...changing })
      .onConflictDoUpdate({
        target: [alertStates.rule, alertStates.subject],
        set: { ...changing, updatedAt: new Date() },
      });
  }
}

/** What fires in a workspace, and what ended there since `since`; newest first. Null = the installation's own. */
export async function listOwnAlerts(db: Db, workspaceId: string | null, since: Date): Promise<AlertState[]> {
  const rows = await db
    .select()
    .from(alertStates)
    .where(
      and(
        workspaceId === null ? isNull(alertStates.workspaceId) : eq(alertStates.workspaceId, workspaceId),
        or(
          eq(alertStates.phase, "firing"),
          and(
            eq(alertStates.phase, "clear"),
            gt(alertStates.clearedAt, since),
            sql`${alertStates.toldAt} >= ${alertStates.since}`,
          ),
        ),
      ),
    )
    .orderBy(desc(eq(alertStates.phase, "firing")), desc(alertStates.since))
    .limit(50);
  return rows.map(asState);
}

/** Ended troubles that nobody asks about any more. */
export async function forgetOldAlerts(db: Db, before: Date): Promise<void> {
  await db.delete(alertStates).where(and(eq(alertStates.phase, "clear"), lt(alertStates.updatedAt, before)));
}

// ── Processes ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type ProcessRow = typeof processes.$inferSelect;

export async function saveProcess(db: Db, row: typeof processes.$inferInsert): Promise<void> {
  const { id, ...changing } = row;
  await db
    .insert(processes)
    .values({ id, ...changing })
    .onConflictDoUpdate({ target: processes.id, set: changing });
}

export async function deleteProcess(db: Db, id: string): Promise<void> {
  await db.delete(processes).where(eq(processes.id, id));
}

export async function forgetOldProcesses(db: Db, before: Date): Promise<void> {
  await db.delete(processes).where(lt(processes.seenAt, before));
}

export async function listProcesses(db: Db): Promise<(ProcessFacts & { roles: string[] })[]> {
  return db.select().from(processes);
}

// ── Long replays ────────────────────────────────────────────────────────────────────────────────────────────────────

export type ReplayRow = typeof inboxReplays.$inferSelect;

/** Null when one is running already: the index `inbox_replays_one_running` decides, also between two requests at once. */
export async function insertReplay(db: Db, values: typeof inboxReplays.$inferInsert): Promise<ReplayRow | null> {
  const [row] = await db.insert(inboxReplays).values(values).onConflictDoNothing().returning();
  return row ?? null;
}

export async function findOwnReplay(db: Db, workspaceId: string, id: string): Promise<ReplayRow | null> {
  const [row] = await db
    .select()
    .from(inboxReplays)
    .where(and(eq(inboxReplays.workspaceId, workspaceId), eq(inboxReplays.id, id)));
  return row ?? null;
}

/** What somebody looked for may be a person's name, which nobody would find here to erase it; once the replay has ended it is not needed. */
const withoutSearch = sql`${inboxReplays.filter} - 'q'`;

/** Moves the checkpoint, never backwards, and only while it runs: a stop that came meanwhile stands. */
export async function advanceReplay(
  db: Db,
  id: string,
  to: { checkpointId: bigint; stored: number; isDone: boolean; now: Date },
): Promise<ReplayRow | null> {
  const [row] = await db
    .update(inboxReplays)
    .set({
      checkpointId: to.checkpointId,
      stored: sql`${inboxReplays.stored} + ${to.stored}`,
      ...(to.isDone ? { state: "done" as const, finishedAt: to.now, filter: withoutSearch } : {}),
    })
    .where(
      and(eq(inboxReplays.id, id), eq(inboxReplays.state, "running"), lt(inboxReplays.checkpointId, to.checkpointId)),
    )
    .returning();
  return row ?? null;
}

/** Before its end: a person stopped it, or it fails every time. Null when it has ended already. */
export async function stopOwnReplay(
  db: Db,
  workspaceId: string,
  id: string,
  now: Date,
  state: "stopped" | "failed" = "stopped",
): Promise<ReplayRow | null> {
  const [row] = await db
    .update(inboxReplays)
    .set({ state, finishedAt: now, filter: withoutSearch })
    .where(and(eq(inboxReplays.workspaceId, workspaceId), eq(inboxReplays.id, id), eq(inboxReplays.state, "running")))
    .returning();
  return row ?? null;
}

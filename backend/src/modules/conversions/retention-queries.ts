/** SQL of how long conversions are kept. `Own`: of the given workspace. */
import type { Db } from "@db/client.ts";
import { workspaces } from "@db/schema/identity.ts";
import { eq, sql } from "drizzle-orm";
import { type ConversionSettings, readSettings } from "./domain/retention.ts";

export async function findOwnSettings(db: Db, workspaceId: string): Promise<ConversionSettings> {
  const [row] = await db
    .select({ settings: workspaces.settings })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return readSettings(row?.settings);
}

export async function lockOwnSettings(db: Db, workspaceId: string): Promise<ConversionSettings> {
  const [row] = await db
    .select({ settings: workspaces.settings })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId))
    .for("update");
  return readSettings(row?.settings);
}

/** Beside what else is kept under `conversions`. */
export async function saveOwnSettings(db: Db, workspaceId: string, settings: ConversionSettings): Promise<void> {
  await db.execute(sql`
    update workspaces set updated_at = now(), settings = jsonb_set(settings, '{conversions}',
      coalesce(settings -> 'conversions', '{}'::jsonb) || ${JSON.stringify(settings)}::jsonb)
    where id = ${workspaceId}`);
}

/** Workspaces that do not keep everything. */
export async function listKeepers(db: Db): Promise<{ workspaceId: string; keepDays: number }[]> {
  const rows = await db
    .select({ id: workspaces.id, settings: workspaces.settings })
    .from(workspaces)
    .where(sql`${workspaces.settings} -> 'conversions' -> 'keepDays' is not null`);
  return rows.flatMap(({ id, settings }) => {
    const { keepDays } = readSettings(settings);
    return keepDays === null ? [] : [{ workspaceId: id, keepDays }];
  });
}

/** The first moment that is kept: the beginning of a whole day of the workspace's clock. */
export async function findOwnBoundary(
  db: Db,
  workspaceId: string,
  keepDays: number,
  now: Date,
): Promise<{ day: string; before: Date }> {
  const [row] = await db.execute<{ day: string; before: string }>(sql`
    select day::text as day, day::timestamp at time zone time_zone as before from (
      select time_zone, (${now.toISOString()}::timestamptz at time zone time_zone)::date - ${keepDays}::int as day
      from workspaces where id = ${workspaceId}) boundary`);
  if (!row) throw new Error("the workspace whose conversions are forgotten is not there");
  return { day: row.day, before: new Date(row.before) };
}

/** Found by the index `conversions_by_moment`, which knows this very expression. */
const old = (workspaceId: string, before: Date) =>
  sql`workspace_id = ${workspaceId} and coalesce(happened_at, received_at) < ${before.toISOString()}::timestamptz`;

export async function countOwnBefore(db: Db, workspaceId: string, before: Date, atMost: number): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select 1 from conversions where ${old(workspaceId, before)} limit ${atMost + 1}) few`);
  return row?.count ?? 0;
}

export async function findOldestOwn(db: Db, workspaceId: string): Promise<Date | null> {
  const [row] = await db.execute<{ oldest: string }>(sql`
    select coalesce(happened_at, received_at) as oldest from conversions where workspace_id = ${workspaceId}
    order by coalesce(happened_at, received_at) limit 1`);
  return row ? new Date(row.oldest) : null;
}

/** Deletes a slice of old conversions and the alerts that still waited for them; answers with their number. */
export async function deleteOwnSlice(db: Db, workspaceId: string, before: Date, size: number): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with slice as materialized (
      select id from conversions where ${old(workspaceId, before)} order by coalesce(happened_at, received_at) limit ${size}
    ), gone as (
      delete from conversions v using slice s where v.id = s.id returning v.id
    ), unheld as (
      delete from held_alerts h using slice s where h.workspace_id = ${workspaceId} and h.conversion_id = s.id returning 1
    ) select count(*)::int as count from gone`);
  return row?.count ?? 0;
}

/** What was counted of those days. */
export async function deleteOwnDaysBefore(db: Db, workspaceId: string, day: string): Promise<void> {
  await db.execute(sql`
    with marks as (
      delete from conversion_day_rolls where workspace_id = ${workspaceId} and day < ${day}::date returning 1
    ) delete from conversion_days where workspace_id = ${workspaceId} and day < ${day}::date`);
}

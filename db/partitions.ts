/** Monthly partitions of inbound_events: made ahead of time, dropped by retention. */
import type postgres from "postgres";

const monthStart = (at: Date, plusMonths: number) =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + plusMonths, 1));
const day = (at: Date) => at.toISOString().slice(0, 10);
export const partitionName = (month: Date) => `inbound_events_${month.toISOString().slice(0, 7).replace("-", "_")}`;

/**
 * Makes the partitions from the month before `now` to `ahead` months after it. Safe to call at any time from any process;
 * the month before is there for clocks that are behind. An insert whose month has no partition fails, so this runs at start
 * and daily.
 */
export async function ensurePartitions(sql: postgres.Sql, now: Date, ahead = 3): Promise<void> {
  for (let plus = -1; plus <= ahead; plus++) {
    const from = monthStart(now, plus);
    await sql.unsafe(
      `create table if not exists ${partitionName(from)} partition of inbound_events for values from ('${day(from)}') to ('${day(monthStart(now, plus + 1))}')`,
    );
  }
}

/** Drops every partition whose month ended more than `keepDays` days before `now`; returns their names. */
export async function dropOldPartitions(sql: postgres.Sql, now: Date, keepDays: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'inbound_events'::regclass order by 1`;
  const limit = now.getTime() - keepDays * 86_400_000;
  const dropped: string[] = [];
  for (const { name } of rows) {
    const match = /_(\d{4})_(\d{2})$/.exec(name);
    if (!match) continue;
    const end = Date.UTC(Number(match[1]), Number(match[2]), 1);
    if (end >= limit) continue;
    await sql.unsafe(`drop table ${name}`);
    dropped.push(name);
  }
  return dropped;
}

/** Monthly partitions of inbound_events: made ahead of time, dropped by retention. */
import type postgres from "postgres";

const monthStart = (at: Date, plusMonths: number) =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + plusMonths, 1));
const day = (at: Date) => at.toISOString().slice(0, 10);
export const partitionName = (month: Date) => `inbound_events_${month.toISOString().slice(0, 7).replace("-", "_")}`;

/** PostgreSQL's code for "could not get the lock in time". */
const lockTimeout = "55P03";
const lockTries = 3;
const pauseBetweenTriesMs = 500;

/**
 * Runs a statement that needs the whole table for a moment. While it waits for its lock, every insert waits behind it, and a
 * long read (a search, a backup) would so become an outage of intake: it gives up after half a second, lets others pass, and
 * tries again. Answers false when the lock was never free.
 */
async function withBriefLock(sql: postgres.Sql, statement: string): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe("set local lock_timeout = '500ms'");
        await tx.unsafe(statement);
      });
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code !== lockTimeout) throw error;
      if (tries === lockTries) return false;
      await new Promise((resolve) => setTimeout(resolve, pauseBetweenTriesMs));
    }
  }
}

/**
 * Makes the partitions from the month before `now` to `ahead` months after it. Safe to call at any time from any process;
 * the month before is there for clocks that are behind. An insert whose month has no partition fails, so this runs at start
 * and daily; with `ahead` months in hand, a night on which the table was too busy costs nothing.
 */
export async function ensurePartitions(sql: postgres.Sql, now: Date, ahead = 3): Promise<void> {
  for (let plus = -1; plus <= ahead; plus++) {
    const from = monthStart(now, plus);
    const name = partitionName(from);
    const [known] = await sql`select 1 from pg_class where oid = to_regclass(${name})`;
    if (known) continue;
    const isMade = await withBriefLock(
      sql,
      `create table if not exists ${name} partition of inbound_events for values from ('${day(from)}') to ('${day(monthStart(now, plus + 1))}')`,
    );
    // This month's and the next are needed soon: whoever asked must hear that they are not there.
    if (!isMade && plus <= 1) throw new Error(`partition ${name} could not be made: the table was never free`);
  }
}

/**
 * Drops every partition whose month ended more than `keepDays` days before `now`; returns their names. One that is being read is
 * left for the next time.
 */
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
    if (await withBriefLock(sql, `drop table if exists ${name}`)) dropped.push(name);
  }
  return dropped;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { Logger, runMigrations as migrateJobs } from "graphile-worker";
import postgres from "postgres";
import { ensurePartitions } from "./partitions.ts";

export const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** Any fixed number: every process that migrates this database takes the same advisory lock. */
const migrationLock = 7_402_613;
const oldestSupported = 14;

/**
 * Brings the database at `url` to this version: our tables, the job queue's tables, the partitions of this quarter.
 * Processes that start at once wait for each other on an advisory lock; the second finds nothing to do.
 * Throws when the server is older than PostgreSQL 14.
 */
export async function migrateDatabase(url: string, now = new Date()): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "switchboard-migrate", TimeZone: "UTC" },
  });
  try {
    const [server] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int / 10000 as version`;
    if (server && server.version < oldestSupported)
      throw new Error(`PostgreSQL ${server.version} is too old: Switchboard needs ${oldestSupported} to 18.`);
    await sql`select pg_advisory_lock(${migrationLock})`;
    await migrateWithOthersAround(sql);
    await migrateJobs({ connectionString: url, logger: silentLogger() });
    await ensurePartitions(sql, now);
  } finally {
    // Ending the session gives the advisory lock back.
    await sql.end({ timeout: 5 });
  }
}

const deadlockTries = 10;

/**
 * Processes of the version before may still work. One that has a row of a table which is to be changed, and wants one of another that is
 * changed already, waits for us as we for it; PostgreSQL then ends either of us. Ours is one transaction, and is begun again.
 */
async function migrateWithOthersAround(sql: postgres.Sql): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await migrate(drizzle(sql), { migrationsFolder });
    } catch (error) {
      if (!isDeadlock(error) || tries === deadlockTries) throw error;
    }
  }
}

const isDeadlock = (error: unknown): boolean =>
  [error, (error as { cause?: unknown }).cause].some((one) => (one as { code?: unknown } | null)?.code === "40P01");

const silentLogger = () => new Logger(() => () => {});

/** `when` of the newest migration that this version carries; readiness compares it with what the database has. */
export function newestMigration(): number {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8")) as {
    entries: { when: number }[];
  };
  return Math.max(...journal.entries.map((entry) => entry.when));
}

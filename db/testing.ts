/**
 * Real PostgreSQL for tests. One migrated template per set of migrations, cloned in milliseconds; the server comes from
 * TEST_DATABASE_URL, which `bun run test` and tests/preload.ts set.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { type Database, type Db, openDatabase } from "./client.ts";
import { migrateDatabase, migrationsFolder } from "./migrate.ts";

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error("TEST_DATABASE_URL is not set: run tests with `bun test` from the project's root");
  return url;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function migrationsHash(): string {
  const hash = createHash("sha256");
  // The journal too: what a template has applied is remembered by the moments written there.
  for (const file of [
    ...readdirSync(migrationsFolder).filter((name) => name.endsWith(".sql")),
    "meta/_journal.json",
  ].sort())
    hash.update(file).update(readFileSync(join(migrationsFolder, file)));
  hash.update(new Date().toISOString().slice(0, 7));
  return hash.digest("hex").slice(0, 12);
}

async function template(): Promise<string> {
  const name = `switchboard_template_${migrationsHash()}`;
  const admin = postgres(adminUrl(), { max: 1, onnotice: () => {} });
  try {
    await admin`select pg_advisory_lock(7402614)`;
    const [known] = await admin`select 1 from pg_database where datname = ${name} and datistemplate`;
    if (known) return name;
    await admin.unsafe(`drop database if exists ${name}`);
    await admin.unsafe(`create database ${name}`);
    await migrateDatabase(withDatabase(adminUrl(), name));
    await admin.unsafe(`alter database ${name} is_template true`);
    return name;
  } finally {
    await admin.end();
  }
}

export interface TestDatabase extends Database {
  url: string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** A database of one's own: for tests that commit, run several processes, or restart things. */
export async function createTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const source = await template();
  const name = `switchboard_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  const admin = postgres(adminUrl(), { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name} template ${source}`);
  await admin.end();
  const url = withDatabase(adminUrl(), name);
  const database = openDatabase(url, { poolSize: options.poolSize ?? 5, applicationName: "switchboard-test" });
  return {
    ...database,
    url,
    async drop() {
      await database.close(1_000);
      const again = postgres(adminUrl(), { max: 1, onnotice: () => {} });
      // Those of graphile-worker, which have no name, end a moment after it: cut in that moment they throw at nobody.
      for (let tries = 0; tries < 40; tries++) {
        const [left] = await again`select 1 from pg_stat_activity where datname = ${name} and application_name = ''`;
        if (!left) break;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      // An autovacuum worker may be in the database: only a superuser may end it, and it leaves by itself.
      for (let tries = 1; ; tries++) {
        try {
          await again.unsafe(`drop database if exists ${name} with (force)`);
          break;
        } catch (error) {
          if ((error as { code?: string }).code !== "42501" || tries === 20) throw error;
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      }
      await again.end();
    },
  };
}

class RollBack extends Error {}

/** Runs `work` in a transaction that is always rolled back; throws what `work` throws. */
export async function rolledBack(db: Db, work: (db: Db) => Promise<void>): Promise<void> {
  await db
    .transaction(async (tx) => {
      await work(tx as unknown as Db);
      throw new RollBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error;
    });
}

let poisons = 0;

/**
 * Makes every statement that touches a row of `table` for which `when` holds fail in the database, as something poisoned would. `when` is
 * a trigger's condition (`new.name = '…'`), `deed` what happens instead. Answers with what mends it; unmended, it lasts as long as the
 * test's database.
 */
export async function poison(
  db: Db,
  table: string,
  when: string,
  { on = "update", deed = "raise exception 'poisoned'" }: { on?: "insert" | "update"; deed?: string } = {},
): Promise<() => Promise<void>> {
  const name = `poison_${++poisons}`;
  await db.execute(
    sql.raw(`create function ${name}() returns trigger language plpgsql as $$ begin ${deed}; return new; end $$`),
  );
  await db.execute(
    sql.raw(`create trigger ${name} before ${on} on ${table} for each row when (${when}) execute function ${name}()`),
  );
  return async () => {
    await db.execute(sql.raw(`drop trigger ${name} on ${table}`));
  };
}

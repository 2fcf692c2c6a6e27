import { expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { migrateDatabase, migrationsFolder } from "./migrate.ts";
import { createTestDatabase } from "./testing.ts";

setDefaultTimeout(60_000);

/** The migrations up to one of them, as the version of that time carried them. */
function migrationsUpTo(tag: string): string {
  const folder = mkdtempSync(join(tmpdir(), "migrations-"));
  cpSync(migrationsFolder, folder, { recursive: true });
  const journal = join(folder, "meta/_journal.json");
  const { entries, ...rest } = JSON.parse(readFileSync(journal, "utf8")) as { entries: { tag: string }[] };
  const last = entries.findIndex((entry) => entry.tag === tag);
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, last + 1) }));
  return folder;
}

/** A database of the version before 0016, with one person of a workspace in it, and what closes it all. */
async function formerVersion() {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 3, onnotice: () => {} });
  const folder = migrationsUpTo("0015_access_renewals_and_win_back");
  await sql.unsafe("drop schema public cascade; drop schema drizzle cascade; drop schema graphile_worker cascade");
  await sql.unsafe("create schema public");
  await migrate(drizzle(sql), { migrationsFolder: folder });
  await sql`insert into workspaces (id, name) values (gen_random_uuid(), 'Old')`;
  await sql`
    insert into persons (workspace_id, telegram_id, first_name) select id, 7000000001, 'Олена' from workspaces`;
  return {
    url: database.url,
    sql,
    async close() {
      rmSync(folder, { recursive: true });
      await sql.end();
      await database.drop();
    },
  };
}

test("a process of the version before, that holds a row and wants a table which is changed already, holds up no upgrade", async () => {
  const { url, sql, close } = await formerVersion();
  try {
    let upgrade: Promise<void> | undefined;
    const work = sql.begin(async (former) => {
      await former`update persons set first_name = 'Оля'`;
      upgrade = migrateDatabase(url);
      const waits = () => sql`
        select 1 from pg_locks l join pg_stat_activity a using (pid)
        where a.application_name = 'switchboard-migrate' and a.datname = current_database() and not l.granted`;
      while ((await waits()).length === 0) await Bun.sleep(10);
      await former`select count(*) from subscribers`;
    });
    // PostgreSQL ends whoever has waited for a second: the upgrade, unless this machine is so slow that it has looked already.
    const isUpgradeEnded = await work.then(
      () => true,
      () => false,
    );
    await upgrade;
    const [person] = await sql<{ first_name: string }[]>`select first_name from persons`;
    expect(person?.first_name).toBe(isUpgradeEnded ? "Оля" : "Олена");
    expect([...(await sql`select count(*)::int as count from stumbles`)]).toEqual([{ count: 0 }]);
  } finally {
    await close();
  }
});

import { once } from "node:events";
import { cpSync, createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { createGunzip } from "node:zlib";
import { migrateDatabase, migrationsFolder } from "@db/migrate.ts";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { Logger, runMigrations as migrateJobs } from "graphile-worker";
import postgres from "postgres";
import { type Closing, endOfRows, jobsSection, lines, type Manifest, quoted, type Section } from "./format.ts";

/** Says in words for the operator why a backup cannot be restored; nothing has been changed when it is thrown. */
export class RestoreError extends Error {
  override readonly name = "RestoreError";
}

export interface Restored {
  takenAt: string;
  rows: Record<string, number>;
}

/**
 * Fills the empty database at `url` from a file that `dumpDatabase` wrote, by this version or an older one, and brings it
 * to this version. All or nothing. Jobs come back unlocked, so what was in hand when the backup was taken is done again.
 */
export async function restoreDatabase(url: string, file: string): Promise<Restored> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "switchboard-restore", statement_timeout: 0, TimeZone: "UTC" },
  });
  try {
    const source = lines(createReadStream(file).pipe(createGunzip()));
    const manifest = await readManifest(source);
    await prepareSchema(sql, url, manifest);
    const rows = await sql.begin((tx) => load(tx, source, manifest));
    await migrateDatabase(url);
    await sql`analyze`;
    return { takenAt: manifest.takenAt, rows };
  } catch (error) {
    if (error instanceof Error && "code" in error && /^(Z_|ERR_ZLIB|ENOENT|EISDIR)/.test(String(error.code)))
      throw new RestoreError(`${file} cannot be read as a backup: ${error.message}`);
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function readManifest(source: AsyncGenerator<Buffer>): Promise<Manifest> {
  const first = await source.next();
  const manifest = parse<Manifest>(first.done ? undefined : first.value);
  if (manifest?.format !== "switchboard-backup") throw new RestoreError("This is not a backup of Switchboard.");
  if (manifest.version !== 1)
    throw new RestoreError(`This backup has format ${manifest.version}; this version of Switchboard reads format 1.`);
  return manifest;
}

function parse<T>(line: Buffer | undefined): T | undefined {
  try {
    return JSON.parse(line?.toString() ?? "") as T;
  } catch {
    return undefined;
  }
}

// ── The tables, as they were when the backup was taken ──────────────────────────────────────────────────────────────

async function prepareSchema(sql: postgres.Sql, url: string, manifest: Manifest): Promise<void> {
  const ours = readMigrationFiles({ migrationsFolder }).map(({ hash }) => hash);
  const wanted = manifest.migrations;
  if (wanted.length > ours.length || wanted.some((hash, index) => hash !== ours[index]))
    throw new RestoreError(
      "This backup was made by a newer or another version of Switchboard. Restore it with that version.",
    );
  const applied = await appliedMigrations(sql);
  if (applied > wanted.length || (await filledTable(sql)))
    throw new RestoreError(
      "The database is not empty. Restore into a new one: for the embedded database move DATA_DIR away (keep its secrets.key), otherwise let DATABASE_URL name an empty database.",
    );
  const folder = mkdtempSync(join(tmpdir(), "switchboard-migrations-"));
  try {
    cpSync(migrationsFolder, folder, { recursive: true });
    const journalFile = join(folder, "meta/_journal.json");
    const journal = JSON.parse(readFileSync(journalFile, "utf8")) as { entries: unknown[] };
    writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, wanted.length) }));
    await migrate(drizzle(sql), { migrationsFolder: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await migrateJobs({ connectionString: url, logger: new Logger(() => () => {}) });
}

async function appliedMigrations(sql: postgres.Sql): Promise<number> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!table?.name) return 0;
  const [row] = await sql<{ count: number }[]>`select count(*)::int from drizzle.__drizzle_migrations`;
  return row?.count ?? 0;
}

async function filledTable(sql: postgres.Sql): Promise<string | undefined> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname = 'public' or (schemaname = 'graphile_worker' and tablename = '_private_jobs')`;
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select 1 from ${name} limit 1`);
    if (rows.length > 0) return name;
  }
  return undefined;
}

// ── The rows ────────────────────────────────────────────────────────────────────────────────────────────────────────

async function load(
  tx: postgres.TransactionSql,
  source: AsyncGenerator<Buffer>,
  manifest: Manifest,
): Promise<Record<string, number>> {
  for (const { name, parent, bounds } of manifest.partitions) {
    if (!/^(FOR VALUES (FROM|IN|WITH) \([^;]*\)|DEFAULT)$/.test(bounds))
      throw new RestoreError(`This backup names a partition that PostgreSQL would not: ${bounds}`);
    await tx.unsafe(
      `create table if not exists public.${quoted(name)} partition of public.${quoted(parent)} ${bounds}`,
    );
  }
  const putBack = await withoutForeignKeysAndTriggers(tx);
  await tx.unsafe(`
    create temporary table restored_jobs (identifier text, payload json, queue_name text, run_at timestamptz, max_attempts int,
      key text, priority int, flags text[], attempts int, last_error text) on commit drop`);
  const rows: Record<string, number> = {};
  let closing: Closing | undefined;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const header = parse<Section & Closing>(next.value);
    if (header?.rows) closing = header;
    else if (header?.table && header.columns) rows[header.table] = await loadSection(tx, source, header);
    else throw new RestoreError("This backup is damaged: a table's heading cannot be read.");
  }
  if (!closing || !Bun.deepEquals(closing.rows, rows))
    throw new RestoreError("This backup is not whole: its end is missing.");
  await restoreJobs(tx);
  for (const { schema, name, value, isCalled } of manifest.sequences)
    await tx`select setval(${`${quoted(schema)}.${quoted(name)}`}::regclass, ${value}::bigint, ${isCalled})`;
  await putBack();
  return rows;
}

async function loadSection(
  tx: postgres.TransactionSql,
  source: AsyncGenerator<Buffer>,
  section: Section,
): Promise<number> {
  const isJobs = section.table === jobsSection.table;
  const target = isJobs ? "restored_jobs" : `public.${quoted(section.table)}`;
  const columns = section.columns.map(quoted).join(", ");
  const sink = await tx.unsafe(`copy ${target} (${columns}) from stdin`).writable();
  let failure: Error | undefined;
  sink.on("error", (error) => {
    failure = error;
  });
  let count = 0;
  let batch: Buffer[] = [];
  let size = 0;
  for (let next = await source.next(); ; next = await source.next()) {
    if (next.done) throw new RestoreError("This backup is not whole: it ends in the middle of a table.");
    if (next.value.length === 2 && next.value.toString() === endOfRows) break;
    batch.push(next.value, newLine);
    size += next.value.length + 1;
    count++;
    if (size > 65_536) {
      await send(sink, Buffer.concat(batch));
      batch = [];
      size = 0;
    }
    if (failure) throw failure;
  }
  await send(sink, Buffer.concat(batch));
  sink.end();
  await once(sink, "close").catch((error: Error) => {
    failure ??= error;
  });
  if (failure) throw failure;
  return count;
}

const newLine = Buffer.from("\n");

async function send(sink: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length > 0 && !sink.write(bytes)) await once(sink, "drain");
}

/** Through the queue's own function, which makes its internal rows; attempts already used stay used. */
async function restoreJobs(tx: postgres.TransactionSql): Promise<void> {
  await tx.unsafe(`
    create temporary table added_jobs on commit drop as
    select (graphile_worker.add_job(identifier, payload, queue_name, run_at, max_attempts, key, priority, flags)).id, attempts, last_error
    from restored_jobs`);
  await tx.unsafe(`
    update graphile_worker._private_jobs job set attempts = added.attempts, last_error = added.last_error
    from added_jobs added where job.id = added.id and added.attempts > 0`);
}

/** Lets tables be filled in any order. Returns what puts everything back, which also checks every reference. */
async function withoutForeignKeysAndTriggers(tx: postgres.TransactionSql): Promise<() => Promise<void>> {
  const keys = await tx<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace`;
  const tables = await tx<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname = 'public'`;
  for (const { table, name } of keys) await tx.unsafe(`alter table ${table} drop constraint ${quoted(name)}`);
  for (const { name } of tables) await tx.unsafe(`alter table ${name} disable trigger user`);
  return async () => {
    for (const { name } of tables) await tx.unsafe(`alter table ${name} enable trigger user`);
    for (const { table, name, definition } of keys)
      await tx.unsafe(`alter table ${table} add constraint ${quoted(name)} ${definition}`);
  };
}

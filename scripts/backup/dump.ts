import { createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import postgres from "postgres";
import { type Closing, endOfRows, jobsSection, type Manifest, type Partition, quoted, type Section } from "./format.ts";

export interface Dumped {
  takenAt: string;
  /** Rows per table. */
  rows: Record<string, number>;
}

/**
 * Writes everything that the database at `url` holds into `file`, as it was at one moment: the product goes on working
 * meanwhile. The file appears whole or not at all, readable by its owner only.
 */
export async function dumpDatabase(url: string, file: string): Promise<Dumped> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "switchboard-backup", statement_timeout: 0, TimeZone: "UTC" },
  });
  const unfinished = `${file}.unfinished`;
  try {
    const dumped = await sql.begin("isolation level repeatable read read only", async (tx) => {
      const manifest = await readManifest(tx);
      const rows: Record<string, number> = {};
      const text = Readable.from(write(tx, manifest, rows), { objectMode: false });
      await pipeline(text, createGzip({ level: 6 }), createWriteStream(unfinished, { mode: 0o600 }));
      return { takenAt: manifest.takenAt, rows };
    });
    const written = await open(unfinished, "r+");
    await written.sync();
    await written.close();
    await rename(unfinished, file);
    return dumped;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function* write(
  tx: postgres.TransactionSql,
  manifest: Manifest,
  rows: Record<string, number>,
): AsyncGenerator<Buffer> {
  const line = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
  yield line(manifest);
  for (const section of [...(await readSections(tx)), jobsSection]) {
    yield line(section);
    let count = 0;
    for await (const batch of tx.unsafe(selectOf(section)).values().cursor(500)) {
      count += batch.length;
      yield Buffer.from(batch.map((row) => copyLine(row as unknown as (string | null)[])).join(""));
    }
    yield Buffer.from(`${endOfRows}\n`);
    rows[section.table] = count;
  }
  yield line({ rows } satisfies Closing);
}

/**
 * Every column as PostgreSQL's own text. A cursor, because postgres.js stops its socket when a stream of COPY is read slowly,
 * and under Bun 1.4 it never goes on (seen with tables above 64 KB).
 */
function selectOf(section: Section): string {
  if (section === jobsSection)
    return `
      select t.identifier::text, j.payload::text, q.queue_name::text, j.run_at::text, j.max_attempts::text, j.key::text,
        j.priority::text, array(select jsonb_object_keys(coalesce(j.flags, '{}')))::text, j.attempts::text, j.last_error::text
      from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
      left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
      order by j.id`;
  const columns = section.columns.map((column) => `${quoted(column)}::text`).join(", ");
  return `select ${columns} from public.${quoted(section.table)}`;
}

const escapes: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One row in COPY's text format. */
function copyLine(row: readonly (string | null)[]): string {
  const fields = row.map((value) =>
    value === null ? "\\N" : value.replace(/[\\\n\r\t]/g, (sign) => escapes[sign] ?? sign),
  );
  return `${fields.join("\t")}\n`;
}

async function readManifest(tx: postgres.TransactionSql): Promise<Manifest> {
  const [known] = await tx<
    { isOurs: boolean }[]
  >`select to_regclass('drizzle.__drizzle_migrations') is not null as "isOurs"`;
  if (!known?.isOurs) throw new Error("this database holds nothing of Switchboard yet.");
  const [moment] = await tx<{ now: Date; server: string }[]>`select now(), version() as server`;
  const migrations = await tx<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by created_at`;
  const partitions = await tx<Partition[]>`
    select c.relname as name, p.relname as parent, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_class c join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
    where c.relispartition and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by c.oid`;
  const sequences = await tx<{ schema: string; name: string }[]>`
    select schemaname as schema, sequencename as name from pg_sequences where schemaname = 'public' order by 2`;
  const values: Manifest["sequences"] = [];
  for (const { schema, name } of sequences) {
    const [state] = await tx.unsafe<{ value: string; isCalled: boolean }[]>(
      `select last_value::text as value, is_called as "isCalled" from ${quoted(schema)}.${quoted(name)}`,
    );
    if (state) values.push({ schema, name, ...state });
  }
  if (!moment) throw new Error("PostgreSQL did not tell the time.");
  return {
    format: "switchboard-backup",
    version: 1,
    takenAt: moment.now.toISOString(),
    server: moment.server,
    migrations: migrations.map(({ hash }) => hash),
    partitions: [...partitions],
    sequences: values,
  };
}

/** Our tables; generated columns are left out, the restore computes them again. */
async function readSections(tx: postgres.TransactionSql): Promise<Section[]> {
  const rows = await tx<Section[]>`
    select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
    group by c.relname order by c.relname`;
  return [...rows];
}

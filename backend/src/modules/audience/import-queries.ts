/** SQL of imports. `Own` in a name: of the given workspace, a stranger's is not found. */

import { notifyLive } from "@backend/kit/live.ts";
import { decodeMomentCursor } from "@backend/kit/paging.ts";
import { pgArray } from "@backend/kit/pg-array.ts";
import type { RowProblem } from "@backend/kit/table-rows.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { audienceImports, importRefusals, type SubscriberState } from "@db/schema/audience.ts";
import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { ImportPerson, ImportProblem, ImportTarget } from "./domain/import-row.ts";
import type { Reading } from "./import-file.ts";

type StoredImport = typeof audienceImports.$inferSelect;
export type ImportRow = Omit<StoredImport, "reading" | "mapping"> & { reading: Reading; mapping: ImportTarget[] };

/** Why a row was refused: of the row, of cells in it, or that its id stood before. */
export type Refusal =
  | { code: RowProblem }
  | { code: "duplicate"; line: number }
  | { code: ImportProblem["code"]; column: number };

/** An import whose file could not be read yet has neither reading nor mapping. */
const asImport = (row: StoredImport): ImportRow => ({
  ...row,
  reading: {
    format: "csv",
    encoding: null,
    separator: null,
    hasHeading: false,
    columns: [],
    ...(row.reading as object),
  },
  mapping: Array.isArray(row.mapping) ? (row.mapping as ImportTarget[]) : [],
});

const own = (workspaceId: string, importId: string) =>
  and(eq(audienceImports.workspaceId, workspaceId), eq(audienceImports.id, importId));

export async function insertImport(
  db: Db,
  values: typeof audienceImports.$inferInsert & { reading: Reading; mapping: ImportTarget[] },
): Promise<ImportRow> {
  const [row] = await db.insert(audienceImports).values(values).returning();
  if (!row) throw new Error("a row just stored is not there");
  return asImport(row);
}

export async function findOwnImport(db: Db, workspaceId: string, importId: string): Promise<ImportRow | null> {
  const [row] = await db.select().from(audienceImports).where(own(workspaceId, importId));
  return row ? asImport(row) : null;
}

export async function lockOwnImport(db: Db, workspaceId: string, importId: string): Promise<ImportRow | null> {
  const [row] = await db.select().from(audienceImports).where(own(workspaceId, importId)).for("update");
  return row ? asImport(row) : null;
}

export async function listOwnImports(
  db: Db,
  workspaceId: string,
  page: { cursor?: string; limit: number },
): Promise<ImportRow[]> {
  const after = decodeMomentCursor(page.cursor, isUuid);
  const rows = await db
    .select()
    .from(audienceImports)
    .where(
      and(
        eq(audienceImports.workspaceId, workspaceId),
        after
          ? sql`(date_trunc('milliseconds', ${audienceImports.createdAt}), ${audienceImports.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(sql`date_trunc('milliseconds', ${audienceImports.createdAt})`), desc(audienceImports.id))
    .limit(page.limit + 1);
  return rows.map(asImport);
}

export async function updateImport(
  db: Db,
  { id, workspaceId }: Pick<ImportRow, "id" | "workspaceId">,
  values: Partial<typeof audienceImports.$inferInsert>,
): Promise<ImportRow> {
  const [row] = await db.update(audienceImports).set(values).where(own(workspaceId, id)).returning();
  if (!row) throw new Error("an import that was locked is not there");
  await notifyLive(db, { workspaceId, topic: "imports", id });
  return asImport(row);
}

// ── Batches ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const batchKey = (importId: string, from: number) => sql`hashtextextended(${`import-batch:${importId}:${from}`}, 0)`;

/**
 * At the beginning of a batch's transaction: the batch that begins at this row is being written until it ends. Its commit does not
 * wait for the disk. A crash may take whole batches back with their checkpoints, and the import then goes on from there; its last
 * commit waits for the disk, and so for all of them.
 */
export async function beginBatch(tx: Db, importId: string, from: number): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(${batchKey(importId, from)}), set_config('synchronous_commit', 'off', true)`,
  );
}

/** Waits until a batch that was begun has ended. In the database, which sees when two transactions wait for each other. */
export async function waitForBatch(tx: Db, importId: string, from: number): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${batchKey(importId, from)})`);
}

// ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────

interface PersonToSave extends Omit<ImportPerson, "tags"> {
  chatId: string | null;
  personId: string | null;
  state: SubscriberState;
  tags: readonly number[];
}

/** What an imported row leaves of a known one. */
const completing = sql`
  on conflict (bot_id, telegram_id) do update set
    chat_id = coalesce(s.chat_id, excluded.chat_id),
    person_id = coalesce(s.person_id, excluded.person_id),
    first_name = coalesce(s.first_name, excluded.first_name),
    last_name = coalesce(s.last_name, excluded.last_name),
    username = coalesce(s.username, excluded.username),
    language = coalesce(s.language, excluded.language),
    time_zone = coalesce(s.time_zone, excluded.time_zone),
    source = coalesce(s.source, excluded.source),
    note = coalesce(s.note, excluded.note),
    tags = case when excluded.tags <@ s.tags then s.tags
      else (select array_agg(distinct t order by t) from unnest(s.tags || excluded.tags) t) end,
    fields = s.fields || excluded.fields
  -- Nothing new is written nowhere: the same file twice leaves no trace of the second time.
  where not (excluded.tags <@ s.tags and s.fields @> excluded.fields
    and coalesce(s.chat_id, excluded.chat_id) is not distinct from s.chat_id
    and coalesce(s.first_name, excluded.first_name) is not distinct from s.first_name
    and coalesce(s.last_name, excluded.last_name) is not distinct from s.last_name
    and coalesce(s.username, excluded.username) is not distinct from s.username
    and coalesce(s.language, excluded.language) is not distinct from s.language
    and coalesce(s.time_zone, excluded.time_zone) is not distinct from s.time_zone
    and coalesce(s.source, excluded.source) is not distinct from s.source
    and coalesce(s.note, excluded.note) is not distinct from s.note)`;

/**
 * Makes or completes subscribers, many at once. Of one that is known only empty names, language, zone, source and note are filled;
 * tags are added, fields of the file written over; what he refused and whether he can be reached stay. What refuses a human in
 * another bot, or from before he was erased, is put on the new row at once: a stop is final.
 */
export async function saveImportedPeople(
  tx: Db,
  at: { workspaceId: string; botId: string; now: Date },
  people: readonly PersonToSave[],
): Promise<{ added: number; updated: number }> {
  if (people.length === 0) return { added: 0, updated: 0 };
  // Of what nobody has, `unnest` makes nulls by itself: most files say nothing of half of the columns.
  const column = (of: (person: PersonToSave) => string | number | null) => {
    const values = people.map(of);
    return values.every((value) => value === null) ? null : pgArray(values);
  };
  const ids = column(({ telegramId }) => telegramId);
  const now = at.now.toISOString();
  const saving = (onConflict: SQL) => sql`
    with refused as (
      select telegram_id, bool_or(category_id = 0) as everything,
        coalesce(array_agg(category_id) filter (where category_id > 0), '{}') as categories
      from opt_outs
      where workspace_id = ${at.workspaceId} and ended_at is null and telegram_id = any(${ids}::bigint[])
      group by telegram_id
    ), saved as (
      insert into subscribers as s (workspace_id, bot_id, chat_id, person_id, telegram_id, state, first_name, last_name, username,
        language, time_zone, origin, source, subscribed_at, tags, fields, note, is_opted_out, opted_out_of, created_at)
      select ${at.workspaceId}, ${at.botId}, g.chat_id, g.person_id, g.telegram_id, g.state, g.first_name, g.last_name, g.username,
        g.language, g.time_zone, 'import', g.source, case when g.state = 'active' then ${now}::timestamptz end, g.tags::int[],
        g.fields::jsonb, g.note, coalesce(r.everything, false), coalesce(r.categories, '{}'), ${now}::timestamptz
      from unnest(${column(({ chatId }) => chatId)}::uuid[], ${column(({ personId }) => personId)}::uuid[], ${ids}::bigint[],
        ${column(({ state }) => state)}::text[], ${column(({ firstName }) => firstName)}::text[],
        ${column(({ lastName }) => lastName)}::text[], ${column(({ username }) => username)}::text[],
        ${column(({ language }) => language)}::text[], ${column(({ timeZone }) => timeZone)}::text[],
        ${column(({ source }) => source)}::text[], ${column(({ tags }) => `{${tags.join(",")}}`)}::text[],
        ${column(({ fields }) => JSON.stringify(fields))}::text[], ${column(({ note }) => note)}::text[])
        g(chat_id, person_id, telegram_id, state, first_name, last_name, username, language, time_zone, source, tags, fields, note)
      left join refused r on r.telegram_id = g.telegram_id
      ${onConflict}
      returning xmax = 0 as is_new
    ) select count(*) filter (where is_new)::int as added, count(*) filter (where not is_new)::int as updated from saved`;
  const save = async (db: Pick<Db, "execute">, onConflict: SQL) => {
    const [row] = await db.execute<{ added: number; updated: number }>(saving(onConflict));
    return { added: row?.added ?? 0, updated: row?.updated ?? 0 };
  };
  if (await isAnybodyKnown(tx, at.botId, ids)) return save(tx, completing);
  try {
    return await tx.transaction((inner) => save(inner, sql``));
  } catch (error) {
    if (!isTaken(error)) throw error;
    return save(tx, completing);
  }
}

/** Most rows of most files are new, and a plain insert of them costs the database a tenth less than one that looks for each first. */
async function isAnybodyKnown(tx: Db, botId: string, ids: string | null): Promise<boolean> {
  const [known] = await tx.execute(
    sql`select 1 from subscribers where bot_id = ${botId} and telegram_id = any(${ids}::bigint[]) limit 1`,
  );
  return known !== undefined;
}

/** Somebody came in this moment (SQLSTATE unique_violation). */
const isTaken = (error: unknown): boolean =>
  error instanceof Error && (error.cause as { code?: string } | undefined)?.code === "23505";

/**
 * Puts refusals on rows that do not carry them yet: of somebody who said stop to one bot in the moment in which he was imported
 * into another, neither transaction saw the other.
 */
export async function applyRefusals(db: Db, at: { workspaceId: string; botId: string }): Promise<void> {
  await db.execute(sql`
    update subscribers s set is_opted_out = s.is_opted_out or r.everything,
      opted_out_of = (select coalesce(array_agg(distinct c order by c), '{}') from unnest(s.opted_out_of || r.categories) c)
    from (
      select telegram_id, bool_or(category_id = 0) as everything,
        coalesce(array_agg(category_id) filter (where category_id > 0), '{}') as categories
      from opt_outs where workspace_id = ${at.workspaceId} and ended_at is null group by telegram_id
    ) r
    where s.workspace_id = ${at.workspaceId} and s.bot_id = ${at.botId} and s.telegram_id = r.telegram_id
      and ((r.everything and not s.is_opted_out) or not s.opted_out_of @> r.categories)`);
}

// ── Refused rows ────────────────────────────────────────────────────────────────────────────────────────────────────

/** So many are kept of one import; beyond them they are counted. */
export const refusalsAtMost = 100_000;

/** JSON in PostgreSQL holds neither a zero nor half of a character. */
const asStored = (cell: string): string => cell.toWellFormed().replaceAll("\0", "\ufffd");

export async function insertRefusals(
  tx: Db,
  importId: string,
  refusals: readonly { line: number; reasons: readonly Refusal[]; cells: readonly string[] }[],
): Promise<void> {
  if (refusals.length === 0) return;
  await tx.execute(sql`
    insert into import_refusals (import_id, line, reason, cells)
    select ${importId}, g.line, g.reason, g.cells::jsonb
    from unnest(${pgArray(refusals.map(({ line }) => line))}::bigint[],
      ${pgArray(refusals.map(({ reasons }) => JSON.stringify(reasons)))}::text[],
      ${pgArray(refusals.map(({ cells }) => JSON.stringify(cells.map(asStored))))}::text[])
      g(line, reason, cells)
    on conflict do nothing`);
}

export async function listRefusals(
  db: Db,
  importId: string,
  after: number,
  limit: number,
): Promise<{ line: number; reasons: Refusal[]; cells: string[] }[]> {
  const rows = await db
    .select()
    .from(importRefusals)
    .where(and(eq(importRefusals.importId, importId), gt(importRefusals.line, after)))
    .orderBy(asc(importRefusals.line))
    .limit(limit);
  return rows.map(({ line, reason, cells }) => ({ line, reasons: JSON.parse(reason) as Refusal[], cells }));
}

export async function countRefusals(db: Db, importId: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from import_refusals where import_id = ${importId}`,
  );
  return row?.count ?? 0;
}

/** A thousand refused rows of imports that ended before a moment. */
export async function deleteOldRefusalsSlice(db: Db, before: Date): Promise<number> {
  const rows = await db.execute(sql`
    delete from import_refusals r using (
      select r.import_id, r.line from audience_imports i join import_refusals r on r.import_id = i.id
      where i.finished_at < ${before.toISOString()}::timestamptz limit 1000
    ) old where r.import_id = old.import_id and r.line = old.line returning 1`);
  return rows.length;
}

/** Drafts that nobody touched since: their files are long gone. */
export async function cancelForgottenDrafts(db: Db, before: Date): Promise<void> {
  await db.execute(sql`
    update audience_imports set state = 'cancelled', finished_at = now(), updated_at = now()
    where state = 'mapping' and updated_at < ${before.toISOString()}::timestamptz`);
}

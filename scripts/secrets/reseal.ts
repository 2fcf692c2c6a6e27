/** Seals everything anew with the newest key of SECRETS_KEY, so that the older ones may leave the list. */
import type { Vault } from "@backend/kit/crypto.ts";
import postgres from "postgres";

export interface Resealed {
  table: string;
  column: string;
  resealed: number;
  /** Sealed with a key that is in the list no more: only entering the secret anew helps. */
  unreadable: number;
}

const batchSize = 500;

interface KeyColumn {
  name: string;
  type: string;
}

/**
 * Walks every text column whose name ends in `_sealed`, whatever room it belongs to. Safe while the product runs and safe to run
 * again: a value that changed meanwhile was sealed with the newest key already.
 */
export async function resealDatabase(
  url: string,
  vault: Pick<Vault, "open" | "seal" | "isStale">,
): Promise<Resealed[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    // Not every table has an `id`: rows are told apart by the primary key, whatever columns it has.
    const columns = await sql<{ table: string; column: string; keys: KeyColumn[] }[]>`
      select c.table_name as table, c.column_name as column, (
        select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by k.n)
        from pg_index i
        cross join unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
        where i.indrelid = quote_ident(c.table_name)::regclass and i.indisprimary) as keys
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'text'
        and right(c.column_name, 7) = '_sealed'
      order by 1, 2`;
    const results: Resealed[] = [];
    for (const column of columns) results.push(await resealColumn(sql, vault, column));
    return results;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Pages along the index of the primary key, in its own order, so that a batch costs the same at the end of a table as at its start. */
async function resealColumn(
  sql: postgres.Sql,
  vault: Pick<Vault, "open" | "seal" | "isStale">,
  { table, column, keys }: { table: string; column: string; keys: readonly KeyColumn[] },
): Promise<Resealed> {
  const list = (parts: readonly postgres.PendingQuery<postgres.Row[]>[]) =>
    parts.reduce((whole, part) => sql`${whole}, ${part}`);
  const key = list(keys.map(({ name }) => sql`${sql(name)}`));
  const keyTexts = list(keys.map(({ name }) => sql`${sql(name)}::text`));
  // As text both ways: a number beyond 2^53 or a time to the microsecond comes back as it was.
  const valuesOf = (id: readonly string[]) =>
    list(keys.map(({ type }, n) => sql`${id[n] ?? ""}::text::${sql.unsafe(type)}`));
  const result: Resealed = { table, column, resealed: 0, unreadable: 0 };
  for (let after: readonly string[] | null = null; ; ) {
    const rows: { id: string[]; sealed: string }[] = await sql<{ id: string[]; sealed: string }[]>`
      select array[${keyTexts}] as id, ${sql(column)} as sealed from ${sql(table)}
      where ${sql(column)} is not null ${after === null ? sql`` : sql`and (${key}) > (${valuesOf(after)})`}
      order by ${key} limit ${batchSize}`;
    for (const { id, sealed } of rows) {
      if (!vault.isStale(sealed)) continue;
      let secret: string;
      try {
        secret = vault.open(sealed);
      } catch {
        result.unreadable += 1;
        continue;
      }
      const done = await sql`
        update ${sql(table)} set ${sql(column)} = ${vault.seal(secret)}
        where (${key}) = (${valuesOf(id)}) and ${sql(column)} = ${sealed}`;
      result.resealed += done.count;
    }
    const last = rows.at(-1);
    if (!last || rows.length < batchSize) return result;
    after = last.id;
  }
}

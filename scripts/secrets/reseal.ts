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
    const columns = await sql<{ table: string; column: string; keys: string[] }[]>`
      select c.table_name as table, c.column_name as column, (
        select array_agg(a.attname::text order by a.attnum) from pg_index i
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
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

async function resealColumn(
  sql: postgres.Sql,
  vault: Pick<Vault, "open" | "seal" | "isStale">,
  { table, column, keys }: { table: string; column: string; keys: string[] },
): Promise<Resealed> {
  const key = sql`row(${sql(keys)})::text`;
  const result: Resealed = { table, column, resealed: 0, unreadable: 0 };
  for (let after = ""; ; ) {
    const rows = await sql<{ id: string; sealed: string }[]>`
      select ${key} as id, ${sql(column)} as sealed from ${sql(table)}
      where ${sql(column)} is not null and ${key} > ${after} order by 1 limit ${batchSize}`;
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
        update ${sql(table)} set ${sql(column)} = ${vault.seal(secret)} where ${key} = ${id} and ${sql(column)} = ${sealed}`;
      result.resealed += done.count;
    }
    const last = rows.at(-1);
    if (!last || rows.length < batchSize) return result;
    after = last.id;
  }
}

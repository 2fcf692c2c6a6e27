/** Filling tables with millions of rows. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/**
 * Runs `work` while tables have none of the indexes that only make reading fast; those that a constraint stands on stay. Built once at
 * the end they take a third of the time.
 */
export async function withoutIndexes(db: Db, tables: readonly string[], work: () => Promise<void>): Promise<void> {
  const later = await db.execute<{ name: string; definition: string }>(sql`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index i
    where indrelid = any(${`{${tables.join(",")}}`}::regclass[]) and not exists (select from pg_constraint where conindid = i.indexrelid)`);
  for (const { name } of later) await db.execute(sql.raw(`drop index ${name}`));
  await work();
  for (const { definition } of later) await db.execute(sql.raw(definition));
  for (const table of tables) await db.execute(sql.raw(`vacuum (analyze) ${table}`));
}

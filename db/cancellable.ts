import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type postgres from "postgres";
import type { Db } from "./client.ts";

/**
 * Runs a statement that PostgreSQL is told to stop when `signal` aborts; it then fails with SQLSTATE 57014. Inside a transaction,
 * which has no client of its own to ask, it runs to its end.
 */
export async function executeCancellable<Row extends Record<string, unknown>>(
  db: Db,
  query: SQL,
  signal: AbortSignal,
): Promise<Row[]> {
  signal.throwIfAborted();
  const client = (db as { $client?: postgres.Sql }).$client;
  if (!client) return [...(await db.execute(query))] as unknown as Row[];
  const { sql: text, params } = new PgDialect().sqlToQuery(sql`${query}`);
  const running = client.unsafe(text, params as never[]);
  const cancel = () => running.cancel();
  signal.addEventListener("abort", cancel);
  try {
    return [...(await running)] as unknown as Row[];
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema/index.ts";

export type Schema = typeof schema;
/** A pool, or a transaction on it: actions take either, so that a test can roll everything back. */
export type Db = PostgresJsDatabase<Schema>;

export interface DatabaseOptions {
  /** Connections at most. The sum over all processes must stay under the server's max_connections. */
  poolSize?: number;
  applicationName?: string;
  /** Longest a statement may run, in milliseconds; 0 = no limit (migrations, exports). */
  statementTimeoutMs?: number;
  onNotice?: (text: string) => void;
}

export interface Database {
  db: Db;
  sql: postgres.Sql;
  /** Waits for running statements, `graceMs` at the longest. */
  close(graceMs?: number): Promise<void>;
}

/** Opens a pool. Connects lazily; a server that is away shows as an error of the first statement, and heals by itself. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const sql = postgres(url, {
    max: options.poolSize ?? 10,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: 60 * 30,
    // postgres.js waits up to 20 s between connection tries by default; a database that is back should be used within seconds.
    backoff: (retries: number) => Math.min(0.1 * 2 ** retries, 2),
    onnotice: (notice) => options.onNotice?.(String(notice.message)),
    connection: {
      application_name: options.applicationName ?? "switchboard",
      statement_timeout: options.statementTimeoutMs ?? 15_000,
      TimeZone: "UTC",
    },
  });
  return {
    sql,
    db: drizzle(sql, { schema, casing: undefined }),
    close: (graceMs = 5_000) => sql.end({ timeout: graceMs / 1000 }),
  };
}

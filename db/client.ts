import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { endingWithConnections } from "./lost-transactions.ts";
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

/** Longer statements are lists of values, another text each time: preparing those would fill the server's memory for nothing. */
const preparedUpTo = 4_000;

/**
 * At the beginning of a statement: it is planned for its values each time. A prepared one is planned for any values after its fifth
 * run, and a walk that looks for a tag of a hundred people then reads a million rows (half a second in place of two milliseconds).
 */
export const plannedForValues = "/* planned for its values */";

/**
 * drizzle asks for every statement unprepared: parsed, described and planned anew, in a second round trip. Prepared once per
 * connection they cost less than half (bench/alerts: measured in docs/performance.md). Transactions and savepoints follow.
 */
function preparing<Client extends postgres.Sql>(client: Client): Client {
  return new Proxy(client, {
    get(target, name, receiver) {
      if (name === "unsafe")
        return (text: string, values: never[] = [], options: object = {}) =>
          target.unsafe(text, values, {
            ...options,
            prepare: values.length > 0 && text.length <= preparedUpTo && !text.startsWith(plannedForValues),
          });
      if (name === "begin" || name === "savepoint") {
        const run = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) =>
          run(...args.map((arg) => (typeof arg === "function" ? (inner: Client) => arg(preparing(inner)) : arg)));
      }
      return Reflect.get(target, name, receiver);
    },
  });
}

/** Opens a pool. Connects lazily; a server that is away shows as an error of the first statement, and heals by itself. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = postgres(url, {
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
  const sql = endingWithConnections(pool);
  return {
    sql,
    db: drizzle(preparing(sql), { schema }),
    close: (graceMs = 5_000) => sql.end({ timeout: graceMs / 1000 }),
  };
}

import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../db/embedded.ts";

/**
 * The one PostgreSQL server of a test run; several runs at once share it. Throw-away by design: no fsync, and databases
 * that a killed run left behind are dropped at the next start.
 */
export async function startTestServer(): Promise<EmbeddedPostgres> {
  const dataDir = fileURLToPath(new URL("../.data/test-postgres", import.meta.url));
  const server = await startEmbeddedPostgres({ dataDir, fast: true });
  try {
    if (!server.wasRunning) await dropLeftovers(server.url);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function dropLeftovers(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql<{ name: string }[]>`
      select datname as name from pg_database where starts_with(datname, 'switchboard_test_')`;
    for (const { name } of rows) await sql`drop database if exists ${sql(name)} with (force)`;
  } finally {
    await sql.end();
  }
}

import { join } from "node:path";
import type { Config } from "@backend/app/config.ts";
import { startEmbeddedPostgres } from "@db/embedded.ts";

/** The database of this installation: the one of DATABASE_URL, or the embedded one, started if it does not run. */
export async function withDatabase<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  if (config.databaseUrl) return work(config.databaseUrl);
  const server = await startEmbeddedPostgres({ dataDir: join(config.dataDir, "postgres") });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}

/** Runs before every `bun test`. Gives tests a real PostgreSQL server, unless TEST_DATABASE_URL names one already. */
import { afterAll } from "bun:test";
import { startTestServer } from "./database-server.ts";

if (!process.env.TEST_DATABASE_URL) {
  const server = await startTestServer();
  process.env.TEST_DATABASE_URL = server.url;
  afterAll(() => server.stop());
}

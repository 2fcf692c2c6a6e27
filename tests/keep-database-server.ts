/** Starts the test database, prints its address, and stops it when the pipe to whoever started this closes. */
import { startTestServer } from "./database-server.ts";

const server = await startTestServer().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(server.url);
for await (const _ of Bun.stdin.stream());
await server.stop();
process.exit(0);

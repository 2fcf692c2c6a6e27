/** One sending process, to be killed: `bun tests/lanes/lane-process.ts <database url> <api root> [kill point]`. */
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createLaneRuntime } from "@backend/modules/messaging/module.ts";
import { openDatabase } from "@db/client.ts";
import { sumDigest, testBots, testSender } from "./rig.ts";

const [databaseUrl = "", apiRoot = "", killAt] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 5, applicationName: "lane-process" });
if (killAt) armKillPoint(killAt);
const runtime = await createLaneRuntime({
  database,
  sender: testSender(apiRoot, database.db),
  bots: testBots(database),
  renderers: sumDigest,
  log: createLogger("warn"),
});
console.log(`ready ${runtime.hostId}`);
process.on("SIGTERM", async () => {
  await runtime.stop();
  await database.close(1_000);
  process.exit(0);
});

/** One process that fills and sends, to be killed: `bun tests/broadcasts/broadcast-process.ts <database url> <api root> [kill point]`. */
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createLaneRuntime } from "@backend/modules/messaging/module.ts";
import { openDatabase } from "@db/client.ts";
import { testBots, testSender } from "../lanes/rig.ts";
import { startBroadcastWorker, testPace } from "./rig.ts";

const [databaseUrl = "", apiRoot = "", killAt] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 6, applicationName: "broadcast-process" });
if (killAt) armKillPoint(killAt);
await startBroadcastWorker(database, databaseUrl);
await createLaneRuntime({
  database,
  sender: testSender(apiRoot, database.db),
  bots: testBots(database),
  limits: { perSecond: testPace },
  log: createLogger("error"),
});
console.log("ready");

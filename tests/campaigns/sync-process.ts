/** One process that reads a tracker, to be killed: `bun tests/campaigns/sync-process.ts <database url> <workspace> <connection> <campaigns> <kill point>`. */
import { systemActor } from "@backend/kit/context.ts";
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { createLogger } from "@backend/kit/log.ts";
import { syncTracker } from "@backend/modules/campaigns/actions/sync-tracker.ts";
import { portsOf, trackerWith } from "@backend/modules/campaigns/testing.ts";
import { openDatabase } from "@db/client.ts";

const [databaseUrl = "", workspaceId = "", connectionId = "", campaigns = "", killAt = ""] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 3, applicationName: "sync-process" });
armKillPoint(killAt);
await syncTracker(
  {
    db: database.db,
    actor: systemActor(workspaceId),
    now: new Date(),
    log: createLogger("silent"),
    ports: portsOf(trackerWith(Number(campaigns))),
    requestId: "sync-process",
  },
  { connectionId, workspaceId, isFailing: false },
);
await database.close(1_000);

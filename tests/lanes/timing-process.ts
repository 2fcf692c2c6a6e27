/** One firing of timing's jobs, to be killed: `bun tests/lanes/timing-process.ts <database url> <now> <kill point>`. */
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { fireDue } from "@backend/modules/broadcasts/actions/fire-due.ts";
import { takeDueRuns } from "@backend/modules/broadcasts/actions/take-due-runs.ts";
import { asJob } from "@backend/modules/broadcasts/testing.ts";
import { openDatabase } from "@db/client.ts";

const [databaseUrl = "", now = "", killAt = ""] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 2, applicationName: "timing-process" });
armKillPoint(killAt);
const ctx = asJob(database.db, new Date(now));
await fireDue(ctx, {});
await takeDueRuns(ctx, {});
await database.close(1_000);

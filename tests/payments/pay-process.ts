/**
 * One process that moves money, to be killed:
 * `bun tests/payments/pay-process.ts <database url> <environment as JSON> <job> <payload as JSON> <kill point>`.
 */
import { readConfig } from "@backend/app/config.ts";
import { createRuntime } from "@backend/app/container.ts";
import { jobHandlers } from "@backend/app/jobs.ts";
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { createLogger } from "@backend/kit/log.ts";
import { openDatabase } from "@db/client.ts";
import { sellToWhoeverPaid } from "./rig.ts";

const [databaseUrl = "", environment = "{}", name = "", payload = "{}", killAt = ""] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { poolSize: 3, applicationName: "pay-process" });
const runtime = await createRuntime({
  config: readConfig(JSON.parse(environment)),
  database,
  log: createLogger("silent"),
});
sellToWhoeverPaid();
armKillPoint(killAt);
const handler = jobHandlers(runtime).find(({ job }) => job.name === name);
const given = JSON.parse(payload) as never;
const actor = runtime.actorFor(handler?.workspaceOf?.(given) ?? null);
await handler?.action(runtime.contextFor(actor, "pay-process") as never, given);
await database.close(1_000);
process.exit(0);

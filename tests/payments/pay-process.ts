/**
 * One process that moves money, to be killed:
 * `bun tests/payments/pay-process.ts <database url> <environment as JSON> <job> <payload as JSON> <kill point> [<ms that the test's
 * clock is ahead>]`; with the last one it is the shop that reacts to money.
 */
import { readConfig } from "@backend/app/config.ts";
import { createRuntime } from "@backend/app/container.ts";
import { jobHandlers } from "@backend/app/jobs.ts";
import { armKillPoint } from "@backend/kit/kill-points.ts";
import { createLogger } from "@backend/kit/log.ts";
import { openDatabase } from "@db/client.ts";
import { keepShop, sellToWhoeverPaid } from "./rig.ts";

const [databaseUrl = "", environment = "{}", name = "", payload = "{}", killAt = "", aheadMs] = process.argv.slice(2);
const now = () => new Date(Date.now() + Number(aheadMs ?? 0));
const database = openDatabase(databaseUrl, { poolSize: 3, applicationName: "pay-process" });
const runtime = await createRuntime({
  config: readConfig(JSON.parse(environment)),
  database,
  log: createLogger("silent"),
});
if (aheadMs === undefined) sellToWhoeverPaid();
else keepShop(now);
armKillPoint(killAt);
const handler = jobHandlers(runtime).find(({ job }) => job.name === name);
const given = JSON.parse(payload) as never;
const actor = runtime.actorFor(handler?.workspaceOf?.(given) ?? null);
await handler?.action({ ...runtime.contextFor(actor, "pay-process"), now: now() } as never, given);
await database.close(1_000);
process.exit(0);

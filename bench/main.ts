/**
 * `npm run bench [name …] [-- --runs 5] [--quick] [--write]`: measures, prints a table, and with `--write` puts the figures
 * into docs/performance.md. Ends with 1 when a figure misses its target.
 */
import { alerts } from "./alerts.ts";
import { broadcast } from "./broadcast.ts";
import { burst } from "./burst.ts";
import { campaigns } from "./campaigns.ts";
import { clicks } from "./clicks.ts";
import { exports } from "./export.ts";
import { firstScreen } from "./first-screen.ts";
import { audienceExport, imports } from "./import.ts";
import { intake } from "./intake.ts";
import { orders } from "./orders.ts";
import { pace, paid } from "./pace.ts";
import { writeResults } from "./page.ts";
import { payments } from "./payments.ts";
import { reach } from "./reach.ts";
import { results } from "./results.ts";
import { routes } from "./routes.ts";
import type { Bench, Row } from "./row.ts";
import { shareEdit } from "./share-edit.ts";
import { start } from "./start.ts";
import { statistics } from "./statistics.ts";
import { subscribers } from "./subscribers.ts";
import { table } from "./table.ts";
import { taskClaims } from "./tasks.ts";

const benches: readonly Bench[] = [
  intake,
  burst,
  alerts,
  routes,
  statistics,
  pace,
  paid,
  broadcast,
  clicks,
  results,
  payments,
  subscribers,
  imports,
  audienceExport,
  campaigns,
  shareEdit,
  orders,
  taskClaims,
  reach,
  start,
  exports,
  firstScreen,
];

const args = process.argv.slice(2);
const flag = (name: string) => args.includes(name);
const runsAt = args.indexOf("--runs");
const runs = runsAt === -1 ? (flag("--quick") ? 1 : 3) : Number(args[runsAt + 1]);
const names = args.filter((arg, at) => !arg.startsWith("--") && (runsAt === -1 || at !== runsAt + 1));
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0 || !(runs >= 1)) {
  console.error(`usage: bench [name …] [--runs N] [--quick] [--write]\n`);
  for (const { name, what } of benches) console.error(`  ${name.padEnd(14)} ${what}`);
  process.exit(2);
}

const missed: Row[] = [];
for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
  console.log(`\n${bench.name}: ${bench.what}`);
  const startedAt = performance.now();
  const rows = await bench.run({ runs, isQuick: flag("--quick"), say: (text) => console.log(`  ${text}`) });
  console.log(`\n${table(rows)}\n  (${Math.round((performance.now() - startedAt) / 1000)} s)`);
  missed.push(...rows.filter(({ ok }) => ok === false));
  if (flag("--write")) await writeResults(bench, rows, runs);
}
if (missed.length > 0) console.log(`\nmissed: ${missed.map(({ what }) => what).join("; ")}`);
process.exit(missed.length > 0 ? 1 : 0);

import { createVault } from "@backend/kit/crypto.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { sql } from "drizzle-orm";
import { createRig, memoryMb, type Rig, type Server } from "./product.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";

const allRows = 1_000_000;
const quickRows = 200_000;

/** The whole way: from the request to the last byte, rows read from the database while the file is written. */
export const exports: Bench = {
  name: "export",
  what: "a file of all conversions, every fact a column (56 of them, 20 filled), from the request to its last byte",
  run: measure,
};

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    const count = isQuick ? quickRows : allRows;
    const product = await rig.start();
    const { workspaceId, ...bot } = await rig.platformBot();
    await rig.connect(workspaceId, null);
    await fill(rig, workspaceId, count);
    say(`${count} conversions stored`);
    const at = { workspaceId, botId: bot.id, botUsername: "", token: "" };
    const key = await makeApiKey(rig.database.db, at, ["conversions.read"], createVault(rig.secretsKey));
    const floors: number[] = [];
    const results = { xlsx: [] as Exported[], csv: [] as Exported[] };
    const quiet = await askOthers(product, key.headers, AbortSignal.timeout(5_000));
    for (let n = 0; n < runs; n++) {
      floors.push(await copyOut(rig));
      for (const format of ["xlsx", "csv"] as const) {
        const result = await download(product, key.headers, format);
        results[format].push(result);
        say(
          `run ${n + 1}: ${format} ${result.seconds.toFixed(1)} s, ${(result.bytes / 1e6).toFixed(0)} MB, +${result.grownMb.toFixed(0)} MB, first byte ${result.firstMs.toFixed(0)} ms, others p99 ${result.othersP99.toFixed(0)} ms`,
        );
      }
    }
    const of = (format: "xlsx" | "csv", what: keyof Exported) => median(results[format].map((one) => one[what]));
    const floor = { what: "the same rows by COPY, read and dropped", value: median(floors) };
    const rows = `${count.toLocaleString("en-US")} rows`;
    // A quick run has a fifth of the rows, and says nothing of the whole.
    const target = isQuick ? null : atMost(30);
    return [
      row({ what: `${rows} of XLSX`, value: of("xlsx", "seconds"), unit: "s", floor, target }),
      row({ what: `${rows} of CSV`, value: of("csv", "seconds"), unit: "s", floor, target }),
      row({ what: "memory above idle, XLSX", value: of("xlsx", "grownMb"), unit: "MB", target: atMost(150) }),
      row({ what: "memory above idle, CSV", value: of("csv", "grownMb"), unit: "MB", target: atMost(150) }),
      row({ what: "first byte, XLSX", value: of("xlsx", "firstMs"), unit: "ms", target: atMost(1_000) }),
      row({
        what: "a list asked for meanwhile, p99",
        value: of("xlsx", "othersP99"),
        unit: "ms",
        floor: { what: "the same without an export", value: quiet },
      }),
    ];
  } finally {
    await rig.close();
  }
}

async function fill({ database }: Rig, workspaceId: string, count: number): Promise<void> {
  const step = 50_000;
  for (let from = 0; from < count; from += step)
    await database.db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, subid, tid, status, raw_status, amount, currency, campaign_id,
        campaign_name, country, facts, received_at)
      select ${workspaceId}, (select id from tracker_connections limit 1), 'k' || n, 'click' || n, 't' || n, 'sale', 'sale', 120.50, 'USD', (n % 90)::text,
        'Кампанія ' || n % 90, 'AU', jsonb_build_object('subid', 'click' || n, 'tid', 't' || n, 'status', 'sale', 'rawStatus', 'sale',
          'amount', '120.50', 'currency', 'USD', 'campaignId', (n % 90)::text, 'campaignName', 'Кампанія ' || n % 90, 'offerId', (n % 40)::text,
          'offerName', 'Offer ' || n % 40, 'landingId', null, 'landingName', null, 'creativeId', null, 'creativeName', null,
          'source', 'facebook', 'trafficSource', 'Facebook Ads', 'externalId', null, 'country', 'AU', 'reportedAt', null,
          'subIds', jsonb_build_object('1', 'creative_' || n % 300, '2', 'adset_' || n % 70, '3', 'buyer_' || n % 9),
          'extra', jsonb_build_object('ip', '203.0.113.' || n % 250)),
        now() - n * interval '3 seconds'
      from generate_series(${from + 1}::int, ${from + step}::int) n`);
  await database.db.execute(sql`analyze conversions`);
}

async function copyOut({ database }: Rig): Promise<number> {
  const startedAt = performance.now();
  const readable = await database.sql`
    copy (select id, connection_id, status, raw_status, amount, currency, facts, correction_count, is_recovered, received_at, happened_at
      from conversions order by id desc) to stdout`.readable();
  for await (const chunk of readable) if (chunk.length < 0) break;
  return (performance.now() - startedAt) / 1000;
}

interface Exported {
  seconds: number;
  bytes: number;
  grownMb: number;
  firstMs: number;
  othersP99: number;
}

const pathOf = (format: string) => `/api/v1/conversions/export?format=${format}`;

async function download(product: Server, headers: Record<string, string>, format: string): Promise<Exported> {
  Bun.gc(true);
  await Bun.sleep(1_000);
  const idle = memoryMb(product.pid);
  let peak = idle;
  const watching = setInterval(() => {
    peak = Math.max(peak, memoryMb(product.pid));
  }, 50);
  const end = new AbortController();
  const others = askOthers(product, headers, end.signal);
  const startedAt = performance.now();
  const answer = await fetch(`http://127.0.0.1:${product.port}${pathOf(format)}`, { headers });
  if (!answer.ok || !answer.body) throw new Error(`export: ${answer.status} ${await answer.text()}`);
  let bytes = 0;
  let firstMs = 0;
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    if (bytes === 0) firstMs = performance.now() - startedAt;
    bytes += chunk.length;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  end.abort();
  clearInterval(watching);
  return { seconds, bytes, grownMb: peak - idle, firstMs, othersP99: await others };
}

/** Twenty lists a second until `signal`; the slowest hundredth in milliseconds. */
async function askOthers(product: Server, headers: Record<string, string>, signal: AbortSignal): Promise<number> {
  const taken: number[] = [];
  while (!signal.aborted) {
    const startedAt = performance.now();
    await (await fetch(`http://127.0.0.1:${product.port}/api/v1/conversions?limit=50`, { headers })).arrayBuffer();
    const ms = performance.now() - startedAt;
    taken.push(ms);
    await Bun.sleep(Math.max(0, 50 - ms));
  }
  return percentile(ascending(taken), 0.99);
}

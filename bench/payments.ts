import { fileURLToPath } from "node:url";
import { createVault } from "@backend/kit/crypto.ts";
import { paymentConnections } from "@db/schema/payments.ts";
import { signUpdate } from "@sandbox/crypto-pay/index.ts";
import { type LoadResult, loadFromOutside } from "./load.ts";
import { measureScreen } from "./paid-screen.ts";
import { createRig, type Server, startServer } from "./product.ts";
import { atMost, type Bench, median, type Row, type RunOptions, row } from "./row.ts";

const perSecond = 200;
const connections = 32;
const token = "100200:AAbenchmarksTokenOfNobody0000000000";

/** How long a provider waits until its webhook is safe (signature over the raw bytes, one row on disk, 200), and a customer afterwards. */
export const payments: Bench = {
  name: "payments",
  what: `signed webhooks of a payment provider at ${perSecond} a second, stored durably before they are answered; and until a screen shows it`,
  run: async (options) => [...(await measure(options)), ...(await measureScreen(options))],
};

/** As Crypto Pay sends it, with every field of an invoice that was paid. */
const body = JSON.stringify({
  update_id: 12_345,
  update_type: "invoice_paid",
  request_date: "2026-11-20T09:04:31.377Z",
  payload: {
    ...{ invoice_id: 828_733, hash: "IVHuvcfIGkOl", currency_type: "fiat", fiat: "USD", amount: "99.99" },
    ...{ accepted_assets: ["USDT", "TON", "BTC"], paid_asset: "TON", paid_amount: "31.44", paid_fiat_rate: "3.18" },
    ...{
      fee_asset: "TON",
      fee_amount: "0.9432",
      fee_in_usd: "2.99",
      fee: "0.9432",
      usd_rate: "3.18",
      paid_usd_rate: "3.18",
    },
    ...{
      bot_invoice_url: "https://t.me/CryptoBot?start=IVHuvcfIGkOl",
      description: "Starter Mini, 30 days",
      status: "paid",
    },
    ...{
      created_at: "2026-11-20T08:59:00.000Z",
      expiration_date: "2026-11-20T09:59:00.000Z",
      paid_at: "2026-11-20T09:04:31.000Z",
    },
    ...{ paid_anonymously: false, allow_comments: false, allow_anonymous: false, payload: crypto.randomUUID() },
  },
});

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  const servers: Server[] = [];
  try {
    const api = await rig.start({ ROLE: "api" });
    const { workspaceId } = await rig.platformBot();
    const [connection] = await rig.database.db
      .insert(paymentConnections)
      .values({
        ...{ workspaceId, provider: "crypto_pay", account: "100200", name: "Bench" },
        credentialsSealed: createVault(rig.secretsKey).seal(token),
      })
      .returning();
    const path = `/webhooks/crypto-pay/${connection?.id}`;
    const empty = await startServer(fileURLToPath(new URL("./floors/empty-handler.ts", import.meta.url)), {});
    servers.push(empty);
    const headers = { "Content-Type": "application/json", "crypto-pay-api-signature": signUpdate(token, body) };
    const results = { empty: [] as LoadResult[], api: [] as LoadResult[] };
    const seconds = isQuick ? 3 : 10;
    const hit = async (server: Server, at: string) => {
      const load = { port: server.port, paths: [at], connections, seconds, warmUpSeconds: 1, perSecond };
      const result = await loadFromOutside({ ...load, said: { body, headers } });
      if (result.non2xx > 0) throw new Error(`${result.non2xx} calls were refused`);
      return result;
    };
    let accepted = 0;
    for (let n = 0; n < runs; n++) {
      results.empty.push(await hit(empty, "/in/payments"));
      const one = await hit(api, path);
      results.api.push(one);
      accepted += one.accepted;
      say(`run ${n + 1}: p50 ${one.p50.toFixed(1)} ms, p99 ${one.p99.toFixed(1)} ms at ${Math.round(one.perSecond)}/s`);
    }
    const stored = await rig.count("inbound_events");
    const of = (all: LoadResult[], figure: "p50" | "p99") => median(all.map((result) => result[figure]));
    return [
      row({
        what: "a signed webhook is answered, p99",
        value: of(results.api, "p99"),
        unit: "ms",
        floor: { what: "empty handler, p99", value: of(results.empty, "p99") },
        target: atMost(50),
      }),
      row({ what: "a signed webhook is answered, median", value: of(results.api, "p50"), unit: "ms" }),
      row({ what: "slowest", value: Math.max(...results.api.map(({ max }) => max)), unit: "ms" }),
      row({ what: "answered 200 and not in the table", value: accepted - stored, unit: "calls", target: atMost(0) }),
    ];
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rig.close();
  }
}

import { fileURLToPath } from "node:url";
import { clickCodesOf, linkerOf } from "@backend/modules/broadcasts/links.ts";
import { sampleVariants } from "@backend/modules/broadcasts/result-testing.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import { openDatabase } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { makeRecipients } from "./broadcast-data.ts";
import { type LoadResult, loadFromOutside } from "./load.ts";
import { createRig, startServer } from "./product.ts";
import { atLeast, atMost, type Bench, median, type Row, type RunOptions, row } from "./row.ts";

const connections = 64;
/** Ten times what ten thousand people in a minute are. */
const peakPerSecond = 1_670;

/** People who click all at once: each is counted durably before he is sent on. */
export const clicks: Bench = {
  name: "clicks",
  what: "clicks on counted links, 64 connections without a pause, and links written into messages",
  run: measure,
};

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  const long = openDatabase(rig.databaseUrl, { poolSize: 2, statementTimeoutMs: 0 });
  const empty = await startServer(fileURLToPath(new URL("./floors/empty-redirect.ts", import.meta.url)), {});
  try {
    const api = await rig.start({ ROLE: "api", TRUSTED_PROXIES: "127.0.0.1" });
    const bot = await rig.platformBot();
    const people = isQuick ? 20_000 : 200_000;
    const at = { workspaceId: bot.workspaceId, botId: bot.id, people, secretsKey: rig.secretsKey };
    const made = await makeRecipients(long.db, at);
    const codes = clickCodesOf(made.context.ports.vault);
    const paths = Array.from(
      { length: 10_000 },
      (_, n) => `/l/${codes.write({ recipientId: made.firstRecipientId + BigInt(n), link: 1 + (n % 3) })}`,
    );

    const results = { empty: [] as LoadResult[], api: [] as LoadResult[] };
    let accepted = 0;
    for (let n = 0; n < runs; n++) {
      for (const [name, server] of [["empty", empty] as const, ["api", api] as const]) {
        const seconds = isQuick ? 2 : 5;
        const load = { port: server.port, paths, connections, seconds, warmUpSeconds: 1, asVisitors: true };
        const result = await loadFromOutside(load);
        if (result.non2xx > 0) throw new Error(`${result.non2xx} visitors were not sent on`);
        results[name].push(result);
      }
      accepted += results.api.at(-1)?.accepted ?? 0;
      const told = Object.entries(results).map(([name, all]) => `${name} ${Math.round(all.at(-1)?.perSecond ?? 0)}/s`);
      say(`run ${n + 1}: ${told.join(", ")}, p99 ${results.api.at(-1)?.p99.toFixed(1)} ms`);
    }
    const [counted] = await long.db.execute<{ clicks: number; people: number }>(
      sql`select sum(clicks)::int as clicks, sum(people)::int as people from broadcast_links where broadcast_id = ${made.broadcastId}`,
    );

    const write = await linkerOf(made.context, made.broadcastId);
    const message = sampleVariants[0]?.letter.messages.en as Content;
    const startedAt = performance.now();
    for (let n = 0; n < 1_000; n++) write(message, made.firstRecipientId + BigInt(n));
    const writeMs = performance.now() - startedAt;

    const of = (all: LoadResult[], figure: "perSecond" | "p50" | "p99") => median(all.map((result) => result[figure]));
    return [
      row({
        what: "clicks counted durably, against an empty redirect",
        value: of(results.api, "perSecond"),
        unit: "/s",
        floor: { what: "empty Elysia redirect", value: of(results.empty, "perSecond") },
        target: atLeast(peakPerSecond),
      }),
      row({
        what: "sent on under that load, p99",
        value: of(results.api, "p99"),
        unit: "ms",
        floor: { what: "empty redirect, p99", value: of(results.empty, "p99") },
        target: atMost(100),
      }),
      row({
        what: "sent on and not counted",
        value: accepted - (counted?.clicks ?? 0),
        unit: "clicks",
        target: atMost(0),
      }),
      row({ what: "1,000 messages of three links written", value: writeMs, unit: "ms", target: atMost(100) }),
    ];
  } finally {
    await empty.stop();
    await long.close();
    await rig.close();
  }
}

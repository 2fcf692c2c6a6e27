import { fileURLToPath } from "node:url";
import { type LoadResult, loadFromOutside } from "./load.ts";
import { createRig, type Server, startServer } from "./product.ts";
import { atLeast, atMost, type Bench, median, type Row, type RunOptions, row } from "./row.ts";

const connections = 64;
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Postbacks a second that are safe on disk when they are answered, and how long 64 callers at once wait for the answer. */
export const intake: Bench = {
  name: "intake",
  what: "postbacks stored durably, 64 connections without a pause between calls",
  run: measure,
};

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  const servers: Server[] = [];
  try {
    const api = await rig.start({ ROLE: "api" });
    const bot = await rig.platformBot();
    const path = await rig.connect(bot.workspaceId, null);
    const empty = await startServer(file("./floors/empty-handler.ts"), {});
    const single = await startServer(file("./floors/one-insert-each.ts"), {
      DATABASE_URL: rig.databaseUrl,
      SECRETS_KEY: rig.secretsKey,
    });
    servers.push(empty, single);

    let accepted = 0;
    const results = { empty: [] as LoadResult[], single: [] as LoadResult[], api: [] as LoadResult[] };
    const seconds = isQuick ? 2 : 5;
    const hit = async (server: Server) => {
      const result = await loadFromOutside({
        port: server.port,
        paths: [path],
        connections,
        seconds,
        warmUpSeconds: 1,
      });
      if (result.non2xx > 0) throw new Error(`${result.non2xx} calls were refused`);
      return result;
    };
    for (let n = 0; n < runs; n++) {
      results.empty.push(await hit(empty));
      results.single.push(await hit(single));
      results.api.push(await hit(api));
      accepted += (results.single.at(-1)?.accepted ?? 0) + (results.api.at(-1)?.accepted ?? 0);
      const told = Object.entries(results).map(([name, all]) => `${name} ${Math.round(all.at(-1)?.perSecond ?? 0)}/s`);
      say(`run ${n + 1}: ${told.join(", ")}, p99 ${results.api.at(-1)?.p99.toFixed(1)} ms`);
    }
    const stored = await rig.count("inbound_events");
    const of = (all: LoadResult[], figure: "perSecond" | "p50" | "p99" | "max") =>
      median(all.map((result) => result[figure]));
    const perSecond = of(results.api, "perSecond");
    return [
      row({
        what: "stored durably, against an empty handler",
        value: perSecond,
        unit: "/s",
        floor: { what: "empty Elysia POST handler", value: of(results.empty, "perSecond") },
        target: atLeast(0.5, "ratio"),
      }),
      row({
        what: "stored durably, against one insert per request",
        value: perSecond,
        unit: "/s",
        floor: { what: "same routes, one statement per call, 12 connections", value: of(results.single, "perSecond") },
        target: atLeast(4, "ratio"),
      }),
      row({
        what: "answered under that load, p99",
        value: of(results.api, "p99"),
        unit: "ms",
        floor: { what: "empty handler, p99", value: of(results.empty, "p99") },
        target: atMost(50),
      }),
      row({
        what: "answered under that load, slowest",
        value: Math.max(...results.api.map(({ max }) => max)),
        unit: "ms",
      }),
      row({ what: "answered 200 and not in the table", value: accepted - stored, unit: "calls", target: atMost(0) }),
    ];
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await rig.close();
  }
}

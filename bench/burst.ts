import { loadFromOutside } from "./load.ts";
import { createRig } from "./product.ts";
import { atMost, type Bench, type Row, type RunOptions, row, until } from "./row.ts";

const connections = 64;
const burstCalls = 5_000;

/** All roles in one process: a tracker's burst, and a steady load while everything that came is read and told. */
export const burst: Bench = {
  name: "burst",
  what: "5,000 postbacks as fast as 64 connections can, and 500 a second without end; all roles in one process",
  run: measure,
};

async function measure({ isQuick, say }: RunOptions): Promise<Row[]> {
  const rig = await createRig();
  try {
    const product = await rig.start();
    const bot = await rig.platformBot();
    const [chat] = await rig.addChats(bot, 1);
    const path = await rig.connect(bot.workspaceId, chat ?? null);
    const all = await loadFromOutside({ port: product.port, paths: [path], connections, calls: burstCalls });
    const lost = all.accepted - (await rig.count("inbound_events"));
    const readFrom = performance.now();
    await until("every call to be read", async () => (await rig.count("unread")) === 0, 180_000);
    const readSeconds = (performance.now() - readFrom) / 1000;
    const conversions = await rig.count("conversions");
    say(
      `burst: ${Math.round(all.perSecond)}/s, slowest ${Math.round(all.max)} ms, read ${readSeconds.toFixed(1)} s later`,
    );

    const seconds = isQuick ? 5 : 60;
    const quiet = await loadFromOutside({ port: product.port, paths: [path], connections, calls: 200, perSecond: 50 });
    const steady = await loadFromOutside({ port: product.port, paths: [path], connections, seconds, perSecond: 500 });
    const waiting = await rig.count("unread");
    say(`steady: p99 ${steady.p99.toFixed(1)} ms, slowest ${Math.round(steady.max)} ms, unread at the end ${waiting}`);
    const at500 = (what: string) => `500/s for ${seconds} s, ${what}`;
    return [
      row({ what: "burst of 5,000: slowest answer", value: all.max, unit: "ms", target: atMost(4_000) }),
      row({ what: "burst of 5,000: not answered 200", value: all.non2xx, unit: "calls", target: atMost(0) }),
      row({ what: "burst of 5,000: answered 200 and not in the table", value: lost, unit: "calls", target: atMost(0) }),
      row({
        what: "burst of 5,000: calls that became no conversion",
        value: all.accepted - conversions,
        unit: "calls",
        target: atMost(0),
      }),
      row({ what: "burst of 5,000: everything read after the last answer", value: readSeconds, unit: "s" }),
      row({
        what: at500("answered, p99"),
        value: steady.p99,
        unit: "ms",
        floor: { what: "at 50/s, p99", value: quiet.p99 },
        target: atMost(100),
      }),
      row({ what: at500("slowest answer"), value: steady.max, unit: "ms", target: atMost(1_000) }),
      row({ what: at500("not answered 200"), value: steady.non2xx, unit: "calls", target: atMost(0) }),
      row({ what: at500("unread at the end"), value: waiting, unit: "calls" }),
    ];
  } finally {
    await rig.close();
  }
}

import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import { audienceCeiling, humansOf, reachOf, walkAudience } from "@backend/modules/audience/index.ts";
import { openDatabase } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { createRig } from "./product.ts";
import { type MadePeople, makeSubscribers } from "./reach-data.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";

/** What the builder asks at every change, and what a broadcast asks on its way, over a workspace of a million people. */
export const reach: Bench = {
  name: "reach",
  what: "reach of segments over 1,000,000 people of three bots, and the walk of a broadcast through them",
  run: measure,
};

const conditionsOf = ({ rareTag, commonTags }: MadePeople): Record<string, Condition | null> => ({
  everybody: null,
  "language and last seen": {
    kind: "all",
    of: [
      { kind: "language", test: "is", values: ["uk", "pl"] },
      { kind: "moment", fact: "seen", test: "within", days: 30 },
    ],
  },
  "one of two tags": { kind: "all", of: [{ kind: "tag", test: "any", values: commonTags.slice(0, 2) }] },
  "a tag of a hundred people": { kind: "all", of: [{ kind: "tag", test: "any", values: [rareTag] }] },
  "a field, and not a tag": {
    kind: "all",
    of: [
      { kind: "field", field: "city", of: "text", test: "is", values: ["kyiv", "lviv"] },
      { kind: "none", of: [{ kind: "tag", test: "any", values: commonTags.slice(2, 3) }] },
    ],
  },
  "eight rules in three groups": {
    kind: "all",
    of: [
      { kind: "source", test: "glob", values: ["src_1*", "src_9?"] },
      { kind: "count", fact: "clicks", test: "at_least", count: 2 },
      {
        kind: "any",
        of: [
          { kind: "field", field: "score", of: "number", test: "above", value: 500 },
          { kind: "field", field: "city", of: "text", test: "contains", values: ["od"] },
          { kind: "field", field: "birthday", of: "date", test: "anniversary" },
        ],
      },
      {
        kind: "none",
        of: [
          { kind: "moment", fact: "order", test: "within", days: 90 },
          { kind: "tag", test: "any", values: commonTags.slice(4, 6) },
          { kind: "language", test: "is", values: ["en"] },
        ],
      },
    ],
  },
});

const batch = 500;

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const rowCount = isQuick ? 50_000 : 1_000_000;
  const rig = await createRig();
  const long = openDatabase(rig.databaseUrl, { poolSize: 1, statementTimeoutMs: 0 });
  // As the product's processes open theirs: a statement that takes longer than 15 seconds would end here too.
  const { db, close } = openDatabase(rig.databaseUrl, { poolSize: 4 });
  try {
    await (await rig.start({ ROLE: "api" })).stop();
    const { workspaceId, id } = await rig.platformBot();
    const botIds = [id, (await rig.addBot()).id, (await rig.addBot()).id];
    const now = new Date();
    const made = await makeSubscribers(long.db, { workspaceId, botIds, rows: rowCount, now }, say);
    const timed = async (work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await work();
      return performance.now() - startedAt;
    };
    const several = async (times: number, work: () => Promise<number>) => {
      const all: number[] = [];
      for (let n = 0; n < times; n++) all.push(await work());
      return ascending(all);
    };
    const rounds = Math.max(5, runs * (isQuick ? 3 : 7));
    // Over the table itself: an index alone would answer without looking at a single person.
    const floorMs = median(
      await several(5, () =>
        timed(() => long.db.execute(sql`select count(*) from subscribers where state = 'active'`)),
      ),
    );
    const floor = { what: "select count(*) where state = 'active'", value: floorMs };
    const rows: Row[] = [];
    for (const [name, condition] of Object.entries(conditionsOf(made))) {
      const ask = { workspaceId, botIds, condition, categoryId: null, now, timeZone: "Europe/Kyiv" };
      const { people } = await reachOf(db, ask);
      const times = await several(rounds, () => timed(() => reachOf(db, ask)));
      say(`${name}: ${people.toLocaleString("en-US")} people, ${Math.round(percentile(times, 0.5))} ms`);
      rows.push(
        row({ what: `${name}, p50`, value: percentile(times, 0.5), unit: "ms", floor }),
        row({ what: `${name}, p95`, value: percentile(times, 0.95), unit: "ms", floor, target: atMost(500) }),
      );
      const humans = await several(3, () => timed(() => humansOf(db, ask, people)));
      rows.push(row({ what: `${name}: different humans beside it`, value: median(humans), unit: "ms" }));
      // From the beginning to the end of one bot where few fit; the first batches where many do.
      let walked = 0;
      const ceiling = await audienceCeiling(db, id);
      const steps = await several(Math.min(rounds, 10), () =>
        timed(async () => {
          const page = await walkAudience(db, { ...ask, botId: id, afterId: walked, ceiling, limit: batch });
          walked = page.length < batch ? 0 : (page.at(-1)?.id ?? 0);
        }),
      );
      rows.push(row({ what: `${name}: a broadcast's next ${batch}, slowest`, value: steps.at(-1) ?? 0, unit: "ms" }));
    }
    return rows;
  } finally {
    await close();
    await long.close();
    await rig.close();
  }
}

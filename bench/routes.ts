import type { Condition, Route } from "@backend/modules/conversions/domain/conditions.ts";
import { compileRoutes, type Routed } from "@backend/modules/conversions/domain/routing.ts";
import { sampleFacts } from "@backend/modules/conversions/domain/sample-facts.ts";
import { seededRandom } from "@sandbox/telegram/faults.ts";
import { ascending, atMost, type Bench, median, percentile, type Row, type RunOptions, row } from "./row.ts";

/** The engine alone, in one process and without a database: what 500 routes of 20 conditions cost each conversion. */
export const routes: Bench = {
  name: "routes",
  what: "500 routes of 20 different conditions each (equal, list, glob, regex, amount, time) asked about one conversion",
  run: measure,
};

const routeCount = 500;
const conditionCount = 20;
const campaigns = 300;
const creatives = 500;
const buyers = 40;

const text = (
  field: "campaign" | "creative" | "country" | "sub",
  operator: "is" | "glob" | "regex",
  values: string[],
  not: boolean,
): Condition => ({
  kind: "text",
  field,
  ...(field === "sub" ? { sub: 1 } : {}),
  operator,
  values,
  not,
});

/** Every condition holds for most conversions, so that routes are read to their end; the last one decides. */
function makeRoutes(random: () => number): Route[] {
  const some = (prefix: string, from: number, count: number) =>
    Array.from({ length: count }, () => `${prefix}${Math.floor(random() * from)}`);
  const condition = (n: number): Condition => {
    switch (n % 8) {
      case 0:
        return text("campaign", "is", some("Campaign ", campaigns, 5), true);
      case 1:
        return text("creative", "is", some("creative ", creatives, 20), true);
      case 2:
        return text("country", "is", some("C", 500, 3), true);
      case 3:
        return text("campaign", "glob", [`*${some("x", 9_999, 1)[0]}*`], true);
      case 4:
        return text("creative", "regex", [`^creative ${Math.floor(random() * creatives)}(7|9)+$`], true);
      case 5:
        return { kind: "amount", min: String(Math.floor(random() * 40)), max: null, currency: null, not: false };
      case 6:
        return {
          kind: "time",
          from: "00:00",
          to: `23:${String(Math.floor(random() * 60)).padStart(2, "0")}`,
          not: false,
        };
      default:
        return text("sub", "is", [`buyer ${Math.floor(random() * buyers)}`], n + 1 < conditionCount);
    }
  };
  return Array.from({ length: routeCount }, (_, index) => ({
    id: String(index),
    name: `Route ${index}`,
    isOn: true,
    isFallback: false,
    stops: false,
    conditions: [
      ...Array.from({ length: conditionCount - 1 }, (_, n) => condition(n)),
      text("sub", "is", [`buyer ${index % buyers}`], false),
    ],
    targets: [],
    pace: { digestMinutes: null, cap: null },
    quiet: null,
  }));
}

function makeConversions(random: () => number, count: number): Routed[] {
  const facts = sampleFacts("deposit");
  const pick = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const campaign = pick(campaigns);
    return {
      connectionId: "c",
      minuteOfDay: pick(1_380),
      facts: {
        ...facts,
        campaignId: String(campaign),
        campaignName: `Campaign ${campaign}`,
        creativeId: null,
        creativeName: `creative ${pick(creatives)}`,
        country: `C${pick(40)}`,
        subIds: { "1": `buyer ${pick(buyers)}` },
        amount: `${50 + pick(400)}.50`,
      },
    };
  });
}

async function measure({ runs, isQuick, say }: RunOptions): Promise<Row[]> {
  const count = isQuick ? 5_000 : 50_000;
  const cold: number[] = [];
  const warm: number[] = [];
  const tail: number[] = [];
  const plain: number[] = [];
  let matched = 0;
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(run + 1);
    const all = makeRoutes(random);
    const conversions = makeConversions(random, count);
    const compiledAt = performance.now();
    const router = compileRoutes(all);
    const compileMs = performance.now() - compiledAt;
    const times: number[] = [];
    for (const conversion of conversions) {
      const startedAt = performance.now();
      matched += router.match(conversion).length;
      times.push((performance.now() - startedAt) * 1000);
    }
    cold.push(times.slice(0, 1_000).reduce((sum, time) => sum + time, 0) / 1_000);
    warm.push(times.slice(1_000).reduce((sum, time) => sum + time, 0) / (times.length - 1_000));
    tail.push(percentile(ascending(times), 0.99));
    // What it costs when routes share nothing: each compiled and asked by itself, over the same values.
    const alone = all.map((one) => compileRoutes([one]));
    const few = conversions.slice(0, 1_000);
    const startedAt = performance.now();
    for (const conversion of few) for (const one of alone) one.match(conversion);
    plain.push(((performance.now() - startedAt) * 1000) / few.length);
    say(`run ${run + 1}: compiled in ${compileMs.toFixed(0)} ms, ${warm.at(-1)?.toFixed(0)} µs each`);
  }
  if (matched === 0) throw new Error("no route matched: nothing was measured");
  const floor = { what: "each route by itself", value: median(plain) };
  return [
    row({ what: "one conversion, mean", value: median(warm), unit: "µs", floor, target: atMost(200) }),
    row({ what: "one conversion, p99", value: median(tail), unit: "µs" }),
    row({ what: "the first thousand after a change of routes, mean", value: median(cold), unit: "µs" }),
  ];
}

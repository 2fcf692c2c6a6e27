import { createVault } from "@backend/kit/crypto.ts";
import type { TrackerMirror } from "@backend/modules/campaigns/mirror-contracts.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { type KeitaroStandIn, largeWorld, startKeitaroStandIn } from "@sandbox/keitaro/index.ts";
import { desc } from "drizzle-orm";
import { createRig, type Rig, type Server, watchMemory } from "./product.ts";
import { ascending, atMost, type Bench, percentile, type Row, type RunOptions, row, until } from "./row.ts";

/** How long the tracker thinks about each call. */
const delayMs = 50;
/** Calls that one tracker is asked at a time (keitaro.md §2). */
const callsAtOnce = 4;

export const campaigns: Bench = {
  name: "campaigns",
  what: "a tracker of 5,000 campaigns × 4 flows × 6 offers that answers after 50 ms: read whole, read again, and searched",
  run: measure,
};

async function measure({ isQuick, say }: RunOptions): Promise<Row[]> {
  const size = { campaigns: isQuick ? 200 : 5_000, flowsEach: 4, offersEach: 6, offers: isQuick ? 1_000 : 10_000 };
  const tracker = startKeitaroStandIn({ world: largeWorld(size) });
  tracker.delayMs = delayMs;
  const rig = await createRig();
  try {
    const space = await connect(rig, tracker);
    const watch = await watchMemory(space.product);
    const onDemand = () => space.ask("POST", `/campaigns/trackers/${space.connectionId}/sync`);
    const first = await reading(space, tracker, onDemand);
    const grownMb = watch.endMb();
    say(`read whole: ${first.calls} calls, ${first.seconds.toFixed(1)} s, +${grownMb.toFixed(0)} MB`);
    const bySchedule = () => rig.database.sql`update tracker_mirrors set next_run_at = now()`;
    const again = await reading(space, tracker, bySchedule);
    say(`read again by the schedule: ${again.calls} calls`);
    const things = `/campaigns/trackers/${space.connectionId}/things?kind=offer&search=`;
    const words = ["Offer", "offer 77", "9", "9999", "AU", "nothing like this", "Offer 5 P"];
    const offers = await slowest(
      space,
      say,
      words.map((word) => things + encodeURIComponent(word)),
    );
    const lists = [
      "",
      "search=campaign%2049",
      "search=UA",
      "groupRef=3",
      "sourceRef=5&state=active",
      "isFavourite=true",
    ];
    const list = await slowest(
      space,
      say,
      lists.map((query) => `/campaigns?limit=50&${query}`),
    );
    const pages = [...lists.map((query) => `/campaigns?limit=50&${query}`), `${things}Offer`];
    const alone = await p95Of(space, pages);
    const beside = await besideAHangingTracker(rig, space, () => p95Of(space, pages));
    const what = `${size.campaigns.toLocaleString("en-US")} campaigns with their flows`;
    return [
      row({
        what,
        value: first.seconds,
        unit: "s",
        floor: {
          what: `${first.calls.toLocaleString("en-US")} calls of ${delayMs} ms, ${callsAtOnce} at a time`,
          value: (first.calls * delayMs) / callsAtOnce / 1000,
        },
      }),
      row({ what: "calls made for it", value: first.calls, unit: "calls", target: atMost(size.campaigns + 60) }),
      row({ what: "memory above idle while reading", value: grownMb, unit: "MB", target: atMost(150) }),
      row({ what: "calls of the next reading, when nothing changed", value: again.calls, unit: "calls" }),
      row({
        what: `offers to choose from ${size.offers.toLocaleString("en-US")}, p95`,
        value: offers,
        unit: "ms",
        target: atMost(100),
      }),
      row({ what: "list of campaigns, searched and filtered, p95", value: list, unit: "ms" }),
      row({
        what: "pages of this tracker while another hangs, p95",
        value: beside,
        unit: "ms",
        floor: { what: "without the other", value: alone },
        target: atMost(1.2, "ratio"),
      }),
    ];
  } finally {
    await rig.close();
    await tracker.stop();
  }
}

interface Space {
  product: Server;
  connectionId: string;
  ask<T>(method: string, path: string, body?: object): Promise<T>;
}

async function connect(rig: Rig, tracker: KeitaroStandIn): Promise<Space> {
  const product = await rig.start({ OUTBOUND_ALLOW_PRIVATE: "true" });
  const { workspaceId, id: botId } = await rig.platformBot();
  const rights = ["campaigns.read", "campaigns.manage", "connections.read", "connections.manage"] as const;
  const at = { workspaceId, botId } as Parameters<typeof makeApiKey>[1];
  const { headers } = await makeApiKey(rig.database.db, at, [...rights], createVault(rig.secretsKey));
  const ask: Space["ask"] = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${product.port}/api/v1${path}`, {
      method,
      headers: { ...headers, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as never;
  };
  return connectTo(rig, { product, ask }, tracker);
}

/** A connection of its own for the tracker. */
async function connectTo(
  rig: Rig,
  { product, ask }: Omit<Space, "connectionId">,
  tracker: KeitaroStandIn,
): Promise<Space> {
  const { workspaceId } = await rig.platformBot();
  await rig.connect(workspaceId, null);
  const [connection] = await rig.database.db
    .select()
    .from(trackerConnections)
    .orderBy(desc(trackerConnections.createdAt));
  if (!connection) throw new Error("there is no connection");
  await ask("PUT", `/connections/${connection.id}/pull`, { apiUrl: tracker.url, apiKey: tracker.apiKey, isOn: false });
  return { product, ask, connectionId: connection.id };
}

const mirrorOf = async ({ ask, connectionId }: Space) =>
  (await ask<{ items: TrackerMirror[] }>("GET", "/campaigns/trackers")).items.find(
    (mirror) => mirror.connectionId === connectionId,
  );

/** One run from what begins it to its end. */
async function reading(space: Space, tracker: KeitaroStandIn, begin: () => Promise<unknown>) {
  const before = (await mirrorOf(space))?.lastOkAt ?? null;
  const callsBefore = tracker.calls.length;
  await begin();
  const startedAt = performance.now();
  const isDone = async () => {
    const now = await mirrorOf(space);
    if (now?.problem) throw new Error(now.problem);
    return now !== undefined && !now.isRunning && now.lastOkAt !== null && now.lastOkAt !== before;
  };
  await until("the tracker to be read", isDone, 600_000);
  return { seconds: (performance.now() - startedAt) / 1000, calls: tracker.calls.length - callsBefore };
}

/** The slowest kind of question decides: a mean over kinds would hide it. Milliseconds, p95. */
async function slowest({ ask }: Space, say: RunOptions["say"], paths: readonly string[]): Promise<number> {
  let most = 0;
  for (const path of paths) {
    const took: number[] = [];
    for (let n = 0; n < 20; n++) {
      const startedAt = performance.now();
      await ask("GET", path);
      took.push(performance.now() - startedAt);
    }
    const p95 = percentile(ascending(took), 0.95);
    say(`${path}: ${p95.toFixed(1)} ms`);
    most = Math.max(most, p95);
  }
  return most;
}

/** Of all these pages together. */
async function p95Of({ ask }: Space, paths: readonly string[]): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < 40; round++)
    for (const path of paths) {
      const startedAt = performance.now();
      await ask("GET", path);
      took.push(performance.now() - startedAt);
    }
  return percentile(ascending(took), 0.95);
}

/** Measures while people open campaigns of a tracker that never answers, and a reading of it waits too. */
async function besideAHangingTracker(rig: Rig, space: Space, measureIt: () => Promise<number>): Promise<number> {
  const tracker = startKeitaroStandIn({
    world: largeWorld({ campaigns: 20, flowsEach: 2, offersEach: 3, offers: 50 }),
  });
  try {
    const other = await connectTo(rig, space, tracker);
    await reading(other, tracker, () => space.ask("POST", `/campaigns/trackers/${other.connectionId}/sync`));
    const list = `/campaigns?limit=20&connectionId=${other.connectionId}`;
    const { items } = await space.ask<{ items: { id: string }[] }>("GET", list);
    // What was read a moment ago would be shown as it is.
    await rig.database
      .sql`update campaigns set flows_read_at = now() - interval '1 hour' where connection_id = ${other.connectionId}`;
    tracker.fail("hang");
    await space.ask("POST", `/campaigns/trackers/${other.connectionId}/sync`);
    let isOver = false;
    const visitor = async ({ id }: { id: string }) => {
      while (!isOver) await space.ask("GET", `/campaigns/${id}`);
    };
    const visitors = items.map(visitor);
    await Bun.sleep(500);
    const measured = await measureIt();
    isOver = true;
    await Promise.all(visitors);
    return measured;
  } finally {
    await tracker.stop();
  }
}

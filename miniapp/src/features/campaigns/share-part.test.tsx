import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { JSX } from "react";
import type { Flow } from "./flow-api.ts";
import type { OfferFiguresOfFlow } from "./offer-figures.tsx";
import { FlowServer, flowOf, openRig, type Rig } from "./testing.tsx";

let rig: Rig;
let part: typeof import("./share-part.tsx");
let writes: typeof import("./use-flow-writes.ts");
let flowApi: typeof import("./flow-api.ts");
let queries: Awaited<ReturnType<Rig["show"]>>;
let query: typeof import("@tanstack/react-query");
beforeAll(async () => {
  rig = await openRig();
  [part, writes, flowApi, query] = await Promise.all([
    import("./share-part.tsx"),
    import("./use-flow-writes.ts"),
    import("./flow-api.ts"),
    import("@tanstack/react-query"),
  ]);
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const drawn = new Map<string, number>();
/** Figures that are not known yet: every drawn row asks for its own. */
const asked: OfferFiguresOfFlow = {
  of: (id) => {
    drawn.set(id, (drawn.get(id) ?? 0) + 1);
    return undefined;
  },
  ...{ hasSome: false, currency: null, readAt: null, problem: null, isPending: true, error: null },
};

function Rows(): JSX.Element {
  const { data } = query.useSuspenseQuery(flowApi.flowQuery("f1"));
  return <part.SharePart flow={data} part="offers" writes={writes.useFlowWrites(data)} mayEdit figures={asked} />;
}

async function open(flow: Flow) {
  drawn.clear();
  const server = new FlowServer(flow);
  queries = await rig.show(server, "/rows", "/rows", Rows);
  return server;
}
const slider = () => rig.all("input[type=range]")[0] as HTMLElement;
const row = (id: string, share: number) => ({ id, share, state: "active" });

test("while a share slides no row is drawn anew, and then only those that settle", async () => {
  const theirs = { offers: [row("101", 40), row("102", 20), row("103", 40)], landings: [] };
  await open(flowOf({ theirs, pins: { offers: ["102"], landings: [] } }));
  const before = new Map(drawn);
  for (const value of ["41", "45", "50"]) await rig.type(slider(), value);
  expect(drawn).toEqual(before);
  await rig.letGo(slider());
  expect(drawn.get("101")).toBe((before.get("101") ?? 0) + 1);
  expect(drawn.get("102")).toBe(before.get("102") ?? 0);
  expect(drawn.get("103")).toBe((before.get("103") ?? 0) + 1);
});

test("several are added at once, found by name among those that are not there yet", async () => {
  const server = await open(flowOf());
  const thing = (ref: string, name: string) => ({ ref, name, state: "active", countries: ["AU"], network: "Net" });
  server.answers.set("GET trackers/t1/things", () => ({
    items: [thing("101", "Miaflow RO"), thing("201", "Keto AU"), thing("202", "Slim AU")],
    nextCursor: null,
  }));
  await rig.tap(rig.named("Add offers"));
  const choices = () => rig.all("dialog [role=checkbox]").map((element) => element.textContent);
  expect(choices()).toEqual(["Keto AU#201 · Net · AU", "Slim AU#202 · Net · AU"]);
  for (const choice of rig.all("dialog [role=checkbox]")) await rig.tap(choice);
  await rig.tap(rig.named("Add 2"));
  expect(server.writes()).toEqual([
    {
      what: "POST flows/f1/shares",
      body: { version: 0, part: "offers", change: { kind: "add", ids: ["201", "202"] } },
    },
  ]);
  expect(rig.all("input[type=range]").map((input) => (input as HTMLInputElement).value)).toEqual([
    "20",
    "20",
    "20",
    "20",
    "20",
  ]);
  // Known by name though the server has not named them.
  expect(rig.text()).toContain("Slim AU");
});

test("a page of the list that does not come is asked for again by a tap, not by itself", async () => {
  const server = await open(flowOf());
  let asked = 0;
  const unavailable = { error: { code: "common.unavailable", message: "", params: {}, requestId: "" } };
  server.answers.set("GET trackers/t1/things", () => {
    asked += 1;
    const items = [{ ref: "201", name: "Keto AU", state: "active", countries: [], network: null }];
    return asked === 1 ? { items, nextCursor: "201" } : Response.json(unavailable, { status: 503 });
  });
  await rig.tap(rig.named("Add offers"));
  for (let round = 0; round < 5; round++) await rig.settle();
  expect(asked).toBe(2);
  await rig.tap(rig.named("Try again"));
  expect(asked).toBe(3);
});

test("taking back a removal leaves what a colleague changed after it", async () => {
  const server = await open(flowOf());
  await rig.tap(rig.named("Remove Miaflow RO"));
  const removed = server.flow;
  expect(removed.draft?.version).toBe(1);
  server.flow = { ...removed, draft: removed.draft && { ...removed.draft, version: 2 } };
  await rig.act(() => queries.invalidateQueries());
  await rig.settle();
  await rig.tap(rig.named("Undo"));
  expect(server.writes().at(-1)).toEqual({
    what: "POST flows/f1/shares",
    body: { version: 2, part: "offers", change: { kind: "add", ids: ["101"] } },
  });
});

test("a sum that is not 100 is shown as it is, and mended by one tap", async () => {
  const server = await open(flowOf({ theirs: { offers: [row("101", 50), row("102", 40)], landings: [] } }));
  expect(rig.all("[role=status]").map((element) => element.textContent)).toContain(
    "Sum of shares is 90%, must be 100%",
  );
  expect(server.writes()).toEqual([]);
  await rig.tap(rig.named("Even out"));
  expect(server.flow.draft?.rows.offers.map(({ share }) => share)).toEqual([50, 50]);
});

test("hundreds of rows are drawn only near the screen", async () => {
  const offers = Array.from({ length: 300 }, (_, n) => ({ ...row(String(n), 0), state: "disabled" }));
  await open(flowOf({ theirs: { offers, landings: [] } }));
  expect(drawn.size).toBeGreaterThan(0);
  expect(drawn.size).toBeLessThan(60);
});

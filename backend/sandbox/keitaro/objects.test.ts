import { afterEach, describe, expect, test } from "bun:test";
import { demoCampaigns } from "../campaigns.ts";
import { type KeitaroOptions, type KeitaroStandIn, largeWorld, startKeitaroStandIn } from "./index.ts";

const running: KeitaroStandIn[] = [];
afterEach(async () => {
  for (const tracker of running.splice(0)) await tracker.stop();
});

function open(options: KeitaroOptions = {}) {
  const tracker = startKeitaroStandIn(options);
  running.push(tracker);
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${tracker.url}/admin_api/v1/${path}`, {
      method,
      headers: { "api-key": tracker.apiKey },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const type = answer.headers.get("content-type")?.split(";")[0];
    return { status: answer.status, type, body: type === "application/json" ? JSON.parse(text) : text };
  };
  return { tracker, call, get: async (path: string) => (await call("GET", path)).body };
}

interface Row {
  id: number;
  offer_id: number;
  share: number;
  state: string;
  created_at: string;
}
const offersIn = (flow: { offers: Row[] }) => flow.offers.map(({ offer_id, share }) => [offer_id, share]);

describe("the demo's world", () => {
  test("has the campaigns whose conversions are seeded, each offer in one of its flows", async () => {
    const { get } = open();
    const campaigns = (await get("campaigns")) as { id: number; name: string }[];
    for (const { id, name, offers } of demoCampaigns) {
      expect(campaigns.find((campaign) => campaign.id === id)?.name).toBe(name);
      const flows = (await get(`campaigns/${id}/streams`)) as { offers: Row[] }[];
      const held = flows.flatMap((flow) => flow.offers.map(({ offer_id }) => offer_id));
      expect(offers.filter((offer) => !held.includes(offer.id))).toEqual([]);
    }
  });

  test("has what a flow may be: no landing, another sum than 100, a row that is off, no offers at all, weights", async () => {
    const { get } = open();
    const flows = (await Promise.all([15, 22, 31].map((id) => get(`campaigns/${id}/streams`)))).flat();
    const sums = flows.map(({ offers }) =>
      offers.reduce((sum: number, row: Row) => sum + (row.state === "active" ? row.share : 0), 0),
    );
    expect(sums.toSorted((left, right) => left - right)).toEqual([0, 0, 90, 100, 100, 100, 100, 100]);
    expect(new Set(flows.map(({ schema }) => schema))).toEqual(new Set(["landings", "redirect", "action"]));
    expect(flows.some(({ landings, offers }) => landings.length === 0 && offers.length > 0)).toBe(true);
    expect((await get("campaigns/31")).type).toBe("weight");
    expect((await get("campaigns/deleted")).map(({ id }: { id: number }) => id)).toEqual([9]);
    expect((await get("offers")).length).toBeGreaterThan(30);
  });

  test("is one's own: what one tracker's people change is not changed in another", async () => {
    const [one, another] = [open(), open()];
    one.tracker.drift(5003, { offers: [] });
    expect((await another.get("streams/5003")).offers).toHaveLength(2);
  });
});

test("a large world is built whole", async () => {
  const { get } = open({ world: largeWorld({ campaigns: 1_200, flowsEach: 4, offersEach: 6, offers: 900 }) });
  expect(await get("campaigns?offset=1000&limit=500")).toHaveLength(200);
  const flows = await get("campaigns/1200/streams");
  expect(flows).toHaveLength(4);
  for (const flow of flows)
    expect(offersIn(flow).reduce((sum: number, [, share]: (number | undefined)[]) => sum + (share ?? 0), 0)).toBe(100);
  expect(await get("offers")).toHaveLength(900);
});

describe("a flow that is written", () => {
  test("keeps what was not given, and bindings that stay", async () => {
    const { call, get } = open();
    const before = await get("streams/5002");
    const offers = [
      { offer_id: 106, share: 10, state: "active" },
      { offer_id: 102, share: 30, state: "disabled" },
      { offer_id: 101, share: 60, state: "active" },
      { offer_id: 101, share: 55, state: "active" },
    ];
    const { status, body } = await call("PUT", "streams/5002", { offers });
    expect(status).toBe(200);
    // Repeated ids collapse, new ones go to the end, and nobody minds the sum.
    expect(offersIn(body)).toEqual([
      [102, 30],
      [101, 55],
      [106, 10],
    ]);
    expect([body.landings, body.filters, body.name]).toEqual([before.landings, before.filters, before.name]);
    const bindings = ({ offers: rows }: { offers: Row[] }) =>
      new Map(rows.map((row) => [row.offer_id, [row.id, row.created_at]]));
    for (const id of [101, 102]) expect(bindings(body).get(id)).toEqual(bindings(before).get(id));
    expect(await get("streams/5002")).toEqual(body);
    // What was taken out and put back is bound anew.
    await call("PUT", "streams/5002", { offers: [] });
    const again = (await call("PUT", "streams/5002", { offers: [{ offer_id: 101, share: 100 }] })).body;
    expect(again.offers[0].id).not.toBe(before.offers[0].id);
  });

  test("may hold offers that are archived or that nobody knows", async () => {
    const { call } = open();
    const offers = [
      { offer_id: 107, share: 50 },
      { offer_id: 999_999, share: 70 },
    ];
    expect(offersIn((await call("PUT", "streams/5002", { offers })).body)).toEqual([
      [107, 50],
      [999_999, 70],
    ]);
  });

  test("is refused when it is incomplete or wrong, and then nothing is stored", async () => {
    const { call, get } = open();
    const before = await get("streams/5002");
    const refused = async (body: unknown, path = "streams/5002") => (await call("PUT", path, body)).status;
    expect(await refused({ offers: [{ offer_id: 101 }] })).toBe(406);
    expect(await refused({ offers: [{ share: 1 }] })).toBe(406);
    for (const share of [33.3, "40", -1])
      expect([share, await refused({ offers: [{ offer_id: 101, share }] })]).toEqual([share, 422]);
    expect(await refused({ offers: [{ offer_id: "101", share: 5 }] })).toBe(422);
    expect(await refused({ offers: [{ offer_id: 101, share: 5, state: "paused" }] })).toBe(422);
    expect(await refused({ offers: [{ offer_id: 101, share: 100 }] }, "streams/5004")).toBe(422);
    expect(await get("streams/5002")).toEqual(before);
  });

  test("by half stores half, once; one whose answer is lost is stored", async () => {
    const { tracker, call, get } = open();
    const offers = [101, 102, 103, 104].map((offer_id) => ({ offer_id, share: 25 }));
    tracker.fail("partial_write", 1, { on: "writes" });
    await get("streams/5002");
    expect(offersIn((await call("PUT", "streams/5002", { offers })).body)).toHaveLength(2);
    tracker.fail("lost_answer", 1, { on: "writes", path: "streams/5002" });
    const lost = call("PUT", "streams/5002", { offers }).catch(() => null);
    while ((await get("streams/5002")).offers.length < 4) await Bun.sleep(5);
    await tracker.stop();
    await lost;
  });
});

test("somebody in the panel changes a flow, switches it off and archives it", async () => {
  const { tracker, call, get } = open();
  tracker.drift(5003, { offers: [{ offer_id: 104, share: 100 }], name: "AU desktop, one offer" });
  expect(await get("streams/5003")).toMatchObject({ name: "AU desktop, one offer", offers: [{ offer_id: 104 }] });
  expect(tracker.calls).toHaveLength(1);
  expect(() => tracker.drift(1, {})).toThrow("404");
  expect((await call("POST", "streams/5003/disable")).body.state).toBe("disabled");
  expect((await call("POST", "streams/5003/enable")).body.state).toBe("active");
  await call("DELETE", "streams/5003");
  expect((await get("campaigns/15/streams")).map(({ id }: { id: number }) => id)).not.toContain(5003);
});

describe("a campaign", () => {
  test("is changed with its name and alias, and its list of postbacks is replaced", async () => {
    const { call, get } = open();
    const { name, alias } = await get("campaigns/15");
    const postbacks = [{ method: "GET", url: "https://a.example/in", statuses: ["sale"] }];
    expect((await call("PUT", "campaigns/15", { postbacks })).status).toBe(406);
    expect((await call("PUT", "campaigns/15", { name, alias: "", postbacks })).body).toEqual({
      alias: ["Alias is required"],
    });
    const taken = (await get("campaigns/22")).alias;
    expect((await call("PUT", "campaigns/15", { name, alias: taken })).body).toEqual({
      alias: ["Alias has already used"],
    });
    await call("PUT", "campaigns/15", { name, alias, postbacks });
    const first = await get("campaigns/15");
    expect(first.postbacks).toMatchObject([{ ...postbacks[0], campaign_id: 15 }]);
    await call("PUT", "campaigns/15", { name, alias, postbacks: [] });
    expect((await get("campaigns/15")).postbacks).toEqual([]);
  });

  test("is listed until it is archived, and then among the archived", async () => {
    const { call, get } = open();
    const ids = async (path: string) => (await get(path)).map(({ id }: { id: number }) => id);
    const archived = await call("DELETE", "campaigns/22");
    expect([archived.status, archived.body[0].state]).toEqual([200, "deleted"]);
    expect(await ids("campaigns")).not.toContain(22);
    expect(await ids("campaigns/deleted")).toContain(22);
    await call("POST", "campaigns/22/restore");
    expect(await ids("campaigns")).toContain(22);
  });

  test("comes in pages, unless the build knows none", async () => {
    const { get } = open();
    const all = await get("campaigns");
    expect(await get("campaigns?offset=2&limit=3")).toEqual(all.slice(2, 5));
    const old = open({ ignoresOffset: true });
    expect(await old.get("campaigns?offset=2&limit=3")).toHaveLength(all.length);
  });
});

test("what is missing is told as plain text with its number, a path that is missing as the admin page", async () => {
  const { call } = open();
  for (const [path, model] of [
    ["campaigns/1001", "Campaign"],
    ["campaigns/1001/streams", "Campaign"],
    ["streams/1001", "Stream"],
    ["offers/1001", "Offer"],
  ])
    expect(await call("GET", path ?? "")).toEqual({
      status: 404,
      type: "text/plain",
      body: `Traffic\\Model\\${model} #1001 not found`,
    });
  expect((await call("POST", "streams/5002", {})).type).toBe("text/html");
  expect((await call("DELETE", "offers/101")).type).toBe("text/html");
});

test("a restricted key gets shorter lists and no errors, and 403 only where a section is closed", async () => {
  const all = await open().get("offers");
  const { call, get } = open({ isRestricted: true, closedSections: ["traffic_sources"] });
  expect((await get("offers")).length).toBeLessThan(all.length);
  expect(await get("domains")).toEqual([]);
  expect(await call("GET", "traffic_sources")).toMatchObject({ status: 403, body: { stacktrace: null } });
  // A flow still holds what its key may not see.
  const seen = new Set((await get("offers")).map(({ id }: { id: number }) => id));
  const held = (await get("campaigns/15/streams")).flatMap((flow: { offers: Row[] }) => flow.offers);
  expect(held.some(({ offer_id }: Row) => !seen.has(offer_id))).toBe(true);
});

import { afterEach, describe, expect, test } from "bun:test";
import { createOutbound, type OutboundCall } from "@backend/kit/outbound.ts";
import { failureOf } from "@backend/kit/testing.ts";
import type { TrackerThing } from "@backend/modules/campaigns/ports.ts";
import { type KeitaroOptions, type KeitaroStandIn, largeWorld, startKeitaroStandIn } from "@sandbox/keitaro/index.ts";
import { type KeitaroCampaignsOptions, keitaroCampaigns } from "./campaigns.ts";
import { keitaroClient } from "./client.ts";
import campaignsFixture from "./fixtures/campaigns.json" with { type: "json" };
import flowsFixture from "./fixtures/flows.json" with { type: "json" };
import offersFixture from "./fixtures/offers.json" with { type: "json" };
import { faultsWithProblems, problemOf } from "./testing.ts";

const running: KeitaroStandIn[] = [];
afterEach(async () => {
  for (const tracker of running.splice(0)) await tracker.stop();
});

/** A tracker, and its campaigns as the product asks for them. */
function open(options: KeitaroOptions & KeitaroCampaignsOptions & { timeoutMs?: number } = {}) {
  const tracker = startKeitaroStandIn(options);
  running.push(tracker);
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const client = keitaroClient({
    outbound: (call) => outbound({ ...call, timeoutMs: options.timeoutMs ?? 5_000 }),
    pause: async () => {},
  });
  return {
    tracker,
    campaigns: keitaroCampaigns(client, options),
    access: { apiUrl: tracker.url, apiKey: tracker.apiKey },
  };
}

/** A tracker that gives one answer to everything, and remembers what it was asked. */
function answering(answer: unknown, status = 200) {
  const asked: OutboundCall[] = [];
  const client = keitaroClient({
    async outbound(call) {
      asked.push(call);
      const text = typeof answer === "string" ? answer : JSON.stringify(answer);
      return { status, headers: {}, body: new TextEncoder().encode(text) };
    },
    pause: async () => {},
  });
  return { asked, campaigns: keitaroCampaigns(client), access: { apiUrl: "https://tracker.example", apiKey: "k" } };
}

describe("what a tracker says", () => {
  test("of its campaigns: ids of any type are text, words that nobody knows stay, the archived are left out", async () => {
    const { campaigns, access } = answering(campaignsFixture);
    const nothing = { sourceRef: null, bindsVisitors: null, changedText: null };
    expect(await campaigns.listCampaigns(access)).toEqual([
      {
        ref: "15",
        name: "Spring AU",
        alias: "k3Tq9ZpL",
        state: "active",
        type: "position",
        groupRef: "2",
        sourceRef: "3",
        bindsVisitors: "s",
        position: 3,
        changedText: "2026-01-02 00:00:00",
      },
      {
        ...nothing,
        ref: "16",
        name: "UA Утиліти",
        alias: null,
        state: "on_hold",
        type: "auction",
        groupRef: "5",
        position: 4,
      },
      { ...nothing, ref: "17", name: "#17", alias: null, state: "active", type: null, groupRef: null, position: null },
    ]);
  });

  test("of its click tokens and addresses of postbacks reaches nobody who did not ask for them", async () => {
    const { campaigns, access } = answering(campaignsFixture);
    const told = JSON.stringify([await campaigns.listCampaigns(access), await campaigns.listArchived(access)]);
    expect(told).not.toContain("fixture-token");
    expect(told).not.toContain("fixture-address");
  });

  test("of a flow: shares and ids of any type, every state, filters in each of their shapes", async () => {
    const { campaigns, access } = answering(flowsFixture);
    expect(await campaigns.listFlows(access, "15")).toEqual([
      {
        ref: "5002",
        campaignRef: "15",
        name: "Flow 2",
        type: "regular",
        state: "active",
        schema: "landings",
        position: 2,
        weight: 100,
        filters: [{ name: "country", mode: "accept", values: ["AU"] }],
        offers: [
          { id: "102", share: 25, state: "active" },
          { id: "103", share: 65, state: "disabled" },
          { id: "777", share: 0, state: "paused_by_cap" },
        ],
        landings: [{ id: "9", share: 100, state: "active" }],
      },
      {
        ref: "5003",
        campaignRef: "15",
        name: "#5003",
        type: "sticky",
        state: "active",
        schema: "redirect",
        position: null,
        weight: 33,
        filters: [
          { name: "language", mode: "reject", values: ["en", "de"] },
          { name: "keyword", mode: "accept", values: ["spring, sale"] },
          { name: "interval", mode: "accept", values: ["from: 08:00", "to: 22"] },
          { name: "os", mode: "accept", values: ["iOS", "Android"] },
          { name: "bot", mode: "accept", values: [] },
        ],
        offers: [],
        landings: [],
      },
    ]);
  });

  test("of offers: countries as it spells them, no group and no network where it has none", async () => {
    const { campaigns, access } = answering(offersFixture);
    const kind = "offer" as const;
    expect(await campaigns.listThings(access, kind)).toEqual([
      {
        kind,
        ref: "101",
        name: "Miaflow RO",
        state: "active",
        groupRef: "978",
        networkRef: "62",
        countries: ["Romania"],
      },
      {
        kind,
        ref: "102",
        name: "Old build",
        state: "deleted",
        groupRef: "978",
        networkRef: null,
        countries: ["RO", "MD"],
      },
      { kind, ref: "103", name: "#103", state: "active", groupRef: null, networkRef: null, countries: [] },
    ]);
  });

  test("at such length that no index holds it: a name is cut, and what has no possible id is not there", async () => {
    const long = "я".repeat(2_000);
    const things = [
      { id: 1, name: long, group_id: "9".repeat(41) },
      { id: "x".repeat(41), name: "lost" },
    ];
    const { campaigns, access } = answering(things);
    for (const list of [await campaigns.listCampaigns(access), await campaigns.listThings(access, "offer")])
      expect(list).toMatchObject([{ ref: "1", name: long.slice(0, 500), groupRef: null }]);
  });

  test("is no flow when a row of it cannot be read: the next push would remove it", async () => {
    const [flow] = flowsFixture;
    for (const offers of [[{ offer_id: 101, share: "many" }], [{ share: 50 }], ["101"], "none"]) {
      const { campaigns, access } = answering({ ...flow, offers });
      expect([offers, await problemOf(campaigns.readFlow(access, "5002"))] as unknown[]).toEqual([
        offers,
        "unreadable",
      ]);
    }
    const lost = answering({ ...flow, offers: { "0": { offer_id: 1, share: 40 }, "2": { offer_id: 2, share: 60 } } });
    expect((await lost.campaigns.readFlow(lost.access, "5002"))?.offers).toMatchObject([{ id: "1" }, { id: "2" }]);
  });
});

describe("the campaigns of a tracker", () => {
  test("come page by page, however short its pages are", async () => {
    const world = () => largeWorld({ campaigns: 1_203, flowsEach: 0, offersEach: 1, offers: 1 });
    for (const options of [{}, { pageSize: 100 }, { ignoresOffset: true }]) {
      const { campaigns, access } = open({ ...options, world: world() });
      const found = await campaigns.listCampaigns(access);
      expect(found.map(({ ref }) => Number(ref))).toEqual(Array.from({ length: 1_203 }, (_, n) => n + 1));
    }
  });

  test("of a build that knows no pages are asked for twice at most", async () => {
    for (const pageSize of [5, 12, 500]) {
      const { tracker, campaigns, access } = open({ ignoresOffset: true, pageSize });
      expect(await campaigns.listCampaigns(access)).toHaveLength(12);
      expect(tracker.calls.length).toBeLessThanOrEqual(2);
    }
  });

  test("of pages that never end, or not in time, are given up", async () => {
    const world = () => largeWorld({ campaigns: 60, flowsEach: 0, offersEach: 0, offers: 0 });
    const endless = open({ world: world(), pageSize: 10, campaignsAtMost: 25 });
    expect(await problemOf(endless.campaigns.listCampaigns(endless.access))).toBe("too_large");
    expect(endless.tracker.calls).toHaveLength(3);
    const slow = open({ world: world(), pageSize: 10, listMs: 0 });
    expect(await problemOf(slow.campaigns.listCampaigns(slow.access))).toBe("timed_out");
    expect(slow.tracker.calls).toHaveLength(1);
  });

  test("refer to more offers than usually fit into an answer", async () => {
    const world = largeWorld({ campaigns: 0, flowsEach: 0, offersEach: 1, offers: 10_000 });
    for (const offer of world.offers.values()) offer.name = `${offer.name} ${"–".repeat(300)}`;
    const { campaigns, access } = open({ world });
    expect(await campaigns.listThings(access, "offer")).toHaveLength(10_000);
  });

  test("are given the room for that in offers alone", async () => {
    const { asked, campaigns, access } = answering([]);
    await campaigns.listCampaigns(access);
    await campaigns.listArchived(access);
    for (const kind of ["landing", "source", "network", "group", "offer_group", "offer"] as const)
      await campaigns.listThings(access, kind);
    const mb = 1024 * 1024;
    expect(asked.map(({ maxBytes }) => (maxBytes ?? 0) / mb)).toEqual([16, 16, 16, 16, 16, 16, 16, 48]);
  });

  test("with their flows, and the names that flows refer to", async () => {
    const { campaigns, access } = open();
    const listed = await campaigns.listCampaigns(access);
    expect(listed.find(({ ref }) => ref === "40")?.bindsVisitors).toBe("slo");
    expect(await campaigns.listArchived(access)).toEqual(["9"]);
    const [flow] = await campaigns.listFlows(access, "22");
    expect(flow).toMatchObject({
      ref: "5010",
      offers: [{ share: 60 }, { share: 30 }, { share: 20, state: "disabled" }],
    });
    expect(flow && (await campaigns.readFlow(access, flow.ref))).toEqual(flow ?? null);
    const some: [TrackerThing["kind"], string][] = [
      ["offer", "Lucky Koala"],
      ["landing", "Wheel v3"],
      ["source", "Facebook"],
      ["network", "Finmarket"],
      ["group", "Partners"],
      ["offer_group", "Gambling"],
    ];
    for (const [kind, name] of some)
      expect((await campaigns.listThings(access, kind)).filter((thing) => thing.name === name)).toMatchObject([
        { kind },
      ]);
  });

  test("that are missing are not there; a 404 of somebody else's is no deletion", async () => {
    const { campaigns, access } = open();
    expect(await campaigns.readFlow(access, "1001")).toBeNull();
    expect(await campaigns.listFlows(access, "1001")).toEqual([]);
    for (const [body, problem] of [
      ["404 page not found", "not_a_tracker"],
      ["<html>not found #5</html>", "not_a_tracker"],
      ["", "not_a_tracker"],
      [{ error: "Not found" }, null],
    ] as const) {
      const proxy = answering(body, 404);
      const read = proxy.campaigns.readFlow(proxy.access, "5002");
      expect([body, problem === null ? await read : await problemOf(read)] as unknown[]).toEqual([body, problem]);
    }
  });
});

describe("a tracker's way to fail is told in one word, of a question and of a change", () => {
  for (const [fault, problem] of [...faultsWithProblems, ["not_json_list", "unreadable"] as const])
    test(`${typeof fault === "object" ? JSON.stringify(fault) : fault}: ${problem}`, async () => {
      const { tracker, campaigns, access } = open({ timeoutMs: 150 });
      tracker.fail(fault);
      expect(await problemOf(campaigns.listCampaigns(access))).toBe(problem);
      expect(await problemOf(campaigns.readFlow(access, "5002"))).toBe(problem);
      const asked = tracker.calls.length;
      expect(await problemOf(campaigns.writeShares(access, "5002", { offers: [] }))).toBe(problem);
      expect(tracker.calls.length - asked).toBe(1);
    });

  test("sooner of one object than of a list: a person may be waiting", async () => {
    const { tracker, campaigns, access } = open();
    tracker.fail({ status: 503 });
    const callsOf = async (work: Promise<unknown>) => {
      const before = tracker.calls.length;
      await problemOf(work);
      return tracker.calls.length - before;
    };
    for (const work of [
      () => campaigns.readFlow(access, "5002"),
      () => campaigns.listFlows(access, "15"),
      () => campaigns.listPostbacks(access, "15"),
    ])
      expect(await callsOf(work())).toBe(2);
    expect(await callsOf(campaigns.listThings(access, "offer"))).toBe(3);
  });

  test("what it refuses by its own rules, a section that is closed, a key that is wrong", async () => {
    const { campaigns, access } = open({ closedSections: ["traffic_sources"] });
    const share = { id: "101", share: 33.3, state: "active" };
    expect(await problemOf(campaigns.writeShares(access, "5002", { offers: [share] }))).toBe("request_refused");
    expect(await problemOf(campaigns.writeShares(access, "1001", { offers: [] }))).toBe("request_refused");
    const incomplete = answering({ offers: ["Id and share are required"] }, 406);
    expect(await problemOf(incomplete.campaigns.listCampaigns(incomplete.access))).toBe("request_refused");
    expect(await problemOf(campaigns.listThings(access, "source"))).toBe("not_allowed");
    expect(await problemOf(campaigns.listCampaigns({ ...access, apiKey: "another" }))).toBe("key_refused");
  });
});

describe("shares that are written", () => {
  const offers = [
    { id: "101", share: 55, state: "active" },
    { id: "106", share: 45, state: "active" },
    { id: "103", share: 25, state: "disabled" },
  ];

  test("replace the set, say nothing else, and come back as the tracker has them", async () => {
    const { tracker, campaigns, access } = open();
    const before = await campaigns.readFlow(access, "5002");
    const flow = await campaigns.writeShares(access, "5002", { offers });
    expect(tracker.calls.at(-1)).toMatchObject({
      method: "PUT",
      body: {
        offers: [
          { offer_id: 101, share: 55, state: "active" },
          { offer_id: 106, share: 45, state: "active" },
          { offer_id: 103, share: 25, state: "disabled" },
        ],
      },
    });
    expect(Object.keys(tracker.calls.at(-1)?.body as object)).toEqual(["offers"]);
    expect(flow.offers.toSorted((left, right) => Number(left.id) - Number(right.id))).toEqual(
      offers.toSorted((left, right) => Number(left.id) - Number(right.id)),
    );
    expect(flow.landings).toEqual(before?.landings ?? []);
    const landings = [{ id: "10", share: 100, state: "active" }];
    expect((await campaigns.writeShares(access, "5002", { landings })).landings).toEqual(landings);
    expect(await campaigns.readFlow(access, "5002")).toEqual({ ...flow, landings });
  });

  test("by half are told by half", async () => {
    const { tracker, campaigns, access } = open();
    tracker.fail("partial_write", 1);
    const flow = await campaigns.writeShares(access, "5002", { offers });
    expect(flow.offers).toHaveLength(1);
    expect(await campaigns.readFlow(access, "5002")).toEqual(flow);
  });

  test("are written once even when nobody says so: a lost answer is found out by reading", async () => {
    const { tracker, campaigns, access } = open({ timeoutMs: 150 });
    tracker.fail("lost_answer", 1, { on: "writes" });
    const failure = await failureOf(campaigns.writeShares(access, "5002", { offers }));
    expect(failure.options).toMatchObject({ problem: "timed_out", retryable: true });
    expect(tracker.calls).toHaveLength(1);
    expect((await campaigns.readFlow(access, "5002"))?.offers).toHaveLength(3);
  });

  test("keep ids that are no number as they are", async () => {
    const { asked, campaigns, access } = answering(flowsFixture[0]);
    await campaigns.writeShares(access, "a/b", { offers: [{ id: "x7", share: 1, state: "active" }] });
    expect(asked[0]?.url).toBe("https://tracker.example/admin_api/v1/streams/a%2Fb");
    expect(asked[0]?.body).toBe('{"offers":[{"offer_id":"x7","share":1,"state":"active"}]}');
  });
});

describe("postbacks of a campaign", () => {
  const ours = { ref: null, method: "GET", url: "https://switchboard.example/in/x", statuses: ["sale"] };

  test("are read with their addresses and written as a whole list, which keeps the others'", async () => {
    const { tracker, campaigns, access } = open();
    const url = `https://others.example/p?path=${"x".repeat(2_500)}`;
    const others = { id: 3, method: "POST", url, statuses: ["lead", "sale"] };
    tracker.world.campaigns.get(15)?.postbacks.push(others);
    const list = await campaigns.listPostbacks(access, "15");
    expect(list).toEqual([{ ref: "3", method: "POST", url: others.url, statuses: ["lead", "sale"] }]);
    await campaigns.writePostbacks(access, "15", [...list, ours]);
    const after = await campaigns.listPostbacks(access, "15");
    expect(after).toEqual([...list, { ...ours, ref: after[1]?.ref ?? "" }]);
    expect(tracker.world.campaigns.get(15)?.postbacks[0]?.url).toBe(url);
    // Nothing else of the campaign moved.
    expect(tracker.world.campaigns.get(15)).toMatchObject({ name: "Spring AU · Sweeps", state: "active" });
  });

  test("are not guessed where a campaign does not show them: an empty list would remove them", async () => {
    const hidden = answering({ id: 15, name: "Spring AU" });
    expect(await problemOf(hidden.campaigns.listPostbacks(hidden.access, "15"))).toBe("unreadable");
    const shown = answering(campaignsFixture[1]);
    expect(await shown.campaigns.listPostbacks(shown.access, "16")).toEqual([
      { ref: "9", method: "POST", url: "https://b.example/in/fixture-address", statuses: ["lead", "sale"] },
    ]);
    const { campaigns, access } = open();
    expect(await problemOf(campaigns.listPostbacks(access, "1001"))).toBe("request_refused");
  });

  test("that were sent are in the tracker's own log, newest first", async () => {
    const { tracker, campaigns, access } = open();
    for (const number of [1, 2, 3]) tracker.noteSent(`[GET] https://switchboard.example/in/x?n=${number} -> 200`);
    const page = { query: "switchboard.example", limit: 2, offset: 0 };
    const lines = await campaigns.listSentPostbacks(access, page);
    expect(lines.map(({ message }) => /n=(\d)/.exec(message)?.[1])).toEqual(["3", "2"]);
    expect(lines[0]?.atText).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(await campaigns.listSentPostbacks(access, { ...page, offset: 2 })).toHaveLength(1);
    expect(await campaigns.listSentPostbacks(access, { ...page, query: "nobody" })).toEqual([]);
    const wrapped = answering({
      total: 2,
      rows: [
        { datetime: "2026-01-01 10:00:00", jid: 1, message: "older" },
        { datetime: "2026-01-02 10:00:00", jid: 2, message: "newer" },
      ],
    });
    expect((await wrapped.campaigns.listSentPostbacks(wrapped.access, page)).map(({ message }) => message)).toEqual([
      "newer",
      "older",
    ]);
    const message = `https://switchboard.example/in/x?click=${"c".repeat(5_000)} -> 200`;
    const long = answering([{ datetime: "2026-01-01 10:00:00", message }]);
    expect(await long.campaigns.listSentPostbacks(long.access, page)).toMatchObject([{ message }]);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { FlowServer, flowOf, openRig, type Rig } from "./testing.tsx";

let rig: Rig;
let screen: typeof import("./tracker-postbacks.screen.tsx");
beforeAll(async () => {
  rig = await openRig();
  screen = await import("./tracker-postbacks.screen.tsx");
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const at = "2026-11-21T10:00:00.000Z";
const installed = { state: "installed", checkedAt: at, changedAt: at };
const refusal = (message: string) =>
  Response.json({ error: { code: "conversions.tracker.x", message, params: {}, requestId: "r" } }, { status: 422 });

describe("our postback in chosen campaigns", () => {
  const campaign = (id: string, name: string) => ({
    ...{ id, ref: id.slice(1), name, state: "active", type: "position", connection: { id: "t1", name: "Keitaro" } },
    ...{ group: null, source: null, flows: 1, isFavourite: false, drafts: 0, drifted: 0, readAt: at },
  });

  async function open() {
    const server = new FlowServer(flowOf());
    const items = [campaign("k1", "Spring"), campaign("k2", "Summer"), campaign("k3", "Autumn")];
    server.answers.set("GET /api/v1/campaigns", () => ({ items, nextCursor: null }));
    for (const { id } of items) server.answers.set(`POST ${id}/postback`, () => installed);
    const path = "/campaigns/trackers/:connectionId/postbacks";
    const permissions = ["campaigns.read", "campaigns.manage"] as const;
    await rig.show(server, "/campaigns/trackers/t1/postbacks", path, screen.default, [...permissions]);
    await rig.settle();
    return server;
  }

  test("is put into one after another; what one refuses keeps no other from it, and is tried again", async () => {
    const server = await open();
    server.answers.set("POST k2/postback", () => refusal("No rights in this campaign."));
    await rig.tap(rig.named("Choose all shown"));
    await rig.tap(rig.named("Send from 3 campaigns"));
    await rig.settle();
    expect(server.writes().map(({ what }) => what)).toEqual([
      "POST k1/postback",
      "POST k2/postback",
      "POST k3/postback",
    ]);
    expect(rig.text()).toContain("Ready: 2 of 3");
    expect(rig.text()).toContain("No rights in this campaign.");
    server.answers.set("POST k2/postback", () => installed);
    await rig.tap(rig.named("Try 1 again"));
    await rig.settle();
    expect(server.writes()).toHaveLength(4);
    expect(rig.text()).toContain("Ready: 3 of 3");
  });

  test("shows what came when a page does not, and asks for that one by a tap", async () => {
    let asked = 0;
    const server = await open();
    await rig.clear();
    server.answers.set("GET /api/v1/campaigns", () => {
      asked += 1;
      return asked === 1 ? { items: [campaign("k1", "Spring")], nextCursor: "k1" } : refusal("Not now.");
    });
    const path = "/campaigns/trackers/:connectionId/postbacks";
    await rig.show(server, "/campaigns/trackers/t1/postbacks", path, screen.default, ["campaigns.manage"]);
    for (let round = 0; round < 5; round++) await rig.settle();
    expect(asked).toBe(2);
    expect(rig.text()).toContain("Spring");
    await rig.tap(rig.named("Try again"));
    expect(asked).toBe(3);
  });

  test("stops when the screen is left", async () => {
    const server = await open();
    await rig.tap(rig.named("Choose all shown"));
    const letGo = server.hold();
    await rig.tap(rig.named("Send from 3 campaigns"));
    expect(rig.text()).toContain("Put into 0 of 3 campaigns");
    await rig.clear();
    letGo();
    await rig.settle();
    expect(server.writes().map(({ what }) => what)).toEqual(["POST k1/postback"]);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { CampaignPostbackStatus } from "./postbacks-api.ts";
import { FlowServer, flowOf, openRig, type Rig } from "./testing.tsx";

let rig: Rig;
let part: typeof import("./campaign-postback.tsx");
beforeAll(async () => {
  rig = await openRig();
  part = await import("./campaign-postback.tsx");
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const at = "2026-11-21T10:00:00.000Z";
const found = (state: CampaignPostbackStatus["state"]): CampaignPostbackStatus => ({
  state,
  checkedAt: state && at,
  changedAt: state && at,
});
const refusal = (message: string) =>
  Response.json({ error: { code: "conversions.tracker.x", message, params: {}, requestId: "r" } }, { status: 422 });
const asked = (server: FlowServer) => server.asked.map(({ what }) => what);

const Part = () => <part.CampaignPostback campaignId="k1" />;

describe("our postback in a campaign", () => {
  async function open(state: CampaignPostbackStatus["state"]) {
    const server = new FlowServer(flowOf());
    server.answers.set("GET k1/postback", () => found(state));
    server.answers.set("POST k1/postback", () => found("installed"));
    server.answers.set("DELETE k1/postback", () => found("removed"));
    await rig.show(server, "/campaigns/k1", "/campaigns/:campaignId", Part, ["campaigns.read", "campaigns.manage"]);
    await rig.settle();
    return server;
  }

  test("says what it is good for, is put in, and taken out once one is sure", async () => {
    const server = await open(null);
    expect(rig.text()).toContain("its conversions come here by themselves");
    await rig.tap(rig.named("Send conversions here"));
    expect(rig.text()).toContain("has been in the campaign since 21 Nov");
    await rig.tap(rig.named("Take our address out"));
    expect(asked(server)).not.toContain("DELETE k1/postback");
    await rig.tap(rig.named("Take out"));
    expect(asked(server)).toContain("DELETE k1/postback");
    expect(rig.text()).toContain("Our address was taken out");
    expect(rig.text()).toContain("Send conversions here");
  });

  test("that somebody removed in the tracker is missed and put back", async () => {
    await open("missing");
    expect(rig.text()).toContain("Conversions are not sent here any more");
    await rig.tap(rig.named("Put it back"));
    expect(rig.text()).toContain("Conversions are sent here");
  });

  test("is looked for; a tracker's refusal is said as it stands, and nothing changes", async () => {
    const server = await open("installed");
    server.answers.set("POST k1/postback/check", () => refusal("The key is not accepted."));
    await rig.tap(rig.named("Check now"));
    expect(rig.text()).toContain("The key is not accepted.");
    expect(rig.text()).toContain("Conversions are sent here");
    server.answers.set("POST k1/postback/check", () => found("missing"));
    await rig.tap(rig.named("Check now"));
    expect(rig.text()).toContain("Put it back");
  });
});

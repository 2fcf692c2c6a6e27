/** What becomes of taps on the lists of campaigns while the server is slow or does not answer well. */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { CampaignDetail, CampaignSummary, TrackerMirror } from "./api.ts";
import { FlowServer, flowOf, openRig, type Rig } from "./testing.tsx";

let rig: Rig;
let campaign: typeof import("./campaign.screen.tsx");
let filters: typeof import("./filter-sheet.tsx");
beforeAll(async () => {
  rig = await openRig();
  [campaign, filters] = await Promise.all([import("./campaign.screen.tsx"), import("./filter-sheet.tsx")]);
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const readAt = "2026-11-21T10:00:00.000Z";
const summary: CampaignSummary = {
  ...{ id: "k1", ref: "15", name: "Spring AU", state: "active", type: "position", group: null, source: null },
  ...{ connection: { id: "t1", name: "Keitaro" }, flows: 0, isFavourite: false, drafts: 0, drifted: 0, readAt },
};
const detail: CampaignDetail = {
  ...{ campaign: summary, alias: null, bindsVisitors: null, flows: [], flowsReadAt: readAt, problem: null },
};
const refusal = (status: number) =>
  Response.json({ error: { code: "common.unavailable", message: "", params: {}, requestId: "r" } }, { status });

/** The campaign's screen; each write of its star waits until it is let go, with what it is answered. */
async function openCampaign() {
  const server = new FlowServer(flowOf());
  let stored = false;
  const waiting: ((answer: Response | null) => void)[] = [];
  server.answers.set("GET k1", () => ({ ...detail, campaign: { ...summary, isFavourite: stored } }));
  server.answers.set("PUT k1/favourite", async ({ isFavourite }: { isFavourite: boolean }) => {
    const given = await new Promise<Response | null>((answer) => waiting.push(answer));
    if (given) return given;
    stored = isFavourite;
    return { ...summary, isFavourite };
  });
  await rig.show(server, "/campaigns/k1", "/campaigns/:campaignId", campaign.default);
  return { waiting, stored: () => stored };
}
const on = "Remove from favourites";
const off = "Add to favourites";
const isShown = (name: string) => rig.all("button").some((one) => one.getAttribute("aria-label") === name);

test("of two quick taps on the star the second is what stays", async () => {
  const { waiting, stored } = await openCampaign();
  await rig.tap(rig.named(off));
  await rig.tap(rig.named(on));
  expect(isShown(off)).toBe(true);
  // The second is not with the server before the first has its answer: it could overtake it.
  expect(waiting).toHaveLength(1);
  for (let n = 0; n < 2; n++) {
    waiting[n]?.(null);
    await rig.settle();
  }
  expect([stored(), isShown(off)]).toEqual([false, true]);
});

test("a star that the server did not take goes back to what the server has", async () => {
  const { waiting, stored } = await openCampaign();
  await rig.tap(rig.named(off));
  await rig.tap(rig.named(on));
  for (let n = 0; n < 2; n++) {
    waiting[n]?.(refusal(503));
    await rig.settle();
  }
  expect([stored(), isShown(off)]).toEqual([false, true]);
  await rig.tap(rig.named(off));
  waiting[2]?.(null);
  await rig.settle();
  await rig.tap(rig.named(on));
  waiting[3]?.(refusal(503));
  await rig.settle();
  expect([stored(), isShown(on)]).toEqual([true, true]);
});

test("groups that could not be asked for are no empty list: the reason is said, and they are asked for again", async () => {
  const server = new FlowServer(flowOf());
  let isAway = true;
  server.answers.set("GET trackers/t1/things", () =>
    isAway
      ? refusal(503)
      : { items: [{ ref: "2", name: "Tier 1", state: "active", countries: [], network: null }], nextCursor: null },
  );
  const tracker = { connectionId: "t1", name: "Keitaro", apiUrl: "https://t.example" } as TrackerMirror;
  await rig.show(server, "/campaigns", "/campaigns", () => (
    <filters.FilterSheet trackers={[tracker]} filter={{}} onChange={() => {}} onClose={() => {}} />
  ));
  await rig.tap(rig.all("dialog button").find((one) => one.textContent?.startsWith("Group")) as HTMLElement);
  expect(rig.all("dialog [role=alert]")).toHaveLength(1);
  expect(rig.text()).not.toContain("All groups");
  isAway = false;
  await rig.tap(rig.named("Try again"));
  expect(rig.text()).toContain("Tier 1");
});

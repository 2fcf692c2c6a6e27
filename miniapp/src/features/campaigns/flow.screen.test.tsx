/** What the editor of a flow's shares promises to whoever changes them. */
import { afterAll, afterEach, beforeAll, describe, expect, setSystemTime, test } from "bun:test";
import { figuresOf } from "@backend/modules/campaigns/domain/figures.ts";
import { rebalance, type ShareRow, withPins } from "@backend/modules/campaigns/domain/shares.ts";
import type { Flow } from "./flow-api.ts";
import { draftOf, FlowServer, flowOf, openRig, pushOf, type Rig } from "./testing.tsx";

let rig: Rig;
let screen: typeof import("./flow.screen.tsx");
beforeAll(async () => {
  rig = await openRig();
  screen = await import("./flow.screen.tsx");
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const open = async (flow: Flow, permissions?: ["campaigns.read"]) => {
  const server = new FlowServer(flow);
  const path = `/campaigns/flows/${flow.id}`;
  const queries = await rig.show(server, path, "/campaigns/flows/:flowId", screen.default, permissions);
  return Object.assign(server, { queries });
};
const slider = (name: string) => rig.all(`input[type=range][aria-label="Share of ${name}, %"]`)[0] as HTMLInputElement;
const shares = () => rig.all("input[type=range]").map((input) => Number((input as HTMLInputElement).value));
const field = (name: string) => rig.named(`Share of ${name}, %%`) as HTMLInputElement;
const row = (id: string, share: number, isPinned = false): ShareRow => ({ id, share, state: "active", isPinned });
const push = () => rig.named("Push to the tracker") as HTMLButtonElement;

describe("changing a share", () => {
  test("shows at once what the server will save", async () => {
    const server = await open(flowOf());
    const answer = server.hold();
    await rig.type(slider("Miaflow RO"), "55");
    await rig.letGo(slider("Miaflow RO"));
    const expected = rebalance(withPins(server.flow.theirs.offers, []), { kind: "set", id: "101", share: 55 });
    const previewed = shares();
    expect(expected.ok && expected.rows.map(({ share }) => share)).toEqual(previewed);
    expect(previewed).toEqual([55, 23, 22]);
    answer();
    await rig.settle();
    expect(shares()).toEqual(previewed);
    expect(server.flow.draft?.rows.offers.map(({ share }) => share)).toEqual(previewed);
  });

  test("is drawn before it is written, and what the server says then moves nothing", async () => {
    const server = await open(flowOf());
    const answer = server.hold();
    let written = 0;
    await rig.act(async () => {
      rig.named("One percent more: Miaflow RO").click();
      // All that is done in the same go as the tap.
      for (let round = 0; round < 50; round++) await Promise.resolve();
      written = server.writes().length;
    });
    expect(shares()).toEqual([41, 30, 29]);
    expect(written).toBe(0);
    await rig.settle();
    expect(server.writes()).toHaveLength(1);
    const places = rig.all("main li");
    const moved: string[] = [];
    const watch = new (rig.page.window as unknown as typeof globalThis).MutationObserver((list) => {
      for (const { target } of list) moved.push(target.textContent ?? "");
    });
    for (const place of places) watch.observe(place, { subtree: true, childList: true, characterData: true });
    answer();
    await rig.settle();
    watch.disconnect();
    expect(server.flow.draft?.version).toBe(1);
    expect(moved).toEqual([]);
  });

  test("sliding asks for nothing before the thumb is let go", async () => {
    const server = await open(flowOf());
    for (const value of ["41", "48", "55"]) await rig.type(slider("Miaflow RO"), value);
    expect(field("Miaflow RO").value).toBe("55");
    expect(shares().slice(1)).toEqual([30, 30]);
    expect(server.writes()).toEqual([]);
    await rig.letGo(slider("Miaflow RO"));
    expect(server.writes()).toHaveLength(1);
  });

  test("marks the rows that differ from the tracker, in words too", async () => {
    await open(flowOf());
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    expect(rig.all("del").map((element) => element.textContent)).toEqual(["40%", "30%"]);
    expect(rig.text()).toContain("Was 40%, now 41%");
    expect(rig.text()).toContain("Was 30%, now 29%");
  });

  test("is done with the keyboard: numbers and Enter, or arrows in the field", async () => {
    await open(flowOf());
    await rig.type(field("Miaflow RO"), "60 %");
    await rig.press(field("Miaflow RO"), "Enter");
    expect(shares()).toEqual([60, 20, 20]);
    await rig.press(field("Miaflow RO"), "ArrowUp");
    expect(shares()).toEqual([61, 20, 19]);
  });

  test("many steps while the server is slow become two steps of history", async () => {
    const server = await open(flowOf());
    const answer = server.hold();
    for (let step = 0; step < 5; step++) await rig.tap(rig.named("One percent more: Miaflow RO"));
    answer();
    await rig.settle();
    expect(shares()[0]).toBe(45);
    expect(server.writes().map(({ body }) => (body as { version: number }).version)).toEqual([0, 1]);
    expect(server.flow.draft?.rows.offers[0]?.share).toBe(45);
  });

  test("a pinned share cannot be moved and does not settle", async () => {
    await open(flowOf({ pins: { offers: ["102"], landings: [] } }));
    expect(slider("Ketonova").disabled).toBe(true);
    await rig.type(slider("Miaflow RO"), "50");
    await rig.letGo(slider("Miaflow RO"));
    expect(shares()).toEqual([50, 30, 20]);
  });
});

describe("figures", () => {
  const { rows, readAt } = { rows: [200, 300, 0], readAt: "2026-11-25T09:00:00Z" };
  const figures = (clicks: number) => figuresOf([String(clicks), "0", "0", "0", "1.5", "1"]);
  const known = (...clicks: number[]) => ({
    ...{ rows: clicks.map((count, n) => ({ key: String(101 + n), figures: figures(count) })), readAt, problem: null },
    ...{ currency: null, totals: clicks.some((count) => count > 0) ? figures(1) : figuresOf() },
  });
  const offer = (id: string, share: number, suggested: number) => ({
    ...{ id, name: null, state: "active", isPinned: false, share, suggested, clicks: 900, conversions: 30 },
    ...{ revenue: "300", leftOut: null, value: null },
  });
  const advice = (...given: [number, number][]) => ({
    ...{ by: "epc", from: "2026-11-19", to: "2026-11-25", timeZone: "UTC", currency: null, readAt, problem: null },
    rule: { clicks: 200, conversions: 10, clicksAlone: 2_000, confidence: 0.95 },
    offers: given.map(([share, suggested], n) => offer(String(101 + n), share, suggested)),
    ...{ obstacle: null, mayBeChance: false },
  });

  test("stand below each share, and lead to those of the flow by day, country and source", async () => {
    const server = new FlowServer(flowOf());
    server.answers.set("GET figures", () => known(...rows));
    await rig.show(server, "/campaigns/flows/f1", "/campaigns/flows/:flowId", screen.default);
    expect(rig.text()).toContain("200 clicks");
    expect(rig.text()).toContain("the tracker’s own currency");
    expect(rig.named("Country").getAttribute("href")).toBe("/campaigns/c1/figures?flowId=f1&by=country");
  });

  test("that are none advise nothing", async () => {
    const server = new FlowServer(flowOf());
    server.answers.set("GET figures", () => known(0, 0, 0));
    await rig.show(server, "/campaigns/flows/f1", "/campaigns/flows/:flowId", screen.default);
    expect(() => rig.named("Advice")).toThrow();
  });

  test("make a suggestion for the draft on the screen, which is taken as one step of it", async () => {
    const server = new FlowServer(flowOf());
    server.answers.set("GET figures", () => known(...rows));
    const suggestions = [advice([55, 70], [23, 20], [22, 10])];
    server.answers.set("GET flows/f1/advice", () => suggestions[0]);
    await rig.show(server, "/campaigns/flows/f1", "/campaigns/flows/:flowId", screen.default);
    await rig.type(field("Miaflow RO"), "55");
    await rig.press(field("Miaflow RO"), "Enter");
    await rig.tap(rig.named("Advice"));
    expect(rig.text()).toContain("those of the draft");
    expect(rig.text()).toContain("55% → 70%");
    await rig.tap(rig.named("Put these into the draft"));
    expect(rig.all("dialog")).toEqual([]);
    expect(shares()).toEqual([70, 20, 10]);
    expect(server.writes().map(({ body }) => (body as { change: { kind: string } }).change.kind)).toEqual([
      "set",
      "assign",
    ]);
    // What is on the screen now is another question.
    const advised = () => server.asked.filter(({ what }) => what === "GET flows/f1/advice").length;
    expect(advised()).toBe(1);
    await rig.tap(rig.named("Advice"));
    expect(advised()).toBe(2);
  });
});

describe("what cannot be", () => {
  test("is told with its reason, and the nearest share is one tap away", async () => {
    const server = await open(flowOf({ pins: { offers: ["102"], landings: [] } }));
    await rig.type(field("Miaflow RO"), "90");
    await rig.press(field("Miaflow RO"), "Enter");
    expect(rig.all("[role=alert]")[0]?.textContent).toContain("needs at least 1%");
    expect(shares()).toEqual([40, 30, 30]);
    expect(server.writes()).toEqual([]);
    await rig.tap(rig.named("Set 69%"));
    expect(shares()).toEqual([69, 30, 1]);
    expect(rig.all("[role=alert]")).toEqual([]);
  });

  test("a draft that somebody else has changed is shown instead of one's own", async () => {
    const server = await open(flowOf());
    server.flow = flowOf({ draft: draftOf([row("101", 10), row("102", 45), row("103", 45)], { version: 7 }) });
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    expect(shares()).toEqual([10, 45, 45]);
    expect(rig.text()).toContain("Somebody has just changed this draft");
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    expect(server.flow.draft?.version).toBe(8);
  });

  test("a refusal takes back what was shown", async () => {
    const server = await open(flowOf());
    server.answers.set("POST flows/f1/shares", () =>
      Response.json({ error: { code: "common.unavailable", message: "", params: {}, requestId: "" } }, { status: 503 }),
    );
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    expect(shares()).toEqual([40, 30, 30]);
  });

  test("a push waits for shares that come to 100, and says so", async () => {
    await open(flowOf({ draft: draftOf([row("101", 40), row("102", 50)]) }));
    expect(push().disabled).toBe(true);
    expect(rig.text()).toContain("Offers: the sum of shares is 90%, must be 100%.");
    await rig.tap(rig.named("Even out"));
    expect(shares()).toEqual([50, 50]);
    expect(push().disabled).toBe(false);
  });

  test("without a change there is nothing to push", async () => {
    await open(flowOf());
    expect(push().disabled).toBe(true);
    expect(rig.text()).toContain("there is nothing to push");
  });
});

describe("rows", () => {
  test("an offer that the key may not see is called by its number", async () => {
    await open(flowOf());
    expect(slider("Offer #103").value).toBe("30");
  });

  test("a removed one can be taken back from the toast", async () => {
    const server = await open(flowOf());
    server.answers.set("POST flows/f1/undo", ({ version }: { version: number }) => {
      expect(version).toBe(1);
      server.flow = flowOf();
      return server.flow;
    });
    await rig.tap(rig.named("Remove Ketonova"));
    expect(shares()).toEqual([50, 50]);
    expect(rig.text()).toContain("Removed: Ketonova");
    const undo = rig.all("[popover] button").at(-1) as HTMLElement;
    await rig.tap(undo);
    expect(shares()).toEqual([40, 30, 30]);
  });

  test("one that was new is taken back too, though the draft has ended with it", async () => {
    const offers = [row("101", 50), row("102", 50)];
    const theirs = { offers: offers.map(({ isPinned: _, ...one }) => one), landings: [] };
    const server = await open(flowOf({ theirs, draft: draftOf([row("101", 34), row("102", 33), row("103", 33)]) }));
    server.answers.set("POST flows/f1/shares", () => {
      server.answers.delete("POST flows/f1/shares");
      server.flow = flowOf({ theirs });
      return server.flow;
    });
    await rig.tap(rig.named("Remove Offer #103"));
    expect(shares()).toEqual([50, 50]);
    await rig.tap(rig.all("[popover] button").at(-1) as HTMLElement);
    expect(shares()).toEqual([34, 33, 33]);
  });

  test("one that is switched off keeps its place and has no share to move", async () => {
    const server = await open(flowOf());
    await rig.tap(rig.named("Ketonova is on"));
    expect(server.flow.draft?.rows.offers.map(({ share, state }) => [share, state])).toEqual([
      [50, "active"],
      [30, "disabled"],
      [50, "active"],
    ]);
    expect(slider("Ketonova")).toBeUndefined();
  });

  test("are only read by a role that may not edit, and in a flow that carries no offers", async () => {
    await open(flowOf(), ["campaigns.read"]);
    expect(rig.all("input, main button[class*=wide]")).toEqual([]);
    expect(rig.text()).toContain("Your role may look at shares");
    await rig.clear();
    await open(flowOf({ readOnly: "This flow shows a page of its own." }));
    expect(rig.all("input")).toEqual([]);
    expect(rig.text()).toContain("This flow shows a page of its own.");
  });
});

describe("a push", () => {
  const draft = draftOf([row("101", 60), row("102", 20), row("103", 20)]);

  test("holds the editor until it ends, and its end can be taken back", async () => {
    const server = await open(flowOf({ draft }));
    server.answers.set("POST flows/f1/push", () => {
      server.flow = flowOf({ draft, push: pushOf() });
      return server.flow;
    });
    server.answers.set("POST flows/f1/pushes/p1/undo", () => flowOf({ push: pushOf({ id: "p2", isUndo: true }) }));
    await rig.tap(push());
    expect(rig.text()).toContain("Being pushed to the tracker");
    expect(rig.all("input[type=range]")).toEqual([]);
    const theirs = pushOf().target;
    server.flow = flowOf({ theirs, push: pushOf({ state: "done", canUndo: true }) });
    // As the live stream does when the flow has changed.
    await rig.act(() => server.queries.invalidateQueries({ queryKey: ["campaigns"] }));
    await rig.settle();
    expect(rig.text()).toContain("Pushed to the tracker");
    expect(shares()).toEqual([60, 20, 20]);
    await rig.tap(rig.all("[popover] button").at(-1) as HTMLElement);
    expect(rig.text()).toContain("Being put back in the tracker");
  });

  test("whose end is marked as read takes back nothing that was changed meanwhile", async () => {
    const server = new FlowServer(flowOf({ push: pushOf({ id: "p3", state: "done" }) }));
    const late = Promise.withResolvers<void>();
    server.answers.set("POST flows/f1/seen", () => {
      server.flow = flowOf();
      return late.promise.then(() => flowOf());
    });
    await rig.show(server, "/campaigns/flows/f1", "/campaigns/flows/:flowId", screen.default);
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    await rig.act(async () => late.resolve());
    await rig.settle();
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    expect(shares()).toEqual([42, 29, 29]);
    expect(server.flow.draft?.version).toBe(2);
  });

  test("that failed says why, and can be tried again", async () => {
    const server = await open(flowOf({ draft, push: pushOf({ state: "failed", problem: "The key was revoked." }) }));
    server.answers.set("POST flows/f1/push", () => flowOf({ draft, push: pushOf() }));
    expect(rig.text()).toContain("The key was revoked.");
    await rig.tap(rig.named("Push again"));
    expect(server.writes().map(({ what, body }) => [what, body])).toEqual([["POST flows/f1/push", { version: 1 }]]);
  });

  test("that met another state shows both versions, and goes on with what was chosen", async () => {
    const theirs = {
      offers: [
        { id: "101", share: 40, state: "active" },
        { id: "102", share: 10, state: "active" },
        { id: "103", share: 50, state: "active" },
      ],
      landings: [],
    };
    const server = await open(flowOf({ draft, theirs, push: pushOf({ state: "conflict", theirs }) }));
    server.answers.set("POST flows/f1/rebase", () =>
      flowOf({ theirs, draft: { ...draft, version: 2 } as Flow["draft"] }),
    );
    const chosen = () => rig.all("input[type=radio]").map((input) => (input as HTMLInputElement).checked);
    // The first was changed by us alone; both sides changed the others.
    expect(chosen()).toEqual([false, true, false, false, false, false]);
    const onward = () => rig.named("Continue with these") as HTMLButtonElement;
    expect(onward().disabled).toBe(true);
    expect(rig.text()).toContain("Both sides changed 2 rows");
    expect(rig.all("fieldset")[0]?.textContent).toContain("Before: 40%");
    await rig.tap(rig.all("input[type=radio]")[2] as HTMLElement);
    await rig.tap(rig.all("input[type=radio]")[5] as HTMLElement);
    expect(rig.text()).toContain("Together: 90%");
    await rig.tap(onward());
    expect(server.writes().at(-1)).toEqual({
      what: "POST flows/f1/rebase",
      body: { version: 1, ours: { offers: ["101", "103"], landings: [] } },
    });
    expect(push().disabled).toBe(false);
  });

  test("is compared beforehand when the draft is known to be behind", async () => {
    await open(flowOf({ draft: draftOf([row("101", 60), row("102", 20), row("103", 20)], { isOutdated: true }) }));
    await rig.tap(rig.named("Compare"));
    // What the draft began from is not known here: nothing is chosen in the person's place.
    expect(rig.all("input[type=radio]").some((input) => (input as HTMLInputElement).checked)).toBe(false);
    await rig.tap(rig.named("All from the tracker"));
    expect((rig.named("Continue with these") as HTMLButtonElement).disabled).toBe(false);
    const { goBackNow } = await import("@miniapp/shared/telegram/index.ts");
    await rig.act(async () => void goBackNow());
    expect(shares()).toEqual([60, 20, 20]);
  });
});

describe("what happened in the tracker", () => {
  test("is said with what changed, until it was read", async () => {
    const from = pushOf().target;
    const server = await open(flowOf({ drift: { from, since: "2026-11-21T09:55:00.000Z" } }));
    expect(rig.text()).toContain("Changed in the tracker");
    expect(rig.text()).toContain("Was 60%, now 40%");
    await rig.tap(rig.named("Seen"));
    expect(server.writes().map(({ what }) => what)).toEqual(["POST flows/f1/seen"]);
    expect(rig.text()).not.toContain("Changed in the tracker");
  });

  test("a flow that could not be read anew shows how old it is", async () => {
    await open(flowOf({ readAt: new Date(Date.now() - 3 * 3_600_000).toISOString(), isStale: true }));
    expect(rig.text()).toContain("The tracker does not answer");
    await rig.tap(rig.named("One percent more: Miaflow RO"));
    expect(rig.text()).toContain("The tracker does not answer");
  });

  test("a flow that is only edited for long is not taken for one that could not be read", async () => {
    await open(flowOf());
    try {
      setSystemTime(Date.now() + 180_000);
      await rig.tap(rig.named("One percent more: Miaflow RO"));
      expect(shares()).toEqual([41, 30, 29]);
      expect(rig.text()).not.toContain("The tracker does not answer");
    } finally {
      setSystemTime();
    }
  });
});

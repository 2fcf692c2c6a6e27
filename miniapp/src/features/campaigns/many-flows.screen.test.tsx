import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { ManyFlows, ManyFlowsPreview, ManyPreview } from "./flow-api.ts";
import { draftOf, FlowServer, flowOf, openRig, pushOf, type Rig } from "./testing.tsx";

let rig: Rig;
let screen: typeof import("./many-flows.screen.tsx");
let form: typeof import("./many-change.tsx");
beforeAll(async () => {
  rig = await openRig();
  [screen, form] = await Promise.all([import("./many-flows.screen.tsx"), import("./many-change.tsx")]);
});
afterEach(() => rig.clear());
afterAll(() => rig.close());

const row = (id: string, share: number) => ({ id, share, state: "active", isPinned: false });

const ofOffers = (...offers: ReturnType<typeof row>[]) => ({ offers, landings: [] });

/** Flows with the first offer, one of them as evened as can be, "f2" with an earlier draft, and "f3" without it. */
function preview({ flowIds, change }: ManyPreview): ManyFlowsPreview {
  const before = ofOffers(row("101", 50), row("102", 50));
  const has = (flowId: string) => flowId !== "f3";
  const draftOfOne = (flowId: string) => (flowId === "f2" ? ofOffers(row("101", 80), row("102", 20)) : null);
  return {
    items: flowIds.map((flowId) => ({
      ...{ flowId, name: `Flow ${flowId}`, campaignName: "Spring AU", version: flowId === "f2" ? 4 : 0 },
      before: has(flowId) ? before : ofOffers(row("102", 100)),
      draft: draftOfOne(flowId),
      after: !has(flowId)
        ? null
        : change.kind === "set"
          ? ofOffers(row("101", change.share), row("102", 100 - change.share))
          : (draftOfOne(flowId) ?? before),
      problem: has(flowId) || change.kind === "even" ? null : "The offer is not in this flow.",
    })),
    names: flowOf().names,
  };
}

async function open(ids: string, offer?: string) {
  const server = new FlowServer(flowOf());
  server.answers.set("POST flows/many/preview", preview);
  server.answers.set("POST flows/many", ({ flows }: ManyFlows) => ({
    items: flows.map(({ flowId }) => ({ flowId, version: 7, problem: null })),
  }));
  await rig.show(
    server,
    `/campaigns/many?ids=${ids}${offer ? `&offer=${offer}` : ""}`,
    "/campaigns/many",
    screen.default,
  );
  return server;
}

describe("several flows", () => {
  test("one change is seen in each, made in those that can have it, then pushed", async () => {
    const server = await open("f1,f2,f3");
    expect(rig.text()).toContain("3 flows");
    await rig.tap(rig.named("OfferChoose"));
    // Those that are in the flows, most frequent first.
    expect(rig.all("dialog [role=option]").map((option) => option.textContent)).toEqual([
      "KetonovaIn 3 flows",
      "Miaflow ROIn 2 flows",
    ]);
    await rig.tap(rig.all("dialog [role=option]")[1] as HTMLElement);
    await rig.type(rig.all("main input")[0] as HTMLElement, "70");
    await rig.act(async () => void (await Bun.sleep(350)));
    await rig.settle();
    expect(rig.text()).toContain("Was 50%, now 70%");
    expect(rig.text()).toContain("The offer is not in this flow.");
    await rig.tap(rig.all("[role=checkbox]").find((one) => one.textContent?.includes("Flow f2")) as HTMLElement);
    await rig.tap(rig.named("Change 1 flow"));
    const change = { kind: "set", id: "101", share: 70 };
    expect(server.writes().find(({ what }) => what === "POST flows/many")?.body).toEqual({
      ...{ flows: [{ flowId: "f1", version: 0 }], part: "offers", change },
    });
    server.flow = flowOf({ draft: draftOf([row("101", 70), row("102", 30)]) });
    server.answers.set("POST flows/many/push", () => {
      server.flow = { ...server.flow, push: pushOf({ state: "done" }) };
      return { items: [{ flowId: "f1", version: null, problem: null }] };
    });
    await rig.tap(rig.named("Push 1 flow"));
    await rig.settle();
    expect(server.writes().at(-1)).toEqual({
      what: "POST flows/many/push",
      body: { flows: [{ flowId: "f1", version: 7 }] },
    });
    expect(rig.all("li").map((line) => line.textContent)).toEqual(["Flow f1Spring AUPushed"]);
  });

  test("what an earlier draft would send along is shown, and a flow that was refused says why", async () => {
    const server = await open("f1,f2", "101");
    await rig.type(rig.all("main input")[0] as HTMLElement, "70");
    await rig.act(async () => void (await Bun.sleep(350)));
    await rig.settle();
    const lines = () =>
      rig
        .all("main li")
        .filter((line) => !line.parentElement?.closest("li"))
        .map((line) => line.textContent ?? "");
    expect(lines()[0]).not.toContain("earlier draft");
    expect(lines()[1]).toContain("With what an earlier draft wants already:Miaflow ROWas 50%, now 70%");
    server.answers.set("POST flows/many", ({ flows }: ManyFlows) => ({
      items: flows.map(({ flowId, version }) => ({
        ...{ flowId, version: flowId === "f1" ? 7 : null },
        problem: version === 4 ? "Somebody has changed this meanwhile." : null,
      })),
    }));
    await rig.tap(rig.named("Change 2 flows"));
    expect(lines()[1]).toContain("Somebody has changed this meanwhile.Left out");
    server.answers.set("POST flows/many/push", () => ({
      items: [{ flowId: "f1", version: null, problem: "The shares come to 90%." }],
    }));
    await rig.tap(rig.named("Push 1 flow"));
    await rig.settle();
    expect(lines()[0]).toContain("The shares come to 90%.");
    expect(lines()[1]).toContain("Somebody has changed this meanwhile.");
  });

  test("a flow in which nothing would change is left out", async () => {
    await open("f1,f2");
    await rig.tap(rig.named("What to doSet a share"));
    await rig.tap(rig.all("dialog [role=option]").at(-1) as HTMLElement);
    await rig.act(async () => void (await Bun.sleep(350)));
    await rig.settle();
    expect(rig.text()).toContain("No share differs.");
    expect((rig.named("Change") as HTMLButtonElement).disabled).toBe(true);
  });

  test("are found by an offer: all that hold it are chosen, and the change begins with it", async () => {
    const server = new FlowServer(flowOf());
    const trackers = [
      { connectionId: "t1", name: "Keitaro", isOn: true },
      { connectionId: "t2", name: "Second", isOn: true },
    ];
    server.answers.set("GET trackers", () => ({ items: trackers }));
    server.answers.set("GET trackers/t1/things", () => ({
      items: [{ ref: "101", name: "Miaflow RO", state: "active", countries: [], network: null }],
      nextCursor: null,
    }));
    const flow = (id: string, share: number) => ({
      ...{ id, name: `Flow ${id}`, state: "active", campaign: { id: "c1", name: "Spring AU" } },
      ...{ share, shareState: "active", hasDraft: id === "f2" },
    });
    server.answers.set("GET flows", () => ({
      items: [flow("f1", 40), flow("f2", 25)],
      ...{ nextCursor: null, offer: { id: "101", name: "Miaflow RO", state: "active", countries: [] } },
    }));
    await rig.show(server, "/campaigns/many", "/campaigns/many", screen.default);
    expect(rig.text()).toContain("Choose an offer");
    expect((rig.named("OfferChoose") as HTMLButtonElement).disabled).toBe(true);
    await rig.clear();

    await rig.show(server, "/campaigns/many?tracker=t1", "/campaigns/many", screen.default);
    await rig.tap(rig.named("OfferChoose"));
    await rig.settle();
    expect(rig.text()).toContain("Miaflow RO");
    await rig.clear();

    await rig.show(server, "/campaigns/many?tracker=t1&offer=101", "/campaigns/many", screen.default);
    const boxes = () => rig.all("[role=checkbox]").map((box) => [box.textContent, box.getAttribute("aria-checked")]);
    expect(boxes()).toEqual([
      ["Flow f140%Spring AU", "true"],
      ["Flow f225%Spring AUDraft", "true"],
    ]);
    await rig.tap(rig.all("[role=checkbox]")[0] as HTMLElement);
    expect(rig.text()).toContain("Go on with 1 flow");
    await rig.clear();

    const there = await open("f1,f2", "101");
    expect(rig.text()).toContain("OfferMiaflow RO");
    expect(there.asked[0]?.what).toBe("POST flows/many/preview");
  });
});

describe("the change", () => {
  const named = (id: string) => ({ id, name: id, state: "active", countries: [] });

  test("is whole only with all that it needs", () => {
    const { changeOf, emptyForm } = form;
    expect(changeOf(emptyForm)).toBeNull();
    expect(changeOf({ ...emptyForm, id: "1", share: "" })).toBeNull();
    expect(changeOf({ ...emptyForm, id: "1", share: "101" })).toBeNull();
    expect(changeOf({ ...emptyForm, id: "1", share: "7" })).toEqual({ kind: "set", id: "1", share: 7 });
    expect(changeOf({ ...emptyForm, kind: "replace", id: "1", fresh: [named("1")] })).toBeNull();
    expect(changeOf({ ...emptyForm, kind: "replace", id: "1", fresh: [named("2")] })).toEqual({
      ...{ kind: "replace", id: "1", by: "2" },
    });
    expect(changeOf({ ...emptyForm, kind: "add" })).toBeNull();
    expect(changeOf({ ...emptyForm, kind: "switch_on", id: "1" })).toEqual({ kind: "switch", id: "1", isActive: true });
    expect(changeOf({ ...emptyForm, kind: "even" })).toEqual({ kind: "even" });
  });
});

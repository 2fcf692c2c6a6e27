import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { campaigns, flows as flowRows } from "@db/schema/campaigns.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import type { ShareChange } from "../domain/shares.ts";
import { createFlowScene, parts, textOf } from "../testing/flow-scene.ts";
import { changeShares } from "./edit-draft.ts";
import { changeManyFlows, previewManyFlows, pushManyFlows } from "./many-flows.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const scene = () => createFlowScene(database.db);
const inTracker = (at: Awaited<ReturnType<typeof scene>>) => textOf(at.tracker.flows.get(at.flowRef)?.offers ?? []);

type At = Awaited<ReturnType<typeof scene>>;
const replacing = { part: "offers" as const, change: { kind: "replace" as const, id: "3", by: "9" } };
/** The drafts of these flows as they are seen now. */
const seen = async (at: At, flowIds: string[]) =>
  (await previewManyFlows(at.context(), { flowIds, ...replacing })).items.map(({ flowId, version }) => ({
    ...{ flowId, version },
  }));
const edit = (at: At, version: number, change: ShareChange, part: "offers" | "landings" = "offers") =>
  changeShares(at.context(), { flowId: at.flowId, version, part, change });
const overtaken = "Somebody has changed this meanwhile. Look at it as it is now and try again.";

describe("many flows", () => {
  test("say what would become of each, get drafts, and go out; what one refuses keeps no other", async () => {
    const at = await scene();
    const two = await at.addFlow(parts("50 50"), { name: "Two" });
    const redirect = await at.addFlow(parts(""), { schema: "redirect", name: "Redirect" });
    const stranger = (await scene()).flowId;
    const flowIds = [at.flowId, two, redirect, stranger];
    const preview = await previewManyFlows(at.context(), { flowIds, ...replacing });
    expect(preview.items.map(({ name, draft, after }) => [name, draft, after && textOf(after.offers)])).toEqual([
      ["Flow", null, "40 30 9:30"],
      ["Two", null, null],
      ["Redirect", null, null],
    ]);
    expect(preview.items[1]?.problem).toBe("It is no longer in the flow.");
    expect(preview.names.offers).toContainEqual({ id: "9", name: "offer 9", state: "active", countries: [] });
    expect((await at.read()).draft).toBeNull();

    const unseen = flowIds.map((flowId) => ({ flowId, version: 0 }));
    const changed = await changeManyFlows(at.context(), { flows: unseen, ...replacing });
    const version = (await at.read()).draft?.version ?? 0;
    expect(changed.items).toEqual([
      { flowId: at.flowId, version, problem: null },
      { flowId: two, version: null, problem: "It is no longer in the flow." },
      { flowId: redirect, version: null, problem: expect.stringContaining("redirects") },
      { flowId: stranger, version: null, problem: "There is no such flow." },
    ]);
    const flows = unseen.map((one) => (one.flowId === at.flowId ? { ...one, version } : one));
    const there = { flows: [flows[0] as never], part: "offers" as const };
    const same = await changeManyFlows(at.context(), { ...there, change: { kind: "add", ids: ["1"] } });
    expect(same.items).toMatchObject([{ version: null, problem: "Nothing would be different in this flow." }]);

    const pushed = await pushManyFlows(at.context(), { flows });
    expect(pushed.items.map(({ problem }) => problem)).toEqual([
      null,
      "There is nothing unsent in this flow.",
      expect.stringContaining("redirects"),
      "There is no such flow.",
    ]);
    expect(await at.work()).toMatchObject({ state: "done" });
    expect(inTracker(at)).toBe("40 30 9:30");
    const [row] = await database.db.select().from(flowRows).where(eq(flowRows.id, two));
    expect(row?.draftVersion).toBe(0);
  });

  test("show what an earlier draft would send along, beside what the tracker has", async () => {
    const at = await scene();
    await edit(at, 0, { kind: "set", id: "1", share: 60 });
    const [item] = (await previewManyFlows(at.context(), { flowIds: [at.flowId], ...replacing })).items;
    expect(item).toMatchObject({ version: 1, problem: null });
    expect([item?.before, item?.draft, item?.after].map((rows) => textOf(rows?.offers ?? []))).toEqual([
      "40 30 30",
      "60 20 20",
      "60 20 9:20",
    ]);
  });

  test("neither change nor push a draft that somebody changed after it was seen", async () => {
    const at = await scene();
    const first = await seen(at, [at.flowId]);
    await edit(at, 0, { kind: "set", id: "1", share: 60 });
    const late = await changeManyFlows(at.context(), { flows: first, ...replacing });
    expect(late.items).toEqual([{ flowId: at.flowId, version: null, problem: overtaken }]);

    const done = await changeManyFlows(at.context(), { flows: await seen(at, [at.flowId]), ...replacing });
    const version = done.items[0]?.version ?? 0;
    await edit(at, version, { kind: "set", id: "1", share: 98 });
    const pushed = await pushManyFlows(at.context(), { flows: [{ flowId: at.flowId, version }] });
    expect(pushed.items).toEqual([{ flowId: at.flowId, version: null, problem: overtaken }]);
    expect((await at.read()).push).toBeNull();
    expect(inTracker(at)).toBe("40 30 30");
  });

  test("that end up as the tracker has them have no draft to push", async () => {
    const at = await scene();
    const pin = { part: "offers" as const, change: { kind: "pin" as const, id: "1", isPinned: true } };
    const done = await changeManyFlows(at.context(), { flows: [{ flowId: at.flowId, version: 0 }], ...pin });
    expect(done.items).toEqual([{ flowId: at.flowId, version: null, problem: null }]);
    expect((await at.read()).pins.offers).toEqual(["1"]);
  });

  test("are of one tracker: another numbers its offers alike and means others", async () => {
    const at = await scene();
    const { workspaceId } = at.space;
    const connectionId = await at.space.connect();
    const apiKeySealed = at.ports.vault.seal("key");
    await database.db
      .insert(trackerPulls)
      .values({ connectionId, workspaceId, apiUrl: "https://second.example", apiKeySealed });
    const [campaign] = await database.db
      .insert(campaigns)
      .values({ workspaceId, connectionId, ref: "15", name: "Another", state: "active", readAt: new Date() })
      .returning();
    const foreign = await at.addFlow(parts("40 30 30"));
    await database.db.update(flowRows).set({ campaignId: campaign?.id }).where(eq(flowRows.id, foreign));
    const flowIds = [at.flowId, foreign];
    const refusal = { code: "campaigns.several_trackers" };
    await expect(previewManyFlows(at.context(), { flowIds, ...replacing })).rejects.toMatchObject(refusal);
    const flows = flowIds.map((flowId) => ({ flowId, version: 0 }));
    await expect(changeManyFlows(at.context(), { flows, ...replacing })).rejects.toMatchObject(refusal);
    expect((await at.read()).draft).toBeNull();
  });
});

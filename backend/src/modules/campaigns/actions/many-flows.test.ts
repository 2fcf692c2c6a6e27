import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { flows } from "@db/schema/campaigns.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { createFlowScene, parts, textOf } from "../testing/flow-scene.ts";
import { changeManyFlows, previewManyFlows, pushManyFlows } from "./many-flows.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const scene = () => createFlowScene(database.db);
const inTracker = (at: Awaited<ReturnType<typeof scene>>) => textOf(at.tracker.flows.get(at.flowRef)?.offers ?? []);

describe("many flows", () => {
  test("say what would become of each, get drafts, and go out; what one refuses keeps no other", async () => {
    const at = await scene();
    const two = await at.addFlow(parts("50 50"), { name: "Two" });
    const redirect = await at.addFlow(parts(""), { schema: "redirect", name: "Redirect" });
    const stranger = (await scene()).flowId;
    const input = {
      flowIds: [at.flowId, two, redirect, stranger],
      part: "offers" as const,
      change: { kind: "replace" as const, id: "3", by: "9" },
    };
    const preview = await previewManyFlows(at.context(), input);
    expect(preview.items.map(({ name, after }) => [name, after && textOf(after)])).toEqual([
      ["Flow", "40 30 9:30"],
      ["Two", null],
      ["Redirect", null],
    ]);
    expect(preview.items[1]?.problem).toBe("It is no longer in the flow.");
    expect(preview.names).toContainEqual({ id: "9", name: "offer 9", state: "active", countries: [] });
    expect((await at.read()).draft).toBeNull();

    expect(await changeManyFlows(at.context(), input)).toEqual({ changed: 1, leftOut: 3 });
    const there = { ...input, change: { kind: "add" as const, ids: ["1"] } };
    expect(await changeManyFlows(at.context(), there)).toEqual({ changed: 0, leftOut: 4 });
    expect(await pushManyFlows(at.context(), { flowIds: input.flowIds })).toEqual({ changed: 1, leftOut: 3 });
    expect(await at.work()).toMatchObject({ state: "done" });
    expect(inTracker(at)).toBe("40 30 9:30");
    const [row] = await database.db.select().from(flows).where(eq(flows.id, two));
    expect(row?.draftVersion).toBe(0);
  });
});

/** Pushes whose process is killed as `kill -9` does: nothing is written twice, and nothing over what nobody has seen. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { changeShares } from "@backend/modules/campaigns/actions/edit-draft.ts";
import { requestPush } from "@backend/modules/campaigns/actions/request-push.ts";
import { createFlowScene, type FlowScene, parts, textOf } from "@backend/modules/campaigns/testing/flow-scene.ts";
import { flowPushes } from "@db/schema/campaigns.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { serveTracker } from "./remote-tracker.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A push from 40 30 30 to 55 23 22 whose process dies at `place`. */
async function killedAt(place: string): Promise<FlowScene> {
  const at = await createFlowScene(database.db);
  const { flowId } = at;
  const change = { kind: "set" as const, id: "1", share: 55 };
  const flow = await changeShares(at.context(), { flowId, version: 0, part: "offers", change });
  await requestPush(at.context(), { flowId, version: flow.draft?.version ?? 0 });
  const [push] = await database.db.select().from(flowPushes).where(eq(flowPushes.flowId, flowId));
  const tracker = serveTracker(at.tracker);
  const script = join(import.meta.dir, "push-process.ts");
  const child = Bun.spawn([
    process.execPath,
    "--no-env-file",
    script,
    database.url,
    tracker.url.href,
    at.space.workspaceId,
    flowId,
    push?.id ?? "",
    place,
  ]);
  await child.exited;
  await tracker.stop(true);
  expect(child.signalCode).toBe("SIGKILL");
  const [half] = await database.db.select().from(flowPushes).where(eq(flowPushes.flowId, flowId));
  expect(half).toMatchObject({ state: "writing", before: parts("40 30 30") });
  return at;
}

const inTracker = (at: FlowScene) => textOf(at.tracker.flows.get(at.flowRef)?.offers ?? []);

describe("a push that is killed", () => {
  for (const [place, before] of [
    ["campaigns.push-marked", 0],
    ["campaigns.push-written", 1],
    ["campaigns.push-read-back", 1],
  ] as const) {
    test(`at ${place} ends as it should, with one write in all`, async () => {
      const at = await killedAt(place);
      expect(at.tracker.writes).toHaveLength(before);
      expect(await at.work()).toMatchObject({ state: "done", before: parts("40 30 30"), after: parts("55 23 22") });
      expect(at.tracker.writes).toHaveLength(1);
      expect((await at.read()).draft).toBeNull();
    });

    test(`at ${place} writes nothing over what somebody changed before it went on`, async () => {
      const at = await killedAt(place);
      at.tracker.change(at.flowRef, parts("20 30 50"));
      expect(await at.work()).toMatchObject({ state: "failed", after: parts("20 30 50") });
      expect(at.tracker.writes).toHaveLength(before);
      expect(inTracker(at)).toBe("20 30 50");
      expect(await at.read()).toMatchObject({ draft: { isOutdated: false }, push: { theirs: parts("20 30 50") } });
    });
  }
});

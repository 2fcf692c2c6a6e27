import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { campaigns, flows } from "@db/schema/campaigns.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { createFlowScene, parts } from "../testing/flow-scene.ts";
import { changeShares } from "./edit-draft.ts";
import { listOfferFlows } from "./list-offer-flows.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe("flows of an offer", () => {
  test("are those of this tracker that hold it and can be changed, with its share in each", async () => {
    const at = await createFlowScene(database.db);
    // The same ids stand for something else in another tracker.
    await createFlowScene(database.db);
    const two = await at.addFlow(parts("50 20 30x"), { name: "Two" });
    await at.addFlow(parts("60 40"), { name: "Without it" });
    await at.addFlow(parts("60 20 20"), { name: "Archived", state: "deleted" });
    await at.addFlow(parts("60 20 20"), { name: "Redirect", schema: "redirect" });
    const gone = await at.addFlow(parts("60 20 20"), { name: "Gone" });
    await database.db.update(flows).set({ goneAt: new Date() }).where(eq(flows.id, gone));
    const change = { kind: "set" as const, id: "1", share: 55 };
    await changeShares(at.context(), { flowId: two, version: 0, part: "offers", change });

    const { connectionId } = at;
    const found = await listOfferFlows(at.context(), { connectionId, offerRef: "3" });
    expect(found.offer).toEqual({ id: "3", name: "offer 3", state: "active", countries: [] });
    const shown = found.items.map(({ name, campaign, share, shareState, hasDraft }) => [
      ...[name, campaign.name, share, shareState, hasDraft],
    ]);
    expect(shown.sort()).toEqual([
      ["Flow", "Spring AU", 30, "active", false],
      ["Two", "Spring AU", 30, "disabled", true],
    ]);
    expect(await listOfferFlows(at.context(), { connectionId, offerRef: "777" })).toEqual({
      ...{ items: [], nextCursor: null, offer: { id: "777", name: null, state: null, countries: [] } },
    });
    await database.db.update(campaigns).set({ goneAt: new Date() }).where(eq(campaigns.id, at.campaignId));
    expect((await listOfferFlows(at.context(), { connectionId, offerRef: "3" })).items).toEqual([]);
  });

  test("come page by page, each once, by campaign", async () => {
    const at = await createFlowScene(database.db);
    const { connectionId } = at;
    const [other] = await database.db
      .insert(campaigns)
      .values({
        ...{ workspaceId: at.space.workspaceId, connectionId, ref: "16", name: "autumn", state: "active" },
        readAt: new Date(),
      })
      .returning();
    for (let n = 0; n < 6; n++) {
      const flowId = await at.addFlow(parts("50 50"));
      if (n % 2)
        await database.db
          .update(flows)
          .set({ campaignId: other?.id ?? "" })
          .where(eq(flows.id, flowId));
    }
    const ids: string[] = [];
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listOfferFlows(at.context(), {
        ...{ connectionId, offerRef: "2", limit: 2 },
        ...(cursor && { cursor }),
      });
      ids.push(...page.items.map(({ id }) => id));
      names.push(...page.items.map(({ campaign }) => campaign.name));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(new Set(ids).size).toBe(7);
    expect(names).toEqual([...Array(3).fill("autumn"), ...Array(4).fill("Spring AU")]);
    await expect(
      listOfferFlows(at.context(), { connectionId, offerRef: "2", cursor: btoa(JSON.stringify(["x"])) }),
    ).rejects.toMatchObject({ code: "common.bad_cursor" });
  });

  test("of a stranger's tracker are nobody's to list", async () => {
    const at = await createFlowScene(database.db);
    const stranger = await createFlowScene(database.db);
    const input = { connectionId: stranger.connectionId, offerRef: "1" };
    await expect(listOfferFlows(at.context(), input)).rejects.toMatchObject({ code: "campaigns.tracker_not_found" });
  });
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { systemActor } from "@backend/kit/context.ts";
import { flows, trackerMirrors } from "@db/schema/campaigns.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { createTrackerScene, trackerCampaign, trackerFlow } from "../testing.ts";
import { syncTracker } from "./sync-tracker.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const share = (id: string, percent: number) => ({ id, share: percent, state: "active" });

test("the schedule finds what was changed in the tracker, and tells the chats that want to hear of it", async () => {
  for (const tellsDrift of [true, false]) {
    const at = await createTrackerScene(database.db, telegramMarkup);
    const { workspaceId } = at.space;
    const { connectionId, tracker } = at;
    await database.db.insert(trackerMirrors).values({ connectionId, workspaceId, tellsDrift });
    tracker.campaigns = [trackerCampaign("1")];
    const sync = (offers: ReturnType<typeof share>[], minutes: number) => {
      tracker.flows = [trackerFlow("1", "f1", { offers })];
      const now = new Date(Date.now() + minutes * 60_000);
      const readBefore = now.toISOString();
      const input = { connectionId, workspaceId, isFailing: false, readBefore };
      return syncTracker(at.context(now, systemActor(workspaceId)), input);
    };
    await sync([share("101", 60), share("102", 40)], 1);
    await sync([share("101", 50), share("102", 50)], 2);
    await sync([share("101", 50), share("102", 50)], 3);
    const [flow] = await database.db.select().from(flows).where(eq(flows.workspaceId, workspaceId));
    const told = await database.db.select().from(deliveries).where(eq(deliveries.workspaceId, workspaceId));
    expect(told.map(({ chatId, subjectId }) => [chatId, subjectId])).toEqual(
      tellsDrift ? [[at.space.chatId, flow?.id ?? ""]] : [],
    );
  }
});

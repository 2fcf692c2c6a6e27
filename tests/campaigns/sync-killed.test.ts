/** A reading of a tracker whose process is killed as `kill -9` does: what was read stays, and the next one reads what is left. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { listMirroredTrackers } from "@backend/modules/campaigns/actions/list-trackers.ts";
import { syncDue, syncTracker } from "@backend/modules/campaigns/actions/sync-tracker.ts";
import { createTrackerScene, trackerWith } from "@backend/modules/campaigns/testing.ts";
import { flows } from "@db/schema/campaigns.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";

/** Enough for several batches. */
const campaignsOfTracker = 100;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

for (const place of ["campaigns.batch-read:2", "campaigns.batch-stored:2"])
  test(`at ${place} is gone on with once its lease is over`, async () => {
    const at = await createTrackerScene(database.db, telegramMarkup, trackerWith(campaignsOfTracker));
    const { workspaceId } = at.space;
    await at.connect();
    const script = join(import.meta.dir, "sync-process.ts");
    const child = Bun.spawn([
      ...[process.execPath, "--no-env-file", script],
      ...[database.url, workspaceId, at.connectionId, String(campaignsOfTracker), place],
    ]);
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
    const read = async () => (await database.db.select().from(flows).where(eq(flows.workspaceId, workspaceId))).length;
    const half = await read();
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(campaignsOfTracker);

    const run = (now: Date) =>
      syncTracker(at.context(now), { connectionId: at.connectionId, workspaceId, isFailing: false });
    await run(new Date());
    expect(at.tracker.asked).toEqual([]);
    // The schedule finds it again by itself.
    const later = new Date(Date.now() + 7 * 60_000);
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    await syncDue(at.context(later), {});
    const [jobs] = await database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from graphile_worker._private_jobs where payload->>'connectionId' = ${at.connectionId}`);
    expect(jobs?.count).toBe(1);
    await run(later);
    expect(await read()).toBe(campaignsOfTracker);
    expect(at.tracker.asked.filter((call) => call.startsWith("flows "))).toHaveLength(campaignsOfTracker - half);
    const [shown] = (await listMirroredTrackers(at.context(later))).items;
    expect(shown).toMatchObject({
      done: campaignsOfTracker,
      total: campaignsOfTracker,
      isRunning: false,
      problem: null,
    });
  });

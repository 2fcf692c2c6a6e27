import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemActor } from "@backend/kit/context.ts";
import { makeWorkspace } from "@backend/modules/identity/testing.ts";
import { haltLane, queueDelivery } from "@backend/modules/messaging/index.ts";
import { broadcastBots, broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { asJob, makeBroadcast, makeSubscriber } from "../testing.ts";
import { resendUnknown } from "./resend-unknown.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A broadcast of `people` whose outcomes nobody knows. */
async function unknownBroadcast(people: number) {
  const { db } = database;
  const at = await makeWorkspace(db);
  const counters = { unknown: people, total: people };
  const broadcastId = await makeBroadcast(db, at, { state: "sent", ...counters });
  await db.insert(broadcastBots).values({ broadcastId, botId: at.botId, ceiling: 0n, ...counters } as never);
  for (let n = 0; n < people; n++) {
    const { id: subscriberId, chatId, telegramId } = await makeSubscriber(db, at);
    const { workspaceId } = at;
    const content = { kind: "text" as const, html: "news" };
    const deliveryId = BigInt((await queueDelivery(db, { workspaceId, chatId, lane: "broadcast", content })).id ?? 0);
    await db.update(deliveries).set({ state: "unknown" }).where(eq(deliveries.id, deliveryId));
    const recipient = { ...at, broadcastId, chatId, subscriberId, telegramId, variant: 0, deliveryId };
    await db.insert(broadcastRecipients).values({ ...recipient, state: "unknown" });
  }
  const resend = () => resendUnknown({ ...asJob(db, new Date()), actor: systemActor(at.workspaceId) }, { broadcastId });
  const counted = async () => {
    const [row] = await db.select().from(broadcasts).where(eq(broadcasts.id, broadcastId));
    return { unknown: row?.unknown, queued: row?.queued };
  };
  return { ...at, resend, counted };
}

test("tells how many go out again, once", async () => {
  const { resend, counted } = await unknownBroadcast(3);
  expect(await resend()).toEqual({ count: 3 });
  expect(await counted()).toEqual({ unknown: 0, queued: 3 });
  expect(await resend()).toEqual({ count: 0 });
});

test("leaves the messages of a bot that was given up, and says so", async () => {
  const { botId, resend, counted } = await unknownBroadcast(2);
  await haltLane(database.db, botId, "gone");
  expect(await resend()).toEqual({ count: 0 });
  expect(await counted()).toEqual({ unknown: 2, queued: 0 });
});

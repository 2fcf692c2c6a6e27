import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { haltLane, queueDeliveries, resumeLane } from "@backend/modules/messaging/index.ts";
import { createRig, type Rig, until } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.stop());

const statesOf = async (bot: Awaited<ReturnType<Rig["bot"]>>) => {
  const counts: Record<string, number> = {};
  for (const { state } of await rig.rows(bot)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};

async function broadcastOf(size: number) {
  const bot = await rig.bot();
  const chats = await Promise.all(Array.from({ length: size }, async () => (await rig.person(bot)).chat));
  const { workspaceId } = bot;
  const content = { kind: "text", html: "news" } as const;
  await queueDeliveries(
    rig.database.db,
    chats.map((chat) => ({ workspaceId, chatId: chat.id, lane: "broadcast", content })),
  );
  return { bot, chats, content };
}

describe("a lane that is halted in the middle of a broadcast", () => {
  test("for good sends nothing more, leaves nothing waiting, and its report agrees with what people got", async () => {
    const { bot, chats, content } = await broadcastOf(90);
    await rig.start();
    await until("some are sent", () => rig.texts(bot).length >= 10);
    await haltLane(rig.database.db, bot.botId, "gone");
    await until("answers on their way are recorded", async () => !(await statesOf(bot)).sending);
    // What was claimed ahead may have come back to wait; the farewell of a bot asks once more.
    await haltLane(rig.database.db, bot.botId, "gone");
    const arrived = rig.texts(bot).length;
    const [chat] = chats;
    const late = { workspaceId: bot.workspaceId, chatId: chat?.id ?? "", lane: "alert", content } as const;
    await queueDeliveries(rig.database.db, [late]);
    await Bun.sleep(1_500);
    expect(rig.texts(bot).length).toBe(arrived);
    expect(arrived).toBeLessThan(90);
    expect(await statesOf(bot)).toEqual({ sent: arrived, cancelled: 90 - arrived, failed: 1 });
  });

  test("for a while goes on with what waited, each message once", async () => {
    const { bot } = await broadcastOf(40);
    await rig.start();
    await until("some are sent", () => rig.texts(bot).length >= 5);
    await haltLane(rig.database.db, bot.botId, "off");
    await until("answers on their way are recorded", async () => !(await statesOf(bot)).sending);
    const arrived = rig.texts(bot).length;
    await Bun.sleep(1_000);
    expect(rig.texts(bot).length).toBe(arrived);
    expect(arrived).toBeLessThan(40);
    await resumeLane(rig.database.db, bot.botId);
    await until("everything is sent", () => rig.isSettled(bot));
    expect(await statesOf(bot)).toEqual({ sent: 40 });
    expect(rig.texts(bot)).toHaveLength(40);
  });
});

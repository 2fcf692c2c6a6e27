import { afterEach, beforeEach, expect, test } from "bun:test";
import { createLogger } from "@backend/kit/log.ts";
import { publishedLimits } from "@backend/modules/messaging/domain/pace.ts";
import { type HeadNews, LaneSchedule } from "@backend/modules/messaging/domain/schedule.ts";
import { Lookout } from "@backend/modules/messaging/lane/lookout.ts";
import { readHeads, readHistories, scanQueue } from "@backend/modules/messaging/lane/queries.ts";
import { createRig, type Rig, until } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.stop());

test("a message announced while an older page of the queue is being read is not overtaken by the next one of its chat", async () => {
  const { sql } = rig.database;
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  const schedule = new LaneSchedule(publishedLimits);
  const [wasRead, mayArrive] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lookout = new Lookout({
    botId: bot.botId,
    schedule,
    store: {
      async scan(...asked) {
        const found = await scanQueue(sql, ...asked);
        wasRead.resolve();
        await mayArrive.promise;
        return found;
      },
      heads: (...asked) => readHeads(sql, ...asked),
      histories: (...asked) => readHistories(sql, ...asked),
    },
    now: () => performance.now(),
    log: createLogger("silent"),
    remembersAll: () => true,
    onNews: () => lookout.look(performance.now()),
  });
  const queue = async (text: string): Promise<HeadNews> => {
    const id = Number(await rig.queue(bot, chat, text));
    return { id, chatId: chat.id, rank: 1, isPaid: false, isPrivate: true };
  };
  lookout.restart();
  lookout.look(performance.now());
  await wasRead.promise;
  const first = await queue("first");
  lookout.hear(first);
  mayArrive.resolve();
  await until("the page was read", async () => lookout.isIdle || schedule.heads > 0);
  lookout.hear(await queue("second"));
  lookout.look(performance.now());
  await until("the chat's first message is known", () => schedule.heads === 1 && !schedule.hasChatsToLoad);
  expect(schedule.next(Number.POSITIVE_INFINITY, { free: true, paid: true })?.head.id).toBe(first.id);
});

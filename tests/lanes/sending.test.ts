import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { cancelDeliveries, queueDeliveries } from "@backend/modules/messaging/index.ts";
import { createRig, html, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.stop());

test("a broadcast keeps the pace of a strict server, and a service message overtakes it", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 90 }, () => rig.person(bot)));
  const other = await rig.person(bot);
  await queueDeliveries(
    rig.database.db,
    people.map(({ chat }, n) => ({
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "broadcast" as const,
      content: { kind: "text" as const, html: `news ${n}` },
    })),
  );
  await rig.start();
  await until("the broadcast runs", () => rig.texts(bot).length >= 20);
  const before = rig.texts(bot).length;
  await rig.queue(bot, other.chat, "your code is 1234", { lane: "service" });
  await until("everything arrived", () => rig.texts(bot).length === 91);
  const { refused429, ignoredWaits, peakPerSecond } = rig.telegram.counters(bot.telegramId);
  expect({ refused429, ignoredWaits }).toEqual({ refused429: 0, ignoredWaits: 0 });
  expect(peakPerSecond).toBeLessThanOrEqual(36);
  // What was already under way or claimed for the next slots may still go first, and more of it on a busy machine; the backlog may not.
  expect(rig.texts(bot).indexOf("your code is 1234") - before).toBeLessThanOrEqual(20);
  await until("recorded", async () => (await rig.rows(bot)).every(({ state }) => state === "sent"));
});

test("per chat messages arrive in the order in which they were queued, also across lanes of one rank", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 5 }, () => rig.person(bot)));
  await rig.start();
  for (let n = 0; n < 4; n++) for (const { chat } of people) await rig.queue(bot, chat, `m${n}`);
  await until("everything arrived", () => rig.texts(bot).length === 20);
  for (const { telegramId } of people) expect(rig.texts(bot, telegramId)).toEqual(["m0", "m1", "m2", "m3"]);
  expect(rig.telegram.counters(bot.telegramId).refused429).toBe(0);
});

test("alerts that outrun a group become digests: none is lost, other chats do not wait", async () => {
  const bot = await rig.bot();
  const group = await rig.group(bot);
  const person = await rig.person(bot);
  await queueDeliveries(
    rig.database.db,
    Array.from({ length: 300 }, (_, n) => ({
      workspaceId: bot.workspaceId,
      chatId: group.chat.id,
      lane: "alert" as const,
      content: { kind: "text" as const, html: `alert ${n}` },
      fold: { kind: "count", item: n },
    })),
  );
  await rig.queue(bot, person.chat, "not held up");
  await rig.start();
  await until("the person has it", () => rig.texts(bot, person.telegramId).length === 1, 3_000);
  await until("nothing waits", async () =>
    (await rig.rows(bot)).every(({ state }) => state === "sent" || state === "folded"),
  );
  const said = rig.texts(bot, group.telegramId).flatMap((text) => (/\d+(?:,\d+)*$/.exec(text)?.[0] ?? "").split(","));
  expect(said).toEqual(Array.from({ length: 300 }, (_, n) => String(n)));
  const rows = (await rig.rows(bot)).filter(({ chatId }) => chatId === group.chat.id);
  const leaders = new Set(rows.filter(({ digest }) => digest !== null).map(({ id }) => id));
  for (const row of rows.filter(({ state }) => state === "folded"))
    expect(leaders.has(row.foldedInto ?? 0n)).toBe(true);
  expect(rig.telegram.counters(bot.telegramId).refused429).toBe(0);
});

test("alerts whose digest cannot be made go out one by one", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  await Promise.all(
    Array.from({ length: 14 }, (_, n) => rig.queue(bot, chat, `alert ${n}`, { fold: { kind: "broken", item: n } })),
  );
  const broken = () => {
    throw new Error("odd item");
  };
  await rig.start({ renderers: { broken } });
  await until("it goes on", () => rig.texts(bot).length === 3);
  expect((await rig.rows(bot)).filter(({ state }) => state === "folded")).toHaveLength(0);
});

test("a private chat that gets too many alerts gets a digest too", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  for (let n = 0; n < 40; n++) await rig.queue(bot, chat, `alert ${n}`, { fold: { kind: "count", item: n } });
  await rig.start();
  await until("nothing waits", () => rig.isSettled(bot));
  expect(rig.texts(bot)[1]).toStartWith("digest of 39");
});

test("what is planned for later waits for its time, and a cancelled message never goes", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  await rig.queue(bot, chat, "later", { notBefore: new Date(Date.now() + 1_200) });
  const subject = { kind: "order", id: "7" };
  await rig.queue(bot, chat, "never", { notBefore: new Date(Date.now() + 600), subject });
  expect(await cancelDeliveries(rig.database.db, bot.workspaceId, subject)).toBe(1);
  await rig.start();
  await rig.queue(bot, chat, "now");
  await until("both arrived", () => rig.texts(bot).length === 2);
  expect(rig.texts(bot)).toEqual(["now", "later"]);
  await until("nothing waits", () => rig.isSettled(bot));
  const [later] = (await rig.rows(bot)).filter((row) => html(row) === "later");
  expect(later?.doneAt?.getTime() ?? 0).toBeGreaterThanOrEqual(later?.notBefore.getTime() ?? 0);
});

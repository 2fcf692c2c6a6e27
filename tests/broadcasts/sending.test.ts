import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { launchBroadcast } from "@backend/modules/broadcasts/actions/launch-broadcast.ts";
import {
  cancelBroadcast,
  pauseBroadcast,
  resumeBroadcast,
} from "@backend/modules/broadcasts/actions/pause-broadcast.ts";
import { readProgress } from "@backend/modules/broadcasts/actions/read-broadcasts.ts";
import { arrivals, type BroadcastRig, createBroadcastRig, expectAgreement, expectInvariant, until } from "./rig.ts";

setDefaultTimeout(60_000);

let rig: BroadcastRig;
const rigs: BroadcastRig[] = [];
async function begin(bots = 1): Promise<BroadcastRig> {
  rig = await createBroadcastRig({ bots });
  rigs.push(rig);
  return rig;
}
beforeEach(async () => void (await begin()));
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((one) => one.stop()));
});
const bot = () => rig.bots[0] as (typeof rig.bots)[0];

test("everybody gets it once, the counters say so, and whoever launched it hears of the end", async () => {
  const people = await rig.audience(bot(), 150);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch();
  const ended = await rig.reaches(id, "sent");
  expect(ended).toMatchObject({ total: 150, sent: 150, failed: 0, unknown: 0, skipped: 0 });
  await expectAgreement(rig, id);
  expect([...arrivals(rig).keys()].sort()).toEqual(people);
  await until("the launcher hears", () => rig.news(rig.owner).length > 0);
  expect(rig.news(rig.owner)[0]).toContain("150 of 150");
  expect(rig.telegram.counters(bot().telegramId).refused429).toBe(0);
});

test("F19: launched twice from two devices at once it is one run; after a pause no more goes out than was under way", async () => {
  await rig.audience(bot(), 600);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.draft();
  const both = await Promise.all([1, 2].map(() => launchBroadcast(rig.context(), { broadcastId: id })));
  expect(both.map(({ state }) => state)).toEqual(["sending", "sending"]);
  await until("it runs", () => arrivals(rig).size > 60);
  await pauseBroadcast(rig.context(), { broadcastId: id });
  const atPause = arrivals(rig).size;
  await expectInvariant(rig, id);
  await Bun.sleep(1_500);
  expect(arrivals(rig).size - atPause).toBeLessThanOrEqual(30);
  const paused = await rig.reaches(id, "paused");
  expect(paused.sent).toBe(arrivals(rig).size);
  await expectAgreement(rig, id);
  await resumeBroadcast(rig.context(), { broadcastId: id });
  await rig.reaches(id, "sent");
  expect((await expectAgreement(rig, id)).sent).toBe(600);
});

test("cancelled in the middle: what was sent stays sent, and everybody is accounted for", async () => {
  await rig.audience(bot(), 600);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch();
  await until("it runs", () => arrivals(rig).size > 40);
  await cancelBroadcast(rig.context(), { broadcastId: id });
  const atEnd = arrivals(rig).size;
  const ended = await rig.reaches(id, "cancelled");
  expect(arrivals(rig).size - atEnd).toBeLessThanOrEqual(30);
  await expectAgreement(rig, id);
  const { counts } = await readProgress(rig.context(), { broadcastId: id });
  expect(counts.sent).toBe(ended.sent);
  expect(counts.waiting).toBe(0);
  expect(counts.sent + counts.failed + counts.unknown + counts.skipped + counts.cancelled).toBe(600);
});

test("F20: who blocks the bot or deletes the account is counted by reason and not tried again", async () => {
  const people = await rig.audience(bot(), 120);
  for (const id of people.slice(0, 3)) rig.telegram.people.block(bot().telegramId, id);
  rig.telegram.people.deactivate(people[3] ?? 0);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch();
  const ended = await rig.reaches(id, "sent");
  expect(ended).toMatchObject({ sent: 116, failed: 4, blocked: 4 });
  await expectAgreement(rig, id);
  const calls = rig.telegram.calls("sendMessage");
  const again = await rig.launch();
  expect((await rig.reaches(again, "sent")).failed).toBe(0);
  expect(rig.telegram.calls("sendMessage") - calls).toBeLessThanOrEqual(120 + 2);
});

test("thirty percent have blocked the bot: it pauses itself early, tells why, and goes on when a person says so", async () => {
  const people = await rig.audience(bot(), 500);
  for (const [n, id] of people.entries()) if (n % 10 < 3) rig.telegram.people.block(bot().telegramId, id);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch();
  const paused = await rig.reaches(id, "paused");
  expect(paused.stateReason).toBe("broadcasts.paused.blocked");
  expect(paused.sent + paused.failed).toBeLessThan(450);
  await expectAgreement(rig, id);
  await until("the launcher hears", () => rig.news(rig.owner).some((text) => text.includes("paused")));
  // By how much, and where it would stop again.
  expect(rig.news(rig.owner).join()).toMatch(
    /[\d.]+ % of the \d+ people it tried had blocked the bot \(\d+\), .* 5 %\./,
  );
  await resumeBroadcast(rig.context(), { broadcastId: id });
  const ended = await rig.reaches(id, "sent");
  expect(ended).toMatchObject({ sent: 350, failed: 150, blocked: 150 });
  await expectAgreement(rig, id);
});

test("a token revoked in the middle: that bot stands still with its reason, the other goes on, nothing is lost", async () => {
  await begin(2);
  const [one, two] = rig.bots as [(typeof rig.bots)[0], (typeof rig.bots)[0]];
  await rig.audience(one, 400);
  await rig.audience(two, 200);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch();
  await until("both send", () => arrivals(rig).size > 60);
  rig.telegram.revokeToken(one.telegramId);
  const paused = await rig.reaches(id, "paused");
  expect(paused.stateReason).toBe("broadcasts.paused.no_bot");
  const counters = await expectAgreement(rig, id);
  expect(counters.sent).toBeGreaterThanOrEqual(200);
  expect(counters.unknown + counters.failed).toBe(0);
  const { bots } = await readProgress(rig.context(), { broadcastId: id });
  expect(bots.find(({ botId }) => botId === one.botId)?.problem?.code).toBe("broadcasts.paused.token_refused");
  expect(bots.find(({ botId }) => botId === two.botId)?.counts).toMatchObject({ sent: 200, waiting: 0 });
});

test("R11: its bot is disconnected in the middle: it stops with nothing left to be sent, and goes on when the bot is back", async () => {
  await rig.audience(bot(), 400);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch();
  await until("it runs", () => arrivals(rig).size > 60);
  await rig.database.sql`update bots set state = 'disconnected' where id = ${bot().botId}`;
  const paused = await rig.reaches(id, "paused");
  expect(paused.stateReason).toBe("broadcasts.paused.no_bot");
  const waiting = await rig.database
    .sql`select 1 from deliveries where state in ('queued', 'sending') and subject_kind = 'broadcast' and subject_id = ${id}`;
  expect(waiting).toHaveLength(0);
  await expectAgreement(rig, id);
  await rig.database.sql`update bots set state = 'active' where id = ${bot().botId}`;
  await resumeBroadcast(rig.context(), { broadcastId: id });
  expect((await rig.reaches(id, "sent")).sent).toBe(400);
  await expectAgreement(rig, id);
});

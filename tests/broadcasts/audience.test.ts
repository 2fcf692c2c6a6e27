/** Who gets a broadcast and who does not, asked when his time has come. */
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { systemActor } from "@backend/kit/context.ts";
import { come } from "@backend/modules/audience/import-testing.ts";
import { changeBroadcast, createBroadcast } from "@backend/modules/broadcasts/actions/drafts.ts";
import { beginPhaseTwo, launchBroadcast, launchDue } from "@backend/modules/broadcasts/actions/launch-broadcast.ts";
import { pauseBroadcast, resumeBroadcast } from "@backend/modules/broadcasts/actions/pause-broadcast.ts";
import { requestLaunch } from "@backend/modules/broadcasts/actions/request-launch.ts";
import { changeSettings, readSettings } from "@backend/modules/broadcasts/actions/settings.ts";
import { stepBroadcast } from "@backend/modules/broadcasts/actions/step-broadcast.ts";
import { withdrawRefused } from "@backend/modules/broadcasts/actions/withdraw-refused.ts";
import type { Variant } from "@backend/modules/broadcasts/contracts.ts";
import type { BroadcastSettings } from "@backend/modules/broadcasts/engine-contracts.ts";
import {
  arrivals,
  type BroadcastRig,
  createBroadcastRig,
  expectAgreement,
  expectInvariant,
  letterOf,
  until,
} from "./rig.ts";

setDefaultTimeout(60_000);

let rig: BroadcastRig;
beforeEach(async () => {
  rig = await createBroadcastRig({ bots: 2 });
});
afterEach(() => rig.stop());

const bot = (n = 0) => rig.bots[n] as (typeof rig.bots)[0];
const only = (n = 0) => ({ botIds: [bot(n).botId] });
const settings = async (over: Partial<BroadcastSettings>) => {
  const before = await readSettings(rig.context());
  await changeSettings(rig.context(), { ...before, ...over });
};
/** A step as the job takes it, at a time of the test's own. */
const step = (id: string, now: Date) =>
  stepBroadcast(
    { ...rig.context(rig.owner, now), actor: systemActor(rig.workspaceId) },
    { broadcastId: id, workspaceId: rig.workspaceId },
  );
const statesOf = async (id: string) => {
  const rows = await rig.database.sql<
    { telegram_id: string; state: string; reason: string | null; language: string | null }[]
  >`
    select telegram_id, state, reason, language from broadcast_recipients where broadcast_id = ${id}`;
  return new Map(rows.map((row) => [Number(row.telegram_id), row]));
};
const change = (telegramId: number, set: string) =>
  rig.database.sql.unsafe(`update subscribers set ${set} where telegram_id = ${telegramId}`);

test("whoever refuses, left the segment or blocked the bot between launch and his time gets nothing, and is counted", async () => {
  const [stays, refuses, blocks] = await rig.audience(bot(), 3);
  await settings({ quietHours: { from: "22:00", to: "09:00" } });
  const id = await rig.draft(only());
  const night = new Date(new Date().setUTCHours(3, 30, 0, 0));
  await launchBroadcast(rig.context(rig.owner, night), { broadcastId: id });
  await step(id, night);
  expect(await expectInvariant(rig, id)).toMatchObject({ planned: 3, queued: 0, total: 3 });
  await change(refuses ?? 0, "is_opted_out = true");
  await change(blocks ?? 0, "state = 'blocked'");
  await rig.start();
  const justBefore = new Date(new Date(night).setUTCHours(8, 59));
  await step(id, justBefore);
  expect(await expectInvariant(rig, id)).toMatchObject({ planned: 3 });
  await step(id, new Date(new Date(night).setUTCHours(9, 0)));
  await until("it arrives", () => arrivals(rig).size === 1);
  const states = await statesOf(id);
  expect(states.get(refuses ?? 0)).toMatchObject({ state: "skipped", reason: "broadcasts.skipped.opted_out" });
  expect(states.get(blocks ?? 0)).toMatchObject({ state: "skipped", reason: "broadcasts.skipped.left_audience" });
  expect([...arrivals(rig).keys()]).toEqual([stays as number]);
  await expectAgreement(rig, id);
});

test("a recipient's language is the one that his message was made for, not that of the launch or of later", async () => {
  const [reads = 0, refuses = 0] = await rig.audience(bot(), 2);
  await settings({ quietHours: { from: "22:00", to: "09:00" } });
  for (const one of [reads, refuses]) await change(one, "language = 'uk'");
  const id = await rig.draft(only());
  const night = new Date("2026-11-20T03:30:00Z");
  await launchBroadcast(rig.context(rig.owner, night), { broadcastId: id });
  await step(id, night);
  await change(reads, "language = 'pl'");
  await change(refuses, "is_opted_out = true");
  await step(id, new Date("2026-11-20T09:00:00Z"));
  await change(reads, "language = 'de'");
  const states = await statesOf(id);
  expect(states.get(reads)).toMatchObject({ state: "queued", language: "pl" });
  expect(states.get(refuses)).toMatchObject({ state: "skipped", language: "uk" });
});

test("whoever refuses while his message waits in the lane does not get it", async () => {
  const people = await rig.audience(bot(), 40);
  const id = await rig.launch(only());
  await step(id, new Date());
  expect(await expectInvariant(rig, id)).toMatchObject({ queued: 40 });
  await withdrawRefused(rig.context(), { workspaceId: rig.workspaceId, telegramId: people[39] ?? 0, categoryId: 0 });
  await Promise.all([rig.start(), rig.work()]);
  expect(await rig.reaches(id, "sent")).toMatchObject({ sent: 39, skipped: 1 });
  expect(arrivals(rig).has(people[39] ?? 0)).toBe(false);
  await expectAgreement(rig, id);
});

test("one human in two bots, with a limit of one message a day: two broadcasts at once do not both see room", async () => {
  const people = await rig.audience(bot(0), 60);
  await rig.database.sql`
    with made as (
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select workspace_id, ${bot(1).botId}, telegram_chat_id, 'private', title from chats
      where bot_id = ${bot(0).botId} and telegram_chat_id = any(${people}::bigint[]) returning id, telegram_chat_id)
    insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, subscribed_at)
    select ${rig.workspaceId}, ${bot(1).botId}, id, telegram_chat_id, 'start', now() from made`;
  await rig.database.sql`insert into lanes (bot_id) values (${bot(1).botId}) on conflict do nothing`;
  for (const id of people) rig.telegram.people.start(bot(1).telegramId, id);
  await settings({ attention: { messages: 1, hours: 24 } });
  const ids = await Promise.all([rig.launch(only(0)), rig.launch(only(1))]);
  await Promise.all(ids.map((id) => step(id, new Date())));
  await Promise.all([rig.start(), rig.work()]);
  const ended = await Promise.all(ids.map((id) => rig.reaches(id, "sent")));
  expect(ended.reduce((sum, { sent }) => sum + sent, 0)).toBe(60);
  expect(ended.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(60);
  expect([...arrivals(rig).values()].every((times) => times === 1)).toBe(true);
  const urgent = await rig.launch({ ...only(0), options: { isUrgent: true } });
  expect(await rig.reaches(urgent, "sent")).toMatchObject({ sent: 60, skipped: 0 });
});

test("whoever was imported and never came is counted nowhere and written to by nobody, until he presses Start", async () => {
  const people = await rig.audience(bot(), 3);
  const imported = (people[2] ?? 0) + 500_000;
  await rig.database.sql`
    insert into subscribers (workspace_id, bot_id, telegram_id, origin, state)
    values (${rig.workspaceId}, ${bot().botId}, ${imported}, 'import', 'unreachable')`;
  await Promise.all([rig.start(), rig.work()]);
  expect(await rig.reaches(await rig.launch(only()), "sent")).toMatchObject({ total: 3, sent: 3, skipped: 0 });
  expect(arrivals(rig).has(imported)).toBe(false);
  rig.telegram.people.addPerson({ id: imported, firstName: "Came" });
  rig.telegram.people.start(bot().telegramId, imported);
  await come(rig.database.db, { workspaceId: rig.workspaceId, botId: bot().botId }, { telegramId: imported });
  const next = await rig.launch({ ...only(), variants: letterOf("again") });
  expect(await rig.reaches(next, "sent")).toMatchObject({ total: 4, sent: 4 });
  expect(arrivals(rig, "again").get(imported)).toBe(1);
});

test("groups are recipients too, and one that is lost is skipped with its reason", async () => {
  const one = await rig.group(bot());
  const two = await rig.group(bot());
  await rig.audience(bot(), 5);
  const id = await rig.draft({ ...only(), chatIds: [one.chat.id, two.chat.id] });
  await launchBroadcast(rig.context(), { broadcastId: id });
  await rig.database.sql`update chats set state = 'kicked' where id = ${two.chat.id}`;
  await Promise.all([rig.start(), rig.work()]);
  expect(await rig.reaches(id, "sent")).toMatchObject({ total: 7, sent: 6, skipped: 1 });
  expect(arrivals(rig).get(one.telegramId)).toBe(1);
});

test("F20: a group that becomes a supergroup in the middle gets it once, under its new id, which the next broadcast uses at once", async () => {
  const { chat, telegramId } = await rig.group(bot(), "group");
  await rig.audience(bot(), 5);
  const id = await rig.draft({ ...only(), chatIds: [chat.id] });
  await launchBroadcast(rig.context(), { broadcastId: id });
  await step(id, new Date());
  await until("the group's message waits", async () => (await expectInvariant(rig, id)).queued === 6);
  // Nobody has told us when its turn comes: the update of the bot is still on its way.
  const next = rig.telegram.people.migrate(telegramId);
  await Promise.all([rig.start(), rig.work()]);
  expect(await rig.reaches(id, "sent")).toMatchObject({ total: 6, sent: 6, failed: 0, unknown: 0 });
  await expectAgreement(rig, id);
  expect([arrivals(rig).get(telegramId), arrivals(rig).get(next)]).toEqual([undefined, 1]);
  const [row] = await rig.database.sql`select telegram_chat_id::text as id, state from chats where id = ${chat.id}`;
  expect(row).toEqual({ id: String(next), state: "active" });
  const calls = rig.telegram.calls("sendMessage");
  const again = await rig.launch({ ...only(), chatIds: [chat.id], variants: letterOf("again") });
  expect(await rig.reaches(again, "sent")).toMatchObject({ total: 6, sent: 6 });
  expect(arrivals(rig, "again").get(next)).toBe(1);
  // Six recipients, and the launcher's news of both ends at most.
  expect(rig.telegram.calls("sendMessage") - calls).toBeLessThanOrEqual(6 + 2);
});

test("F17: one with words that cannot be read, and one whose every step fails, hold up no other", async () => {
  const people = await rig.audience(bot(), 40);
  const unreadable = await rig.launch({ ...only(), variants: letterOf("unreadable") });
  const failing = await rig.launch({ ...only(), variants: letterOf("failing") });
  await rig.database.sql`update broadcasts set variants = '[{"key":"A","share":100}]' where id = ${unreadable}`;
  // No rule of this kind: the walk through its audience throws each time.
  await rig.database.sql`update broadcasts set condition = '{"kind":"poison"}' where id = ${failing}`;
  await expect(step(failing, new Date())).rejects.toThrow();
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch(only());
  expect(await rig.reaches(id, "sent")).toMatchObject({ total: 40, sent: 40 });
  expect(new Set(arrivals(rig).keys())).toEqual(new Set(people));
  // Everybody of the first is accounted for by the reason; of the second nobody was looked at, and nothing is under way.
  expect(await rig.reaches(unreadable, "sent")).toMatchObject({ total: 40, sent: 0, skipped: 40 });
  expect(new Set([...(await statesOf(unreadable)).values()].map(({ reason }) => reason))).toEqual(
    new Set(["broadcasts.skipped.unreadable"]),
  );
  expect(await expectInvariant(rig, failing)).toMatchObject({ total: 40, queued: 0, sent: 0, skipped: 0 });
  expect([arrivals(rig, "unreadable").size, arrivals(rig, "failing").size]).toEqual([0, 0]);
});

test("two pairs of eyes: whoever asked may not let it go, another may, and a change takes the request back", async () => {
  await rig.audience(bot(), 2);
  const other = await rig.member("admin");
  await settings({ needsFourEyes: true });
  const id = await rig.draft(only());
  await expect(launchBroadcast(rig.context(), { broadcastId: id })).rejects.toThrow("broadcasts.needs_request");
  const { told } = await requestLaunch(rig.context(), { broadcastId: id });
  expect(told).toBe(1);
  await expect(launchBroadcast(rig.context(), { broadcastId: id })).rejects.toThrow("broadcasts.needs_another");
  await changeBroadcast(rig.context(), { broadcastId: id, name: "Changed" });
  await expect(launchBroadcast(rig.context(other), { broadcastId: id })).rejects.toThrow("broadcasts.needs_request");
  await requestLaunch(rig.context(), { broadcastId: id });
  await Promise.all([rig.start(), rig.work()]);
  await until("the other hears twice", () => rig.news(other).length === 2);
  const launched = await launchBroadcast(rig.context(other), { broadcastId: id });
  expect(launched.launchedBy?.id).toBe(other.personId);
  expect((await rig.reaches(id, "sent")).sent).toBe(2);
});

test("a scheduled one of somebody who lost the right is not sent, and the owners hear of it", async () => {
  await rig.audience(bot(), 2);
  const manager = await rig.member("manager");
  const at = new Date(Date.now() + 3_600_000);
  const { id } = await createBroadcast(rig.context(manager), {
    ...only(),
    name: "Later",
    variants: letterOf("news"),
    schedule: { kind: "at", at: at.toISOString() },
  });
  const due = { broadcastId: id, workspaceId: rig.workspaceId };
  expect((await launchBroadcast(rig.context(manager), { broadcastId: id })).state).toBe("scheduled");
  const job = (now: Date) => ({ ...rig.context(rig.owner, now), actor: systemActor(rig.workspaceId) });
  await launchDue(job(new Date(at.getTime() - 1_000)), due);
  expect((await rig.read(id)).state).toBe("scheduled");
  await rig.database.sql`update members set role = 'support' where person_id = ${manager.personId}`;
  await launchDue(job(at), due);
  expect(await rig.read(id)).toMatchObject({ state: "failed", stateReason: "broadcasts.failed.lost_right" });
  await rig.start();
  await until("the owner hears", () => rig.news(rig.owner).some((text) => text.includes("was not sent")));
  await launchDue(job(at), due);
  expect(arrivals(rig).size).toBe(0);
});

test("an experiment on a part: the sample first, the rest with the winner once it is known, nobody twice", async () => {
  await rig.audience(bot(), 300);
  const variant = (key: "A" | "B", html: string) => ({
    key,
    share: 50,
    letter: { fallback: "en", messages: { en: { kind: "text" as const, html } } },
  });
  const id = await rig.launch({
    ...only(),
    variants: [variant("A", "first"), variant("B", "second")],
    experiment: { samplePercent: 20, measure: "clicks", isAuto: false, afterMinutes: 10, editLosers: false },
  });
  await Promise.all([rig.start(), rig.work()]);
  const sampled = () => arrivals(rig, "first").size + arrivals(rig, "second").size;
  await until("the sample is out", async () => {
    const row = await rig.read(id);
    return row.sent > 0 && row.queued === 0;
  });
  const inSample = sampled();
  expect(inSample).toBeGreaterThan(30);
  expect(inSample).toBeLessThan(95);
  expect((await rig.read(id)).state).toBe("sending");
  const winner = { workspaceId: rig.workspaceId, broadcastId: id, winner: "B" };
  expect(await Promise.all([1, 2].map(() => beginPhaseTwo(rig.context(), winner)))).toContain(false);
  const ended = await rig.reaches(id, "sent");
  expect(ended).toMatchObject({ sent: 300, total: 300, winner: "B", phase: 2 });
  const all = [...arrivals(rig, "first").keys(), ...arrivals(rig, "second").keys()];
  expect(new Set(all).size).toBe(300);
  expect(arrivals(rig, "second").size).toBeGreaterThanOrEqual(300 - inSample);
});

test("a winner chosen before the sample is out goes to what is left of the sample too", async () => {
  await rig.audience(bot(), 60);
  const id = await rig.launch({
    ...only(),
    variants: (["A", "B"] as const).map((key) => ({ ...(letterOf("news")[0] as Variant), key, share: 50 })),
    experiment: { samplePercent: 50, measure: "clicks", isAuto: false, afterMinutes: 10, editLosers: false },
  });
  expect(await beginPhaseTwo(rig.context(), { workspaceId: rig.workspaceId, broadcastId: id, winner: "B" })).toBe(true);
  await step(id, new Date());
  expect((await rig.read(id)).queued).toBe(60);
  await Promise.all([rig.start(), rig.work()]);
  expect((await rig.reaches(id, "sent")).sent).toBe(60);
});

test("pressed by turns from two devices, pause and resume end in one run and lose nobody", async () => {
  await rig.audience(bot(), 300);
  await Promise.all([rig.start(), rig.work()]);
  const id = await rig.launch(only());
  for (let n = 0; n < 4; n++) {
    await Bun.sleep(250);
    await Promise.allSettled([
      pauseBroadcast(rig.context(), { broadcastId: id }),
      resumeBroadcast(rig.context(), { broadcastId: id }),
    ]);
    await expectInvariant(rig, id);
  }
  if ((await rig.read(id)).state === "paused") await resumeBroadcast(rig.context(), { broadcastId: id });
  await rig.reaches(id, "sent");
  expect((await expectAgreement(rig, id)).sent).toBe(300);
});

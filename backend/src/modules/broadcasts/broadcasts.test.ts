/** Drafts, checks and settings: what a member may do before anything is sent. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ActionContext, Actor } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { createLogger } from "@backend/kit/log.ts";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { checkBroadcast } from "./actions/check-broadcast.ts";
import { changeBroadcast, copyBroadcast, createBroadcast, deleteBroadcast } from "./actions/drafts.ts";
import { launchBroadcast, launchDue, unscheduleBroadcast } from "./actions/launch-broadcast.ts";
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from "./actions/pause-broadcast.ts";
import { listBroadcasts, readBroadcast, readProgress } from "./actions/read-broadcasts.ts";
import { requestLaunch } from "./actions/request-launch.ts";
import { sendBroadcastTest } from "./actions/send-broadcast-test.ts";
import { changeSettings, readSettings } from "./actions/settings.ts";
import { withdrawJob } from "./jobs.ts";
import type { BroadcastsPorts } from "./ports.ts";
import { testPorts } from "./testing.ts";

let database: TestDatabase;
let mine: TestWorkspace;
let theirs: TestWorkspace;
let owner: Actor;
const letters = [
  {
    key: "A" as const,
    share: 100,
    letter: { fallback: "en", messages: { en: { kind: "text" as const, html: "<b>news</b>" } } },
  },
];

async function actorIn(at: TestWorkspace): Promise<Actor> {
  const { personId, memberId, telegramId } = await makePerson(database.db, at, { role: "owner" });
  await registerChat(database.db, { ...at, telegramChatId: telegramId, kind: "private", title: "Owner", personId });
  return {
    kind: "person",
    workspaceId: at.workspaceId,
    personId,
    botId: at.botId,
    locale: "en",
    timeZone: "UTC",
    member: { memberId: memberId ?? "", role: "owner" },
    permissions: permissionsOf("owner"),
  };
}

beforeAll(async () => {
  database = await createTestDatabase();
  mine = await makeWorkspace(database.db);
  theirs = await makeWorkspace(database.db);
  owner = await actorIn(mine);
  await actorIn(theirs);
  for (const { workspaceId, botId } of [mine, theirs])
    await database.db.execute(sql`
      with made as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${workspaceId}, ${botId}, 700000000 + i, 'private', 'P' from generate_series(1, 90) i returning id, telegram_chat_id)
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, subscribed_at, is_opted_out, state)
      select ${workspaceId}, ${botId}, id, telegram_chat_id, 'start', now(), telegram_chat_id % 10 = 0,
        case when telegram_chat_id % 10 = 1 then 'blocked' else 'active' end from made`);
});
afterAll(() => database.drop());

const context = (actor = owner, now = new Date()): ActionContext<BroadcastsPorts> => ({
  db: database.db,
  actor,
  now,
  log: createLogger("silent"),
  ports: testPorts,
  requestId: "test",
});
const ready = () => createBroadcast(context(), { name: "News", botIds: [mine.botId], variants: letters });

test("a draft names only what the workspace has: another's bot, group, segment and category are not there", async () => {
  const group = await registerChat(database.db, { ...theirs, telegramChatId: -5, kind: "group", title: "Theirs" });
  const refused = [
    [{ botIds: [theirs.botId] }, "broadcasts.unknown_bots"],
    [{ chatIds: [group.id] }, "broadcasts.unknown_chats"],
    [{ segmentId: crypto.randomUUID() }, "broadcasts.unknown_segment"],
    [{ categoryId: 999_999 }, "broadcasts.unknown_category"],
  ] as const;
  const { id } = await ready();
  for (const [input, code] of refused) {
    await expect(createBroadcast(context(), input as never)).rejects.toThrow(code);
    await expect(changeBroadcast(context(), { broadcastId: id, ...(input as object) })).rejects.toThrow(code);
  }
  expect(await readBroadcast(context(), { broadcastId: id })).toMatchObject({ botIds: [mine.botId], chatIds: [] });
});

test("of two who change the same state of a draft at once one is refused, and what the other wrote stays", async () => {
  const draft = await ready();
  const change = (name: string, seenAt?: string) =>
    changeBroadcast(context(), { broadcastId: draft.id, name, ...(seenAt === undefined ? {} : { seenAt }) });
  const both = await Promise.allSettled([change("Mine", draft.updatedAt), change("Yours", draft.updatedAt)]);
  const refused = both.filter((one) => one.status === "rejected");
  expect(refused.map(({ reason }) => reason.code)).toEqual(["broadcasts.draft_changed"]);
  const [saved] = both.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const now = await readBroadcast(context(), { broadcastId: draft.id });
  expect([now.name, now.updatedAt]).toEqual([saved?.name ?? "", saved?.updatedAt ?? ""]);
  expect((await change("Later", now.updatedAt)).name).toBe("Later");
  // A program that does not say what it saw replaces what is there, as before.
  expect((await change("Whatever")).name).toBe("Whatever");
});

test("what goes out is what was read: a change that came between keeps it a draft", async () => {
  const read = await ready();
  await changeBroadcast(context(), { broadcastId: read.id, name: "Other" });
  const launch = (seenAt: string) => launchBroadcast(context(), { broadcastId: read.id, seenAt });
  await expect(launch(read.updatedAt)).rejects.toThrow("broadcasts.draft_changed");
  const now = await readBroadcast(context(), { broadcastId: read.id });
  expect(now.state).toBe("draft");
  // Pressed twice it is one run, though the first press made another state of it.
  for (let press = 0; press < 2; press++) expect((await launch(now.updatedAt)).state).toBe("sending");
  await cancelBroadcast(context(), { broadcastId: read.id });
});

test("what is asked for is what was read: who has not seen a change does not ask for it", async () => {
  const read = await ready();
  const changed = await changeBroadcast(context(), { broadcastId: read.id, name: "Other" });
  const request = (seenAt: string) => requestLaunch(context(), { broadcastId: read.id, seenAt });
  await expect(request(read.updatedAt)).rejects.toThrow("broadcasts.draft_changed");
  expect((await readBroadcast(context(), { broadcastId: read.id })).requestedBy).toBeNull();
  expect((await request(changed.updatedAt)).broadcast.requestedAt).not.toBeNull();
});

test("two changes of one moment are two states", async () => {
  const { id: broadcastId } = await ready();
  const at = new Date("2030-01-01T10:00:00.000Z");
  const first = await changeBroadcast(context(owner, at), { broadcastId, name: "First" });
  await changeBroadcast(context(owner, at), { broadcastId, name: "Second", seenAt: first.updatedAt });
  await expect(
    changeBroadcast(context(owner, at), { broadcastId, name: "Third", seenAt: first.updatedAt }),
  ).rejects.toThrow("broadcasts.draft_changed");
});

test("a check tells reach, duration and price before the button, and what stands in the way", async () => {
  const empty = await createBroadcast(context(), {});
  const found = await checkBroadcast(context(), { broadcastId: empty.id });
  expect(found.problems.map(({ code }) => code).sort()).toEqual([
    "broadcasts.problem.no_bots",
    "broadcasts.problem.no_letter",
  ]);
  const { id } = await ready();
  expect(await checkBroadcast(context(), { broadcastId: id })).toMatchObject({
    problems: [],
    reach: { people: 72, optedOut: 9, unreachable: 9, chats: 0 },
    durationSeconds: 3,
    starsAtMost: null,
    startsAt: null,
  });
  await changeBroadcast(context(), { broadcastId: id, options: { isPaid: true } });
  expect((await checkBroadcast(context(), { broadcastId: id })).starsAtMost).toBe(7);
  const broken = [{ ...letters[0], letter: { fallback: "en", messages: { en: { kind: "text", html: "<b>news" } } } }];
  await changeBroadcast(context(), { broadcastId: id, variants: broken as never });
  const [problem] = (await checkBroadcast(context(), { broadcastId: id })).problems;
  expect(problem).toMatchObject({ code: "messaging.html_unclosed", where: "en" });
  await expect(launchBroadcast(context(), { broadcastId: id })).rejects.toThrow("messaging.html_unclosed");
});

test("a group that two bots would write to is named before the button, and one chat is not", async () => {
  const [bot] = await database.db.execute<{ id: string }>(sql`
    insert into bots (workspace_id, telegram_id, username, name, token_sealed, webhook_secret_sealed)
    values (${mine.workspaceId}, 7200000001, 'second_bot', 'Second', 'x', 'x') returning id`);
  const group = { workspaceId: mine.workspaceId, telegramChatId: -77, kind: "supergroup" as const, title: "Traffic" };
  const other = await registerChat(database.db, { ...group, botId: mine.botId, telegramChatId: -78 });
  const first = await registerChat(database.db, { ...group, botId: mine.botId });
  const second = await registerChat(database.db, { ...group, botId: bot?.id ?? "" });
  const warnedOf = async (chatIds: string[]) => {
    const { id } = await createBroadcast(context(), { variants: letters, chatIds });
    const { warnings } = await checkBroadcast(context(), { broadcastId: id });
    return warnings.filter(({ code }) => code === "broadcasts.warning.chat_twice").map(({ message }) => message);
  };
  expect(await warnedOf([first.id, other.id])).toEqual([]);
  expect(await warnedOf([first.id, other.id, second.id])).toEqual([
    "“Traffic” is chosen through several bots and gets it as often.",
  ]);
});

test("a letter whose file is gone may be written, and is not launched", async () => {
  const { id } = await ready();
  for (const media of [`upload:${crypto.randomUUID()}`, "upload:half"]) {
    const letter = { fallback: "en", messages: { en: { kind: "photo" as const, media } } };
    await changeBroadcast(context(), { broadcastId: id, variants: [{ key: "A", share: 100, letter }] });
    const { problems } = await checkBroadcast(context(), { broadcastId: id });
    expect(problems.map(({ code }) => code)).toEqual([
      media.endsWith("half") ? "letters.media_invalid" : "letters.file_gone",
    ]);
  }
  await expect(launchBroadcast(context(), { broadcastId: id })).rejects.toThrow("letters.media_invalid");
});

test("a time that has passed, shares that are not the whole, and a bot that is off stand in the way", async () => {
  const { id } = await ready();
  await changeBroadcast(context(), {
    broadcastId: id,
    schedule: { kind: "at", at: "2020-01-01T00:00:00Z" },
    variants: [{ ...(letters[0] as never as object), share: 60 } as never],
  });
  await database.sql`update bots set state = 'inactive' where id = ${mine.botId}`;
  const { problems } = await checkBroadcast(context(), { broadcastId: id });
  await database.sql`update bots set state = 'active' where id = ${mine.botId}`;
  expect(problems.map(({ code }) => code).sort()).toEqual([
    "broadcasts.paused.bot_off",
    "broadcasts.problem.shares",
    "broadcasts.problem.time_passed",
  ]);
});

test("a scheduled one is taken off its schedule before it is changed, and then may be", async () => {
  const { id } = await ready();
  const at = new Date(Date.now() + 86_400_000).toISOString();
  await changeBroadcast(context(), { broadcastId: id, schedule: { kind: "at", at } });
  const scheduled = await launchBroadcast(context(), { broadcastId: id });
  expect(scheduled).toMatchObject({ state: "scheduled", runAt: at });
  expect(await launchBroadcast(context(), { broadcastId: id })).toMatchObject({ state: "scheduled" });
  await expect(changeBroadcast(context(), { broadcastId: id, name: "X" })).rejects.toThrow("broadcasts.not_a_draft");
  await expect(pauseBroadcast(context(), { broadcastId: id })).rejects.toThrow("broadcasts.not_sending");
  expect(await unscheduleBroadcast(context(), { broadcastId: id })).toMatchObject({ state: "draft", runAt: null });
  expect(await unscheduleBroadcast(context(), { broadcastId: id })).toMatchObject({ state: "draft" });
  expect((await changeBroadcast(context(), { broadcastId: id, name: "X" })).name).toBe("X");
});

test("only a draft is deleted; what was launched is copied", async () => {
  const { id } = await ready();
  await launchBroadcast(context(), { broadcastId: id });
  await expect(deleteBroadcast(context(), { broadcastId: id })).rejects.toThrow("broadcasts.not_a_draft");
  const copy = await copyBroadcast(context(), { broadcastId: id });
  expect(copy).toMatchObject({ state: "draft", botIds: [mine.botId], counts: { total: 0 } });
  expect(await deleteBroadcast(context(), { broadcastId: copy.id })).toEqual({ ok: true });
  await expect(readBroadcast(context(), { broadcastId: copy.id })).rejects.toThrow("broadcasts.broadcast_not_found");
  const cancelled = await cancelBroadcast(context(), { broadcastId: id });
  expect(cancelled).toMatchObject({ state: "cancelled", counts: { total: 81, cancelled: 81, waiting: 0 } });
  expect(await cancelBroadcast(context(), { broadcastId: id })).toMatchObject({ state: "cancelled" });
  await expect(resumeBroadcast(context(), { broadcastId: id })).rejects.toThrow("broadcasts.not_paused");
});

test("just launched, everybody waits, and the progress says so", async () => {
  const { id } = await ready();
  await launchBroadcast(context(), { broadcastId: id });
  const progress = await readProgress(context(), { broadcastId: id });
  expect(progress).toMatchObject({ state: "sending", counts: { total: 81, waiting: 81, sent: 0 }, secondsLeft: 3 });
  expect(progress.bots).toMatchObject([{ botId: mine.botId, problem: null, counts: { total: 72, waiting: 72 } }]);
  await cancelBroadcast(context(), { broadcastId: id });
});

test("a test goes to the caller alone, as a service message that counts nowhere", async () => {
  const { id } = await ready();
  expect(await sendBroadcastTest(context(), { broadcastId: id })).toEqual({ count: 1, missed: [] });
  const stranger = await makePerson(database.db, mine, { firstName: "Far" });
  const { count, missed } = await sendBroadcastTest(context(), { broadcastId: id, personIds: [stranger.personId] });
  expect({ count, missed: missed.map(({ name }) => name) }).toEqual({ count: 0, missed: ["Far"] });
  const rows =
    await database.sql`select rank from deliveries where subject_kind = 'broadcast_test' and subject_id = ${id}`;
  expect(rows.map(({ rank }) => rank)).toEqual([0]);
  expect((await readBroadcast(context(), { broadcastId: id })).counts.sent).toBe(0);
});

test("lists are the workspace's own, by state and name, page by page", async () => {
  const other = await actorIn(theirs);
  for (const name of ["Alpha 100%", "Beta", "Gamma"]) await createBroadcast(context(other), { name });
  const first = await listBroadcasts(context(other), { limit: 2 });
  const second = await listBroadcasts(context(other), { limit: 2, cursor: first.nextCursor ?? "" });
  expect([...first.items, ...second.items].map(({ name }) => name).sort()).toEqual(["Alpha 100%", "Beta", "Gamma"]);
  expect(second.nextCursor).toBeNull();
  expect((await listBroadcasts(context(other), { search: "100%" })).items).toHaveLength(1);
  expect((await listBroadcasts(context(other), { state: "sent" })).items).toHaveLength(0);
});

test("settings are judged by default, and changing them leaves a trace once", async () => {
  const before = await readSettings(context());
  expect(before).toMatchObject({ needsFourEyes: false, selfStop: { blockedPercent: 5 } });
  const wanted = { ...before, quietHours: { from: "22:00", to: "08:00" }, selfStop: null };
  await changeSettings(context(), wanted);
  await changeSettings(context(), wanted);
  const { usual, ...kept } = await readSettings(context());
  expect(kept).toEqual({ needsFourEyes: false, attention: null, quietHours: wanted.quietHours, selfStop: null });
  const trace = await database.sql`
    select 1 from audit_entries where action = 'broadcast_settings.changed' and workspace_id = ${mine.workspaceId}`;
  expect(trace).toHaveLength(1);
});

test("what is usual is told from three broadcasts of a hundred on, and small ones say nothing", async () => {
  const at = await makeWorkspace(database.db);
  const there = context(await actorIn(at));
  const sent = (count: number, blocked: number, optedOut = 0) =>
    database.db.execute(sql`
      insert into broadcasts (workspace_id, name, state, sent, blocked, opted_out)
      values (${at.workspaceId}, 'x', 'sent', ${count}, ${blocked}, ${optedOut})`);
  await sent(98, 2, 1);
  await sent(5, 95);
  await sent(198, 2, 0);
  expect((await readSettings(there)).usual).toBeNull();
  await sent(400, 0, 4);
  await sent(100, 0, 1);
  const usual = (await readSettings(there)).usual;
  expect(usual?.broadcasts).toBe(3);
  expect(usual?.blockedPercent).toBeCloseTo(1 / 3);
  expect(usual?.optedOutPercent).toBeCloseTo(2 / 3);
  expect((await readSettings(context())).usual).toBeNull();
});

test("one that stopped itself says by how much, and whoever resumes it keeps it judged by who comes after", async () => {
  const { id } = await ready();
  const limits = { blockedPercent: 5, optedOutPercent: 3, afterSent: 200 };
  const pausedWith = (reason: string, sent: number, blocked: number) =>
    database.db.execute(sql`
      update broadcasts set state = 'paused', state_reason = ${reason}, started_at = now(), sent = ${sent},
        blocked = ${blocked}, failed = ${blocked}, total = 100000 where id = ${id}`);
  const limitsOf = async () => {
    const [row] = await database.db.execute<{ self_stop: object }>(
      sql`select self_stop from broadcasts where id = ${id}`,
    );
    return row?.self_stop;
  };
  await database.db.execute(sql`update broadcasts set self_stop = ${JSON.stringify(limits)}::jsonb where id = ${id}`);
  await pausedWith("broadcasts.paused.blocked", 180, 20);
  const said = "10 % of the 200 people it tried had blocked the bot (20), and its limit was 5 %";
  for (const read of [readBroadcast, readProgress])
    expect((await read(context(), { broadcastId: id })).stateReason?.message).toContain(said);
  await resumeBroadcast(context(), { broadcastId: id });
  const seen = { sent: 180, blocked: 20, optedOut: 0 };
  expect(await limitsOf()).toEqual({ ...limits, blockedPercent: 20, seen });
  // A pause by hand in between says nothing about people.
  await pauseBroadcast(context(), { broadcastId: id });
  await resumeBroadcast(context(), { broadcastId: id });
  expect(await limitsOf()).toEqual({ ...limits, blockedPercent: 20, seen });
  await pausedWith("broadcasts.paused.blocked", 330, 70);
  expect((await readBroadcast(context(), { broadcastId: id })).stateReason?.message).toContain(
    "25 % of the 200 people it tried had blocked the bot (50), and its limit was 20 %. Resumed, it goes on up to 50 %",
  );
});

test("who refuses two kinds of messages one right after the other has both taken back", async () => {
  const refusal = { workspaceId: mine.workspaceId, telegramId: 700_000_002 };
  for (const categoryId of [1, 2, 2]) await enqueue(database.db, withdrawJob, { ...refusal, categoryId });
  const jobs = await database.db.execute<{ category: number }>(sql`
    select (payload ->> 'categoryId')::int as category from graphile_worker._private_jobs
    where key like 'broadcasts.withdraw:%' order by 1`);
  expect(jobs.map(({ category }) => category)).toEqual([1, 2]);
});

test("a day that is over in every zone of the earth is no time to send at", async () => {
  const { id } = await createBroadcast(context(), {
    botIds: [mine.botId],
    variants: letters,
    schedule: { kind: "local", day: "2026-03-10", clock: "10:00" },
  });
  const codesAt = async (now: string) =>
    (await checkBroadcast(context(owner, new Date(now)), { broadcastId: id })).problems.map(({ code }) => code);
  expect(await codesAt("2026-03-11T11:59:00Z")).toEqual([]);
  expect(await codesAt("2026-03-11T12:00:00Z")).toEqual(["broadcasts.problem.time_passed"]);
});

test("an audience that the database cannot count is a reason not to launch, not a failure of the launch", async () => {
  const { id } = await ready();
  const condition = { kind: "tag", test: "any", values: [99_999_999_999] };
  await database.db.execute(
    sql`update broadcasts set condition = ${JSON.stringify(condition)}::jsonb where id = ${id}`,
  );
  await expect(launchBroadcast(context(), { broadcastId: id })).rejects.toThrow(
    "broadcasts.problem.segment_unreadable",
  );
  expect((await readBroadcast(context(), { broadcastId: id })).state).toBe("draft");
  await database.db.execute(
    sql`update broadcasts set state = 'scheduled', run_at = now() - interval '1 minute' where id = ${id}`,
  );
  await launchDue(context(), { broadcastId: id, workspaceId: mine.workspaceId });
  expect((await readBroadcast(context(), { broadcastId: id })).stateReason?.code).toBe(
    "broadcasts.problem.segment_unreadable",
  );
});

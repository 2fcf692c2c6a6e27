import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { createLogger } from "@backend/kit/log.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { judgeWatches } from "./actions/judge-watches.ts";
import { changeSummary, createSummary, deleteSummary, listSummaries } from "./actions/summaries.ts";
import { sendSummaryNow, tellSummaries } from "./actions/tell-summaries.ts";
import { changeWatch, createWatch, deleteWatch, listWatches, previewWatch } from "./actions/watches.ts";
import type { ReportsPorts } from "./ports.ts";
import type { CreateSummary, CreateWatch } from "./reporting-contracts.ts";

const log = createLogger("silent");
let database: TestDatabase;
let space: TestWorkspace;
let personId: string;
let chatId: string;
let connectionId: string;
let counter = 0;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** 10:20 in Kyiv: the hour that closed last is 09:00–10:00. */
const now = new Date("2026-11-25T08:20:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function settle(zone = "Europe/Kyiv"): Promise<{ at: TestWorkspace; chatId: string; connectionId: string }> {
  const { db } = database;
  const at = await makeWorkspace(db);
  await db.execute(sql`update workspaces set time_zone = ${zone} where id = ${at.workspaceId}`);
  const chat = await registerChat(db, { ...at, telegramChatId: -++counter, kind: "supergroup", title: "Heads" });
  const [connection] = await db
    .insert(trackerConnections)
    .values({
      workspaceId: at.workspaceId,
      name: `Keitaro ${++counter}`,
      kind: "keitaro",
      locale: "en",
      secretHash: `h-${counter}`,
    })
    .returning();
  return { at, chatId: chat.id, connectionId: connection?.id ?? "" };
}
beforeEach(async () => {
  const made = await settle();
  space = made.at;
  chatId = made.chatId;
  connectionId = made.connectionId;
  personId = (await makePerson(database.db, space, { role: "owner" })).personId;
});

const contextOf = (workspaceId: string, moment: Date): ActionContext<ReportsPorts> => {
  const actor: Actor = {
    kind: "person",
    workspaceId,
    personId,
    botId: space.botId,
    locale: "en",
    timeZone: "UTC",
    member: null,
    permissions: new Set(["*"]),
  };
  return { db: database.db, actor, now: moment, log, ports: { markup: telegramMarkup }, requestId: `r-${++counter}` };
};
const context = (moment = now) => contextOf(space.workspaceId, moment);
const asJob = (moment = now): ActionContext<ReportsPorts> => ({
  ...context(moment),
  actor: systemActor("00000000-0000-0000-0000-000000000000"),
});

async function convert(
  count: number,
  at: Date | string,
  some: {
    status?: string;
    amount?: string;
    currency?: string;
    campaign?: string | null;
    country?: string;
    subid?: string;
    happenedAt?: string;
    workspaceId?: string;
    connectionId?: string;
  } = {},
): Promise<void> {
  await database.db.execute(sql`
    insert into conversions (workspace_id, connection_id, identity_key, subid, status, amount, currency, campaign_name, country, facts, received_at, happened_at, is_recovered)
    select ${some.workspaceId ?? space.workspaceId}, ${some.connectionId ?? connectionId}, ${`k${++counter}-`} || n, ${some.subid ?? ""}, ${some.status ?? "deposit"},
      ${some.amount ?? null}::numeric, ${some.currency ?? null}, ${some.campaign ?? null}, ${some.country ?? null}, '{}',
      ${new Date(at).toISOString()}::timestamptz, ${some.happenedAt ?? null}::timestamptz, ${some.happenedAt !== undefined}
    from generate_series(1, ${count}) n`);
}
/** 31 conversions at 09:30 of the wall on each of the last seven days. */
const usualWeek = async (count = 31) => {
  for (let days = 7; days >= 1; days--)
    await convert(count, new Date(Date.parse("2026-11-25T07:30:00Z") - days * dayMs));
};
const told = async () => [
  ...(await database.db.execute<{ html: string; key: string; chat: string; thread: string | null }>(sql`
    select content ->> 'html' as html, dedupe_key as key, chat_id as chat, thread_id::text as thread from deliveries
    where workspace_id = ${space.workspaceId} order by id`)),
];
const auditActions = async () =>
  (
    await database.db.execute<{ action: string }>(
      sql`select action from audit_entries where workspace_id = ${space.workspaceId} order by id`,
    )
  ).map(({ action }) => action);

describe("a watch", () => {
  const wanted = (some: Partial<CreateWatch> = {}): CreateWatch => ({
    name: "Deposits",
    isOn: true,
    status: null,
    connectionId: null,
    direction: "both",
    percent: 50,
    minVolume: 10,
    coolDownMinutes: 120,
    chatId,
    threadId: null,
    locale: "en",
    ...some,
  });
  const create = (some: Partial<CreateWatch> = {}, moment = new Date(now.getTime() - hourMs)) =>
    createWatch(context(moment), wanted(some));
  const judge = (moment = now) => judgeWatches(asJob(moment), {});

  test("tells its chat of a drop once, with the figures, however often and by however many the hour is judged", async () => {
    await usualWeek();
    await convert(12, "2026-11-25T07:10:00Z");
    await create({ status: "deposit", connectionId, threadId: 7 });
    await Promise.all([judge(), judge(), judge()]);
    await judge(new Date(now.getTime() + 5 * 60_000));
    const [message, ...others] = await told();
    expect(others).toEqual([]);
    expect(message?.html.split("\n").slice(0, 5)).toEqual([
      "📉 <b>Drop: Deposits</b>",
      "25 November 2026, 09:00–10:00",
      "Came: 12",
      "Usual for this hour: 31",
      "Change: −61 %",
    ]);
    expect(message?.html).toContain("What is counted: Deposit · Keitaro");
    expect([message?.chat, message?.thread]).toEqual([chatId, "7"]);
  });

  test("speaks its chat's language and escapes its name", async () => {
    await usualWeek();
    await convert(90, "2026-11-25T07:10:00Z");
    await create({ locale: "uk", name: "Депозити <b> & друзі" });
    await judge();
    expect((await told())[0]?.html).toStartWith("📈 <b>Сплеск: Депозити &lt;b&gt; &amp; друзі</b>\n25 листопада 2026");
  });

  test("is silent in an ordinary hour, in small numbers, while it cools down, when it is off, and of other workspaces", async () => {
    await usualWeek();
    await convert(29, "2026-11-25T07:10:00Z");
    await create();
    await create({ minVolume: 100, percent: 5 });
    await create({ isOn: false, percent: 5 });
    const other = await settle();
    await convert(1, "2026-11-25T07:10:00Z", { workspaceId: other.at.workspaceId, connectionId: other.connectionId });
    await judge();
    expect(await told()).toEqual([]);
    // Nothing at all in the next two hours, against 31 each: told once, then it cools down.
    for (let days = 1; days <= 7; days++)
      for (const hour of ["08", "09"])
        await convert(31, new Date(Date.parse(`2026-11-25T${hour}:30:00Z`) - days * dayMs));
    await judge(new Date("2026-11-25T09:05:00Z"));
    await judge(new Date("2026-11-25T10:05:00Z"));
    expect((await told()).length).toBe(1);
  });

  test("after a pause judges the last hour alone, not those that passed meanwhile", async () => {
    for (let days = 1; days <= 8; days++)
      for (let hour = 0; hour < 24; hour++)
        await convert(20, new Date(Date.parse("2026-11-25T00:30:00Z") + hour * hourMs - days * dayMs));
    await create({ coolDownMinutes: 0 }, new Date("2026-11-25T00:10:00Z"));
    await judge();
    expect((await told()).map(({ key }) => key.split(":").at(-1))).toEqual([
      String(Date.parse("2026-11-25T08:00:00Z")),
    ]);
  });

  test("does not judge an hour that had closed before it was made, or turned on", async () => {
    await usualWeek();
    const watch = await create({}, now);
    await judge();
    expect(await told()).toEqual([]);
    await changeWatch(context(), { watchId: watch.id, isOn: false });
    await changeWatch(context(new Date("2026-11-25T09:10:00Z")), { watchId: watch.id, isOn: true });
    for (let days = 1; days <= 7; days++)
      await convert(31, new Date(Date.parse("2026-11-25T08:30:00Z") - days * dayMs));
    await judge(new Date("2026-11-25T09:15:00Z"));
    expect(await told()).toEqual([]);
  });

  test("counts what was found in the tracker's log in the hour in which it happened", async () => {
    await usualWeek();
    await convert(12, "2026-11-25T07:10:00Z");
    await convert(20, "2026-11-25T08:15:00Z", { happenedAt: "2026-11-25T07:40:00Z" });
    await create();
    await judge();
    expect(await told()).toEqual([]);
    const preview = await previewWatch(context(), { direction: "both", percent: 50, minVolume: 10 });
    expect(preview).toMatchObject({
      present: 32,
      usual: 31,
      change: 3,
      verdict: "calm",
      from: "2026-11-25T07:00:00.000Z",
    });
    // The seventh day's hour had begun before the first conversion: half an hour says nothing.
    expect(preview.past.map(({ count }) => count)).toEqual([31, 31, 31, 31, 31, 31]);
  });

  test("compares the same hour of the clock over a change of the clocks", async () => {
    // Kyiv left summer time on 25 October: 09:30 was 06:30 UTC before and is 07:30 UTC since.
    for (let days = 1; days <= 7; days++)
      await convert(31, new Date(Date.parse("2026-10-26T06:30:00Z") - days * dayMs - (days === 1 ? -hourMs : 0)));
    await convert(31, "2026-10-26T07:30:00Z");
    const preview = await previewWatch(context(new Date("2026-10-26T08:20:00Z")), {
      direction: "drop",
      percent: 50,
      minVolume: 10,
    });
    expect(preview).toMatchObject({ present: 31, usual: 31, verdict: "calm" });
  });

  test("previews what it would say, and says when it cannot know", async () => {
    await convert(5, "2026-11-25T07:10:00Z");
    const ask = { direction: "drop", percent: 50, minVolume: 10 } as const;
    expect(await previewWatch(context(), ask)).toMatchObject({
      present: 5,
      past: [],
      usual: null,
      verdict: "too_few_hours",
    });
    await usualWeek();
    expect(await previewWatch(context(), ask)).toMatchObject({ present: 5, usual: 31, verdict: "drop" });
    await expect(previewWatch(context(), { ...ask, percent: 300 })).rejects.toThrow("reports.percent_invalid");
  });

  test("one life: made, listed, changed, deleted, each with its trace", async () => {
    const watch = await create({ connectionId });
    expect((await listWatches(context())).items).toEqual([watch]);
    expect(watch).toMatchObject({
      name: "Deposits",
      target: { name: "Heads", isWritable: true },
      connection: { id: connectionId },
    });
    expect(await changeWatch(context(), { watchId: watch.id, status: "sale", connectionId: null })).toMatchObject({
      status: "sale",
      connection: null,
    });
    expect(await deleteWatch(context(), { watchId: watch.id })).toEqual({ ok: true });
    expect(await auditActions()).toEqual(["watch.created", "watch.changed", "watch.deleted"]);
  });

  test("cannot be made of a nameless thing, without a chat, or of what is another workspace's", async () => {
    const other = await settle();
    const cases: [Partial<CreateWatch>, string][] = [
      [{ name: " " }, "reports.name_invalid"],
      [{ chatId: null }, "reports.target_missing"],
      [{ chatId: other.chatId }, "reports.target_not_found"],
      [{ connectionId: other.connectionId }, "reports.connection_not_found"],
      [{ percent: 101 }, "reports.percent_invalid"],
    ];
    for (const [some, code] of cases) await expect((async () => create(some))()).rejects.toThrow(code);
    const watch = await create();
    const stranger = contextOf(other.at.workspaceId, now);
    await expect(changeWatch(stranger, { watchId: watch.id, isOn: false })).rejects.toThrow("reports.watch_not_found");
    await expect(deleteWatch(stranger, { watchId: watch.id })).rejects.toThrow("reports.watch_not_found");
    expect((await listWatches(stranger)).items).toEqual([]);
  });
});

test("what counts one connection alone is for those who are shown that one", async () => {
  const watch = {
    name: "Deposits",
    isOn: false,
    status: null,
    connectionId,
    direction: "drop",
    percent: 50,
    minVolume: 10,
    coolDownMinutes: 60,
    chatId: null,
    locale: "en",
  } as const;
  const summary = {
    isOn: false,
    period: "day",
    at: "09:00",
    weekday: 1,
    connectionId,
    chatId: null,
    locale: "en",
  } as const;
  const made = await createWatch(context(), watch);
  const madeSummary = await createSummary(context(), summary);
  await database.db.execute(sql`update tracker_connections set shared_with = '{finance}' where id = ${connectionId}`);
  const asManager = (): ActionContext<ReportsPorts> => {
    const ctx = context();
    const actor = { ...ctx.actor, personId: crypto.randomUUID(), member: { memberId: "m", role: "manager" } } as Actor;
    return { ...ctx, actor: { ...actor, permissions: new Set(["reports.read", "conversions.manage"]) } };
  };
  expect((await listWatches(asManager())).items).toEqual([]);
  expect((await listSummaries(asManager())).items).toEqual([]);
  await expect(changeWatch(asManager(), { watchId: made.id, percent: 60 })).rejects.toThrow("reports.watch_not_found");
  await expect(deleteSummary(asManager(), { summaryId: madeSummary.id })).rejects.toThrow("reports.summary_not_found");
  await expect(sendSummaryNow(asManager(), { summaryId: madeSummary.id })).rejects.toThrow("reports.summary_not_found");
  await expect(createWatch(asManager(), watch)).rejects.toThrow("reports.connection_not_found");
  const ask = { direction: "drop", percent: 50, minVolume: 10, connectionId } as const;
  await expect(previewWatch(asManager(), ask)).rejects.toThrow("reports.connection_not_found");
  expect((await listWatches(context())).items.length).toBe(1);
});

describe("a summary", () => {
  const wanted = (some: Partial<CreateSummary> = {}): CreateSummary => ({
    isOn: true,
    period: "day",
    at: "09:00",
    weekday: 1,
    connectionId: null,
    chatId,
    threadId: null,
    locale: "en",
    ...some,
  });
  const yesterdayMorning = new Date("2026-11-24T05:00:00Z");
  const create = (some: Partial<CreateSummary> = {}, moment = yesterdayMorning) =>
    createSummary(context(moment), wanted(some));
  const tell = (iso: string) => tellSummaries(asJob(new Date(iso)), {});

  test("tells yesterday by the workspace's clock: counts, money, approval, campaigns and countries, against the day before", async () => {
    // Kyiv's 24 November is 22:00 UTC of the 23rd to 22:00 UTC of the 24th.
    const day = { status: "deposit", amount: "100.10", currency: "USD", campaign: "Spring <AU>", country: "AU" };
    await convert(3, "2026-11-23T22:00:00Z", day);
    await convert(1, "2026-11-24T12:00:00Z", { ...day, status: "rejected", amount: "1" });
    await convert(2, "2026-11-24T21:59:59Z", { ...day, status: "lead", campaign: null, country: "UA" });
    await convert(2, "2026-11-23T21:59:59Z", day);
    await convert(9, "2026-11-24T22:00:00Z", day);
    await create();
    await tell("2026-11-25T06:59:00Z");
    expect((await told()).filter(({ html }) => html.includes("24 November"))).toEqual([]);
    await tell("2026-11-25T07:00:00Z");
    const html = (await told()).at(-1)?.html;
    expect(html).toBe(
      [
        "📊 <b>Summary of 24 November 2026</b>",
        "",
        "Conversions: 6 (+200 %)",
        "· Deposit: 3 (+50 %)",
        "· Lead: 2",
        "· Rejected: 1",
        "Revenue: $300.30 (before: $200.20)",
        "Approval rate: 75 % (before: 100 %)",
        "",
        "<b>Top campaigns</b>",
        "1. Spring &lt;AU&gt; – 4",
        "2. No campaign – 2",
        "",
        "<b>Top countries</b>",
        "1. AU – 4",
        "2. UA – 2",
      ].join("\n"),
    );
  });

  test("is told once for each day, fired twice or by two at once, late up to six hours and no later", async () => {
    await create();
    await Promise.all([tell("2026-11-24T07:00:00Z"), tell("2026-11-24T07:00:00Z")]);
    await tell("2026-11-24T07:01:00Z");
    expect((await told()).length).toBe(1);
    await tell("2026-11-25T12:59:00Z");
    expect((await told()).length).toBe(2);
    await tell("2026-11-26T13:01:00Z");
    expect((await told()).length).toBe(2);
    await tell("2026-11-27T07:00:00Z");
    const messages = await told();
    expect(messages.map(({ key }) => key.split(":").at(-1))).toEqual(["2026-11-23", "2026-11-24", "2026-11-26"]);
    expect(messages[0]?.html).toContain("No conversions came in this time.");
  });

  test("of a week comes on its day, and tells seven", async () => {
    await convert(1, "2026-11-16T12:00:00Z");
    await convert(2, "2026-11-22T12:00:00Z");
    await convert(5, "2026-11-23T12:00:00Z");
    await create({ period: "week", weekday: 1, locale: "ru" }, new Date("2026-11-20T12:00:00Z"));
    await tell("2026-11-22T07:00:00Z");
    expect(await told()).toEqual([]);
    await tell("2026-11-23T07:00:00Z");
    const [message] = await told();
    expect(message?.html).toContain("Сводка за неделю 16 ноября 2026 г. – 22 ноября 2026 г.");
    expect(message?.html).toContain("Конверсий: 3");
  });

  test("made or moved after its time waits for the next, and a change never tells a day twice", async () => {
    const summary = await create({}, new Date("2026-11-25T08:00:00Z"));
    expect(summary.nextAt).toBe("2026-11-26T07:00:00.000Z");
    await tell("2026-11-25T08:01:00Z");
    expect(await told()).toEqual([]);
    const change = (iso: string, at: string) => changeSummary(context(new Date(iso)), { summaryId: summary.id, at });
    await change("2026-11-26T05:00:00Z", "06:00");
    await tell("2026-11-26T05:01:00Z");
    expect(await told()).toEqual([]);
    await change("2026-11-26T05:02:00Z", "09:00");
    await tell("2026-11-26T07:00:00Z");
    const afterwards = (await told()).length;
    await change("2026-11-26T08:00:00Z", "18:00");
    await tell("2026-11-26T16:00:00Z");
    expect((await told()).length).toBe(afterwards);
    await tell("2026-11-27T16:00:00Z");
    expect((await told()).length).toBe(afterwards + 1);
  });

  test("can be sent by hand to see what it looks like, which does not count as told", async () => {
    const summary = await create();
    await sendSummaryNow(context(), { summaryId: summary.id });
    expect((await told())[0]?.html).toContain("Sent by hand from the app.");
    await tell("2026-11-25T08:21:00Z");
    expect((await told()).length).toBe(2);
    expect(await auditActions()).toEqual(["summary.created", "summary.sent"]);
  });

  test("counts one connection when asked to, takes back what was rejected later, and cuts long names", async () => {
    const [other] = await database.db
      .insert(trackerConnections)
      .values({
        workspaceId: space.workspaceId,
        name: "Binom",
        kind: "binom",
        locale: "en",
        secretHash: `b-${++counter}`,
      })
      .returning();
    const day = "2026-11-24T12:00:00Z";
    await convert(1, day, { amount: "70", currency: "USD", subid: "s1", campaign: "x".repeat(3_000) });
    await convert(1, day, { amount: "30", currency: "USD", subid: "s2" });
    await convert(1, day, { status: "trash", subid: "s1" });
    await convert(4, day, { connectionId: other?.id ?? "" });
    await create({ connectionId });
    await tell("2026-11-25T07:00:00Z");
    const html = (await told()).at(-1)?.html ?? "";
    expect(html).toContain("Connection: Keitaro");
    expect(html).toContain("Conversions: 3\n");
    expect(html).toContain("Revenue: $30.00\n");
    expect(html.length).toBeLessThan(1_000);
  });

  test("one life, with its trace; nothing of strangers", async () => {
    const summary = await create();
    expect((await listSummaries(context(yesterdayMorning))).items).toEqual([summary]);
    const other = await settle();
    const stranger = contextOf(other.at.workspaceId, now);
    await expect(changeSummary(stranger, { summaryId: summary.id, isOn: false })).rejects.toThrow(
      "reports.summary_not_found",
    );
    await expect(sendSummaryNow(stranger, { summaryId: summary.id })).rejects.toThrow("reports.summary_not_found");
    await expect(deleteSummary(stranger, { summaryId: summary.id })).rejects.toThrow("reports.summary_not_found");
    await expect(create({ chatId: other.chatId })).rejects.toThrow("reports.target_not_found");
    await expect((async () => create({ chatId: null }))()).rejects.toThrow("reports.target_missing");
    const off = await changeSummary(context(), { summaryId: summary.id, chatId: null, isOn: false });
    expect(off).toMatchObject({ isOn: false, target: null });
    await expect(sendSummaryNow(context(), { summaryId: summary.id })).rejects.toThrow("reports.target_missing");
    await deleteSummary(context(), { summaryId: summary.id });
    expect(await auditActions()).toEqual(["summary.created", "summary.changed", "summary.deleted"]);
  });
});

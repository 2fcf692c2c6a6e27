/** Poison in broadcasts: it ends with its reason, beside others that never notice, and an outage is nobody's fault. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { openDatabase } from "@db/client.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { launchBroadcast } from "./actions/launch-broadcast.ts";
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from "./actions/pause-broadcast.ts";
import { readBroadcast } from "./actions/read-broadcasts.ts";
import { launchDueOrFail, stepOrPause } from "./actions/set-aside.ts";
import { sweepBroadcasts } from "./actions/sweep-broadcasts.ts";
import { findOwnBroadcast } from "./queries.ts";
import { asJob, asPerson, makeBroadcast, makeSubscriber, openChat, queuedIn } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let launcher: string;
let owner: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  launcher = (await makePerson(database.db, space, { role: "manager" })).personId;
  owner = (await makePerson(database.db, space, { role: "owner" })).personId;
  for (const personId of [launcher, owner]) await openChat(database.db, space, personId);
  for (let n = 0; n < 6; n++) await makeSubscriber(database.db, space);
});

const start = new Date("2026-11-26T07:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const person = (now = start) => asPerson(database.db, space, launcher, now);

async function launched(name: string, values: Parameters<typeof makeBroadcast>[2] = {}): Promise<string> {
  const broadcastId = await makeBroadcast(database.db, space, { name, ...values });
  await launchBroadcast(person(), { broadcastId });
  return broadcastId;
}

const of = (broadcastId: string) => ({ broadcastId, workspaceId: space.workspaceId });
/** One try, as the job makes it. */
const step = (id: string, now = start, db = database.db) =>
  stepOrPause({ ...asJob(db, now), actor: { ...asJob(db, now).actor, workspaceId: space.workspaceId } }, of(id)).then(
    () => "done",
    () => "failed",
  );
async function steps(id: string, count: number): Promise<string[]> {
  const answers: string[] = [];
  for (let n = 0; n < count; n++) answers.push(await step(id, after(n)));
  return answers;
}
const rowOf = async (id: string) => {
  const row = await findOwnBroadcast(database.db, space.workspaceId, id);
  return { state: row?.state, reason: row?.stateReason, sent: row?.sent, queued: row?.queued, planned: row?.planned };
};
/** What the lanes would do: all that waits is delivered. */
const deliver = () => database.sql`
  update deliveries set state = 'sent', telegram_message_id = id, done_at = ${start.toISOString()} where state = 'queued'
    and workspace_id = ${space.workspaceId} and subject_kind = 'broadcast'`;
const messagesOf = async (id: string) => [
  ...(await database.db.execute<{ chat: string }>(
    sql`select chat_id as chat from deliveries where subject_kind = 'broadcast' and subject_id = ${id} and state <> 'cancelled'`,
  )),
];
const stepsWaiting = async (id: string) =>
  (await database.db.execute(sql`select 1 from graphile_worker._private_jobs where key = ${`broadcasts.step:${id}`}`))
    .length;
const fillingOf = (id: string) =>
  poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}'`, { on: "insert" });

describe("a broadcast that cannot be filled", () => {
  test("pauses at the fifth try with its reason, beside one that goes to everybody, and tells its people", async () => {
    const bad = await launched("Bad");
    const good = await launched("Good");
    await fillingOf(bad);
    expect(await steps(bad, 4)).toEqual(["failed", "failed", "failed", "failed"]);
    expect(await rowOf(bad)).toMatchObject({ state: "sending", reason: null });
    await step(good);
    await deliver();
    await step(good, after(5));
    expect(await step(bad, after(6))).toBe("done");
    expect(await rowOf(bad)).toMatchObject({ state: "paused", reason: "broadcasts.paused.stumbled", queued: 0 });
    expect(await rowOf(good)).toMatchObject({ state: "sent", sent: 6 });
    const news = (await queuedIn(database.db, space.workspaceId)).filter(({ html }) => html.includes("is paused"));
    expect(news.length).toBe(2);
    expect(news[0]?.html).toContain("something in this broadcast fails every time");
    const shown = await readBroadcast(person(), { broadcastId: bad });
    expect(shown.stateReason?.message).toContain("Its error is in the log");
  });

  test("is left alone by the sweep until a person resumes it, and then goes to each once", async () => {
    const id = await launched("Mended");
    const mend = await fillingOf(id);
    await steps(id, 5);
    await database.sql`delete from graphile_worker._private_jobs`;
    await sweepBroadcasts(asJob(database.db, after(60)), {});
    expect(await stepsWaiting(id)).toBe(0);
    await mend();
    await resumeBroadcast(person(after(120)), { broadcastId: id });
    expect([await stepsWaiting(id), (await rowOf(id)).reason]).toEqual([1, null]);
    await step(id, after(121));
    await deliver();
    await step(id, after(125));
    expect(await rowOf(id)).toMatchObject({ state: "sent", sent: 6 });
    const chats = (await messagesOf(id)).map(({ chat }) => chat);
    expect([chats.length, new Set(chats).size]).toEqual([6, 6]);
  });

  test("resumed without being mended has five tries again, not one", async () => {
    const id = await launched("Still bad");
    await fillingOf(id);
    await steps(id, 3);
    await pauseBroadcast(person(), { broadcastId: id });
    await resumeBroadcast(person(), { broadcastId: id });
    expect(await steps(id, 4)).toEqual(["failed", "failed", "failed", "failed"]);
    expect((await rowOf(id)).state).toBe("sending");
    expect([await step(id), (await rowOf(id)).state]).toEqual(["done", "paused"]);
  });
});

describe("a broadcast whose outcomes cannot be written down", () => {
  test("pauses too, and after it is mended nobody gets it twice", async () => {
    const id = await launched("Half");
    await step(id);
    await deliver();
    const mend = await poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}' and new.state = 'sent'`);
    expect(await steps(id, 5)).toEqual(["failed", "failed", "failed", "failed", "done"]);
    expect(await rowOf(id)).toMatchObject({ state: "paused", reason: "broadcasts.paused.stumbled" });
    await mend();
    await resumeBroadcast(person(after(60)), { broadcastId: id });
    await step(id, after(61));
    expect(await rowOf(id)).toMatchObject({ state: "sent", sent: 6 });
    expect((await messagesOf(id)).length).toBe(6);
  });

  test("pauses also where what waits cannot be taken back", async () => {
    const id = await launched("Stuck");
    await step(id);
    await poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}'`);
    await deliver();
    expect(await steps(id, 5)).toEqual(["failed", "failed", "failed", "failed", "done"]);
    expect(await rowOf(id)).toMatchObject({ state: "paused", reason: "broadcasts.paused.stumbled", queued: 6 });
  });
});

describe("a broadcast that was set aside is cancelled before it is mended", () => {
  const waiting = async (id: string) =>
    (
      await database.db.execute(
        sql`select 1 from deliveries where subject_kind = 'broadcast' and subject_id = ${id} and state = 'queued'`,
      )
    ).length;

  test("where its recipients cannot be written: what waits is taken back and that is said, and its figures follow", async () => {
    const id = await launched("Cancelled");
    await step(id);
    const mend = await poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}'`);
    await database.sql`update broadcasts set state = 'paused', state_reason = 'broadcasts.paused.stumbled' where id = ${id}`;
    expect(await waiting(id)).toBe(6);
    const shown = await cancelBroadcast(person(after(10)), { broadcastId: id });
    expect([shown.state, shown.stateReason?.code]).toEqual(["cancelled", "broadcasts.cancelled.uncounted"]);
    expect(await waiting(id)).toBe(0);
    await mend();
    await database.sql`delete from graphile_worker._private_jobs`;
    await sweepBroadcasts(asJob(database.db, after(60)), {});
    expect(await stepsWaiting(id)).toBe(1);
    for (let n = 0; n < 3; n++) await step(id, after(61 + n));
    expect(await rowOf(id)).toMatchObject({ state: "cancelled", queued: 0, planned: 0, sent: 0 });
    const [row] = await database.db.execute<{ cancelled: number }>(
      sql`select count(*)::int as cancelled from broadcast_recipients where broadcast_id = ${id} and state = 'cancelled'`,
    );
    expect(row?.cancelled).toBe(6);
  });

  test("where not even its messages can be taken back: it ends, says so, and nothing is added to them", async () => {
    const id = await launched("Gone already");
    await step(id);
    await database.sql`update broadcasts set state = 'paused', state_reason = 'broadcasts.paused.stumbled' where id = ${id}`;
    const mend = await poison(database.db, "deliveries", `new.subject_id = '${id}' and new.state = 'cancelled'`);
    const shown = await cancelBroadcast(person(after(10)), { broadcastId: id });
    expect([shown.state, shown.stateReason?.code]).toEqual(["cancelled", "broadcasts.cancelled.not_taken_back"]);
    expect(await waiting(id)).toBe(6);
    await mend();
    for (let n = 0; n < 3; n++) await step(id, after(20 + n));
    expect([(await rowOf(id)).state, await waiting(id), (await messagesOf(id)).length]).toEqual(["cancelled", 0, 0]);
  });

  test("while the database is away it is not cancelled by halves: the caller hears of it and tries again", async () => {
    const id = await launched("Away");
    await step(id);
    await poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}'`, {
      deed: "raise exception 'full' using errcode = '53100'",
    });
    const cancelling = cancelBroadcast(person(after(10)), { broadcastId: id });
    expect(
      await cancelling.then(
        () => "cancelled",
        () => "refused",
      ),
    ).toBe("refused");
    expect([(await rowOf(id)).state, await waiting(id)]).toEqual(["sending", 6]);
  });
});

test("a broadcast that cannot be ended pauses with its reason instead of trying for ever", async () => {
  const id = await launched("Endless");
  await step(id);
  await deliver();
  await poison(database.db, "broadcasts", `new.id = '${id}' and new.state = 'sent'`);
  expect(await steps(id, 5)).toEqual(["failed", "failed", "failed", "failed", "done"]);
  expect(await rowOf(id)).toMatchObject({ state: "paused", reason: "broadcasts.paused.stumbled", sent: 6 });
});

test("late outcomes that cannot be read do not keep a broadcast from its steps, and end by its pause", async () => {
  const id = await launched("Late");
  await step(id);
  await database.sql`update deliveries set state = 'unknown', done_at = ${start.toISOString()} where subject_id = ${id} and state = 'queued'`;
  await makeSubscriber(database.db, space);
  await step(id, after(1));
  await database.sql`update broadcasts set state = 'sending' where id = ${id}`;
  await database.sql`update deliveries set state = 'sent', telegram_message_id = id where subject_id = ${id} and state = 'unknown'`;
  await poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}' and old.state = 'unknown'`);
  for (let minute = 1; minute <= 5; minute++) {
    await database.sql`delete from graphile_worker._private_jobs`;
    await sweepBroadcasts(asJob(database.db, after(60 * minute)), {});
    expect([minute, await stepsWaiting(id)]).toEqual([minute, 1]);
  }
  expect(await rowOf(id)).toMatchObject({ state: "paused", reason: "broadcasts.paused.stumbled" });
});

test("a scheduled broadcast that cannot begin fails with its reason after five tries; another of that moment begins", async () => {
  const runAt = after(60);
  const schedule = { kind: "at" as const, at: runAt.toISOString() };
  const bad = await launched("Bad start", { schedule });
  const good = await launched("Good start", { schedule });
  await poison(database.db, "broadcast_bots", `new.broadcast_id = '${bad}'`, { on: "insert" });
  for (let minute = 1; minute <= 5; minute++) {
    expect((await rowOf(bad)).state).toBe("scheduled");
    await sweepBroadcasts(asJob(database.db, after(60 * minute)), {});
    expect((await rowOf(good)).state).toBe("sending");
  }
  expect(await rowOf(bad)).toMatchObject({ state: "failed", reason: "broadcasts.failed.stumbled" });
  await launchDueOrFail(asJob(database.db, after(600)), of(bad));
  expect((await rowOf(bad)).state).toBe("failed");
});

describe("an outage", () => {
  test("of the database beside running broadcasts pauses none of them, however long it lasts", async () => {
    const ids = [await launched("One"), await launched("Two")];
    const gone = openDatabase("postgres://nobody@127.0.0.1:1/nothing", { poolSize: 12, applicationName: "gone" });
    const tries = ids.flatMap((id) => Array.from({ length: 6 }, (_, n) => step(id, after(n), gone.db)));
    expect(new Set(await Promise.all(tries))).toEqual(new Set(["failed"]));
    await gone.close(100);
    for (const id of ids) {
      await step(id, after(60));
      await deliver();
      await step(id, after(65));
      expect(await rowOf(id)).toMatchObject({ state: "sent", sent: 6, reason: null });
    }
  });

  test("in the middle of a step, by deadlocks, time-outs and a full server, pauses nothing either", async () => {
    const deeds = [
      "raise exception 'deadlock' using errcode = '40P01'",
      "raise exception 'statement timeout' using errcode = '57014'",
      "raise exception 'too many connections' using errcode = '53300'",
    ];
    const id = await launched("Unlucky");
    for (const deed of deeds) {
      const mend = await poison(database.db, "broadcast_recipients", `new.broadcast_id = '${id}'`, {
        on: "insert",
        deed,
      });
      expect([deed, await steps(id, 6)]).toEqual([deed, Array(6).fill("failed")]);
      await mend();
    }
    expect((await rowOf(id)).state).toBe("sending");
    expect(await step(id, after(60))).toBe("done");
    expect(await rowOf(id)).toMatchObject({ state: "sending", queued: 6 });
  });
});

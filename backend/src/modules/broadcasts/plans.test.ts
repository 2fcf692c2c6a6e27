import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { fireDue } from "./actions/fire-due.ts";
import { assertSchedule, pausePlan, previewNextRuns, readPlan, resumePlan, stopPlan } from "./actions/plans.ts";
import { asJob, asPerson, makeBroadcast, openChat, queuedIn } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let launcher: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  launcher = (await makePerson(database.db, space, { role: "manager" })).personId;
  await openChat(database.db, space, launcher);
});

const at = (text: string) => new Date(text);
const due = at("2026-11-26T07:00:00Z");
const schedule = { kind: "cron", cron: "0 9 * * *", timeZone: "Europe/Kyiv" } as const;
const makePlan = (values: Partial<typeof broadcasts.$inferInsert> = {}) =>
  makeBroadcast(database.db, space, {
    kind: "recurring",
    state: "scheduled",
    name: "Morning",
    runAt: due,
    schedule,
    launchedBy: launcher,
    ...values,
  });
const fireAt = (now: Date) => fireDue(asJob(database.db, now), {});
const rowOf = async (id: string) => (await database.db.select().from(broadcasts).where(eq(broadcasts.id, id)))[0];
const runsOf = (parentId: string) =>
  database.db.select().from(broadcasts).where(eq(broadcasts.parentId, parentId)).orderBy(asc(broadcasts.runAt));
const context = (now = due) => asPerson(database.db, space, launcher, now);
const codeOf = (work: Promise<unknown> | (() => unknown)) =>
  Promise.resolve(typeof work === "function" ? (async () => work())() : work).then(
    () => "fine",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("a plan", () => {
  test("makes one run for its moment, like itself, however many look at once", async () => {
    const id = await makePlan();
    await Promise.all(Array.from({ length: 8 }, () => fireAt(due)));
    await fireAt(due);
    const runs = await runsOf(id);
    expect(runs.map(({ kind, runAt, name }) => [kind, runAt, name])).toEqual([["run", due, "Morning"]]);
    expect([runs[0]?.botIds, runs[0]?.variants, runs[0]?.launchedBy]).toEqual([
      [space.botId],
      (await rowOf(id))?.variants,
      launcher,
    ]);
    expect((await rowOf(id))?.runAt).toEqual(at("2026-11-27T07:00:00Z"));
  });

  test("neither skips nor repeats a run when the clock jumps ten minutes to and fro", async () => {
    const id = await makePlan();
    for (const now of ["06:50", "07:10", "07:00", "06:55", "07:05"]) await fireAt(at(`2026-11-26T${now}:00Z`));
    for (const now of ["06:59", "07:09", "07:00"]) await fireAt(at(`2026-11-27T${now}:00Z`));
    expect((await runsOf(id)).map(({ runAt }) => runAt)).toEqual([due, at("2026-11-27T07:00:00Z")]);
  });

  test("after a standstill makes up the latest run of the last hour, and says what was left out", async () => {
    const id = await makePlan();
    await fireAt(at("2026-11-28T07:40:00Z"));
    expect((await runsOf(id)).map(({ runAt }) => runAt)).toEqual([at("2026-11-28T07:00:00Z")]);
    expect((await queuedIn(database.db, space.workspaceId)).map(({ html }) => html)).toContain(
      "“Morning”: 2 runs were missed while the service stood still, and are left out.",
    );
    await fireAt(at("2026-11-29T12:00:00Z"));
    expect(await runsOf(id)).toHaveLength(1);
    expect((await rowOf(id))?.runAt).toEqual(at("2026-11-30T07:00:00Z"));
  });

  test("ends after its last run", async () => {
    const id = await makePlan({ schedule: { ...schedule, until: "2026-11-27T00:00:00Z" } });
    await fireAt(due);
    expect([(await rowOf(id))?.state, (await runsOf(id)).length]).toEqual(["sent", 1]);
  });

  test("whose launcher may send no more pauses with the reason, and he is told once", async () => {
    const id = await makePlan();
    await database.db.update(members).set({ role: "support" }).where(eq(members.personId, launcher));
    await Promise.all([fireAt(due), fireAt(due)]);
    expect([(await rowOf(id))?.state, (await rowOf(id))?.stateReason, (await runsOf(id)).length]).toEqual([
      "paused",
      "sequences.halted.launcher",
      0,
    ]);
    expect((await queuedIn(database.db, space.workspaceId)).map(({ html }) => html)).toEqual([
      "“Morning” is paused and sends nothing more. Whoever launched it may no longer send broadcasts.",
    ]);
    expect((await readPlan(context(), { broadcastId: id })).reason).toBe(
      "Whoever launched it may no longer send broadcasts",
    );
  });

  test("that pauses by itself is told to every owner and admin, even when its launcher and its writer have left", async () => {
    await makePlan();
    await database.db.delete(members).where(eq(members.personId, launcher));
    for (const role of ["owner", "admin", "manager"] as const) {
      const { personId } = await makePerson(database.db, space, { role });
      await openChat(database.db, space, personId);
    }
    await database.db.update(persons).set({ blockedAt: due }).where(eq(persons.id, launcher));
    await Promise.all([fireAt(due), fireAt(due)]);
    const told = await queuedIn(database.db, space.workspaceId);
    expect(told.map(({ html }) => html)).toEqual(
      Array(2).fill("“Morning” is paused and sends nothing more. Whoever launched it may no longer send broadcasts."),
    );
    expect(new Set(told.map(({ chat }) => chat)).size).toBe(2);
  });

  test("without a connected bot pauses, and is resumed by whoever may send", async () => {
    const id = await makePlan();
    await database.db.execute(sql`update bots set state = 'disconnected' where id = ${space.botId}`);
    await fireAt(due);
    expect([(await rowOf(id))?.state, (await rowOf(id))?.stateReason]).toEqual(["paused", "sequences.halted.bots"]);
    await resumePlan(context(), { broadcastId: id });
    expect([(await rowOf(id))?.state, (await rowOf(id))?.stateReason]).toEqual(["scheduled", null]);
  });

  test("is paused, resumed with its first run after now, and stopped, each with its trace and each twice as once", async () => {
    const id = await makePlan();
    await pausePlan(context(), { broadcastId: id });
    expect((await pausePlan(context(), { broadcastId: id })).state).toBe("paused");
    await fireAt(due);
    expect(await runsOf(id)).toHaveLength(0);
    const later = at("2026-11-30T12:00:00Z");
    const other = (await makePerson(database.db, space, { role: "owner" })).personId;
    const resumed = await resumePlan(asPerson(database.db, space, other, later), { broadcastId: id });
    expect([resumed.state, resumed.next[0], resumed.next.length]).toEqual(["scheduled", "2026-12-01T07:00:00.000Z", 5]);
    expect((await rowOf(id))?.launchedBy).toBe(other);
    expect((await stopPlan(context(later), { broadcastId: id })).state).toBe("cancelled");
    expect((await stopPlan(context(later), { broadcastId: id })).next).toEqual([]);
    expect(await codeOf(resumePlan(context(later), { broadcastId: id }))).toBe("sequences.plan_is_over");
    const traces = await database.db.execute<{ action: string }>(
      sql`select action from audit_entries where workspace_id = ${space.workspaceId} order by id`,
    );
    expect(traces.map(({ action }) => action)).toEqual([
      "broadcast.plan_paused",
      "broadcast.plan_resumed",
      "broadcast.plan_stopped",
    ]);
  });

  test("is none of a broadcast that goes out once, and a stranger's is not found", async () => {
    const once = await makeBroadcast(database.db, space);
    expect(await codeOf(readPlan(context(), { broadcastId: once }))).toBe("sequences.not_a_plan");
    const stranger = await makeWorkspace(database.db);
    const plan = await makePlan();
    expect(await codeOf(pausePlan(asPerson(database.db, stranger, launcher, due), { broadcastId: plan }))).toBe(
      "broadcasts.broadcast_not_found",
    );
  });
});

describe("a plan that fails", () => {
  test("is set aside after five tries with its reason; the others never notice", async () => {
    await poison(database.db, "broadcasts", "new.name = 'Poisoned' and new.run_at is distinct from old.run_at");
    const poisoned = await makePlan({ name: "Poisoned" });
    const healthy = await makePlan({ name: "Healthy" });
    for (let minute = 0; minute < 7; minute++) {
      await fireAt(new Date(due.getTime() + minute * 60_000));
      const row = await rowOf(poisoned);
      expect([row?.state, row?.tries]).toEqual(minute < 4 ? ["scheduled", minute + 1] : ["paused", 0]);
      expect((await runsOf(healthy)).length).toBe(1);
    }
    expect([(await rowOf(poisoned))?.stateReason, (await runsOf(poisoned)).length]).toEqual([
      "sequences.halted.failed",
      0,
    ]);
  });

  test("for taking too long keeps none behind it waiting, and waits itself for a better moment", async () => {
    const mend = await poison(
      database.db,
      "broadcasts",
      "new.name = 'Slow' and new.run_at is distinct from old.run_at",
      {
        deed: "raise exception 'canceling statement due to statement timeout' using errcode = '57014'",
      },
    );
    const slow = await makePlan({ name: "Slow" });
    const healthy = await makePlan({ name: "Behind" });
    for (let minute = 0; minute < 7; minute++) {
      await fireAt(new Date(due.getTime() + minute * 60_000));
      const row = await rowOf(slow);
      expect([row?.state, row?.tries, (await runsOf(healthy)).length]).toEqual(["scheduled", 0, 1]);
    }
    await mend();
    await fireAt(new Date(due.getTime() + 8 * 60_000));
    expect((await runsOf(slow)).length).toBe(1);
  });
});

test("a plan that cannot even be set aside keeps no other from its run", async () => {
  await poison(database.db, "broadcasts", "new.name = 'Rigid'");
  const rigid = await makePlan({ name: "Rigid" });
  const later = await makePlan({ name: "Behind it", runAt: new Date(due.getTime() + 1_000) });
  await fireAt(new Date(due.getTime() + 60_000));
  expect([(await runsOf(rigid)).length, (await runsOf(later)).length]).toEqual([0, 1]);
});

describe("a line that is being written", () => {
  test("shows its next five runs by the wall of its zone", async () => {
    const { runs } = await previewNextRuns(context(at("2026-10-24T12:00:00Z")), {
      cron: "30 3 * * *",
      timeZone: "Europe/Kyiv",
    });
    expect(runs).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
      "2026-10-27T01:30:00.000Z",
      "2026-10-28T01:30:00.000Z",
      "2026-10-29T01:30:00.000Z",
    ]);
  });

  test("is refused in words that say why", async () => {
    const check = (cron: string, timeZone = "UTC") =>
      codeOf(() => assertSchedule({ kind: "cron", cron, timeZone }, due));
    expect(await check("0 9 * * *")).toBe("fine");
    expect(await check("* * * * *")).toBe("sequences.cron_too_often");
    expect(await check("0 9 31 2 *")).toBe("sequences.cron_never");
    expect(await check("nonsense")).toBe("sequences.cron_unreadable");
    expect(await check("0 9 * * *", "Mars/Olympus")).toBe("sequences.time_zone_unknown");
    expect(await check("0 9 * * *", "+03:00")).toBe("sequences.time_zone_unknown");
  });
});

test("what is due of other states is left alone", async () => {
  for (const state of ["draft", "paused", "cancelled", "sending"] as const) await makePlan({ state });
  await fireAt(due);
  const runs = await database.db
    .select()
    .from(broadcasts)
    .where(and(eq(broadcasts.workspaceId, space.workspaceId), eq(broadcasts.kind, "run")));
  expect(runs).toEqual([]);
});

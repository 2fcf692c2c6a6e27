import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { silentLog } from "@backend/modules/identity/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { type ActionContext, systemActor } from "./context.ts";
import { AppError, IntegrationError, isOutage, isPassing } from "./errors.ts";
import { refusal } from "./group-commit.ts";
import { forgetOldStumbles, forgetStumbles, settingAside, stepOver, triesAtMost } from "./set-aside.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const now = new Date("2026-11-26T09:00:00Z");
const context = (at = now): ActionContext => ({
  db: database.db,
  actor: systemActor("00000000-0000-0000-0000-000000000000"),
  now: at,
  log: silentLog,
  ports: {},
  requestId: "test",
});
const thrown = async (query: string): Promise<unknown> => {
  try {
    await database.db.execute(sql.raw(query));
  } catch (error) {
    return error;
  }
  throw new Error("the statement was to fail");
};
const withState = (state: string) => thrown(`do $$ begin raise exception 'x' using errcode = '${state}'; end $$`);

describe("an error passes", () => {
  test("when the database, an outside service or the moment is to blame", async () => {
    for (const state of ["40001", "40P01", "53300", "53100", "55P03", "57014", "57P01", "08006", "58030", "25006"])
      expect([state, isPassing(await withState(state))]).toEqual([state, true]);
    expect(isPassing(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }))).toBe(true);
    expect(isPassing(refusal())).toBe(true);
    expect(isPassing(new AppError("too_many", "common.too_many_requests"))).toBe(true);
    expect(isPassing(new IntegrationError("telegram", "502", { retryable: true }))).toBe(true);
    expect(isPassing(new Error("outer", { cause: new IntegrationError("telegram", "502", { retryable: true }) }))).toBe(
      true,
    );
  });

  test("never when what was asked is: a broken row, a broken rule, a defect, a refusal", async () => {
    for (const state of ["P0001", "23505", "23502", "22P02", "22003", "42P01", "21000", "XX000"])
      expect([state, isPassing(await withState(state))]).toEqual([state, false]);
    expect(isPassing(new TypeError("undefined is not an object"))).toBe(false);
    expect(isPassing(new AppError("invalid", "common.invalid"))).toBe(false);
    expect(isPassing(new IntegrationError("telegram", "400", { retryable: false }))).toBe(false);
    expect(isPassing("a string")).toBe(false);
    expect(isPassing(null)).toBe(false);
  });
});

test("an outage is one of the database: what keeps a server outside from being reached is none", () => {
  const refused = Object.assign(new TypeError("fetch failed"), { code: "ECONNREFUSED" });
  expect(isOutage(refused)).toBe(true);
  expect(isOutage(new Error("failed query", { cause: refused }))).toBe(true);
  expect(isOutage(Object.assign(new Error("too slow"), { code: "57014" }))).toBe(false);
  const outside = new IntegrationError("yookassa", "unreachable", { retryable: true, cause: refused });
  expect([isOutage(outside), isPassing(outside)]).toEqual([false, true]);
  expect(isOutage(new AppError("invalid", "common.invalid", {}, { cause: outside }))).toBe(false);
});

/** Work whose next tries end as listed, the last of them for ever. */
function workOf(...ends: (unknown | null)[]) {
  const subject = crypto.randomUUID();
  const given: string[] = [];
  let tried = 0;
  const action = async () => {
    const end = ends[Math.min(tried++, ends.length - 1)];
    if (end !== null) throw end;
  };
  const safely = settingAside(action, {
    work: "tests.dig",
    subjectOf: (input: { id: string }) => input.id,
    giveUp: async (_, { id }) => void given.push(id),
  });
  const run = async () => {
    try {
      await safely(context(), { id: subject });
      return "ended";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const runs = async (count: number) => {
    const answers: string[] = [];
    for (let n = 0; n < count; n++) answers.push(await run());
    return answers;
  };
  const counted = async () =>
    (await database.db.execute<{ tries: number }>(sql`select tries from stumbles where subject = ${subject}`))[0]
      ?.tries ?? 0;
  return { subject, given, runs, counted };
}

const poisoned = new Error("poisoned");
const away = Object.assign(new Error("away"), { code: "57P01" });

describe("work that is set aside", () => {
  test("is given up at the fifth failure in a row, once, and begins from nothing after that", async () => {
    const work = workOf(poisoned);
    expect(await work.runs(triesAtMost - 1)).toEqual(Array(triesAtMost - 1).fill("poisoned"));
    expect([work.given, await work.counted()]).toEqual([[], triesAtMost - 1]);
    expect(await work.runs(1)).toEqual(["ended"]);
    expect([work.given, await work.counted()]).toEqual([[work.subject], 0]);
    await work.runs(triesAtMost - 1);
    expect(work.given).toEqual([work.subject]);
  });

  test("is not counted while the database is away, however long", async () => {
    const work = workOf(poisoned, ...Array(20).fill(away), poisoned);
    expect(await work.runs(21)).toEqual(["poisoned", ...Array(20).fill("away")]);
    expect([work.given, await work.counted()]).toEqual([[], 1]);
    await work.runs(triesAtMost - 1);
    expect(work.given).toEqual([work.subject]);
  });

  test("has all its tries again after a success, and when a person begins it again", async () => {
    const work = workOf(...Array(4).fill(poisoned), null, poisoned);
    await work.runs(9);
    expect([work.given, await work.counted()]).toEqual([[], 4]);
    await forgetStumbles(database.db, "tests.dig", work.subject);
    await work.runs(4);
    expect(work.given).toEqual([]);
    await work.runs(1);
    expect(work.given).toEqual([work.subject]);
  });

  test("does not touch what stands beside it", async () => {
    const [one, other] = [workOf(poisoned), workOf(poisoned)];
    await one.runs(triesAtMost);
    expect(await other.runs(1)).toEqual(["poisoned"]);
    expect([one.given.length, other.given.length, await other.counted()]).toEqual([1, 0, 1]);
  });

  test("whose end fails too comes to it again at the next try", async () => {
    const id = crypto.randomUUID();
    let ends = 0;
    const safely = settingAside(() => Promise.reject(poisoned), {
      work: "tests.dig",
      subjectOf: () => id,
      async giveUp() {
        if (++ends === 1) throw new Error("no end");
      },
    });
    for (let n = 1; n < triesAtMost; n++) await expect(safely(context(), {})).rejects.toThrow("poisoned");
    await expect(safely(context(), {})).rejects.toThrow("no end");
    await safely(context(), {});
    expect(ends).toBe(2);
  });

  test("by tries at the same moment is given up all the same", async () => {
    const work = workOf(poisoned);
    await Promise.all(Array.from({ length: triesAtMost }, () => work.runs(1)));
    expect(work.given).toEqual([work.subject]);
  });

  test("leaves nothing behind for ever: counts of work that is gone are forgotten", async () => {
    const work = workOf(poisoned);
    await work.runs(1);
    await forgetOldStumbles(database.db, now);
    expect(await work.counted()).toBe(1);
    await forgetOldStumbles(database.db, new Date(now.getTime() + 1));
    expect(await work.counted()).toBe(0);
  });
});

test("one of many is stepped over, but not an outage: the others would meet it too", async () => {
  const done: number[] = [];
  for (const n of [1, 2, 3, 4, 5])
    await stepOver(context(), { n: `${n}` }, "a number could not be done", async () => {
      if (n === 2) throw poisoned;
      // Nor does one that takes longer than a statement may.
      if (n === 4) throw await withState("57014");
      done.push(n);
    });
  expect(done).toEqual([1, 3, 5]);
  await expect(stepOver(context(), {}, "x", () => Promise.reject(away))).rejects.toThrow("away");
});

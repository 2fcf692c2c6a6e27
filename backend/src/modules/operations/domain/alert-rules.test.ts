import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type AlertState,
  type Condition,
  coolDownMs,
  type InstallationFacts,
  installationConditions,
  type Notice,
  type RuleName,
  step,
  type WorkspaceFacts,
  workspaceConditions,
} from "./alert-rules.ts";

const start = new Date("2026-11-21T12:00:00Z");
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

const quiet: WorkspaceFacts = {
  workspaceId: "w",
  lateCount: 0,
  oldestLateSec: 0,
  newDeadLetters: 0,
  oldUnknown: 0,
  waitingPosts: 0,
  oldestPostSec: 0,
  bots: [],
  connections: [],
  endpoints: [],
  doors: [],
  money: { toCheck: 0, differences: 0, providers: [] },
};
const calm: InstallationFacts = {
  inboxWaiting: 0,
  inboxOldestSec: 0,
  deadJobs: { count: 0, fresh: 0, oldest: "" },
  processes: [],
};
const tuning = { isOn: true, off: [], lateSec: 60 };
const process = {
  id: "p",
  host: "h",
  startedAt: start,
  seenAt: start,
  errorsPerMinute: 0,
  diskFreeBytes: 10e9,
  databaseMs: 2,
  awayFrom: null,
  awayUntil: null,
};

/** Steps through conditions, one list a minute, as the job does; answers with what was told at each minute. */
function run(minutes: readonly (readonly Condition[])[]): Notice[][] {
  let states: AlertState[] = [];
  return minutes.map((conditions, minute) => {
    const next = step(states, conditions, after(minute));
    const key = (of: AlertState) => `${of.rule} ${of.subject}`;
    const changed = new Map(next.states.map((state) => [key(state), state]));
    states = [...states.filter((state) => !changed.has(key(state))), ...next.states];
    return next.notices;
  });
}

const condition = (state: "raised" | "between" | "cleared", rule: RuleName = "inbox_backlog"): Condition => ({
  rule,
  subject: "s",
  workspaceId: null,
  isRaised: state === "raised",
  isCleared: state === "cleared",
  params: {},
});
const kinds = (told: Notice[][]) => told.map((notices) => notices.map(({ kind }) => kind).join());

describe("a trouble", () => {
  test("is told once when it fires and once when it is over", () => {
    const told = run([
      [condition("raised")],
      [condition("raised")],
      [condition("raised")],
      [condition("cleared")],
      [condition("cleared")],
    ]);
    expect(kinds(told)).toEqual(["fired", "", "", "cleared", ""]);
  });

  test("neither fires nor ends between its thresholds", () => {
    const told = run([
      [condition("between")],
      [condition("raised")],
      [condition("between")],
      [condition("raised")],
      [condition("between")],
      [condition("cleared")],
    ]);
    expect(kinds(told)).toEqual(["", "fired", "", "", "", "cleared"]);
  });

  test("that flaps is told once until the cool-down is over, and then if it still lasts", () => {
    const flapping = Array.from({ length: 29 }, (_, n) => [condition(n % 2 ? "cleared" : "raised")]);
    const lasting = Array.from({ length: 5 }, () => [condition("raised")]);
    const told = kinds(run([...flapping, ...lasting]));
    expect(told.filter((kind) => kind === "fired")).toHaveLength(2);
    expect(told.indexOf("fired")).toBe(0);
    expect(told.lastIndexOf("fired")).toBe(coolDownMs / 60_000);
    expect(told.filter((kind) => kind === "cleared")).toHaveLength(1);
  });

  test("that must last is not told before, and starts anew after a pause", () => {
    const paused = (is: boolean) => [condition(is ? "raised" : "cleared", "lane_paused")];
    const minutes = [true, true, true, true, false, true, true, true, true, true, true].map(paused);
    expect(kinds(run(minutes))).toEqual(["", "", "", "", "", "", "", "", "", "", "fired"]);
  });

  test("of a process that only slept is never told", () => {
    const lost = (is: boolean) => [condition(is ? "raised" : "cleared", "process_lost")];
    expect(kinds(run([lost(true), lost(false), lost(false)]))).toEqual(["", "", ""]);
    expect(kinds(run([lost(true), lost(true), lost(true), lost(true)]))).toEqual(["", "", "fired", ""]);
  });

  test("whose subject is gone ends without a word", () => {
    expect(kinds(run([[condition("raised")], [], [], [condition("cleared")]]))).toEqual(["fired", "", "", ""]);
  });

  test("that is over by the time it is told has no end to tell", () => {
    const told = run([[condition("raised", "database_away")], [condition("cleared", "database_away")]]);
    expect(kinds(told)).toEqual(["fired", ""]);
  });
});

describe("whatever happens", () => {
  const anyState = fc.constantFrom("raised" as const, "between" as const, "cleared" as const, "gone" as const);
  const anyRule = fc.constantFrom<RuleName>("inbox_backlog", "lane_paused", "webhook_troubled", "dead_letters");

  test("no alert fires twice without having ended, and no end is told without a beginning", () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyState, { maxLength: 120 }), (rule, history) => {
        const told = run(history.map((state) => (state === "gone" ? [] : [condition(state, rule)]))).flat();
        let isOpen = false;
        let since: number | null = null;
        for (const notice of told) {
          if (notice.kind === "fired") {
            // Firing again is right only for a new trouble, never for the one that was told.
            expect(isOpen && since === notice.since.getTime()).toBe(false);
            isOpen = true;
            since = notice.since.getTime();
          } else {
            expect(isOpen).toBe(true);
            expect(notice.since.getTime()).toBe(since as number);
            isOpen = false;
          }
        }
      }),
    );
  });

  test("two tellings of one thing are a cool-down apart", () => {
    fc.assert(
      fc.property(anyRule, fc.array(anyState, { maxLength: 200 }), (rule, history) => {
        const told = run(history.map((state) => (state === "gone" ? [] : [condition(state, rule)])));
        const at = told.flatMap((notices, minute) => (notices.some(({ kind }) => kind === "fired") ? [minute] : []));
        for (let n = 1; n < at.length; n++)
          expect((at[n] as number) - (at[n - 1] as number)).toBeGreaterThanOrEqual(coolDownMs / 60_000);
      }),
    );
  });

  test("running the same minute again tells nothing more", () => {
    fc.assert(
      fc.property(fc.array(anyState, { minLength: 1, maxLength: 60 }), (history) => {
        const doubled = history.flatMap((state) => [state, state]);
        let states: AlertState[] = [];
        doubled.forEach((state, n) => {
          const conditions = state === "gone" ? [] : [condition(state)];
          const next = step(states, conditions, after(Math.floor(n / 2)));
          if (n % 2 === 1) expect(next.notices).toEqual([]);
          const changed = new Set(next.states.map(({ rule }) => rule));
          states = [...states.filter(({ rule }) => !changed.has(rule)), ...next.states];
        });
      }),
    );
  });
});

const raised = (conditions: Condition[]) => conditions.filter(({ isRaised }) => isRaised).map(({ rule }) => rule);

describe("a workspace", () => {
  test("at peace has nothing to tell", () => {
    expect(raised(workspaceConditions(quiet, tuning, start))).toEqual([]);
  });

  test("hears of late messages only above its own threshold", () => {
    const late = { ...quiet, lateCount: 2, oldestLateSec: 61 };
    expect(raised(workspaceConditions(late, tuning, start))).toEqual(["delivery_late"]);
    expect(raised(workspaceConditions(late, { ...tuning, lateSec: 120 }, start))).toEqual([]);
  });

  test("hears of dead letters, unknown outcomes and silence", () => {
    const facts = {
      ...quiet,
      newDeadLetters: 1,
      oldUnknown: 2,
      connections: [
        { connectionId: "c", name: "Keitaro", silentHours: 5.5 },
        { connectionId: "d", name: "Other", silentHours: null },
      ],
    };
    expect(raised(workspaceConditions(facts, tuning, start))).toEqual([
      "dead_letters",
      "unknown_old",
      "connection_silent",
    ]);
  });

  test("hears of posts that no worker takes for a quarter of an hour, until the oldest is young again", () => {
    const of = (oldestPostSec: number) =>
      workspaceConditions({ ...quiet, waitingPosts: 3, oldestPostSec }, tuning, start).find(
        ({ rule }) => rule === "posts_waiting",
      );
    expect(of(901)).toMatchObject({ isRaised: true, isCleared: false, params: { count: 3, minutes: 15 } });
    expect(of(900)).toMatchObject({ isRaised: false, isCleared: false });
    expect(of(300)).toMatchObject({ isRaised: false, isCleared: true });
  });

  test("hears of a bot's refused token once, not also as a paused lane", () => {
    const bot = { botId: "b", username: "bot", isDisconnected: false, check: null };
    const of = (pausedReason: string | null, isDisconnected = false) =>
      raised(workspaceConditions({ ...quiet, bots: [{ ...bot, pausedReason, isDisconnected }] }, tuning, start));
    expect(of("token")).toEqual(["bot_disconnected"]);
    expect(of("token", true)).toEqual(["bot_disconnected"]);
    expect(of("flood")).toEqual(["lane_paused"]);
    expect(of(null)).toEqual([]);
  });

  test("hears of money that waits, of books that differ, of a provider in trouble and of what no webhook told", () => {
    const provider = { connectionId: "c", name: "Shop", isTroubled: false, unheard: 0 };
    const of = (over: Partial<WorkspaceFacts["money"]>) =>
      raised(workspaceConditions({ ...quiet, money: { ...quiet.money, ...over } }, tuning, start));
    expect(of({ providers: [provider] })).toEqual([]);
    expect(of({ toCheck: 1 })).toEqual(["payments_to_check"]);
    expect(of({ differences: 1 })).toEqual(["books_differ"]);
    expect(of({ providers: [{ ...provider, isTroubled: true }] })).toEqual(["provider_troubled"]);
    expect(of({ providers: [{ ...provider, unheard: 3 }] })).toEqual(["payments_unheard"]);
  });

  test("hears of updates that pile up and of a webhook in trouble, and not of old checks or of Telegram's own outages", () => {
    const bot = { botId: "b", username: "bot", isDisconnected: false, pausedReason: null };
    const of = (checkedAt: Date, pendingUpdates: number, problem: string | null) =>
      raised(
        workspaceConditions(
          { ...quiet, bots: [{ ...bot, check: { checkedAt, pendingUpdates, problem } }] },
          tuning,
          start,
        ),
      );
    expect(of(start, 101, null)).toEqual(["webhook_troubled"]);
    expect(of(start, 100, null)).toEqual([]);
    expect(of(start, 0, "bots.webhook_failing")).toEqual(["webhook_troubled"]);
    expect(of(start, 0, "bots.token_refused")).toEqual(["bot_disconnected"]);
    expect(of(start, 0, "bots.telegram_away")).toEqual([]);
    expect(of(after(-16), 500, "bots.webhook_failing")).toEqual([]);
  });

  test("is not told what it switched off", () => {
    const facts = { ...quiet, newDeadLetters: 1, oldUnknown: 1 };
    expect(raised(workspaceConditions(facts, { ...tuning, off: ["dead_letters"] }, start))).toEqual(["unknown_old"]);
    expect(workspaceConditions(facts, { ...tuning, isOn: false }, start)).toEqual([]);
  });
});

describe("the installation", () => {
  test("at peace has nothing to tell", () => {
    expect(raised(installationConditions({ ...calm, processes: [process] }, start))).toEqual([]);
  });

  test("hears of a backlog, of errors over all processes, of the fullest disk of a machine, of a slow database", () => {
    const facts = {
      ...calm,
      inboxWaiting: 9,
      inboxOldestSec: 61,
      processes: [
        { ...process, id: "a", errorsPerMinute: 6, diskFreeBytes: 0.9e9, databaseMs: 1_200 },
        { ...process, id: "b", errorsPerMinute: 5 },
      ],
    };
    expect(raised(installationConditions(facts, start))).toEqual([
      "inbox_backlog",
      "error_rate",
      "database_slow",
      "disk_low",
    ]);
    const tenErrors = { ...calm, processes: [{ ...process, errorsPerMinute: 10 }] };
    expect(raised(installationConditions(tenErrors, start))).toEqual([]);
  });

  test("hears of jobs that used up their tries, of new ones alone, by the name of the first", () => {
    const dead = (fresh: number) => ({ ...calm, deadJobs: { count: 3, fresh, oldest: "shop.tell-team" } });
    const [told] = installationConditions(dead(1), start).filter(({ isRaised }) => isRaised);
    expect(told).toMatchObject({ rule: "jobs_dead", params: { count: 3, name: "shop.tell-team" } });
    expect(raised(installationConditions(dead(0), start))).toEqual([]);
  });

  test("hears that the database was away once it is back, and for how long", () => {
    const away = { ...process, awayFrom: after(-2), awayUntil: after(-1) };
    const [told] = installationConditions({ ...calm, processes: [away] }, start).filter(({ isRaised }) => isRaised);
    expect(told).toMatchObject({ rule: "database_away", params: { seconds: 60 } });
    const blink = { ...process, awayFrom: new Date(start.getTime() - 4_000), awayUntil: start };
    expect(raised(installationConditions({ ...calm, processes: [blink] }, start))).toEqual([]);
    const longAgo = { ...process, awayFrom: after(-60), awayUntil: after(-11) };
    expect(raised(installationConditions({ ...calm, processes: [longAgo] }, start))).toEqual([]);
  });

  test("hears of a process that died, unless another took its place; the figures of the dead count no more", () => {
    const dead = { ...process, id: "dead", seenAt: after(-3), errorsPerMinute: 500 };
    expect(raised(installationConditions({ ...calm, processes: [dead] }, start))).toEqual(["process_lost"]);
    const next = { ...process, id: "next", startedAt: after(-2) };
    expect(raised(installationConditions({ ...calm, processes: [dead, next] }, start))).toEqual([]);
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { botHealth, healthChecks, worst } from "./health.ts";
import { changeSettings, defaultSettings, readSettings } from "./settings.ts";

describe("stored settings", () => {
  test("have a default for everything", () => {
    for (const stored of [null, undefined, {}, { operations: null }, { operations: { alerts: {} } }, { other: 1 }])
      expect(readSettings(stored)).toEqual(defaultSettings);
  });

  test("come back as they were saved", () => {
    const changed = changeSettings(defaultSettings, { alerts: { off: ["unknown_old"], lateSec: 300, recipients: [] } });
    expect(readSettings({ operations: JSON.parse(JSON.stringify(changed)) })).toEqual(changed);
    expect(changed.alerts.silentHours).toBe(defaultSettings.alerts.silentHours);
  });

  test("never break a reader, whatever is in the column", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (alerts, off) => {
        for (const stored of [{ operations: { alerts } }, { operations: { alerts: { off, lateSec: off } } }]) {
          const { alerts: read } = readSettings(stored);
          expect(read.lateSec).toBeGreaterThanOrEqual(10);
          expect(Array.isArray(read.off)).toBe(true);
        }
      }),
    );
  });
});

describe("the health page", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  const fine = {
    databaseMs: 2,
    inboxWaiting: 0,
    inboxOldestSec: 0,
    deadLetters: 0,
    deadJobs: { count: 0, oldest: "", oldestSec: 0 },
    lateCount: 0,
    oldestLateSec: 0,
    lateSec: 60,
    unknown: 0,
    oldUnknown: 0,
    bots: [{ state: "ok" as const }],
    pausedLanes: 0,
    processes: [{ seenAt: now, diskFreeBytes: 50e9 }],
  };
  const statesOf = (facts: typeof fine) =>
    Object.fromEntries(healthChecks(facts, now).map(({ name, state }) => [name, state]));

  test("is well when everything is", () => {
    expect(new Set(Object.values(statesOf(fine)))).toEqual(new Set(["ok"]));
  });

  test("names each trouble by its weight", () => {
    expect(statesOf({ ...fine, databaseMs: 300 }).database).toBe("warning");
    expect(statesOf({ ...fine, databaseMs: 1_001 }).database).toBe("failing");
    expect(statesOf({ ...fine, deadLetters: 1 }).inbox).toBe("warning");
    expect(statesOf({ ...fine, inboxOldestSec: 601 }).inbox).toBe("failing");
    expect(statesOf({ ...fine, oldestLateSec: 61 }).deliveries).toBe("warning");
    expect(statesOf({ ...fine, unknown: 1 }).unknown).toBe("warning");
    expect(statesOf({ ...fine, unknown: 1, oldUnknown: 1 }).unknown).toBe("failing");
    expect(statesOf({ ...fine, deadJobs: { count: 1, oldest: "x", oldestSec: 600 } }).jobs).toBe("warning");
    expect(statesOf({ ...fine, processes: [] }).processes).toBe("failing");
    expect(statesOf({ ...fine, processes: [{ seenAt: now, diskFreeBytes: 0.5e9 }] }).disk).toBe("failing");
  });

  test("tells a bot's worst trouble first", () => {
    const bot = { state: "active" as const, pausedReason: null, health: null };
    expect(botHealth(bot)).toEqual({ state: "ok", code: "operations.bot.working" });
    expect(botHealth({ ...bot, pausedReason: "token" }).state).toBe("failing");
    expect(botHealth({ ...bot, pausedReason: "flood" }).code).toBe("operations.bot.paused");
    expect(botHealth({ ...bot, health: { problem: "bots.webhook_failing" } })).toEqual({
      state: "warning",
      code: "bots.webhook_failing",
    });
    expect(botHealth({ ...bot, health: { problem: "bots.token_refused" } }).state).toBe("failing");
    expect(botHealth({ ...bot, state: "inactive", pausedReason: "token" }).state).toBe("ok");
  });

  test("is as bad as its worst part", () => {
    expect(worst(["ok", "failing", "warning"])).toBe("failing");
    expect(worst([])).toBe("ok");
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { wallAt } from "./local-time.ts";
import { begins, clockToWaitFor, endedBy, newPlaces, stepAt } from "./sequence.ts";

const at = (text: string) => new Date(text);
const zone = fc.constantFrom("Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "UTC");
const moment = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2028, 0, 1) / 60_000 })
  .map((minutes) => new Date(minutes * 60_000));
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);

describe("a sequence begins", () => {
  test("by a start with its source, or by any", () => {
    const joined = (source: string | null) => ({ kind: "joined", source }) as const;
    expect(begins({ kind: "joined", source: null }, joined(null))).toBe(true);
    expect(begins({ kind: "joined", source: { test: "is", value: "ad1" } }, joined("ad1"))).toBe(true);
    expect(begins({ kind: "joined", source: { test: "is", value: "ad1" } }, joined("ad12"))).toBe(false);
    expect(begins({ kind: "joined", source: { test: "starts", value: "ad" } }, joined("ad12"))).toBe(true);
    expect(begins({ kind: "joined", source: { test: "starts", value: "ad" } }, joined(null))).toBe(false);
  });

  test("by its own event alone", () => {
    expect(begins({ kind: "tagged", tagId: 2 }, { kind: "tagged", added: [1, 2] })).toBe(true);
    expect(begins({ kind: "tagged", tagId: 3 }, { kind: "tagged", added: [1, 2] })).toBe(false);
    const became = (value: string | null) => ({ kind: "field_changed", changed: { city: value, plan: "b" } }) as const;
    expect(begins({ kind: "field_changed", key: "city", value: null }, became("Kyiv"))).toBe(true);
    expect(begins({ kind: "field_changed", key: "city", value: null }, became(null))).toBe(false);
    expect(begins({ kind: "field_changed", key: "city", value: "Kyiv" }, became("Kyiv"))).toBe(true);
    expect(begins({ kind: "field_changed", key: "city", value: "Lviv" }, became("Kyiv"))).toBe(false);
    expect(begins({ kind: "field_changed", key: "age", value: null }, became("Kyiv"))).toBe(false);
    expect(begins({ kind: "clicked", broadcastId: null }, { kind: "clicked", broadcastId: "x" })).toBe(true);
    expect(begins({ kind: "clicked", broadcastId: null }, { kind: "clicked", broadcastId: null })).toBe(false);
    expect(begins({ kind: "clicked", broadcastId: "y" }, { kind: "clicked", broadcastId: "x" })).toBe(false);
    expect(begins({ kind: "converted", status: "sale" }, { kind: "converted", status: "lead" })).toBe(false);
    expect(begins({ kind: "opted_in", categoryId: 4 }, { kind: "opted_in", categoryId: 4 })).toBe(true);
    expect(begins({ kind: "by_hand" }, { kind: "joined", source: null })).toBe(false);
    expect(begins({ kind: "joined", source: null }, { kind: "lost" })).toBe(false);
  });
});

describe("a sequence ends", () => {
  test("for whoever is lost or refuses it, whatever its rules", () => {
    expect(endedBy([], 5, { kind: "lost" })).toBe("lost");
    expect(endedBy([], 5, { kind: "opted_out", categoryId: 0 })).toBe("opted_out");
    expect(endedBy([], 5, { kind: "opted_out", categoryId: 5 })).toBe("opted_out");
    expect(endedBy([], 5, { kind: "opted_out", categoryId: 6 })).toBeNull();
    expect(endedBy([], null, { kind: "opted_out", categoryId: 6 })).toBeNull();
  });

  test("by its rules and by nothing else", () => {
    const stops = [{ kind: "converted", status: "sale" }, { kind: "tagged", tagId: 1 }, { kind: "replied" }] as const;
    expect(endedBy(stops, null, { kind: "converted", status: "sale" })).toBe("converted");
    expect(endedBy(stops, null, { kind: "converted", status: "lead" })).toBeNull();
    expect(endedBy(stops, null, { kind: "tagged", added: [2, 1] })).toBe("tagged");
    expect(endedBy(stops, null, { kind: "replied" })).toBe("replied");
    expect(endedBy(stops, null, { kind: "clicked", broadcastId: "x" })).toBeNull();
    expect(endedBy([{ kind: "clicked" }], null, { kind: "clicked", broadcastId: null })).toBe("clicked");
    expect(endedBy(stops, null, { kind: "joined", source: null })).toBeNull();
  });
});

describe("a step", () => {
  test("without a clock comes after exactly its delay", () => {
    expect(stepAt({ delayMinutes: 90, atClock: null }, at("2026-11-26T10:00:00Z"), "UTC")).toEqual(
      at("2026-11-26T11:30:00Z"),
    );
  });

  test("with a clock comes on its day at that clock, over a change of the clocks too", () => {
    const twoDays = { delayMinutes: 2 * 1_440, atClock: "10:00" };
    // Two days on the wall are 49 hours when the clocks go back.
    expect(stepAt(twoDays, at("2026-10-24T12:00:00Z"), "Europe/Kyiv")).toEqual(at("2026-10-26T08:00:00Z"));
    expect(stepAt({ delayMinutes: 30, atClock: "10:00" }, at("2026-11-26T07:45:00Z"), "Europe/Kyiv")).toEqual(
      at("2026-11-27T08:00:00Z"),
    );
  });

  test("never comes before its step before it, and always shows its clock unless spring leaves it out", () => {
    fc.assert(
      fc.property(moment, clock, fc.integer({ min: 0, max: 20_000 }), zone, (after, atClock, delayMinutes, where) => {
        const due = stepAt({ delayMinutes, atClock }, after, where);
        expect(due >= after).toBe(true);
        expect(wallAt(due, where).clock >= atClock || wallAt(due, where).clock === "00:00").toBe(true);
      }),
    );
  });

  test("goes out within an hour of its clock, and otherwise waits for the next; quiet hours count from their end", () => {
    const step = { delayMinutes: 0, atClock: "10:00" };
    const wait = (now: string, quiet: { from: string; to: string } | null = null) =>
      clockToWaitFor(step, quiet, at(now), "UTC")?.toISOString() ?? null;
    expect(wait("2026-11-26T10:00:00Z")).toBeNull();
    expect(wait("2026-11-26T11:00:00Z")).toBeNull();
    expect(wait("2026-11-26T11:01:00Z")).toBe("2026-11-27T10:00:00.000Z");
    expect(wait("2026-11-26T09:59:00Z")).toBe("2026-11-26T10:00:00.000Z");
    const quiet = { from: "08:00", to: "14:00" };
    expect(wait("2026-11-26T10:00:00Z", quiet)).toBe("2026-11-26T14:00:00.000Z");
    expect(wait("2026-11-26T14:30:00Z", quiet)).toBeNull();
    expect(clockToWaitFor({ delayMinutes: 0, atClock: null }, quiet, at("2026-11-26T03:00:00Z"), "UTC")).toBeNull();
  });

  test("that waits for its clock is sent at last, whatever quiet hours and changes of the clocks do", () => {
    fc.assert(
      fc.property(moment, clock, clock, clock, zone, (start, atClock, from, to, where) => {
        let now = start;
        for (let looks = 0; looks < 4; looks++) {
          const later = clockToWaitFor({ delayMinutes: 0, atClock }, { from, to }, now, where);
          if (later === null) return;
          expect(later > now).toBe(true);
          now = later;
        }
        throw new Error("it waits for ever");
      }),
      { numRuns: 500 },
    );
  });
});

describe("places after a change", () => {
  test("follow the steps, and those of a step that is gone go to the next that is there", () => {
    expect(newPlaces(["a", "b", "c"], ["a", "b", "c"])).toEqual([0, 1, 2]);
    expect(newPlaces(["a", "b", "c"], ["x", "a", "c"])).toEqual([1, 2, 2]);
    expect(newPlaces(["a", "b", "c"], ["a", "b"])).toEqual([0, 1, 2]);
    expect(newPlaces(["a"], [])).toEqual([0]);
  });
});

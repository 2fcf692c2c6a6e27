import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { momentAt, momentShowing, shiftDay, shownAt, wallText } from "./zone.ts";

const utc = (text: string) => Date.parse(`${text}Z`);
const zones = ["UTC", "Europe/Kyiv", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"];

describe("a wall", () => {
  test("shows its zone's time, to the millisecond", () => {
    expect(wallText(new Date("2026-11-25T08:20:00Z"), "Europe/Kyiv")).toBe("2026-11-25 10:20:00");
    expect(shownAt(utc("2026-11-25T08:20:00.123"), "Asia/Kathmandu")).toBe(utc("2026-11-25T14:05:00.123"));
  });

  test("shows an hour twice in autumn: the first time counts", () => {
    const at = momentShowing(utc("2026-10-25T03:30:00"), "Europe/Kyiv");
    expect(new Date(at ?? 0).toISOString()).toBe("2026-10-25T00:30:00.000Z");
  });

  test("leaves an hour out in spring: nothing shows it, and the jump is the moment for it", () => {
    for (const shown of ["2026-03-29T03:00:00", "2026-03-29T03:30:00", "2026-03-29T03:59:59"]) {
      expect(momentShowing(utc(shown), "Europe/Kyiv")).toBeNull();
      expect(new Date(momentAt(utc(shown), "Europe/Kyiv")).toISOString()).toBe("2026-03-29T01:00:00.000Z");
    }
    // Half an hour only.
    const jump = momentAt(utc("2026-10-04T02:10:00"), "Australia/Lord_Howe");
    expect(shownAt(jump, "Australia/Lord_Howe")).toBe(utc("2026-10-04T02:30:00"));
  });

  test("leads back to its moment, or to the earlier one that it shows the same at", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: utc("2024-01-01T00:00:00"), max: utc("2028-01-01T00:00:00") }),
        (zone, at) => {
          const shown = shownAt(at, zone);
          const back = momentShowing(shown, zone);
          expect(back).not.toBeNull();
          expect(shownAt(back ?? 0, zone)).toBe(shown);
          expect(back ?? Number.NaN).toBeLessThanOrEqual(at);
          expect(momentAt(shown, zone)).toBe(back ?? Number.NaN);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("days are counted over ends of months and years", () => {
  expect(shiftDay("2026-12-31", 1)).toBe("2027-01-01");
  expect(shiftDay("2028-03-01", -1)).toBe("2028-02-29");
});

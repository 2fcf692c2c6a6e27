import { expect, test } from "bun:test";
import fc from "fast-check";
import { afterQuiet, nextQuiet, quietUntil } from "./quiet.ts";

const night = { from: "22:00", to: "08:00" };
const at = (iso: string) => new Date(iso);

test("whoever is reached in the night is written to in his morning", () => {
  expect(afterQuiet(at("2026-03-10T21:30:00Z"), night, "Europe/Kyiv")).toEqual(at("2026-03-11T06:00:00Z"));
  expect(afterQuiet(at("2026-03-10T03:30:00Z"), night, "Europe/Kyiv")).toEqual(at("2026-03-10T06:00:00Z"));
});

test("the end of quiet hours is not quiet, their beginning is", () => {
  expect(afterQuiet(at("2026-03-10T06:00:00Z"), night, "Europe/Kyiv")).toEqual(at("2026-03-10T06:00:00Z"));
  expect(afterQuiet(at("2026-03-10T20:00:00Z"), night, "Europe/Kyiv")).toEqual(at("2026-03-11T06:00:00Z"));
});

test("a night in which the clocks go forward ends at eight by the wall", () => {
  // Kyiv, 29 March 2026: 03:00 becomes 04:00.
  expect(afterQuiet(at("2026-03-28T21:00:00Z"), night, "Europe/Kyiv")).toEqual(at("2026-03-29T05:00:00Z"));
});

test("hours that end in the hour which autumn repeats end the second time too, not a day later", () => {
  // Kyiv, 25 October 2026: 04:00 becomes 03:00, at 01:00 UTC.
  const early = { from: "22:00", to: "03:30" };
  expect(quietUntil(at("2026-10-25T00:10:00Z"), early, "Europe/Kyiv")).toEqual(at("2026-10-25T00:30:00Z"));
  expect(quietUntil(at("2026-10-25T01:10:00Z"), early, "Europe/Kyiv")).toEqual(at("2026-10-25T01:30:00Z"));
});

test("no quiet hours, and hours of no length, hold nobody back", () => {
  const moment = at("2026-03-10T23:00:00Z");
  expect(afterQuiet(moment, null, "UTC")).toBe(moment);
  expect(afterQuiet(moment, { from: "09:00", to: "09:00" }, "UTC")).toBe(moment);
  expect(nextQuiet(moment, { from: "09:00", to: "09:00" }, "UTC")).toBeNull();
});

test("what comes out is never earlier, never a day later, and outside of quiet hours", () => {
  const clock = fc
    .integer({ min: 0, max: 1439 })
    .map((m) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`);
  const zone = fc.constantFrom("UTC", "Europe/Kyiv", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati");
  const moment = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }).map((s) => new Date(s * 1000));
  fc.assert(
    fc.property(moment, clock, clock, zone, (start, from, to, timeZone) => {
      const next = afterQuiet(start, { from, to }, timeZone);
      expect(next.getTime()).toBeGreaterThanOrEqual(start.getTime());
      expect(next.getTime() - start.getTime()).toBeLessThan(26 * 3_600_000);
      expect(afterQuiet(next, { from, to }, timeZone)).toEqual(next);
    }),
  );
});

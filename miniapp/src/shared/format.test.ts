import { expect, test } from "bun:test";
import { createFormat } from "./format.ts";

const kyiv = createFormat("uk", "Europe/Kyiv");

test("a moment of today is a time, one of another day a date", () => {
  const now = new Date();
  expect(kyiv.moment(now.toISOString())).toMatch(/^\d\d:\d\d$/);
  expect(kyiv.moment("2020-03-05T10:00:00.000Z")).toContain("2020");
});

test("times are the reader's, not the server's", () => {
  expect(createFormat("en", "Asia/Tokyo").time("2026-01-01T20:00:00.000Z")).toBe("05:00");
  expect(createFormat("en", "UTC").time("2026-01-01T20:00:00.000Z")).toBe("20:00");
});

test("what was long ago is told in the largest whole unit", () => {
  const now = new Date("2026-01-02T00:00:00.000Z");
  const en = createFormat("en", "UTC");
  expect(en.ago("2026-01-01T23:59:30.000Z", now)).toContain("30");
  expect(en.ago("2026-01-01T23:58:01.000Z", now)).toContain("1 min");
  expect(en.ago("2026-01-01T21:00:00.000Z", now)).toContain("3");
  expect(en.ago("2025-12-30T00:00:00.000Z", now)).toContain("3 day");
});

test("amounts keep every digit that a float would lose", () => {
  expect(createFormat("en", "UTC").money("90071992547409.93", "USD")).toContain("90,071,992,547,409.93");
});

import { expect, test } from "bun:test";
import { runningChangeQuery } from "./api.ts";

test("a change to many is asked about again while it runs, and no longer", () => {
  const { refetchInterval } = runningChangeQuery;
  const intervalAt = (data: unknown) =>
    typeof refetchInterval === "function" && refetchInterval({ state: { data } } as never);
  expect(intervalAt({ state: "running", done: 1, total: 9 })).toBeGreaterThan(0);
  expect(intervalAt({ state: "failed", done: 1, total: 9 })).toBe(false);
  expect(intervalAt(null)).toBe(false);
  expect(intervalAt(undefined)).toBe(false);
});

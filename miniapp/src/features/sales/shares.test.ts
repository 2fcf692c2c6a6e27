import { expect, test } from "bun:test";
import { shareOf } from "./shares.ts";

test("a share lies between nothing and all, and there is none of nothing", () => {
  expect([shareOf(1, 4), shareOf(5, 4), shareOf(-1, 4), shareOf(0, 0)]).toEqual([0.25, 1, 0, null]);
});

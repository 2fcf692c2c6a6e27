import { expect, test } from "bun:test";
import { amountOf, wholeOf } from "./amounts.ts";

test.each([
  ["99,90", "99.90"],
  [" 1 200.5 ", "1200.5"],
  ["007", "7"],
  ["0.10", "0.10"],
  ["123456789012345.123456789012345678", "123456789012345.123456789012345678"],
  ["1,2,3", null],
  ["1e5", null],
  ["-5", null],
  [".5", null],
  ["5.", null],
  ["", null],
])("reads the amount %p as %p", (typed, amount) => {
  expect(amountOf(typed)).toBe(amount);
});

test("whole numbers stay within their bounds", () => {
  expect(wholeOf("30", 1, 3650)).toBe(30);
  expect([wholeOf("0", 1, 3650), wholeOf("3651", 1, 3650), wholeOf("3.5", 1, 10), wholeOf("", 1, 10)]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

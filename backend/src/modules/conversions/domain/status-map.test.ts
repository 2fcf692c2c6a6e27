import { expect, test } from "bun:test";
import {
  canonicalStatus,
  canonicalStatuses,
  defaultStatusMap,
  foldStatus,
  maxStatusWords,
  readStatusMap,
} from "./status-map.ts";

test.each([
  ["sale", "sale"],
  [" Approved ", "sale"],
  ["On Hold", "lead"],
  ["hold", "lead"],
  ["declined", "rejected"],
  ["reg", "registration"],
  ["dep", "deposit"],
  ["FTD", "deposit"],
  ["rebill", "rebill"],
  ["trash", "trash"],
  ["Отклонён", "rejected"],
  ["депозит", "deposit"],
  ["продаж", "sale"],
  ["лід", "lead"],
  ["chargeback-dispute", "other"],
  ["", "other"],
] as const)("%s is %s", (word, status) => {
  expect(canonicalStatus(word)).toBe(status);
});

test("no word is no sale", () => {
  expect(canonicalStatus(null)).toBe("other");
});

test("a connection's own words win over the defaults, and fold alike", () => {
  const own = readStatusMap({ "KYC Passed": "registration", hold: "trash" });
  expect(canonicalStatus("kyc-passed", own)).toBe("registration");
  expect(canonicalStatus("HOLD", own)).toBe("trash");
  expect(canonicalStatus("sale", own)).toBe("sale");
});

test("default words are folded, and every status is its own word", () => {
  for (const word of Object.keys(defaultStatusMap)) expect(foldStatus(word)).toBe(word);
  for (const status of canonicalStatuses) expect(canonicalStatus(status)).toBe(status);
});

test("a map with an empty or long word, or too many words, is refused", () => {
  expect(readStatusMap({ " ": "sale" })).toBeUndefined();
  expect(readStatusMap({ ["x".repeat(61)]: "sale" })).toBeUndefined();
  expect(
    readStatusMap(
      Object.fromEntries(Array.from({ length: maxStatusWords + 1 }, (_, index) => [`w${index}`, "sale" as const])),
    ),
  ).toBeUndefined();
});

test("a word that names a prototype changes nothing but itself", () => {
  const own = readStatusMap(JSON.parse('{"__proto__":"sale"}'));
  expect(canonicalStatus("constructor", own)).toBe("other");
  expect(Object.getPrototypeOf(own)).toBe(Object.prototype);
});

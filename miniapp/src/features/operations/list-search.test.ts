import { expect, test } from "bun:test";
import fc from "fast-check";
import { matching } from "./list-search.ts";

const names = ["Осінній розпродаж", "VIP", "Новини @news_bot", "vip осінь"];
const found = (typed: string) => matching(names, typed, (name) => name);

test("words are found in any order and case, and each has to be there", () => {
  expect(found("ОСІН vip")).toEqual(["vip осінь"]);
  expect(found(" осін  ")).toEqual(["Осінній розпродаж", "vip осінь"]);
  expect(found("@news")).toEqual(["Новини @news_bot"]);
  expect(found("літо")).toEqual([]);
});

test("nothing typed leaves the list as it is, and what is typed never adds or reorders", () => {
  expect(found(" ")).toBe(names);
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (list, typed) => {
      const kept = matching(list, typed, (name) => name);
      expect(list.filter((name) => kept.includes(name))).toEqual([...kept]);
    }),
  );
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { knownParameters, meanings, readParameterMap, withMeaning } from "./parameter-map.ts";

test("names are folded as names in calls are, and an empty one takes its fact out", () => {
  expect(readParameterMap({ subid: " UID[] ", tid: "", sub_7: "Buyer" })).toEqual({ subid: "uid", sub_7: "buyer" });
});

test.each([
  ["a fact that is none", { profit: "cash" }],
  ["a sub id beyond the last", { sub_31: "a" }],
  ["a method of objects", { constructor: "a" }],
  ["a name that is too long", { subid: "x".repeat(101) }],
  ["one parameter for two facts", { subid: "a", tid: "A" }],
])("%s is refused", (_, entries) => {
  expect(readParameterMap(entries as unknown as Record<string, string>)).toBeUndefined();
});

test("what an older version stored and this one does not know is passed over", () => {
  expect(knownParameters({ subid: "uid", gone: "x" })).toEqual({ subid: "uid" });
});

test("however parameters are tapped, each has one meaning, each meaning one parameter, and the map can be saved", () => {
  const taps = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom(null, ...meanings.slice(0, 5))), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(taps, (list) => {
      const map = list.reduce<Record<string, string>>(
        (before, [name, meaning]) => withMeaning(before, name, meaning),
        {},
      );
      expect(new Set(Object.values(map)).size).toBe(Object.keys(map).length);
      expect(readParameterMap(map)).toEqual(map);
      const last = list.at(-1);
      if (last?.[1]) expect(map[last[1]]).toBe(last[0]);
      else if (last) expect(Object.values(map)).not.toContain(last[0]);
    }),
  );
});

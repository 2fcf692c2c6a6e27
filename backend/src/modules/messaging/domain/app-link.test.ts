import { expect, test } from "bun:test";
import fc from "fast-check";
import { appLink, pathOfStartParam, startParamOf } from "./app-link.ts";

const path = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,8}(?:-[a-z0-9]{1,4})?$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));

test("a screen's path survives its way through a start parameter", () =>
  fc.assert(fc.property(path, (one) => expect(pathOfStartParam(startParamOf(one))).toBe(one))));

test("what is no path of the app is no path", () => {
  for (const param of ["", "a__", "__a", "a b", "..__x", "x".repeat(65)]) expect(pathOfStartParam(param)).toBeNull();
});

test("the bare app has a link too", () => {
  expect(appLink("shop_bot", "")).toBe("https://t.me/shop_bot?startapp");
  expect(appLink("shop_bot", "conversions/12")).toBe("https://t.me/shop_bot?startapp=conversions__12");
});

import { expect, test } from "bun:test";
import { appLink } from "./app-link.ts";

test("a screen is named by letters that Telegram allows", () => {
  expect(appLink("shop_bot", "conversions/12")).toBe("https://t.me/shop_bot?startapp=conversions_12");
  expect(appLink("shop_bot", "connections/11111111-1111-4111-8111-111111111111")).toMatch(
    /\?startapp=[A-Za-z0-9_-]{1,64}$/,
  );
});

test("the app itself has a link too, and so has what does not fit", () => {
  expect(appLink("shop_bot", "")).toBe("https://t.me/shop_bot?startapp");
  expect(appLink("shop_bot", "x".repeat(65))).toBe("https://t.me/shop_bot?startapp");
});

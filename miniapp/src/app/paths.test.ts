import { expect, test } from "bun:test";
import { appLink } from "@backend/modules/messaging/domain/app-link.ts";
import { baseOf, botIdOf, href, pathOfStartParam, paths } from "./paths.ts";

test("an address carries its parameters, made safe", () => {
  expect(href("conversion", { conversionId: "12" })).toBe("/conversions/12");
  expect(href("member", { memberId: "a/b?c" })).toBe("/control/members/a%2Fb%3Fc");
  expect(href("today")).toBe("/");
});

test("the app knows its bot and its base from the address, and has none elsewhere", () => {
  expect(baseOf("/app/7000000001/conversions/12")).toBe("/app/7000000001");
  expect(botIdOf("/app/7000000001/")).toBe("7000000001");
  expect(baseOf("/")).toBe("");
  expect(botIdOf("/")).toBe("");
});

test("a start parameter opens the screen it names", () => {
  expect(pathOfStartParam("conversions_12")).toBe("/conversions/12");
  expect(pathOfStartParam("connections_11111111-1111-4111-8111-111111111111")).toBe(
    "/connections/11111111-1111-4111-8111-111111111111",
  );
  expect(pathOfStartParam("inv_AbC-1_2")).toBe("/join/AbC-1_2");
});

test("a start parameter that names no screen of ours opens nothing", () => {
  for (const stray of ["", "nowhere", "a/b", "..", "conversions_1_2_3", "javascript:alert(1)", "x".repeat(600)])
    expect(pathOfStartParam(stray)).toBeUndefined();
});

test("no two names share an address", () => {
  expect(new Set(Object.values(paths)).size).toBe(Object.keys(paths).length);
});

test("the button of a message opens the screen that it names", () => {
  const campaign = `traffic/campaign/${crypto.randomUUID()}/15`;
  for (const path of ["conversions/12", "control/deliveries/7", "traffic", campaign, "traffic/campaign/15"]) {
    const parameter = new URL(appLink("shop_bot", path)).searchParams.get("startapp") ?? "";
    expect(pathOfStartParam(parameter)).toBe(`/${path}`);
  }
});

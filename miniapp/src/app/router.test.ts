import { expect, test } from "bun:test";
import { permissionsOf, type RoleName, roleNames } from "@backend/modules/identity/domain/roles.ts";
import { tabsFor } from "./router.tsx";

const tabsOf = (role: RoleName) =>
  tabsFor({ member: { id: "m", role }, permissions: [...permissionsOf(role)], isShopOpen: false });

test("each role has the tabs that it may use", () => {
  expect(tabsOf("owner")).toEqual(["today", "traffic", "audience", "sales", "control"]);
  expect(tabsOf("media_buyer")).toEqual(["today", "traffic", "audience", "control"]);
  expect(tabsOf("support")).toEqual(["audience", "sales", "control"]);
});

test("people outside the team have the shop while it is open, and none otherwise", () => {
  const outside = { member: null, permissions: [] };
  expect(tabsFor({ ...outside, isShopOpen: true })).toEqual(["shop", "profile"]);
  expect(tabsFor({ ...outside, isShopOpen: false })).toEqual([]);
});

test("a bar has five places at most", () => {
  for (const role of roleNames) expect(tabsOf(role).length).toBeLessThanOrEqual(5);
});

test("every role has somewhere to be", () => {
  for (const role of roleNames) expect(tabsOf(role).length).toBeGreaterThan(0);
});

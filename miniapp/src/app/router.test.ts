import { expect, test } from "bun:test";
import { permissionsOf, roleNames } from "@backend/modules/identity/domain/roles.ts";
import { tabsFor } from "./router.tsx";

const tabsOf = (role: string | null) => tabsFor([...permissionsOf(role)]);

test("each role has the tabs that it may use", () => {
  expect(tabsOf("owner")).toEqual(["today", "traffic", "audience", "control"]);
  expect(tabsOf("media_buyer")).toEqual(["today", "traffic", "audience", "control"]);
  expect(tabsOf("support")).toEqual(["audience", "control"]);
});

test("people outside the team have none", () => {
  expect(tabsOf(null)).toEqual([]);
});

test("every role has somewhere to be", () => {
  for (const role of roleNames) expect(tabsOf(role).length).toBeGreaterThan(0);
});

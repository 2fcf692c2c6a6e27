import { describe, expect, test } from "bun:test";
import { roles as storedRoles } from "@db/schema/identity.ts";
import {
  grantableRoles,
  isForPeopleOnly,
  mayGiveScope,
  mayGrant,
  permissions,
  permissionsOf,
  roleNames,
  scopeFor,
  withImplied,
} from "./roles.ts";

describe("roles", () => {
  test("are the ones the database knows", () => {
    expect([...roleNames]).toEqual([...storedRoles]);
  });

  test("an owner may do everything, somebody without a role nothing", () => {
    expect([...permissionsOf("owner")].sort()).toEqual([...permissions].sort());
    for (const role of [null, undefined, "", "constructor", "root"]) expect(permissionsOf(role).size).toBe(0);
  });

  test("whoever may change something may also read it", () => {
    for (const role of roleNames)
      for (const permission of permissionsOf(role)) {
        const read = permission.replace(/\.manage$/, ".read");
        if ((permissions as readonly string[]).includes(read))
          expect(permissionsOf(role).has(read as (typeof permissions)[number])).toBe(true);
      }
  });

  test("whoever manages all connections manages his own; a buyer manages his own and no other", () => {
    for (const role of roleNames)
      if (permissionsOf(role).has("connections.manage")) expect(permissionsOf(role).has("connections.own")).toBe(true);
    expect(permissionsOf("media_buyer").has("connections.own")).toBe(true);
    expect(permissionsOf("media_buyer").has("connections.manage")).toBe(false);
    expect([...withImplied(["connections.manage", "stats"])].sort()).toEqual([
      "connections.manage",
      "connections.own",
      "stats",
    ]);
    expect([scopeFor("connections.own"), scopeFor("chats.read")]).toEqual(["connections.manage", "chats.read"]);
  });

  test("nobody grants a role above his own", () => {
    expect(grantableRoles("owner")).toEqual([...roleNames]);
    expect(grantableRoles("admin")).toEqual(["admin", "manager", "media_buyer", "finance", "support"]);
    for (const role of ["manager", "media_buyer", "finance", "support", null, "root"])
      expect(grantableRoles(role)).toEqual([]);
    expect(mayGrant("admin", "owner")).toBe(false);
  });

  test("nobody gives a key a right that he lacks", () => {
    for (const permission of permissions) {
      expect(mayGiveScope("owner", permission)).toBe(!isForPeopleOnly(permission));
      expect(mayGiveScope("manager", permission)).toBe(false);
    }
    expect(mayGiveScope("admin", "tasks")).toBe(true);
    expect(mayGiveScope("support", "stats")).toBe(false);
  });
});

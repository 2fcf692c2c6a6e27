import { expect, test } from "bun:test";
import { roleNames } from "@backend/modules/identity/index.ts";
import { mayManage, maySee, type Onlooker, sharableRoles, sightOf } from "./visibility.ts";

const person = (role: string | null, ...permissions: string[]): Onlooker => ({
  kind: "person",
  personId: "me",
  member: role === null ? null : { role },
  permissions: new Set(permissions),
});
const of = (createdBy: string | null, sharedWith: string[] | null = null) => ({ createdBy, sharedWith });

test("owners, admins, programs and jobs see everything; a working role sees what is shared with it, and its own", () => {
  for (const all of [
    person("owner"),
    person("admin"),
    { ...person(null), kind: "api_key" as const },
    person(null, "*"),
  ])
    expect(sightOf(all)).toBeNull();
  const buyer = sightOf(person("media_buyer"));
  expect([of("other"), of("other", ["media_buyer"]), of("me", [])].map((one) => maySee(one, buyer))).toEqual([
    true,
    true,
    true,
  ]);
  expect([of("other", ["manager"]), of(null, [])].map((one) => maySee(one, buyer))).toEqual([false, false]);
  expect(maySee(of("other", ["manager"]), sightOf(person(null)))).toBe(false);
});

test("what is nobody's is nobody's own", () => {
  const stranger: Onlooker = { kind: "api_key", permissions: new Set(["connections.own"]) };
  expect(mayManage(of(null), stranger)).toBe(false);
  expect(mayManage(of("me"), person("media_buyer", "connections.own"))).toBe(true);
  expect(mayManage(of("other"), person("media_buyer", "connections.own"))).toBe(false);
  expect(mayManage(of("other"), person("manager", "connections.manage"))).toBe(true);
});

test("it can be shared with roles that there are, and that do not see it anyway", () => {
  for (const role of sharableRoles) {
    expect(roleNames).toContain(role);
    expect(sightOf(person(role))).not.toBeNull();
  }
});

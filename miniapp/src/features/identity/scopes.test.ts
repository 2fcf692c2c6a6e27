import { describe, expect, test } from "bun:test";
import { grantableScopes } from "@backend/modules/identity/domain/roles.ts";
import { areas, levelIn, levelsOf, programs, scopesOf } from "./scopes.ts";

const grantable = grantableScopes("owner");

describe("rights of API keys", () => {
  test("every scope that can be given has a place on the screen", () => {
    const shown = [
      ...areas.flatMap((area) =>
        levelsOf(area, grantable)
          .filter((level) => level !== "none")
          .map((level) => `${area}.${level}`),
      ),
      ...programs,
    ];
    expect(shown.sort()).toEqual([...grantable].sort());
  });

  test("whoever may change something also sees it", () => {
    expect(scopesOf({ chats: "manage", inbox: "read", bots: "none" }, grantable).sort()).toEqual([
      "chats.manage",
      "chats.read",
      "inbox.read",
    ]);
  });

  test("what cannot be given is never asked for", () => {
    expect(scopesOf({ members: "manage", audit: "read" }, ["members.read"])).toEqual(["members.read"]);
  });

  test("levels are read back from the scopes they gave", () => {
    for (const area of areas)
      for (const level of levelsOf(area, grantable))
        expect(levelIn(area, scopesOf({ [area]: level }, grantable))).toBe(level);
  });
});

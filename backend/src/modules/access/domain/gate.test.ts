import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type GateFacts, gateProblem, isLinkName, letsIn, linkName, linkUntil } from "./gate.ts";

const fine: GateFacts = {
  kind: "supergroup",
  state: "active",
  isBotActive: true,
  rights: { mayInvite: true, mayRemove: true },
};

describe("a bot keeps a door", () => {
  test("with both rights, in supergroups and channels, whether or not it may write there", () => {
    for (const kind of ["supergroup", "channel"] as const)
      for (const state of ["active", "no_rights"]) expect(gateProblem({ ...fine, kind, state })).toBeNull();
  });

  test("or the right that is missing is named", () => {
    const named = (mayInvite: boolean, mayRemove: boolean) =>
      gateProblem({ ...fine, rights: { mayInvite, mayRemove } });
    expect([named(false, true), named(true, false), named(false, false)]).toEqual(["invite", "remove", "rights"]);
  });

  test("not where it is not, whatever it once might do there", () => {
    for (const state of ["kicked", "deleted", "removed", "unreachable"])
      expect(gateProblem({ ...fine, state })).toBe("away");
    expect(gateProblem({ ...fine, isBotActive: false })).toBe("bot_off");
    expect(gateProblem({ ...fine, kind: "group" })).toBe("group");
  });

  test("as far as is known before somebody has looked", () => {
    expect(gateProblem({ ...fine, rights: null })).toBeNull();
  });

  test("and lets people in without the right to remove them", () => {
    expect([letsIn(null), letsIn("remove"), letsIn("invite"), letsIn("away")]).toEqual([true, true, false, false]);
  });
});

describe("a link", () => {
  test("never outlives what it is given for, nor a week", () => {
    const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(moment, fc.option(fc.integer({ min: 1, max: 400 * 86_400_000 })), (at, rest) => {
        const until = linkUntil(new Date(at), rest === null ? null : new Date(at + rest)).getTime();
        expect(until).toBeGreaterThan(at);
        expect(until - at).toBeLessThanOrEqual(Math.min(7 * 86_400_000, rest ?? Number.POSITIVE_INFINITY));
      }),
    );
  });

  test("is named so that Telegram takes it and we know it again", () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(linkName(id).length).toBe(32);
        expect(isLinkName(linkName(id))).toBe(true);
      }),
    );
    for (const name of [undefined, "", "friends", "0123456789abcdef0123456789abcde"])
      expect(isLinkName(name)).toBe(false);
  });
});

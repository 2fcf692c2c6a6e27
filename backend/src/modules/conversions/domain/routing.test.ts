import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Condition, Route } from "./conditions.ts";
import { routeProblem } from "./conditions.ts";
import { blankFacts } from "./corpus.ts";
import { compileRegex, matchesGlob } from "./patterns.ts";
import type { ConversionFacts } from "./read-call.ts";
import { compileRoutes, holdsAlone, type Routed } from "./routing.ts";

const facts = (some: Partial<ConversionFacts> = {}): ConversionFacts => ({ ...blankFacts, ...some });
const routed = (some: Partial<ConversionFacts> = {}, minuteOfDay = 0): Routed => ({
  connectionId: "c1",
  facts: facts(some),
  minuteOfDay,
});
let counter = 0;
const route = (conditions: Condition[], some: Partial<Route> = {}): Route => ({
  id: `r${counter++}`,
  name: "Route",
  isOn: true,
  isFallback: false,
  stops: false,
  conditions,
  targets: [],
  pace: { digestMinutes: null, cap: null },
  quiet: null,
  ...some,
});
const text = (
  field: "campaign" | "flow" | "country" | "status" | "sub" | "source",
  values: string[],
  more: object = {},
): Condition => ({
  kind: "text",
  field,
  operator: "is",
  values,
  not: false,
  ...more,
});
const amount = (min: string | null, max: string | null, more: object = {}): Condition => ({
  kind: "amount",
  min,
  max,
  currency: null,
  not: false,
  ...more,
});

describe("a condition", () => {
  const cases: [string, Condition, Routed, boolean][] = [
    ["an id", text("campaign", ["15"]), routed({ campaignId: "15", campaignName: "Spring" }), true],
    [
      "a name, case aside",
      text("campaign", ["spring au"]),
      routed({ campaignId: "15", campaignName: "Spring AU" }),
      true,
    ],
    ["a flow by its id", text("flow", ["5002"]), routed({ flowId: "5002", flowName: null }), true],
    ["a flow by its name", text("flow", ["au*"], { operator: "glob" }), routed({ flowName: "AU mobile" }), true],
    ["no flow, where none was said", text("flow", [], { operator: "absent" }), routed(), true],
    ["one of a list", text("country", ["PL", "AU"]), routed({ country: "AU" }), true],
    ["ids as text: 007 is not 7", text("campaign", ["7"]), routed({ campaignId: "007" }), false],
    ["not one of a list", text("country", ["PL"], { not: true }), routed({ country: "AU" }), true],
    ["an absent fact is not one of a list", text("country", ["PL"]), routed(), false],
    ["an absent fact meets a negation", text("country", ["PL"], { not: true }), routed(), true],
    ["a sub id by its number", text("sub", ["denis"], { sub: 3 }), routed({ subIds: { "3": "Denis" } }), true],
    ["another sub id", text("sub", ["denis"], { sub: 2 }), routed({ subIds: { "3": "denis" } }), false],
    ["absence", text("country", [], { operator: "absent" }), routed(), true],
    ["presence", text("country", [], { operator: "absent", not: true }), routed({ country: "AU" }), true],
    ["a glob", text("campaign", ["*push*"], { operator: "glob" }), routed({ campaignName: "PL Push / Crypto" }), true],
    [
      "a glob over the whole text",
      text("campaign", ["push"], { operator: "glob" }),
      routed({ campaignName: "PL Push" }),
      false,
    ],
    [
      "a regex anywhere",
      text("campaign", ["^spring.*(au|nz)"], { operator: "regex" }),
      routed({ campaignName: "Spring AU 3" }),
      true,
    ],
    [
      "Cyrillic, case aside",
      text("campaign", ["утиліти*"], { operator: "glob" }),
      routed({ campaignName: "УТИЛІТИ 5" }),
      true,
    ],
    ["an amount from", amount("500", null), routed({ amount: "500.00" }), true],
    ["an amount just below", amount("500", null), routed({ amount: "499.99999999" }), false],
    ["an amount to", amount(null, "10"), routed({ amount: "10.01" }), false],
    ["no amount", amount(null, "10"), routed(), false],
    ["an amount of a currency", amount("1", null, { currency: "usd" }), routed({ amount: "5", currency: "USD" }), true],
    [
      "an amount of another currency",
      amount("1", null, { currency: "USD" }),
      routed({ amount: "5", currency: "EUR" }),
      false,
    ],
    ["an hour", { kind: "time", from: "09:00", to: "18:00", not: false }, routed({}, 9 * 60), true],
    [
      "the end of an hour is outside",
      { kind: "time", from: "09:00", to: "18:00", not: false },
      routed({}, 18 * 60),
      false,
    ],
    ["an hour over midnight", { kind: "time", from: "22:00", to: "06:00", not: false }, routed({}, 30), true],
  ];
  test.each(cases)("meets %s as it should", (_, condition, subject, holds) => {
    expect(holdsAlone(condition, subject)).toBe(holds);
    expect(compileRoutes([route([condition])]).match(subject)).toHaveLength(holds ? 1 : 0);
  });
});

describe("patterns", () => {
  test("that would explode elsewhere take time by the length of the text alone", () => {
    for (const pattern of ["(a+)+$", "(a|aa)+$", "(.*)*x", "([a-z]+)*!"]) {
      const compiled = compileRegex(pattern);
      expect(compiled.ok).toBe(true);
      if (compiled.ok) compiled.test(`${"a".repeat(2_000)}\u0000`);
    }
    expect(matchesGlob(`${"*a".repeat(100)}b`, "a".repeat(300))).toBe(false);
  });

  test("too heavy, or with what RE2 does not know, are refused in words", () => {
    expect(compileRegex("(?:[a-z]{1,30}){1,30}")).toEqual({ ok: false, problem: "too_heavy" });
    for (const pattern of ["(", "(?=x)", "(a)\\1", "a{9999}"])
      expect(compileRegex(pattern)).toEqual({ ok: false, problem: "invalid" });
  });

  test("globs agree with the regular expression that says the same", () => {
    const letters = fc.array(fc.constantFrom("a", "b", "*", "?"), { maxLength: 8 }).map((all) => all.join(""));
    const texts = fc.array(fc.constantFrom("a", "b"), { maxLength: 8 }).map((all) => all.join(""));
    fc.assert(
      fc.property(letters, texts, (glob, written) => {
        const same = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
        expect(matchesGlob(glob, written)).toBe(same.test(written));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("routes", () => {
  const sale = text("status", ["sale"]);
  const names = (routes: Route[], subject: Routed) =>
    compileRoutes(routes)
      .match(subject)
      .map(({ name }) => name);
  const subject = routed({ status: "sale", country: "AU" });

  test("all that match are taken, in their order; one that stops is the last", () => {
    const all = [
      route([sale], { name: "a" }),
      route([text("country", ["AU"])], { name: "b" }),
      route([], { name: "c" }),
    ];
    expect(names(all, subject)).toEqual(["a", "b", "c"]);
    expect(names(all.with(1, { ...(all[1] as Route), stops: true }), subject)).toEqual(["a", "b"]);
    expect(names(all.with(1, { ...(all[1] as Route), stops: true }), routed({ status: "sale" }))).toEqual(["a", "c"]);
  });

  test("a fallback is asked only when none before it matched", () => {
    const all = [route([sale], { name: "a" }), route([], { name: "rest", isFallback: true })];
    expect(names(all, subject)).toEqual(["a"]);
    expect(names(all, routed({ status: "lead" }))).toEqual(["rest"]);
  });

  test("one that is switched off is as good as absent", () => {
    expect(names([route([sale], { name: "a", isOn: false, stops: true }), route([], { name: "b" })], subject)).toEqual([
      "b",
    ]);
  });

  test("what people are shown is what happens, route by route and condition by condition", () => {
    const values = fc.constantFrom("a", "B", "7", "");
    const condition: fc.Arbitrary<Condition> = fc.oneof(
      fc.record({
        kind: fc.constant("text" as const),
        field: fc.constantFrom("campaign" as const, "country" as const, "sub" as const, "source" as const),
        sub: fc.integer({ min: 1, max: 3 }),
        operator: fc.constantFrom("is" as const, "glob" as const, "absent" as const, "regex" as const),
        values: fc.array(fc.constantFrom("a", "b", "7", "*", "?"), { minLength: 1, maxLength: 3 }),
        not: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("amount" as const),
        min: fc.constantFrom(null, "0", "5"),
        max: fc.constantFrom(null, "5", "10.5"),
        currency: fc.constantFrom(null, "USD"),
        not: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("time" as const),
        from: fc.constantFrom("00:00", "12:00", "22:30"),
        to: fc.constantFrom("06:00", "12:00"),
        not: fc.boolean(),
      }),
    );
    const someRoute = fc
      .record({
        conditions: fc.array(condition, { maxLength: 4 }),
        isOn: fc.boolean(),
        isFallback: fc.boolean(),
        stops: fc.boolean(),
      })
      .map(({ conditions, ...rest }) => route(conditions, rest));
    const some = fc
      .record({
        campaignName: values,
        country: values,
        source: values,
        sub: values,
        amount: fc.constantFrom(null, "5", "11"),
      })
      .map(({ sub, amount: sum, ...named }) =>
        routed({ ...named, amount: sum, currency: "USD", subIds: { "1": sub } }, 13 * 60),
      );
    fc.assert(
      fc.property(
        fc.array(someRoute, { maxLength: 6 }),
        fc.array(some, { minLength: 1, maxLength: 6 }),
        (routes, subjects) => {
          // One router for all subjects, so that what it remembers is tried as well.
          const router = compileRoutes(routes);
          for (const one of subjects) {
            const expected: Route[] = [];
            for (const candidate of routes) {
              if (!candidate.isOn || (candidate.isFallback && expected.length > 0)) continue;
              if (!candidate.conditions.every((each) => holdsAlone(each, one))) continue;
              expected.push(candidate);
              if (candidate.stops) break;
            }
            expect(router.match(one)).toEqual(expected);
            const traces = router.explain(one);
            expect(traces.filter(({ outcome }) => outcome === "matched").map((trace) => trace.route)).toEqual(expected);
            for (const trace of traces)
              for (const { condition: each, holds } of trace.conditions) expect(holds).toBe(holdsAlone(each, one));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("a draft", () => {
  const draft = route([], {
    targets: [{ kind: "chat", chatId: "a", threadId: null, templateId: null, locale: null, isSilent: false }],
  });
  const problemOf = (some: Partial<Route>) =>
    routeProblem({ ...draft, ...some }, (pattern) => {
      const compiled = compileRegex(pattern);
      return compiled.ok
        ? undefined
        : `conversions.condition_regex_${compiled.problem === "invalid" ? "invalid" : "heavy"}`;
    });
  test("is fine, or says what is wrong and where", () => {
    expect(problemOf({})).toBeNull();
    expect(problemOf({ name: "  " })?.code).toBe("conversions.route_name_invalid");
    expect(problemOf({ targets: [] })?.code).toBe("conversions.route_no_targets");
    expect(problemOf({ targets: [...draft.targets, ...draft.targets] })).toMatchObject({ index: 1, field: "targets" });
    expect(problemOf({ conditions: [text("country", [])] })?.code).toBe("conversions.condition_empty");
    expect(problemOf({ conditions: [text("sub", ["x"])] })?.code).toBe("conversions.condition_sub_missing");
    expect(problemOf({ conditions: [text("country", ["("], { operator: "regex" })] })?.code).toBe(
      "conversions.condition_regex_invalid",
    );
    expect(problemOf({ conditions: [amount(null, null)] })?.code).toBe("conversions.condition_amount_open");
    expect(problemOf({ conditions: [amount("10", "9.99")] })?.code).toBe("conversions.condition_amount_reversed");
    expect(problemOf({ quiet: { from: "10:00", to: "10:00", policy: "hold" } })?.code).toBe(
      "conversions.quiet_time_empty",
    );
  });
});

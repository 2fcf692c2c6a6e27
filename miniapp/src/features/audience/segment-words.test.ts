import { describe, expect, test } from "bun:test";
import { app as en } from "@backend/i18n/en/app.ts";
import { createTranslator } from "@backend/i18n/translator.ts";
import { app as uk } from "@backend/i18n/uk/app.ts";
import { type Condition, checkCondition, type Rule } from "@backend/modules/audience/domain/segment.ts";
import { createFormat } from "@miniapp/shared/format.ts";
import type { Vocabulary } from "./segment-api.ts";
import { testsOf, topicsOf, withTest } from "./segment-topics.ts";
import { segmentWords } from "./segment-words.ts";

const vocabulary: Vocabulary = {
  bots: [
    { id: "b1", name: "Shop", username: "shop_bot" },
    { id: "b2", name: "News", username: "news_bot" },
  ],
  tags: [{ id: 7, name: "VIP" }],
  fields: (["text", "number", "date", "boolean", "choice"] as const).map((kind) => ({
    key: kind,
    name: `The ${kind}`,
    kind,
    choices: kind === "choice" ? ["Gold"] : [],
  })),
  broadcasts: [{ id: "x1", name: "Black Friday", sentAt: "2026-11-20T10:00:00Z" }],
  languages: [],
  sources: [],
};
const t = createTranslator<typeof en>("en", en);
const inUkrainian = createTranslator<typeof en>("uk", uk, en);
const words = segmentWords(t, createFormat("en", "Pacific/Kiritimati"), vocabulary);

describe("a condition in words", () => {
  test("reads as a sentence, groups in brackets", () => {
    const condition: Condition = {
      kind: "all",
      of: [
        { kind: "language", test: "is", values: ["uk", "ru"] },
        {
          kind: "any",
          of: [
            { kind: "tag", test: "any", values: [7] },
            { kind: "moment", fact: "click", test: "within", days: 30 },
          ],
        },
        { kind: "none", of: [{ kind: "count", fact: "orders", test: "at_least", count: 1 }] },
      ],
    };
    expect(words.sentence(condition)).toBe(
      "Language: Ukrainian or Russian · (Tag: VIP or Last click: in the last 30 days) · not (Orders: 1 or more)",
    );
  });

  test("says everybody where nothing is asked, and what is gone as gone", () => {
    expect(words.sentence(null)).toBe("Everybody");
    expect(words.sentence({ kind: "all", of: [] })).toBe("Everybody");
    expect(words.rule({ kind: "tag", test: "none", values: [7, 8] })).toBe("No tag: VIP or deleted");
    expect(words.rule({ kind: "field", field: "city", of: "text", test: "unset", values: [] })).toBe(
      "deleted: not known",
    );
  });

  test("counts what is too much to name, and shows a day as that day in every zone", () => {
    expect(words.rule({ kind: "source", test: "is", values: ["a", "b", "c", "d", "e", "f"] })).toBe(
      "Source: a, b, c, d +2",
    );
    expect(words.rule({ kind: "moment", fact: "subscribed", test: "since", day: "2026-03-29" })).toBe(
      "Subscribed: since 29 March 2026",
    );
  });

  test("never fails on what is no language", () => {
    expect(words.language("uk")).toBe("Ukrainian");
    for (const odd of ["", "?", "x".repeat(200), "привіт"]) expect(words.language(odd)).toBe(odd);
  });
});

describe("every topic of the picker, with every test", () => {
  /** As a person would finish it. */
  const finished = (rule: Rule): Rule => {
    if (rule.kind === "broadcast") return { ...rule, broadcastId: "x1" };
    if (!("values" in rule) || rule.test === "set" || rule.test === "unset") return rule;
    const value = { tag: 7, bot: "b1", origin: "start", state: "active", language: "uk", source: "ads", field: "Gold" };
    return { ...rule, values: [value[rule.kind]] } as Rule;
  };
  const known = {
    bots: new Set(["b1", "b2"]),
    tags: new Set([7]),
    fields: new Map(vocabulary.fields.map(({ key, kind }) => [key, kind])),
    broadcasts: new Set(["x1"]),
  };

  test("makes a rule that can be used, and says something of its own in each language", () => {
    const said = new Set<string>();
    let count = 0;
    for (const topic of topicsOf(t, vocabulary)) {
      const fresh = topic.fresh();
      for (const test of testsOf(fresh)) {
        const rule = finished(withTest(fresh, test, "Europe/Kyiv"));
        expect([rule, checkCondition(rule, known)]).toEqual([rule, []]);
        expect(rule.test).toBe(test);
        count += 1;
        said.add(words.rule(rule));
        expect(segmentWords(inUkrainian, createFormat("uk", "UTC"), vocabulary).rule(rule)).not.toContain("{");
      }
    }
    expect(count).toBeGreaterThan(60);
    expect(said.size).toBe(count);
  });

  test("can be gone through in any order without a trace of the test before", () => {
    for (const topic of topicsOf(t, vocabulary))
      for (const first of testsOf(topic.fresh()))
        for (const second of testsOf(topic.fresh())) {
          const direct = finished(withTest(topic.fresh(), second, "UTC"));
          const roundabout = finished(withTest(withTest(topic.fresh(), first, "UTC"), second, "UTC"));
          expect(Object.keys(roundabout).sort()).toEqual(Object.keys(direct).sort());
          expect(checkCondition(roundabout, known)).toEqual([]);
        }
  });
});

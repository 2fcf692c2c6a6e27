import { describe, expect, test } from "bun:test";
import { app as en } from "@backend/i18n/en/app.ts";
import { createTranslator } from "@backend/i18n/translator.ts";
import { type Condition, textFields, textOperators } from "@backend/modules/conversions/domain/conditions.ts";
import { templateVariables } from "@backend/modules/conversions/domain/template.ts";
import { createFormat } from "@miniapp/shared/format.ts";
import { concerns } from "./concerns.ts";
import { isUnfinished, routeWords, targetKey } from "./condition-words.ts";
import { starters } from "./starters.ts";

const t = createTranslator<typeof en>("en", en);
const words = routeWords(t, createFormat("en", "UTC"), (id) => (id === "c1" ? "Keitaro · main" : undefined));
const text = (over: Partial<Extract<Condition, { kind: "text" }>>): Condition => ({
  kind: "text",
  field: "campaign",
  operator: "is",
  values: ["Nutra"],
  not: false,
  ...over,
});

describe("a condition in words", () => {
  test("names what is compared, statuses and connections in the reader's words", () => {
    expect(words.condition(text({}))).toBe("Campaign: Nutra");
    expect(words.condition(text({ values: ["A", "B"], not: true }))).toBe("Campaign: not A or B");
    expect(words.condition(text({ field: "status", values: ["deposit", "sale"] }))).toBe("Deposit or Sale");
    expect(words.condition(text({ field: "connection", values: ["c1"] }))).toBe("Connection: Keitaro · main");
    expect(words.condition(text({ field: "sub", sub: 3, values: ["denis"] }))).toBe("Sub ID 3: denis");
    expect(words.condition(text({ operator: "absent", values: [] }))).toBe("Campaign: not sent");
    expect(words.condition({ kind: "time", from: "22:00", to: "08:00", not: true })).toBe("not (from 22:00 to 08:00)");
  });

  test("counts what is too much to name", () => {
    expect(words.condition(text({ values: ["A", "B", "C", "D", "E", "F"] }))).toBe("Campaign: A, B, C, D +2");
  });

  test("of every field and every way of comparing says something, and something else when it is negated", () => {
    for (const field of textFields)
      for (const operator of textOperators) {
        const plain = text({ field, operator, values: operator === "absent" ? [] : ["x"] });
        const said = words.condition(plain);
        expect(said).not.toContain("app.");
        expect(words.condition({ ...plain, not: true })).not.toBe(said);
      }
  });

  test("is unfinished while it has nothing to compare with", () => {
    expect(isUnfinished(text({ values: [] }))).toBe(true);
    expect(isUnfinished(text({ operator: "absent", values: [] }))).toBe(false);
    expect(isUnfinished({ kind: "amount", min: null, max: null, currency: "USD", not: false })).toBe(true);
    expect(isUnfinished({ kind: "amount", min: null, max: "0", currency: null, not: false })).toBe(false);
  });

  test("a route without any is for every conversion", () => {
    expect(words.conditions([])).toBe(t("app.cond.everything"));
  });
});

describe("a route concerns a connection", () => {
  const connection = { id: "c1", name: "Keitaro · Main" };
  const onlyFor = (over: Partial<Extract<Condition, { kind: "text" }>>) =>
    concerns({ conditions: [text({ field: "connection", ...over })] }, connection);

  test("unless its conditions name others, or all but this one", () => {
    expect(concerns({ conditions: [text({})] }, connection)).toBe(true);
    expect(onlyFor({ values: ["c1"] })).toBe(true);
    expect(onlyFor({ values: ["keitaro · main"] })).toBe(true);
    expect(onlyFor({ values: ["c2"] })).toBe(false);
    expect(onlyFor({ values: ["c1"], not: true })).toBe(false);
    expect(onlyFor({ values: ["c2"], not: true })).toBe(true);
    expect(onlyFor({ operator: "absent", values: [] })).toBe(false);
  });

  test("when a pattern may fit it: what cannot be ruled out is shown", () => {
    expect(onlyFor({ operator: "glob", values: ["x*"] })).toBe(true);
  });
});

test("every field that a text may name is described", () => {
  expect(templateVariables.filter((name) => t.find(`app.text.var.${name}`) === undefined)).toEqual([]);
});

test("every starter has words, and lacks only what a person must choose", () => {
  for (const { name, route } of starters) {
    expect(t.has(`app.routes.starter.${name}`) && t.has(`app.routes.starter.${name}_text`)).toBe(true);
    expect(route.targets).toEqual([]);
  }
});

test("a topic of a chat is another place than the chat", () => {
  const options = { templateId: null, locale: null, isSilent: false };
  const keys = [
    targetKey({ kind: "chat", chatId: "a", threadId: null, ...options }),
    targetKey({ kind: "chat", chatId: "a", threadId: 11, ...options }),
    targetKey({ kind: "person", personId: "a", ...options }),
  ];
  expect(new Set(keys).size).toBe(3);
});

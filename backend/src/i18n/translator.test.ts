import { describe, expect, test } from "bun:test";
import { app as enApp } from "./en/app.ts";
import { en } from "./en/index.ts";
import { localeOf, translator } from "./index.ts";
import { app as ruApp } from "./ru/app.ts";
import { ru } from "./ru/index.ts";
import { type Catalog, createTranslator, type Message, type SameShape } from "./translator.ts";
import { app as ukApp } from "./uk/app.ts";
import { uk } from "./uk/index.ts";

const placeholdersOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();
const formsOf = (message: Message) => (typeof message === "string" ? [message] : Object.values(message));
const othersOf = (message: Message) => (typeof message === "string" ? message : message.other);

const sets: [name: string, english: Catalog, translated: Record<string, Catalog>][] = [
  ["server", en, { ru, uk }],
  ["app", enApp, { ru: ruApp, uk: ukApp }],
];

describe.each(sets)("%s catalogs", (_name, english, translated) => {
  test.each(Object.entries(translated))("%s has exactly the keys of English", (_locale, catalog) => {
    expect(Object.keys(catalog).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(Object.entries(translated))(
    "%s uses exactly the placeholders of English in every form",
    (_locale, catalog) => {
      for (const [key, message] of Object.entries(catalog)) {
        const expected = placeholdersOf(othersOf(english[key] ?? ""));
        for (const form of formsOf(message)) expect(`${key}: ${placeholdersOf(form)}`).toBe(`${key}: ${expected}`);
      }
    },
  );

  test("no message is blank, and none carries markup: escaping belongs to the edge", () => {
    for (const catalog of [english, ...Object.values(translated)]) {
      for (const [key, message] of Object.entries(catalog)) {
        for (const form of formsOf(message)) {
          expect(`${key}: ${form.trim() !== ""}`).toBe(`${key}: true`);
          expect(`${key}: ${/<[a-z/]|&[a-z]+;/i.test(form)}`).toBe(`${key}: false`);
        }
      }
    }
  });

  test("keys say their domain", () => {
    for (const key of Object.keys(english)) expect(key).toMatch(/^[a-z][a-z-]*(\.[a-z0-9_-]+)+$/);
  });
});

describe("translator", () => {
  test.each([
    [1, "+1 депозит"],
    [2, "+2 депозита"],
    [5, "+5 депозитов"],
    [11, "+11 депозитов"],
    [21, "+21 депозит"],
    [112, "+112 депозитов"],
  ])("chooses the Russian form for %p", (count, expected) => {
    expect(translator("ru")("conversions.digest.deposit", { count })).toBe(expected);
  });

  test.each([
    [1, "+1 подія"],
    [3, "+3 події"],
    [14, "+14 подій"],
  ])("chooses the Ukrainian form for %p", (count, expected) => {
    expect(translator("uk")("conversions.digest.other", { count })).toBe(expected.replace("+", ""));
  });

  test("prints numbers by the language's rules and leaves text alone", () => {
    expect(translator("en")("conversions.digest.sale", { count: 1240 })).toBe("+1,240 sales");
    expect(translator("en")("common.internal", { requestId: "1240" })).toContain("number: 1240.");
  });

  test("a value that looks like a placeholder is not expanded again", () => {
    const catalog = { pair: "{a} and {b}" } as const;
    const t = createTranslator<typeof catalog>("en", catalog);
    expect(t("pair", { a: "{b}", b: "$&" })).toBe("{b} and $&");
  });

  test("a message missing in one language is said in English, with English plurals", () => {
    const english = { apples: { one: "{count} apple", other: "{count} apples" } } as const;
    const t = createTranslator<typeof english>("ru", {} as Record<"apples", Message>, english);
    expect(t("apples", { count: 21 })).toBe("21 apples");
    expect(t("apples", { count: 1 })).toBe("1 apple");
  });

  test("keys from outside are looked up without inheriting anything from objects", () => {
    const t = translator("uk");
    expect(t.find("constructor")).toBeUndefined();
    expect(t.has("__proto__")).toBe(false);
    expect(t.find("common.not_found")).toStartWith("Нічого");
    expect(t.find("common.internal")).toContain("{requestId}");
  });

  test("a language we do not speak becomes English", () => {
    expect([localeOf("uk"), localeOf("ru-RU"), localeOf("pt_BR"), localeOf(""), localeOf(undefined)]).toEqual([
      "uk",
      "ru",
      "en",
      "en",
      "en",
    ]);
  });
});

/** Checked by the compiler alone: each line below must be refused, or `tsc` reports an unused expectation. */
const english = {
  greeting: "Hello, {name}",
  plain: "Yes",
  apples: { one: "{count} apple", other: "{count} apples" },
} as const;
type Shape = SameShape<typeof english>;
const slavic = { one: "{count}", few: "{count}", many: "{count}", other: "{count}" } as const;
export const refused = [
  // @ts-expect-error a lost key
  { greeting: "Привет, {name}", plain: "Да" } satisfies Shape,
  // @ts-expect-error a lost placeholder
  { greeting: "Привет", plain: "Да", apples: slavic } satisfies Shape,
  // @ts-expect-error a misspelt placeholder
  { greeting: "Привет, {nam}", plain: "Да", apples: slavic } satisfies Shape,
  // @ts-expect-error an invented key
  { greeting: "Привет, {name}", plain: "Да", apples: slavic, extra: "!" } satisfies Shape,
  // @ts-expect-error a lost plural form
  { greeting: "{name}", plain: "Да", apples: { one: "{count}", few: "{count}", other: "{count}" } } satisfies Shape,
  // @ts-expect-error a form without its number: "one" is also said of 21
  { greeting: "{name}", plain: "Да", apples: { ...slavic, one: "яблоко" } } satisfies Shape,
  { greeting: "{name}, привет", plain: "Да", apples: slavic } satisfies Shape,
  // @ts-expect-error a parameter left out
  () => translator("en")("conversions.alert.was"),
  // @ts-expect-error a parameter misspelt
  () => translator("en")("conversions.alert.was", { amout: "1" }),
  // @ts-expect-error an unknown key
  () => translator("en")("conversions.alert.wos"),
];

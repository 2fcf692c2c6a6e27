/** Three languages say the same things. The compiler checks each catalog's shape; this checks that none was left out. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { filesIn, read, root } from "./sources.ts";

const languages = ["en", "ru", "uk"] as const;
const folder = (language: string) => `backend/src/i18n/${language}`;
const catalogs = filesIn(folder("en"))
  .map((path) => path.slice(folder("en").length + 1))
  .filter((name) => name !== "index.ts");

/** The files that hold words; index.ts and app.ts only gather them. */
const words = catalogs.filter((name) => name !== "app.ts");

type Message = string | Record<string, string>;

async function messages(language: string, name: string): Promise<Map<string, Message>> {
  const module = (await import(join(root, folder(language), name))) as Record<string, Record<string, Message>>;
  return new Map(Object.values(module).flatMap((catalog) => Object.entries(catalog)));
}

const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();
const formsOf = (message: Message) => (typeof message === "string" ? { other: message } : message);

describe("catalogs", () => {
  test("exist in every language, and every index gathers them", () => {
    expect(catalogs.length).toBeGreaterThan(0);
    for (const language of languages) {
      expect(
        filesIn(folder(language))
          .map((path) => path.slice(folder(language).length + 1))
          .filter((name) => name !== "index.ts"),
      ).toEqual(catalogs);
      // The Mini App's own words are gathered apart: it loads one language at a time, the server none of them.
      for (const name of words)
        expect(read(`${folder(language)}/${name.startsWith("app-") ? "app.ts" : "index.ts"}`)).toContain(`"./${name}"`);
    }
  });

  test("are bound to the English one at compile time", () => {
    for (const language of ["ru", "uk"])
      for (const name of words)
        expect(`${language}/${name}: ${read(`${folder(language)}/${name}`)}`).toContain("SameShape<typeof");
  });

  for (const name of catalogs)
    test(`${name} has the same keys, placeholders and plural forms in all of them`, async () => {
      const english = await messages("en", name);
      for (const language of ["ru", "uk"]) {
        const other = await messages(language, name);
        expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
        for (const [key, message] of english) {
          const theirs = other.get(key) ?? "";
          expect(`${language} ${key} ${typeof theirs}`).toBe(`${language} ${key} ${typeof message}`);
          if (typeof theirs === "object") expect(Object.keys(theirs).sort()).toEqual(["few", "many", "one", "other"]);
          const wanted = placeholders(formsOf(message).other ?? "");
          for (const [form, text] of Object.entries(formsOf(theirs)))
            expect({ language, key, form, placeholders: placeholders(text) }).toEqual({
              language,
              key,
              form,
              placeholders: wanted,
            });
        }
      }
    });

  test("hold every key once: whichever part a screen loaded last would speak for both", async () => {
    const keys: string[] = [];
    for (const name of words) keys.push(...(await messages("en", name)).keys());
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  test("leave nothing untranslated and nothing empty", async () => {
    const left: string[] = [];
    for (const name of catalogs)
      for (const language of languages)
        for (const [key, message] of await messages(language, name))
          for (const text of Object.values(formsOf(message))) {
            if (text.trim() === "") left.push(`${language} ${key} is empty`);
            // A sentence of several words without one Cyrillic letter was forgotten.
            else if (
              language !== "en" &&
              !/[а-яіїєґ]/i.test(text) &&
              /[a-z]{3,} [a-z]{3,} [a-z]{2,}/i.test(text.replaceAll(/\{\w+\}|https?:\S+/g, ""))
            )
              left.push(`${language} ${key}: ${text}`);
          }
    expect(left).toEqual([]);
  });
});

import { expect, test } from "bun:test";
import { app as en } from "./en/app.ts";
import { app as ru } from "./ru/app.ts";
import type { Catalog } from "./translator.ts";
import { app as uk } from "./uk/app.ts";

/** What one part of a language may weigh (UI.md), compressed. The app loads each part with the screens that say it. */
const maxBytes = 8 * 1024;

const weightOf = (catalog: Catalog) => Bun.gzipSync(new TextEncoder().encode(JSON.stringify(catalog))).length;
const partsFolder = "miniapp/src/shared/words";

/** The parts that the app loads of a language, by the name of their file: "en", "en-traffic". */
async function partsOf(language: string): Promise<Map<string, Catalog>> {
  const parts = new Map<string, Catalog>();
  for await (const file of new Bun.Glob(`${language}{,-*}.ts`).scan({ cwd: partsFolder })) {
    const { words } = (await import(`${process.cwd()}/${partsFolder}/${file}`)) as { words: Catalog };
    parts.set(file.replace(".ts", ""), words);
  }
  return parts;
}

test.each([
  ["en", en],
  ["ru", ru],
  ["uk", uk],
] as const)(
  "the words of the app in %s stay within their budget, part by part, and none is left behind",
  async (name, app) => {
    const parts = await partsOf(name);
    const heavy = [...parts].filter(([, words]) => weightOf(words) > maxBytes).map(([part]) => part);
    expect(heavy).toEqual([]);
    const loaded = new Set([...parts.values()].flatMap((words) => Object.keys(words)));
    expect(Object.keys(app).filter((key) => !loaded.has(key))).toEqual([]);
  },
);

import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Catalog } from "./translator.ts";

/** What one part of a language may weigh (UI.md), compressed. The app loads each part with the screens that say it. */
const maxBytes = 8 * 1024;
/** Loaded together at every start. */
const first = ["errors.ts", "app-shell.ts", "app-today.ts", "conversion-statuses.ts"];

const weightOf = (catalog: Catalog) => Bun.gzipSync(new TextEncoder().encode(JSON.stringify(catalog))).length;

async function read(language: string, name: string): Promise<Catalog> {
  const module = (await import(join(import.meta.dir, language, name))) as Record<string, Catalog>;
  return Object.assign({}, ...Object.values(module));
}

test.each(["en", "ru", "uk"])("the words of the app in %s stay within their budget, part by part", async (language) => {
  const parts = [...new Bun.Glob("app-*.ts").scanSync(join(import.meta.dir, language))].filter(
    (name) => !first.includes(name),
  );
  expect(parts.length).toBeGreaterThan(2);
  const together: Catalog = Object.assign({}, ...(await Promise.all(first.map((name) => read(language, name)))));
  expect(weightOf(together)).toBeLessThanOrEqual(maxBytes);
  for (const name of parts) {
    const bytes = weightOf(await read(language, name));
    expect([name, bytes <= maxBytes]).toEqual([name, true]);
  }
});

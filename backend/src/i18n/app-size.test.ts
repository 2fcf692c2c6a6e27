import { expect, test } from "bun:test";
import { app as en } from "./en/app.ts";
import { app as ru } from "./ru/app.ts";
import { app as uk } from "./uk/app.ts";

/** What one language may add to the first screen (UI.md), compressed. */
const maxBytes = 8 * 1024;

test.each([
  ["en", en],
  ["ru", ru],
  ["uk", uk],
] as const)("the words of the app in %s stay within their budget", (_, catalog) => {
  expect(Bun.gzipSync(new TextEncoder().encode(JSON.stringify(catalog))).length).toBeLessThanOrEqual(maxBytes);
});

import { expect, test } from "bun:test";
import { app as en } from "./en/app.ts";
import { appControl as enControl } from "./en/app-control.ts";
import { appTraffic as enTraffic } from "./en/app-traffic.ts";
import { appTruth as enTruth } from "./en/app-truth.ts";
import { app as ru } from "./ru/app.ts";
import { appControl as ruControl } from "./ru/app-control.ts";
import { appTraffic as ruTraffic } from "./ru/app-traffic.ts";
import { appTruth as ruTruth } from "./ru/app-truth.ts";
import type { Catalog } from "./translator.ts";
import { app as uk } from "./uk/app.ts";
import { appControl as ukControl } from "./uk/app-control.ts";
import { appTraffic as ukTraffic } from "./uk/app-traffic.ts";
import { appTruth as ukTruth } from "./uk/app-truth.ts";

/** What one part of a language may weigh (UI.md), compressed. The app loads each part with the screens that say it. */
const maxBytes = 8 * 1024;

const weightOf = (catalog: Catalog) => Bun.gzipSync(new TextEncoder().encode(JSON.stringify(catalog))).length;
const without = (catalog: Catalog, ...parts: Catalog[]): Catalog =>
  Object.fromEntries(Object.entries(catalog).filter(([key]) => parts.every((part) => !Object.hasOwn(part, key))));

test.each([
  ["en", en, enTraffic, enControl, enTruth],
  ["ru", ru, ruTraffic, ruControl, ruTruth],
  ["uk", uk, ukTraffic, ukControl, ukTruth],
] as const)("the words of the app in %s stay within their budget, part by part", (_, app, traffic, control, truth) => {
  const later = [traffic, control, truth];
  expect(weightOf(without(app, ...later))).toBeLessThanOrEqual(maxBytes);
  for (const part of later) expect(weightOf(part)).toBeLessThanOrEqual(maxBytes);
});

import { expect, test } from "bun:test";
import { app as en } from "./en/app.ts";
import { appControl as enControl } from "./en/app-control.ts";
import { appStatistics as enStatistics } from "./en/app-statistics.ts";
import { appTraffic as enTraffic } from "./en/app-traffic.ts";
import { app as ru } from "./ru/app.ts";
import { appControl as ruControl } from "./ru/app-control.ts";
import { appStatistics as ruStatistics } from "./ru/app-statistics.ts";
import { appTraffic as ruTraffic } from "./ru/app-traffic.ts";
import type { Catalog } from "./translator.ts";
import { app as uk } from "./uk/app.ts";
import { appControl as ukControl } from "./uk/app-control.ts";
import { appStatistics as ukStatistics } from "./uk/app-statistics.ts";
import { appTraffic as ukTraffic } from "./uk/app-traffic.ts";

/** What one part of a language may weigh (UI.md), compressed. The app loads each part with the screens that say it. */
const maxBytes = 8 * 1024;

const weightOf = (catalog: Catalog) => Bun.gzipSync(new TextEncoder().encode(JSON.stringify(catalog))).length;
const without = (catalog: Catalog, ...parts: Catalog[]): Catalog =>
  Object.fromEntries(Object.entries(catalog).filter(([key]) => parts.every((part) => !Object.hasOwn(part, key))));

test.each([
  ["en", en, enTraffic, enControl, enStatistics],
  ["ru", ru, ruTraffic, ruControl, ruStatistics],
  ["uk", uk, ukTraffic, ukControl, ukStatistics],
] as const)(
  "the words of the app in %s stay within their budget, part by part",
  (_, app, traffic, control, statistics) => {
    const parts = [traffic, control, statistics];
    for (const part of [without(app, ...parts), ...parts]) expect(weightOf(part)).toBeLessThanOrEqual(maxBytes);
  },
);

import { expect, test } from "bun:test";
import { createFormat } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import { startWords } from "./start-words.ts";

const t = ((key: string, params: object) => `${key} ${JSON.stringify(params)}`) as unknown as AppTranslator;
const begins = "2026-11-27T20:00:00.000Z";

test("by each one's own clock that clock is named, whatever the reader's zone", () => {
  const schedule = { kind: "local", day: "2026-11-28", clock: "10:00" } as const;
  for (const zone of ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
    expect(startWords(t, createFormat("en", zone), schedule, begins)).toMatch(/each_at .*28 Nov.*10:00/);
});

test("everything else begins at one moment, told in the reader's zone", () => {
  const words = startWords(t, createFormat("en", "Europe/Kyiv"), { kind: "at", at: begins }, begins);
  expect(words).toMatch(/27 Nov.*22:00/);
});

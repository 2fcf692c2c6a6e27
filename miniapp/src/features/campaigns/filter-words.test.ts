import { beforeAll, expect, test } from "bun:test";
import { type AppTranslator, loadTranslator, loadWords } from "@miniapp/shared/i18n.ts";
import { filterWords } from "./filter-words.ts";

let t: AppTranslator;
beforeAll(async () => {
  t = await loadTranslator("en");
  await loadWords("shares");
});
const say = (name: string, mode: string, values: string[]) => filterWords(t, "en", { name, mode, values });

test("filters are said in words, and what we do not know in the tracker's", () => {
  expect(say("country", "accept", ["AU", "AT"])).toBe("Country: Australia, Austria");
  expect(say("os", "reject", ["iOS"])).toBe("Operating system, except: iOS");
  expect(say("moon_phase", "accept", ["full"])).toBe("moon_phase: full");
  // Trackers do not check countries.
  expect(say("country", "accept", ["UKR", "x"])).toBe("Country: UKR, x");
  expect(say("bot", "reject", [])).toBe("Bots");
});

test("long lists are cut and counted", () => {
  const values = Array.from({ length: 15 }, (_, n) => `c${n}`);
  expect(say("city", "accept", values)).toEndWith("c11 and 3 more");
});

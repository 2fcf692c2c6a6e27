import { describe, expect, test } from "bun:test";
import { languageThatCannot, mayBecome } from "./kind-change.ts";

const kinds = ["text", "photo", "video", "document"] as const;
const album = (count: number) => ({ kind: "album" as const, items: Array.from({ length: count }) });

describe("what a delivered message may become", () => {
  test("a text anything but an album, a file another file, and never a text", () => {
    for (const before of kinds)
      for (const after of kinds)
        expect([before, after, mayBecome({ kind: before }, { kind: after })]).toEqual([
          before,
          after,
          before === "text" || after !== "text",
        ]);
  });

  test("an album stays one of as many files, and nothing else becomes one", () => {
    expect(mayBecome(album(3), album(3))).toBe(true);
    expect(mayBecome(album(3), album(2))).toBe(false);
    for (const kind of kinds)
      expect([mayBecome({ kind }, album(2)), mayBecome(album(2), { kind })]).toEqual([false, false]);
  });

  test("readers of every language count, those of the main one too", () => {
    const letter = (fallback: string, messages: Record<string, (typeof kinds)[number]>) => ({
      fallback,
      messages: Object.fromEntries(Object.entries(messages).map(([language, kind]) => [language, { kind }])),
    });
    const before = letter("en", { en: "text", uk: "photo" });
    expect(languageThatCannot(before, letter("en", { en: "photo", uk: "video" }))).toBeNull();
    expect(languageThatCannot(before, letter("en", { en: "text" }))).toBe("uk");
    expect(languageThatCannot(letter("en", { en: "photo" }), letter("en", { en: "photo", pl: "text" }))).toBe("pl");
  });
});

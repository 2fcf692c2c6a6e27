import { describe, expect, test } from "bun:test";
import { asKind, emptyLetter, letterKinds, textOf, withOption, withoutLanguage, withText } from "./letter-draft.ts";
import type { Content } from "./letters-api.ts";

const photo: Content = {
  kind: "photo",
  media: "upload:1",
  caption: "hello",
  silent: true,
  buttons: [[{ text: "a", url: "https://a.example" }]],
};

describe("a letter while it is written", () => {
  test("keeps its words, file and sound from kind to kind; an album has no buttons", () => {
    for (const kind of letterKinds) {
      const changed = asKind(photo, kind);
      expect([changed.kind, kind === "album" ? "hello" : textOf(changed)]).toEqual([kind, "hello"]);
      expect(changed.silent).toBe(true);
      expect("buttons" in changed).toBe(kind !== "album");
    }
    expect(asKind(asKind(photo, "album"), "video")).toMatchObject({ media: "upload:1", caption: "hello" });
  });

  test("has no empty captions, and those of an album stand under its first file", () => {
    expect(withText(photo, "")).not.toHaveProperty("caption");
    const item = { kind: "photo" as const, media: "x" };
    const album = withText({ kind: "album", items: [item, { ...item, caption: "old" }] }, "new");
    expect(album).toEqual({ kind: "album", items: [{ ...item, caption: "new" }, item] });
    expect(textOf(album)).toBe("new");
  });

  test("options hold for every language", () => {
    const letter = { ...emptyLetter("en"), messages: { en: photo, uk: { kind: "text" as const, html: "x" } } };
    const loud = withOption(withOption(letter, "silent", false), "protect", true);
    expect(Object.values(loud.messages).map(({ silent, protect }) => [silent, protect])).toEqual([
      [undefined, true],
      [undefined, true],
    ]);
    expect(Object.keys(withoutLanguage(letter, "uk").messages)).toEqual(["en"]);
  });
});

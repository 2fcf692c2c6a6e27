import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  asKind,
  emptyLetter,
  filesOf,
  letterKinds,
  onlyCaption,
  rearranged,
  textOf,
  withCaption,
  withOption,
  withoutLanguage,
  withText,
} from "./letter-draft.ts";
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

  test("has no empty captions, and other words under one file of an album leave those of the others", () => {
    expect(withText(photo, "")).not.toHaveProperty("caption");
    const item = { kind: "photo" as const, media: "x" };
    const album: Content = { kind: "album", items: [item, { ...item, caption: "second" }] };
    expect(textOf(album)).toBe("");
    const both = withText(album, "first");
    expect(both).toEqual({
      kind: "album",
      items: [
        { ...item, caption: "first" },
        { ...item, caption: "second" },
      ],
    });
    expect(filesOf(withText(both, ""))).toEqual(album.items);
    expect(withCaption(filesOf(both), 1, "")).toEqual([{ ...item, caption: "first" }, item]);
    // No other kind has room for more than the first.
    expect([textOf(asKind(both, "photo")), textOf(asKind(album, "text")), asKind(both, "album")]).toEqual([
      "first",
      "second",
      both,
    ]);
  });

  test("of an album the only caption stays with whichever file comes first; several go with their files", () => {
    const captions = fc.array(fc.constantFrom(undefined, "a", "b"), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(captions, fc.infiniteStream(fc.nat()), (words, order) => {
        const before = words.map((caption, at) => ({
          kind: "photo" as const,
          media: String(at),
          ...(caption ? { caption } : {}),
        }));
        const shuffled = before.map((item) => ({ item, key: order.next().value ?? 0 })).sort((x, y) => x.key - y.key);
        const after = shuffled.slice(0, Math.max(1, before.length - 1)).map(({ item }) => item);
        const got = rearranged(before, after);
        expect(got.map(({ media }) => media)).toEqual(after.map(({ media }) => media));
        const only = onlyCaption(before);
        expect(got).toEqual(
          only === null
            ? after
            : after.map(({ kind, media }, at) => ({ kind, media, ...(at === 0 ? { caption: only } : {}) })),
        );
      }),
    );
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

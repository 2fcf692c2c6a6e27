import { expect, test } from "bun:test";
import { createTranslator } from "@backend/i18n/translator.ts";
import { app as uk } from "@backend/i18n/uk/app.ts";
import { excerptOf } from "./sequence-words.ts";

test("a message is told by its words, one without words by its kind in the reader's language, an empty one not at all", () => {
  const t = createTranslator<typeof uk>("uk", uk);
  const said = (message: Parameters<typeof excerptOf>[1]["messages"][string]) =>
    excerptOf(t as unknown as Parameters<typeof excerptOf>[0], { fallback: "uk", messages: { uk: message } });
  const item = { kind: "photo" as const, media: "upload:1" };
  expect(said({ kind: "text", html: "<b>Привіт</b>,\n{first_name} &amp; друзі" })).toBe("Привіт, {first_name} & друзі");
  expect(said({ kind: "album", items: [{ ...item, caption: "<i>Двоє</i>" }, item] })).toBe("Двоє");
  expect(said(item)).toBe(uk["app.letter.kind.photo"]);
  expect(said({ kind: "text", html: " <b> </b>" })).toBeNull();
});

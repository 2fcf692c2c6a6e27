import { beforeAll, describe, expect, test } from "bun:test";
import { type AppTranslator, loadTranslator, loadWords, WordsContext } from "@miniapp/shared/i18n.ts";
import { renderToStaticMarkup } from "react-dom/server";
import type { Content } from "../api.ts";
import { Message, wordsOf } from "./message.tsx";

let words: AppTranslator;
beforeAll(async () => {
  words = await loadTranslator("en");
  await loadWords("control");
});

const shown = (content: Content) =>
  renderToStaticMarkup(
    <WordsContext value={words}>
      <Message content={content} />
    </WordsContext>,
  );
const text = (html: string) => shown({ kind: "text", html });

describe("a message on its page", () => {
  test("wears Telegram's styles", () => {
    const markup = text("<b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <code>code</code>");
    for (const element of ["<strong>bold", "<em>italic", "<u>under", "<s>struck", "code</code>"])
      expect(markup).toContain(element);
  });

  test("brings no elements of its own", () => {
    for (const html of [
      "<script>alert(1)</script>",
      "<img src=x onerror=alert(1)>",
      "&lt;iframe&gt;",
      "<b onclick=x>y</b>",
    ])
      expect(text(html)).not.toMatch(/<(script|img|iframe)|onclick/);
  });

  test("links lead to the web or nowhere", () => {
    expect(text('<a href="https://a.example/?x=1&amp;y=2">go</a>')).toContain('href="https://a.example/?x=1&amp;y=2"');
    expect(text('<a href="javascript:alert(1)">go</a>')).not.toContain("href");
  });

  test("hides what is behind a spoiler until it is asked for", () => {
    const markup = text("<tg-spoiler>the answer</tg-spoiler>");
    expect(markup).not.toContain("the answer");
    expect(markup).toContain("Show hidden text");
  });

  test("a block ends its line by itself", () => {
    expect(text("<blockquote>q</blockquote>\nafter")).toContain("</blockquote>after");
  });

  test("media is named and never fetched", () => {
    const markup = shown({ kind: "photo", media: "https://track.example/pixel.png", caption: "<b>c</b>" });
    expect(markup).toContain("https://track.example/pixel.png");
    expect(markup).not.toMatch(/<img|src=/);
  });
});

describe("the words of a message, for one line of a list", () => {
  test("are its text without styles", () => {
    expect(wordsOf({ kind: "text", html: "<b>Deposit</b> &lt;5&gt;\nAU" })).toBe("Deposit <5>\nAU");
  });
  test("are the first caption of an album, and nothing without one", () => {
    const item = (caption?: string) => ({ kind: "photo" as const, media: "id", ...(caption ? { caption } : {}) });
    expect(wordsOf({ kind: "album", items: [item(), item("<i>two</i>")] })).toBe("two");
    expect(wordsOf({ kind: "photo", media: "id" })).toBe("");
  });
});

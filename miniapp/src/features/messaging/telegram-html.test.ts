import { describe, expect, test } from "bun:test";
import { parseTelegramHtml, textOf } from "./telegram-html.ts";

const parse = parseTelegramHtml;

describe("Telegram's HTML", () => {
  test("styles nest, and line breaks stay", () => {
    expect(parse("<b>Deposit <i>$5</i></b>\nAU")).toEqual([
      { style: "bold", children: ["Deposit ", { style: "italic", children: ["$5"] }] },
      "\nAU",
    ]);
  });

  test.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://x.example'>",
  ])("what Telegram does not know is text: %p", (html) => {
    expect(parse(html)).toEqual([html]);
  });

  test.each([
    "javascript:alert(1)",
    "JaVaScript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,x",
    "tg://user?id=1",
    "/x",
  ])("an address other than of the web leads nowhere: %p", (href) => {
    expect(parse(`<a href="${href}">here</a>`)).toEqual([{ style: "link", children: ["here"] }]);
  });

  test("a link keeps its address, with entities read", () => {
    expect(parse(`<a href="https://t.example/?a=1&amp;b=2">go</a>`)).toEqual([
      { style: "link", href: "https://t.example/?a=1&b=2", children: ["go"] },
    ]);
  });

  test("entities are read once", () => {
    expect(parse("&lt;b&gt; &amp;lt; &quot;&#8364;&#x20AC;&quot; &nbsp; &#0; &#99999999;")).toEqual([
      '<b> &lt; "€€" &nbsp; &#0; &#99999999;',
    ]);
  });

  test("tags that cross or stay open lose no text", () => {
    for (const html of [
      "<b>a<i>b</b>c</i>",
      "<b>a",
      "a</b>",
      "<a>",
      "a < b > c",
      '<pre><code class="language-ts">x</code></pre>',
    ])
      expect(textOf(parse(html)).replaceAll(/<\/?\w+>/g, "")).toBe(html.replaceAll(/<\/?[a-z][^<>]*>/g, ""));
  });

  test("names from the prototype are no tags and no entities", () => {
    expect(parse("<constructor>&constructor;")).toEqual(["<constructor>&constructor;"]);
  });

  test("nesting ends somewhere, text does not", () => {
    expect(textOf(parse(`${"<b>".repeat(10_000)}deep`))).toBe("deep");
  });

  test("a message of the greatest length is read quickly whatever it holds", () => {
    const started = performance.now();
    for (const part of ["<", "<a ", "<b>", "&", "&#", "</b>", "<a href="])
      parse(part.repeat(Math.ceil(32_768 / part.length)));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

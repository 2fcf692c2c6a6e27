import { describe, expect, test } from "bun:test";
import { parseHtml } from "@sandbox/telegram/html.ts";
import fc from "fast-check";
import { checkHtml } from "./check-html.ts";

const codeOf = (html: string) => checkHtml(html).problem?.code ?? null;

describe("what Telegram refuses", () => {
  const cases = [
    ["<b>x", "messaging.html_unclosed"],
    ["<b><i>x</b></i>", "messaging.html_unexpected_end"],
    ["x</b>", "messaging.html_unexpected_end"],
    ["<h1>x</h1>", "messaging.html_unknown_tag"],
    ["<script>x</script>", "messaging.html_unknown_tag"],
    ["a < b", "messaging.html_bare_bracket"],
    ["<", "messaging.html_bare_bracket"],
    ['<a href="javascript:x">x</a>', "messaging.html_attribute"],
    ["<a>x</a>", "messaging.html_attribute"],
    ['<span class="x">x</span>', "messaging.html_attribute"],
    ["<b> </b>", "messaging.html_empty"],
    ["", "messaging.html_empty"],
    ["x".repeat(4_097), "messaging.html_too_long"],
    [`<b>${"&amp;".repeat(4_096)}</b>`, null],
    [`${"😀".repeat(4_096)}`, null],
    ['<a href="https://x.example/?a=1&amp;b=2">x</a> <blockquote expandable>y</blockquote>', null],
    ["R&D &copy; 5 > 4", null],
  ] as const;
  test.each(cases.map(([html, code]) => [html.slice(0, 40), html, code] as const))("%s", (_, html, code) => {
    expect(codeOf(html)).toBe(code);
  });

  test("a tag is counted as nothing, an entity as one character", () => {
    expect(checkHtml("<b>a&lt;b</b>").length).toBe(3);
  });
});

test("whatever passes is taken by the server's own parser, and is as long as it says", () => {
  const piece = fc.constantFrom(
    ...["<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<", ">", "&lt;", "&", "&amp", "x", " ", "\n", "😀"],
    ...['<a href="https://a.example">', "</a>", "<a>", '<span class="tg-spoiler">', "</span>", "</", "<B >", "<x>"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const html = pieces.join("");
      const { problem, length } = checkHtml(html);
      if (problem !== null) return;
      expect([...parseHtml(html).text]).toHaveLength(length);
    }),
    { numRuns: 2_000 },
  );
});

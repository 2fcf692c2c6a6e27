import { describe, expect, test } from "bun:test";
import { ApiFailure } from "./errors.ts";
import { detectEntities, parseHtml, trimFormatted } from "./html.ts";

function refusal(source: string): string {
  try {
    parseHtml(source);
  } catch (cause) {
    if (cause instanceof ApiFailure) return cause.description;
    throw cause;
  }
  return "accepted";
}

describe("Telegram HTML", () => {
  test("turns tags into entities counted in UTF-16 units", () => {
    expect(parseHtml("👋 <b>Hi</b> <i>there</i>")).toEqual({
      text: "👋 Hi there",
      entities: [
        { type: "bold", offset: 3, length: 2 },
        { type: "italic", offset: 6, length: 5 },
      ],
    });
  });

  test("decodes only the four named references and every numeric one", () => {
    expect(parseHtml("&lt;&gt;&amp;&quot;&#1070;&#x42E;&nbsp;&apos;&lt & b").text).toBe('<>&"ЮЮ&nbsp;&apos;< & b');
  });

  test.each([
    ["line<br>break", 'Bad Request: can\'t parse entities: Unsupported start tag "br" at byte offset 4'],
    ["5 < 6", 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2'],
    ["5 <", "Bad Request: can't parse entities: Unclosed start tag at byte offset 2"],
    ["привет<p>", 'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 12'],
    ["<b>open", "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""],
    [
      "<b><i>x</b></i>",
      'Bad Request: can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ],
    ["x</b>", "Bad Request: can't parse entities: Unexpected end tag at byte offset 1"],
    ["<span>x</span>", 'Bad Request: can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a href="x>y</a>', 'Bad Request: can\'t parse entities: Unclosed start tag "a" at byte offset 0'],
  ])("refuses %p with the server's words", (source, description) => {
    expect(refusal(source)).toBe(description);
  });

  test("keeps the text of a link that cannot be used and drops the link", () => {
    expect(parseHtml('<a href="javascript:alert(1)">here</a>')).toEqual({ text: "here", entities: [] });
    expect(parseHtml('<a href="https://example.com/?a=1&amp;b=2">go</a>').entities[0]?.url).toBe(
      "https://example.com/?a=1&b=2",
    );
    expect(parseHtml('<a href="tg://user?id=42">Ann</a>').entities[0]).toMatchObject({ type: "text_mention" });
  });

  test("lets nothing live inside code, and cuts styles around it", () => {
    expect(parseHtml("<b>a <code>b</code> c</b>").entities).toEqual([
      { type: "bold", offset: 0, length: 2 },
      { type: "code", offset: 2, length: 1 },
      { type: "bold", offset: 3, length: 2 },
    ]);
    expect(parseHtml('<pre><code class="language-ts">x</code></pre>').entities).toEqual([
      { type: "pre", offset: 0, length: 1, language: "ts" },
    ]);
  });

  test("does not nest quotes, and tags around nothing vanish", () => {
    expect(parseHtml("<blockquote>a<blockquote>b</blockquote></blockquote><b></b>").entities).toEqual([
      { type: "blockquote", offset: 0, length: 2 },
    ]);
  });

  test("cuts white space at both ends and moves entities along", () => {
    expect(trimFormatted(parseHtml("\n  <b> x</b>y \n"))).toEqual({
      text: "xy",
      entities: [{ type: "bold", offset: 0, length: 1 }],
    });
  });

  test("finds commands, links, mentions and hashtags in plain text", () => {
    expect(detectEntities("/start@my_bot see https://a.io/x. @someone #tag").map(({ type }) => type)).toEqual([
      "bot_command",
      "url",
      "mention",
      "hashtag",
    ]);
  });
});

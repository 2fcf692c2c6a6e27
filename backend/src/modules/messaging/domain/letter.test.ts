import { describe, expect, test } from "bun:test";
import { parseHtml } from "@sandbox/telegram/html.ts";
import fc from "fast-check";
import { checkHtml, maxCaptionLength, maxMessageLength } from "./check-html.ts";
import { checkLetter, checkMessage, isAddress } from "./check-letter.ts";
import { fitHtml } from "./fit-html.ts";
import { type LetterMessage, messageFor, type Reader, renderLetter, renderMessage } from "./letter.ts";
import { cut, fill, harmless } from "./variables.ts";

const nobody: Reader = {
  language: null,
  firstName: null,
  lastName: null,
  username: null,
  fields: {},
  source: null,
  bot: { username: "shop_bot", name: "Shop" },
};
const oksana: Reader = {
  ...nobody,
  firstName: "Oksana",
  lastName: "Bondar",
  username: "oksana",
  source: "summer",
  fields: { city: "Київ", age: 30, vip: true, old: false },
};
const html = (text: string, reader: Reader = oksana) => fill(text, reader, "html");
const codes = (message: LetterMessage, fields: string[] = ["city"]) =>
  checkMessage(message, { fields }).map(({ place, code }) => `${place} ${code}`);
const text = (value: string): LetterMessage => ({ kind: "text", html: value });

describe("variables", () => {
  test("take the reader's values", () => {
    expect(html("{first_name} {last_name} = {name}, {username} of {source} by {bot}")).toBe(
      "Oksana Bondar = Oksana Bondar, @oksana of summer by @shop_bot",
    );
    expect(html("{field:city} {field:age} {field:vip}")).toBe("Київ 30 ✓");
  });

  test("the id of a click is left to whoever counts it, in addresses; elsewhere it is nothing", () => {
    expect(html('<a href="https://shop.example/?sub={click}">go {click}</a>')).toBe(
      '<a href="https://shop.example/?sub={click}">go</a>',
    );
  });

  test("a missing one takes its fallback, made as harmless as a value", () => {
    expect(html("Hi {first_name|you & me}", nobody)).toBe("Hi you &amp; me");
    expect(html("Hi {first_name|}, all", nobody)).toBe("Hi , all");
    expect(html("{field:old|no}")).toBe("no");
  });

  test.each([
    ["Hello, {first_name}!", "Hello!"],
    ["Hi {first_name}, welcome", "Hi, welcome"],
    ["{first_name}, welcome", "welcome"],
    ["Hello, <b>{first_name}</b>!", "Hello<b></b>!"],
    ["Hello, {first_name} {last_name}!", "Hello!"],
    ["one\n{field:city}\ntwo", "one\ntwo"],
    ["one\n<i>{field:city}</i>\ntwo", "one\n<i></i>two"],
    ["{first_name} {last_name}\ntwo", "two"],
    ["{first_name|x}, {last_name}!", "x!"],
    ["", ""],
  ])("a missing one without a fallback leaves no gap: %p", (written, shown) => {
    expect(html(written, nobody)).toBe(shown);
  });

  test("are escaped where they stand", () => {
    const reader = { ...oksana, firstName: '</b><a href="tg://user?id=1">&"', fields: { city: "a b/?&ї" } };
    expect(html("<b>{first_name}</b>", reader)).toBe('<b>&lt;/b&gt;&lt;a href="tg://user?id=1"&gt;&amp;"</b>');
    expect(html('<a href="https://x.example/?c={field:city}&amp;u={username}">{field:city}</a>', reader)).toBe(
      '<a href="https://x.example/?c=a%20b%2F%3F%26%D1%97&amp;u=oksana">a b/?&amp;ї</a>',
    );
    expect(fill("{first_name}", reader, "plain")).toBe(reader.firstName);
  });

  test("lose what nobody should see, and count as missing when nothing is left", () => {
    expect(harmless("a\u0000b\u202egpj.exe\r\nc\ud800")).toBe("abgpj.exe c\ufffd");
    for (const blank of ["\u3164", " \u200b\u00ad ", "\u2800", ""])
      expect(html("Hi {first_name|you}", { ...nobody, firstName: blank })).toBe("Hi you");
  });

  test("are cut, with an emoji kept or dropped whole", () => {
    expect(html("{first_name}", { ...nobody, firstName: "x".repeat(500) })).toHaveLength(200);
    expect(cut("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 8)).toBe("👩‍👩‍👧‍👦…");
    expect(cut("ab", 2)).toBe("ab");
  });

  test("keys of every object are no fields", () => {
    expect(html("{field:constructor|none}{field:__proto__|none}")).toBe("nonenone");
  });
});

describe("whose message it is", () => {
  const letter = { fallback: "en", messages: { en: text("hello"), uk: text("вітаю, {first_name|друже}") } };
  test("the reader's language, or the fallback's", () => {
    expect(messageFor(letter, "uk")).toEqual(text("вітаю, {first_name|друже}"));
    expect(messageFor(letter, "pl")).toEqual(text("hello"));
    expect(renderLetter(letter, { ...nobody, language: "uk" })).toEqual(text("вітаю, друже"));
    expect(() => messageFor({ fallback: "en", messages: {} }, "en")).toThrow("fallback");
  });

  test("a caption of which nothing is left is none, and rows without buttons are dropped", () => {
    const photo = {
      kind: "photo",
      media: "x",
      caption: "{first_name}",
      buttons: [[], [{ text: "a", app: "" }]],
    } as const;
    expect(renderMessage(structuredClone(photo) as never as LetterMessage, nobody)).toEqual({
      kind: "photo",
      media: "x",
      buttons: [[{ text: "a", app: "" }]],
    });
  });

  test("an address that values make too long does without them", () => {
    const url = `https://x.example/?${"{field:city|kyiv}&".repeat(10)}`;
    const long = { ...nobody, fields: { city: "ї".repeat(200) } };
    const [[button]] = (
      renderMessage({ kind: "text", html: "x", buttons: [[{ text: "x", url }]] }, long) as never as {
        buttons: [[{ url: string }]];
      }
    ).buttons;
    expect(button.url).toBe(`https://x.example/?${"kyiv&".repeat(10)}`);
  });
});

describe("what is wrong with a letter", () => {
  test.each([
    ["{fist_name}", "html letters.unknown_variable"],
    ["{field:town}", "html letters.unknown_variable"],
    ["{}", "html letters.unknown_variable"],
    ["{first_name}", "html letters.empty"],
    ["  ", "html letters.empty"],
    ["<b>x", "html messaging.html_unclosed"],
    ["{first_name|<b>x</b>}", "html letters.fallback_markup"],
    ['<code class="language-{source}">x</code>', "html letters.variable_in_tag"],
    ['<a href="{field:city}">x</a>', "html letters.variable_in_host"],
    ['<a href="https://{source}.example/">x</a>', "html letters.variable_in_host"],
    ["x".repeat(4_097), "html letters.too_long"],
  ])("%p", (written, problem) => {
    expect(codes(text(written))).toEqual([problem]);
  });

  test("nothing, up to the last character that Telegram takes", () => {
    for (const fine of [
      "😀".repeat(4_096),
      `<b>${"&amp;".repeat(4_096)}</b>`,
      '<a href="https://t.me/{bot}?start={source}">x</a> {first_name|there} {field:city}',
      "&#123;first_name&#125; R&D",
    ])
      expect(codes(text(fine))).toEqual([]);
    const caption = {
      kind: "photo",
      media: "upload:8b1f3c52-0f47-4f0e-9c0e-3a4a2f7d6b11",
      caption: "😀".repeat(1_024),
    } as const;
    expect(codes(caption)).toEqual([]);
    expect(codes({ ...caption, caption: `${caption.caption}x` })).toEqual(["caption letters.too_long"]);
  });

  test("a text that long values would make too long is told, and stops nothing", () => {
    const [problem] = checkMessage(text(`${"x".repeat(4_000)}{name}`), { fields: [] });
    expect(problem).toMatchObject({ code: "letters.may_be_long", isWarning: true, params: { length: 4_129 } });
  });

  test("buttons: how many, what they say, where they lead", () => {
    const row = (count: number) => Array.from({ length: count }, () => ({ text: "a", app: "" }));
    const withButtons = (buttons: never) => codes({ kind: "text", html: "x", buttons });
    expect(withButtons(Array.from({ length: 9 }, () => row(1)) as never)).toEqual(["buttons letters.too_many_rows"]);
    expect(withButtons([row(9)] as never)).toEqual(["buttons.0 letters.too_many_buttons"]);
    expect(withButtons([[{ text: "x".repeat(65), app: "" }]] as never)).toEqual([
      "buttons.0.0.text letters.button_text",
    ]);
    expect(withButtons([[{ text: "{first_name}", app: "" }]] as never)).toEqual([
      "buttons.0.0.text letters.button_text",
    ]);
    expect(withButtons([[{ text: "x", copy: "x".repeat(257) }]] as never)).toEqual([
      "buttons.0.0.copy letters.button_copy",
    ]);
    for (const url of [
      "javascript:alert(1)",
      "ftp://x.example",
      "x.example",
      "https://localhost/",
      "https://x .example",
      "",
    ])
      expect(withButtons([[{ text: "x", url }]] as never)).toEqual(["buttons.0.0.url letters.button_address"]);
    expect(withButtons([[{ text: "x", url: "https://{source}/" }]] as never)).toEqual([
      "buttons.0.0.url letters.variable_in_host",
    ]);
    for (const url of [
      "https://x.example/?n={first_name}",
      "http://x.example",
      "tg://resolve?domain={bot}",
      "https://t.me/{bot}",
    ])
      expect(withButtons([[{ text: "x", url }]] as never)).toEqual([]);
  });

  test("albums and files", () => {
    const item = (kind: "photo" | "video" | "document", media = "AgACAgIAAxkBAAIB") => ({ kind, media });
    expect(codes({ kind: "album", items: [item("photo")] })).toEqual(["items letters.album_size"]);
    expect(codes({ kind: "album", items: [item("photo"), item("document")] })).toEqual(["items letters.album_kinds"]);
    expect(codes({ kind: "album", items: [item("photo"), item("video")] })).toEqual([]);
    expect(codes({ kind: "album", items: [item("photo"), item("video", "")] })).toEqual([
      "items.1.media letters.media_missing",
    ]);
    for (const media of ["http://x.example/a.jpg", "upload:1", "../etc/passwd"])
      expect(codes({ kind: "photo", media })).toEqual(["media letters.media_invalid"]);
    expect(codes({ kind: "photo", media: "https://x.example/a.jpg" })).toEqual([]);
  });

  test("each caption of an album is a caption: its own length, its own variables, and none when nothing is left of it", () => {
    const item = (caption: string) => ({ kind: "photo" as const, media: "https://x.example/a.jpg", caption });
    const album = (...captions: string[]): LetterMessage => ({ kind: "album", items: captions.map(item) });
    const long = "x".repeat(maxCaptionLength);
    expect(codes(album(long, long, `<b>${long}</b>`))).toEqual([]);
    expect(codes(album(long, `${long}x`, "{nothing}"))).toEqual([
      "items.1.caption letters.too_long",
      "items.2.caption letters.unknown_variable",
    ]);
    const { caption: _, ...bare } = item("");
    expect(
      renderMessage(album("{first_name}", "{field:city}, {first_name}", "{last_name}"), { ...oksana, lastName: null }),
    ).toEqual({
      kind: "album",
      items: [item("Oksana"), item("Київ, Oksana"), bare],
    });
  });

  test("of the letter itself, and warnings come last", () => {
    const letter = { fallback: "en", messages: { uk: text(`${"x".repeat(4_000)}{name}`), ru: text("") } };
    expect(checkLetter(letter, { fields: [] }).map(({ language, code }) => `${language} ${code}`)).toEqual([
      "en letters.no_fallback",
      "ru letters.empty",
      "uk letters.may_be_long",
    ]);
  });
});

// ── Properties ──────────────────────────────────────────────────────────────────────────────────────────────────────

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(
    "</b>",
    '<a href="tg://user?id=1">',
    "\ud800",
    "\udfff{first_name}",
    "&lt",
    "{name}",
    "\u202e",
    "ї".repeat(300),
    "😀".repeat(300),
  ),
);
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const readers: fc.Arbitrary<Reader> = fc.record({
  language: fc.constant(null),
  firstName: maybe(hostile),
  lastName: maybe(hostile),
  username: maybe(hostile),
  source: maybe(hostile),
  fields: fc.record({ city: hostile }, { requiredKeys: [] }),
  bot: fc.constant(nobody.bot),
});
const piece = fc.constantFrom(
  ...["<b>{first_name}</b>", "<i>, {name}</i>", "<b><i>\n</i></b>", "x", " ", "\n", ", ", "😀", "&amp;", "{name|&}"],
  ...[
    '<a href="https://a.example/?q={field:city}&amp;n={first_name}">{username}</a>',
    "{last_name}",
    "x".repeat(1_500),
  ],
);
const messages: fc.Arbitrary<LetterMessage> = fc.record({
  kind: fc.constant("text" as const),
  html: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  buttons: fc.array(
    fc.array(
      fc.record({
        text: fc.constantFrom("go {first_name}", "{name|all}", "x"),
        url: fc.constantFrom(
          "https://a.example/{source}?q={field:city}",
          "https://t.me/{bot}",
          "tg://resolve?domain={username}",
        ),
      }),
      { maxLength: 3 },
    ),
    { maxLength: 3 },
  ),
});

test("whatever the values, what was checked is what Telegram takes", () => {
  let tried = 0;
  fc.assert(
    fc.property(messages, readers, (message, reader) => {
      if (checkMessage(message, { fields: ["city"] }).some(({ isWarning }) => !isWarning)) return;
      tried++;
      const rendered = renderMessage(message, reader) as Extract<LetterMessage, { kind: "text" }>;
      const { problem, length } = checkHtml(rendered.html);
      expect(problem).toBeNull();
      expect([...parseHtml(rendered.html).text]).toHaveLength(length);
      for (const button of rendered.buttons?.flat() ?? []) {
        expect(button.text.trim()).not.toBe("");
        expect([...button.text].length).toBeLessThanOrEqual(64);
        expect(isAddress((button as { url: string }).url)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(tried).toBeGreaterThan(1_000);
});

test("a shortened text is well formed, within the limit, and untouched when it fits", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom(maxCaptionLength, 5, 1), (pieces, limit) => {
      const written = fill(pieces.join(""), nobody, "html");
      const before = checkHtml(written, Number.POSITIVE_INFINITY);
      if (before.problem) return;
      const short = fitHtml(written, limit);
      const after = checkHtml(short, limit);
      expect(after.problem).toBeNull();
      if (before.length <= limit) expect(short).toBe(written);
    }),
    { numRuns: 2_000 },
  );
});

test("bytes count too: a text of many links is cut before the server refuses it unread", () => {
  const link = `<a href="https://a.example/${"x".repeat(900)}">${"ї".repeat(10)}</a>`;
  const short = fitHtml(link.repeat(40), maxMessageLength);
  expect(checkHtml(short).problem).toBeNull();
});

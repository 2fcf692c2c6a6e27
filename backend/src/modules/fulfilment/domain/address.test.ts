import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type AddressProblem, examples, type Platform, platforms, readPostAddress } from "./address.ts";

const spelling = (text: string) => {
  const read = readPostAddress(text);
  return read.ok ? read.address : `refused: ${read.problem}`;
};

/** One post, in ways that people and apps write its address. */
const posts: [Platform, string, string[]][] = [
  [
    "telegram",
    "https://t.me/durov/400",
    [
      "t.me/durov/400",
      "http://T.ME/Durov/400/",
      "https://telegram.me/durov/400?single",
      "https://t.me/s/durov/400",
      "https://t.me/durov/12/400?comment=5",
      "https://durov.t.me/400",
      "https://t.me/dur%6Fv/400#top",
      "Look at this: https://t.me/durov/400.",
      "  https://www.t.me/durov/400  ",
    ],
  ],
  ["telegram", "https://t.me/c/1234567890/5", ["t.me/c/1234567890/5", "https://t.me/c/1234567890/77/5?thread=77"]],
  [
    "instagram",
    "https://www.instagram.com/p/CxYz12AbCdE/",
    [
      "instagram.com/p/CxYz12AbCdE",
      "https://m.instagram.com/reel/CxYz12AbCdE/?igsh=abc==&utm_source=x",
      "https://www.instagram.com/reels/CxYz12AbCdE/",
      "https://instagr.am/p/CxYz12AbCdE/",
      "https://www.instagram.com/some.body/p/CxYz12AbCdE/?img_index=2",
      "https://www.instagram.com/tv/CxYz12AbCdE",
    ],
  ],
  [
    "tiktok",
    "https://www.tiktok.com/@some.body/video/7301234567890123456",
    [
      "tiktok.com/@Some.Body/video/7301234567890123456?is_from_webapp=1&sender_device=pc",
      "https://m.tiktok.com/@some.body/video/7301234567890123456/",
    ],
  ],
  [
    "tiktok",
    "https://vm.tiktok.com/ZMabc12DE/",
    ["https://vt.tiktok.com/ZMabc12DE/", "https://www.tiktok.com/t/ZMabc12DE"],
  ],
  [
    "youtube",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    [
      "youtu.be/dQw4w9WgXcQ?si=abc&t=10",
      "https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&list=PL1",
      "https://www.youtube.com/shorts/dQw4w9WgXcQ?feature=share",
      "https://music.youtube.com/watch?v=dQw4w9WgXcQ",
      "https://www.youtube.com/live/dQw4w9WgXcQ",
      "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
    ],
  ],
  [
    "x",
    "https://x.com/i/status/1730000000000000000",
    [
      "https://twitter.com/Somebody/status/1730000000000000000?s=20&t=abc",
      "https://mobile.twitter.com/somebody/status/1730000000000000000",
      "x.com/i/web/status/1730000000000000000",
      "https://x.com/somebody/status/1730000000000000000/photo/1",
    ],
  ],
  [
    "facebook",
    "https://www.facebook.com/some.body/posts/123456789",
    [
      "https://m.facebook.com/Some.Body/posts/123456789/?mibextid=abc",
      "fb.com/some.body/posts/123456789",
      "https://www.facebook.com/some.body/posts/a-title-of-it/123456789?__cft__[0]=x",
    ],
  ],
  [
    "facebook",
    "https://www.facebook.com/watch/?v=123456789",
    ["https://www.facebook.com/some.body/videos/123456789/", "https://web.facebook.com/watch?v=123456789&ref=sharing"],
  ],
  [
    "facebook",
    "https://www.facebook.com/100/posts/pfbid0abcdefghijklmnopqrst",
    ["https://m.facebook.com/story.php?story_fbid=pfbid0abcdefghijklmnopqrst&id=100"],
  ],
  [
    "vk",
    "https://vk.com/wall-1_396449",
    [
      "https://m.vk.com/wall-1_396449",
      "vk.ru/wall-1_396449?reply=5",
      "https://vk.com/feed?w=wall-1_396449",
      "https://vk.com/durov?w=wall-1_396449%2Fall",
    ],
  ],
  [
    "vk",
    "https://vk.com/video-1_456",
    ["https://vkvideo.ru/video-1_456", "https://vk.com/video?z=video-1_456%2Fpl_cat"],
  ],
];

describe("an address of a post", () => {
  test.each(posts)("of %s has one spelling: %s", (platform, address, ways) => {
    for (const way of [address, ...ways]) {
      expect([way, readPostAddress(way)]).toEqual([way, { ok: true, platform, address }]);
    }
  });

  test("as it is shown for an example is one", () => {
    for (const platform of platforms) {
      const read = readPostAddress(examples[platform]);
      expect([platform, read.ok && read.platform]).toEqual([platform, platform]);
    }
  });

  test.each<[string, AddressProblem, Platform | null]>([
    ["", "empty", null],
    ["   \n", "empty", null],
    ["x".repeat(2_001), "too_long", null],
    ["hello", "not_an_address", null],
    ["two words", "not_an_address", null],
    ["ftp://t.me/durov/1", "not_an_address", null],
    ["javascript:alert(1)", "not_an_address", null],
    ["https://user:password@t.me/durov/1", "not_an_address", null],
    ["https://t.me:8443/durov/1", "not_an_address", null],
    ["https://", "not_an_address", null],
    ["https://example.com/t.me/durov/1", "unknown_platform", null],
    ["https://t.me.example.com/durov/1", "unknown_platform", null],
    ["https://notx.com/a/status/1", "unknown_platform", null],
    ["https://t.me/durov", "not_a_post", "telegram"],
    ["https://t.me/+AbCdEf12", "not_a_post", "telegram"],
    ["https://t.me/durov/0", "not_a_post", "telegram"],
    ["https://t.me/durov/abc", "not_a_post", "telegram"],
    ["https://t.me/durov/%zz", "not_a_post", "telegram"],
    ["https://t.me/c/12", "not_a_post", "telegram"],
    ["https://www.instagram.com/some.body/", "not_a_post", "instagram"],
    ["https://www.instagram.com/p/", "not_a_post", "instagram"],
    ["https://www.tiktok.com/@some.body", "not_a_post", "tiktok"],
    ["https://www.youtube.com/@channel", "not_a_post", "youtube"],
    ["https://www.youtube.com/watch?v=short", "not_a_post", "youtube"],
    ["https://x.com/somebody", "not_a_post", "x"],
    ["https://x.com/123/456", "not_a_post", "x"],
    ["https://www.facebook.com/some.body", "not_a_post", "facebook"],
    ["https://vk.com/durov", "not_a_post", "vk"],
    ["https://vk.com/wall-0_0", "not_a_post", "vk"],
  ])("%j is none: %s", (text, problem, platform) => {
    expect(readPostAddress(text)).toEqual({ ok: false, problem, platform });
  });

  test("read once more is itself", () => {
    const known = posts.flatMap(([, address, ways]) => [address, ...ways]);
    const noise = fc.constantFrom("", "/", "?utm_source=x&fbclid=1", "#top", "?igsh=a%20b", "%20", "//");
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...known), fc.webUrl(), fc.string()), noise, (text, tail) => {
        const read = readPostAddress(text + tail);
        if (read.ok) expect(readPostAddress(read.address)).toEqual(read);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is the same whatever is tracked in it, and however its host is written", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...posts.map(([, address]) => address)),
        fc.array(fc.tuple(fc.constantFrom("utm_source", "fbclid", "si", "ref"), fc.webSegment()), { maxLength: 4 }),
        fc.constantFrom("https://", "http://", "HTTPS://", ""),
        fc.boolean(),
        (address, tracked, scheme, isLoud) => {
          const url = new URL(address);
          for (const [name, value] of tracked) url.searchParams.append(name, value);
          const host = isLoud ? url.host.toUpperCase() : url.host;
          expect(spelling(`${scheme}${host}${url.pathname}${url.search}`)).toBe(address);
        },
      ),
    );
  });

  test("never breaks on anything, and says nothing that cannot be opened", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.webUrl({ withQueryParameters: true })), (text) => {
        const read = readPostAddress(text);
        if (read.ok) expect(new URL(read.address).protocol).toBe("https:");
      }),
    );
  });
});

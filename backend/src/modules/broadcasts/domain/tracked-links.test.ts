import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addressesIn, campaignSlug, isCounted, targetOf, withAddresses, withoutClick } from "./tracked-links.ts";

const ownHost = "our.example";
const nothing = { clickId: "sb_code", clickParam: null, campaign: null };

describe("addresses of a message", () => {
  const message = {
    kind: "photo",
    media: "https://files.example/p.jpg",
    caption:
      'See <b>https://plain.example</b> or <a href="https://a.example/?x=1&amp;y=&quot;2&quot;">https://a.example</a>',
    buttons: [
      [
        { text: "Buy", url: "https://b.example" },
        { text: "App", app: "shop" },
      ],
      [{ text: "Copy", copy: "https://not.example" }],
    ],
  };

  test("are those of links and buttons, read as Telegram reads them", () => {
    expect(addressesIn(message)).toEqual(['https://a.example/?x=1&y="2"', "https://b.example"]);
    const album = { kind: "album", items: [{ caption: '<a href="https://c.example">c</a>' }, {}] };
    expect(addressesIn(album)).toEqual(["https://c.example"]);
  });

  test("are exchanged where they stand, and nothing else is touched", () => {
    const changed = withAddresses(message, (address) => `https://our.example/l/${address.length}?a&b`);
    expect(changed.caption).toBe(
      'See <b>https://plain.example</b> or <a href="https://our.example/l/28?a&amp;b">https://a.example</a>',
    );
    expect(changed.buttons).toEqual([
      [
        { text: "Buy", url: "https://our.example/l/17?a&b" },
        { text: "App", app: "shop" },
      ],
      [{ text: "Copy", copy: "https://not.example" }],
    ]);
    expect(changed.media).toBe(message.media);
  });

  test("that stay as they are leave the message itself, byte by byte", () => {
    expect(withAddresses(message, (address) => address)).toBe(message);
  });
});

describe("counted", () => {
  test("are addresses of the web, and of these not Telegram's, our own, or those that differ from person to person", () => {
    const counted = [
      "https://a.example",
      "http://a.example/x?y#z",
      "https://t.me.evil.example",
      "https://a.example/?s={click}",
    ];
    expect(counted.filter((address) => !isCounted(address, ownHost))).toEqual([]);
    const left = [
      "tg://user?id=1",
      "mailto:a@example.com",
      "https://t.me/some_bot?start=x",
      "https://telegram.me/x",
      "https://our.example/app/x",
      "https://a.example/?name={first_name}",
      "https://{click}:x/",
      "javascript:alert(1)",
      "//a.example",
      "nonsense",
      "",
    ];
    expect(left.filter((address) => isCounted(address, ownHost))).toEqual([]);
  });

  test("never is anything that is not http or https, whatever it looks like", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((text) => `javascript:${text}`),
        ),
        (address) => {
          if (isCounted(address, ownHost)) expect(new URL(address).protocol).toMatch(/^https?:$/);
        },
      ),
    );
  });
});

test("an address that is not counted carries no click, and no macro that people would read", () => {
  expect(withoutClick("https://a.example/{click}/?s={click}&x=1")).toBe("https://a.example//?s=&x=1");
});

describe("where a click leads", () => {
  test("is the address as it was written, when nothing is to be added", () => {
    expect(targetOf("https://a.example/x?b=2&a=%2B1#part", nothing)).toBe("https://a.example/x?b=2&a=%2B1#part");
  });

  test("has what the workspace asked for, before the fragment, and what the address says already stays", () => {
    const all = { clickId: "sb_code", clickParam: "sub_id_9", campaign: "Весна: 50 %" };
    expect(targetOf("https://a.example/#top", all)).toBe(
      "https://a.example/?utm_source=telegram&utm_medium=broadcast&utm_campaign=%D0%B2%D0%B5%D1%81%D0%BD%D0%B0-50&sub_id_9=sb_code#top",
    );
    expect(targetOf("https://a.example/?utm_source=mail&sub_id_9=own&sign=a%2Bb", all)).toBe(
      "https://a.example/?utm_source=mail&sub_id_9=own&sign=a%2Bb&utm_medium=broadcast&utm_campaign=%D0%B2%D0%B5%D1%81%D0%BD%D0%B0-50",
    );
  });

  test("carries the click where the address wants it, and then in no parameter besides", () => {
    expect(targetOf("https://a.example/{click}/?s={click}", { ...nothing, clickParam: "sub_id_9" })).toBe(
      "https://a.example/sb_code/?s=sb_code",
    );
  });

  test("keeps host and scheme of every counted address, whatever is added", () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string(), (address, campaign) => {
        const target = new URL(targetOf(address, { clickId: "sb_x", clickParam: "sub_id_1", campaign }));
        expect([target.protocol, target.host]).toEqual([new URL(address).protocol, new URL(address).host]);
        expect(target.href).not.toMatch(/[\r\n]/);
      }),
    );
  });

  test("names a campaign in letters of any language", () => {
    expect(["Spring sale, 50 %", "Ґанок & Їжа", "!!!"].map(campaignSlug)).toEqual([
      "spring-sale-50",
      "ґанок-їжа",
      "broadcast",
    ]);
  });
});

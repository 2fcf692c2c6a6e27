import { describe, expect, test } from "bun:test";
import { locales, translator } from "@backend/i18n/index.ts";
import { fits, lengthAfterParsing, telegramMarkup } from "@backend/integrations/telegram/text.ts";
import fc from "fast-check";
import { blankFacts } from "./corpus.ts";
import type { ConversionFacts } from "./read-call.ts";
import { canonicalStatuses } from "./status-map.ts";
import { builtInText, type TemplateSubject } from "./template.ts";

const alert = (facts: Partial<ConversionFacts>, some: Partial<TemplateSubject> = {}): TemplateSubject => ({
  facts: { ...blankFacts, ...facts },
  correctedFrom: null,
  isRecovered: false,
  isTest: false,
  connectionName: "Main",
  receivedAt: new Date("2026-11-21T12:00:00Z"),
  timeZone: "UTC",
  ...some,
});
const say = (it: TemplateSubject, locale: (typeof locales)[number] = "en") =>
  builtInText(it, translator(locale), telegramMarkup).replace(/\u00a0/g, " ");

const deposit = alert({
  status: "deposit",
  campaignName: "Spring AU",
  creativeName: "video 3",
  landingId: "7",
  amount: "1240.5",
  currency: "USD",
  country: "AU",
  tid: "T-77",
  subIds: { "1": "adset-7" },
});

test("a deposit shows campaign, creative, landing, revenue, Sub1 | GEO and TX", () => {
  expect(say(deposit)).toBe(
    "💰 <b>Deposit</b>\n\nCampaign: Spring AU\nCreative: video 3\nLanding: #7\nRevenue: <b>$1,240.50</b>\nSub1: adset-7 | GEO: AU\nTX: <code>T-77</code>",
  );
  expect(say(deposit, "ru")).toBe(
    "💰 <b>Депозит</b>\n\nКампания: Spring AU\nКреатив: video 3\nЛендинг: #7\nДоход: <b>1 240,50 $</b>\nSub1: adset-7 | ГЕО: AU\nTX: <code>T-77</code>",
  );
  expect(say(deposit, "uk")).toStartWith(
    "💰 <b>Депозит</b>\n\nКампанія: Spring AU\nКреатив: video 3\nЛендинг: #7\nДохід: <b>1 240,50 $</b>",
  );
});

describe("absence", () => {
  test("a line without its field vanishes", () => {
    expect(say(alert({ status: "lead", subid: "s1" }))).toBe("📝 <b>Lead</b>\n\nClick: <code>s1</code>");
    expect(say(alert({ status: "rejected", country: "UA" }))).toBe("❌ <b>Rejected</b>\n\nGEO: UA");
  });

  test("no amount is no amount, not zero", () => {
    expect(say(alert({ status: "sale", currency: "USD", tid: "1" }))).not.toContain("Revenue");
  });

  test("a status we do not know is called by the tracker's word", () => {
    expect(say(alert({ rawStatus: "KYC <passed>", tid: "1" }))).toStartWith("🔔 <b>KYC &lt;passed&gt;</b>");
    expect(say(alert({ tid: "1" }))).toStartWith("🔔 <b>Event</b>");
  });
});

test("a correction says what the amount was", () => {
  const corrected = { ...deposit, correctedFrom: { amount: "1240", currency: "USD" } };
  expect(say(corrected)).toContain("<b>Deposit</b> · amount corrected");
  expect(say(corrected)).toContain("<b>$1,240.50</b> (was $1,240.00)");
});

test("a recovered conversion and a test say so", () => {
  expect(say({ ...deposit, isRecovered: true })).toEndWith("recovered from the tracker's log");
  expect(say({ ...deposit, isTest: true })).toEndWith("nothing has been recorded.");
});

describe("whatever a tracker sends", () => {
  const nasty = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2_000 }),
    fc.constantFrom(
      "<b>",
      "</code>",
      '<a href="tg://user?id=1">',
      "&amp;",
      "&lt",
      "😀".repeat(1_000),
      "\u202eabc",
      "x".repeat(2_000),
      "a\nb\n".repeat(500),
    ),
  );
  const maybe = fc.option(nasty, { nil: null });
  const anyFacts = fc.record({
    subid: maybe,
    tid: maybe,
    rawStatus: maybe,
    campaignName: maybe,
    offerName: maybe,
    landingName: maybe,
    creativeName: maybe,
    trafficSource: maybe,
    country: maybe,
    currency: fc.constantFrom(null, "USD", "USDT", "ABCDE"),
    amount: fc.constantFrom(null, "0", "-0.01", `${"9".repeat(30)}.${"1".repeat(20)}`),
    status: fc.constantFrom(...canonicalStatuses),
    subIds: nasty.map((text) => ({ "1": text })),
  });

  test("the message fits, its tags are ours alone and closed, nothing invisible is left in it", () => {
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(...locales), fc.boolean(), (facts, locale, flag) => {
        const correctedFrom = flag ? { amount: `${"9".repeat(30)}.${"1".repeat(20)}`, currency: "ABCDE" } : null;
        const html = builtInText(
          alert(facts, { correctedFrom, isRecovered: flag, isTest: flag }),
          translator(locale),
          telegramMarkup,
        );
        expect(fits(html)).toBe(true);
        expect(lengthAfterParsing(html)).toBeGreaterThan(0);
        expect(html.replace(/<(b|code)>[^<>]*<\/\1>/g, "")).not.toMatch(/[<>]/);
        expect(html).not.toMatch(/&(?!(?:lt|gt|amp);)/);
        expect(html).not.toMatch(/(?!\n)\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(html.split("\n").length).toBeLessThanOrEqual(14);
      }),
    );
  });
});

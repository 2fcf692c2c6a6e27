import { describe, expect, test } from "bun:test";
import { locales, translator } from "@backend/i18n/index.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { checkHtml } from "@backend/modules/messaging/index.ts";
import fc from "fast-check";
import { blankFacts } from "./corpus.ts";
import type { ConversionFacts } from "./read-call.ts";
import { sampleFacts } from "./sample-facts.ts";
import { canonicalStatuses } from "./status-map.ts";
import {
  builtInTemplate,
  builtInText,
  isVariable,
  renderTemplate,
  type TemplateSubject,
  templateValue,
  templateVariables,
  unknownVariables,
} from "./template.ts";

const t = translator("en");
const subject = (facts: Partial<ConversionFacts> = {}, some: Partial<TemplateSubject> = {}): TemplateSubject => ({
  facts: { ...blankFacts, ...facts },
  correctedFrom: null,
  isRecovered: false,
  isTest: false,
  connectionName: "Main",
  receivedAt: new Date("2026-11-21T22:30:00Z"),
  timeZone: "Europe/Kyiv",
  ...some,
});
const isFine = (html: string) => checkHtml(html).problem === null;
const say = (body: string, facts: Partial<ConversionFacts> = {}, some: Partial<TemplateSubject> = {}) =>
  renderTemplate(body, subject(facts, some), t, telegramMarkup, isFine);

describe("a text", () => {
  const cases: [string, string, Partial<ConversionFacts>, string | undefined][] = [
    ["puts values in", "{status}: {campaign}", { status: "sale", campaignName: "A & B" }, "Sale: A &amp; B"],
    ["names a flow", "{flow} {flow_id}", { flowId: "5002", flowName: "AU mobile" }, "AU mobile 5002"],
    ["has a flow's number where it has no name", "{flow}[[ · {flow_name}]]", { flowId: "5002" }, "#5002"],
    ["loses a line with its field", "a\nGEO: {country}\nb", {}, "a\nb"],
    ["loses a part with its field", "Sub: {sub_1} | GEO: {country}", { country: "AU" }, "GEO: AU"],
    ["loses a line with all its parts", "x\nSub: {sub_1} | GEO: {country}", {}, "x"],
    ["loses only what is in double brackets", "{status}[[ from {country}]]!", { status: "lead" }, "Lead!"],
    ["says something instead", "{status}[[-tid| without id]]", { status: "lead" }, "Lead without id"],
    ["and not, when it is there", "{status}[[-tid| without id]]", { status: "lead", tid: "1" }, "Lead"],
    ["shows what is no field", "{nonsense} {x y} {", {}, "{nonsense} {x y} {"],
    ["takes any parameter of the call", "{param:My-Field}", { extra: { "My-Field": "7" } }, "7"],
    ["takes none from its ancestors", "x\n{param:__proto__} {param:constructor}", {}, "x"],
    [
      "writes a value in an address as part of it",
      '<a href="https://a.example/?id={subid}">x</a>',
      { subid: '"><b>&' },
      '<a href="https://a.example/?id=%22%3E%3Cb%3E%26">x</a>',
    ],
    [
      "does not read values as text of its own",
      "{campaign}",
      { campaignName: "{tid} [[x]] | <b>" },
      "{tid} [[x]] | &lt;b&gt;",
    ],
    ["of nothing is no text", "{country}", {}, undefined],
  ];
  test.each(cases)("%s", (_, body, facts, expected) => {
    expect(say(body, facts)).toBe(expected as string);
  });

  test("says date and time by the recipient's clock", () => {
    expect(say("{date} {time}")).toBe("22 November 2026 00:30");
  });

  test("cuts its values shorter where the message would be too long, and gives up where that does not help", () => {
    const many = `${"{campaign} ".repeat(60)}`;
    const html = say(many, { campaignName: "x".repeat(2_000) }) ?? "";
    expect(isFine(html)).toBe(true);
    expect(html).toContain("x".repeat(39));
    expect(say("y".repeat(4_097), {})).toBeUndefined();
    expect(say("<b>{campaign}", { campaignName: "x" })).toBeUndefined();
  });

  test("names its typing errors", () => {
    expect(unknownVariables("{campain} {campaign} {sub_31} {sub_30} {param:x y} {campain}")).toEqual([
      "campain",
      "sub_31",
    ]);
  });
});

describe("the built-in text", () => {
  test("is a text like any other: rendered as one it says the same", () => {
    for (const locale of locales)
      for (const status of canonicalStatuses) {
        const words = translator(locale);
        const one = subject(sampleFacts(status), {
          isRecovered: true,
          correctedFrom: { amount: "1", currency: "USD" },
        });
        expect(renderTemplate(builtInTemplate(words), one, words, telegramMarkup, isFine)).toBe(
          builtInText(one, words, telegramMarkup),
        );
      }
  });

  test("has no field that is unknown, and every field has a value in the sample", () => {
    for (const locale of locales) expect(unknownVariables(builtInTemplate(translator(locale)))).toEqual([]);
    const full = subject(sampleFacts("deposit"), {
      isRecovered: true,
      isTest: true,
      isReplay: true,
      correctedFrom: { amount: "1", currency: "USD" },
    });
    for (const name of templateVariables)
      expect([name, templateValue(name, full, t)]).toEqual([name, expect.any(String)]);
    expect(templateVariables.every(isVariable)).toBe(true);
  });
});

test("whatever stands in a text and in its values, what comes out is taken by Telegram or is nothing", () => {
  const piece = fc.constantFrom(
    ...["{campaign}", "{sub_1}", "{amount}", "{tid}", " | ", "\n", "[[", "]]", "[[-tid|", "<b>", "</b>", "<i>", "</i>"],
    ...['<a href="https://a.example/{tid}">', "</a>", "<", "&", "{", "}", "{param:x}", "text", "😀"],
  );
  const value = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom("<b>", "]]", "{tid}", '">', "&lt"),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      value,
      value,
      fc.boolean(),
      (pieces, campaignName, tid, isAbsent) => {
        const html = say(pieces.join(""), {
          campaignName,
          tid: isAbsent ? null : tid,
          subIds: { "1": tid },
          extra: { x: tid },
        });
        if (html !== undefined) expect(checkHtml(html).problem).toBeNull();
      },
    ),
    { numRuns: 1_000 },
  );
});

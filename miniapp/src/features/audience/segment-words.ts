/** Conditions in words: each rule a phrase, each condition a sentence that a list or a launch can show. */
import { formatDay } from "@backend/i18n/format.ts";
import {
  type ChoiceTest,
  type Condition,
  type DateTest,
  isGroup,
  type MomentTest,
  type NumberTest,
  type Rule,
  type TextTest,
} from "@backend/modules/audience/domain/segment.ts";
import { type Format, languageName, useFormat } from "@miniapp/shared/format.ts";
import { type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Vocabulary, vocabularyQuery } from "./segment-api.ts";

/** So many values are named; the others are counted. */
const namedValues = 4;

export interface SegmentWords {
  rule(rule: Rule): string;
  /** "Everybody" for null and for no rules. */
  sentence(condition: Condition | null): string;
  /** A language as its readers call it: "Ukrainian" for "uk". */
  language(code: string): string;
  /** What a field is called; its key while names are on their way. */
  field(key: string): string;
}

export function segmentWords(t: AppTranslator, format: Format, known: Vocabulary | undefined): SegmentWords {
  const either = new Intl.ListFormat(t.locale, { type: "disjunction" });
  const both = new Intl.ListFormat(t.locale, { type: "conjunction" });
  const nameIn = <Thing extends { name: string }>(things: Thing[] | undefined, is: (thing: Thing) => boolean) =>
    things === undefined ? "…" : (things.find(is)?.name ?? t("app.seg.say.gone"));
  const list = (values: readonly string[], how = either) => {
    const named = values.slice(0, namedValues);
    const rest = values.length - named.length;
    return rest > 0 ? `${named.join(", ")} +${format.number(rest)}` : how.format(named);
  };
  // A day has no zone: written in another one it could become its neighbour.
  const day = (text: string) => formatDay(new Date(`${text}T00:00:00Z`), t.locale, "UTC");

  const language = (code: string) => languageName(t.locale, code);
  const field = (key: string) =>
    known === undefined ? key : (known.fields.find((one) => one.key === key)?.name ?? t("app.seg.say.gone"));

  function compared(name: string, rule: TextTest | ChoiceTest, say = (value: string) => value): string {
    if (rule.test === "set" || rule.test === "unset") return t(`app.seg.say.${rule.test}`, { name });
    return t(`app.seg.say.${rule.test}`, { name, values: list(rule.values.map(say)) });
  }
  function timed(name: string, rule: MomentTest | DateTest): string {
    if ("days" in rule) {
      const test = rule.test === "last" ? "within" : rule.test;
      return t(`app.seg.say.${test}`, { name, count: rule.days });
    }
    if ("day" in rule) return t(`app.seg.say.${rule.test}`, { name, day: day(rule.day) });
    return t(`app.seg.say.${rule.test}`, { name });
  }
  function numbered(name: string, rule: NumberTest): string {
    if ("from" in rule)
      return t("app.seg.say.between", { name, from: format.number(rule.from), to: format.number(rule.to) });
    if ("value" in rule) return t(`app.seg.say.${rule.test}`, { name, number: format.number(rule.value) });
    return t(`app.seg.say.${rule.test}`, { name });
  }

  function rulePhrase(rule: Rule): string {
    switch (rule.kind) {
      case "bot":
        return compared(t("app.seg.name.bot"), rule, (id) => nameIn(known?.bots, (bot) => bot.id === id));
      case "language":
        return compared(t("app.seg.name.language"), rule, language);
      case "source":
        return compared(t("app.seg.name.source"), rule);
      case "origin": {
        const values = list(rule.values.map((value) => t(`app.seg.origin.${value}`)));
        return t(`app.seg.say.${rule.test}`, { name: t("app.seg.name.origin"), values });
      }
      case "state": {
        const values = list(rule.values.map((value) => t(`app.seg.state.${value}`)));
        return t(`app.seg.say.${rule.test}`, { name: t("app.seg.name.state"), values });
      }
      case "tag": {
        const names = rule.values.map((id) => nameIn(known?.tags, (tag) => tag.id === id));
        return t(`app.seg.say.tag_${rule.test}`, { values: list(names, rule.test === "all" ? both : either) });
      }
      case "username":
        return t(`app.seg.say.username_${rule.test}`);
      case "moment":
        return timed(t(`app.seg.name.${rule.fact}`), rule);
      case "count": {
        const name = t(`app.seg.name.${rule.fact}`);
        if (rule.test === "at_most" && rule.count === 0) return t("app.seg.say.nothing", { name });
        return t(`app.seg.say.${rule.test}`, { name, number: format.number(rule.count) });
      }
      case "broadcast":
        return t(`app.seg.say.${rule.test}`, { name: nameIn(known?.broadcasts, ({ id }) => id === rule.broadcastId) });
      case "field": {
        const name = field(rule.field);
        if (rule.of === "text" || rule.of === "choice") return compared(name, rule);
        if (rule.of === "number") return numbered(name, rule);
        return rule.of === "date" ? timed(name, rule) : t(`app.seg.say.${rule.test}`, { name });
      }
    }
  }

  function phrase(condition: Condition, isInner: boolean): string {
    if (!isGroup(condition)) return rulePhrase(condition);
    const parts = condition.of.map((one) => phrase(one, condition.of.length > 1));
    if (condition.kind === "none") return t("app.seg.say.none", { what: either.format(parts) });
    const said = condition.kind === "any" ? either.format(parts) : parts.join(" · ");
    return isInner && parts.length > 1 ? `(${said})` : said;
  }

  return {
    rule: rulePhrase,
    sentence: (condition) =>
      condition === null || (isGroup(condition) && condition.of.length === 0)
        ? t("app.seg.say.everybody")
        : phrase(condition, false),
    language,
    field,
  };
}

export function useSegmentWords(): SegmentWords {
  const t = useT();
  const format = useFormat();
  const { data } = useQuery(vocabularyQuery);
  return useMemo(() => segmentWords(t, format, data), [t, format, data]);
}

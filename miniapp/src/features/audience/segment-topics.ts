/** What a rule can be about, as a person looks for it; the rule it begins as; and what a rule becomes when its test is changed. */
import {
  addDaysTo,
  booleanTests,
  broadcastTests,
  choiceTests,
  countFacts,
  countTests,
  dayOf,
  listTests,
  momentFacts,
  presenceTests,
  type Rule,
  type SegmentFieldKind,
  tagTests,
  textTests,
} from "@backend/modules/audience/domain/segment.ts";
import type { AppKey, AppTranslator } from "@miniapp/shared/i18n.ts";
import type { Vocabulary } from "./segment-api.ts";

export interface Topic {
  /** Names it in the picker. */
  key: string;
  label: string;
  hint: string;
  fresh(): Rule;
}

/** Whatever is asked most comes first; fields of the workspace after what everybody has. */
export function topicsOf(t: AppTranslator, { fields, bots }: Vocabulary): Topic[] {
  const person = t("app.seg.topic_person");
  const topic = (key: string, label: AppKey & `app.seg.name.${string}`, hint: string, fresh: () => Rule): Topic => ({
    key,
    label: t(label),
    hint,
    fresh,
  });
  return [
    topic("tag", "app.seg.name.tag", person, () => ({ kind: "tag", test: "any", values: [] })),
    topic("language", "app.seg.name.language", person, () => ({ kind: "language", test: "is", values: [] })),
    topic("source", "app.seg.name.source", person, () => ({ kind: "source", test: "is", values: [] })),
    ...fields.map(
      (field): Topic => ({
        key: `field ${field.key}`,
        label: field.name,
        hint: t("app.seg.topic_field"),
        fresh: () => freshField(field),
      }),
    ),
    ...momentFacts.map((fact) =>
      topic(`moment ${fact}`, `app.seg.name.${fact}`, t("app.seg.topic_when"), () => ({
        kind: "moment",
        fact,
        test: "within",
        days: 30,
      })),
    ),
    ...countFacts.map((fact) =>
      topic(`count ${fact}`, `app.seg.name.${fact}`, t("app.seg.topic_did"), () => ({
        kind: "count",
        fact,
        test: "at_least",
        count: 1,
      })),
    ),
    topic("broadcast", "app.seg.name.broadcast", t("app.seg.topic_did"), () => ({
      kind: "broadcast",
      test: "got",
      broadcastId: "",
    })),
    ...(bots.length > 1
      ? [topic("bot", "app.seg.name.bot", person, (): Rule => ({ kind: "bot", test: "is", values: [] }))]
      : []),
    topic("username", "app.seg.name.username", person, () => ({ kind: "username", test: "set" })),
    topic("origin", "app.seg.name.origin", person, () => ({ kind: "origin", test: "is", values: [] })),
    topic("state", "app.seg.name.state", person, () => ({ kind: "state", test: "is", values: [] })),
  ];
}

function freshField({ key, kind }: Vocabulary["fields"][number]): Rule {
  const about = { kind: "field", field: key } as const;
  switch (kind) {
    case "text":
    case "choice":
      return { ...about, of: kind, test: "is", values: [] };
    case "number":
      return { ...about, of: kind, test: "set" };
    case "date":
      return { ...about, of: kind, test: "last", days: 30 };
    case "boolean":
      return { ...about, of: kind, test: "yes" };
  }
}

type TestKey = AppKey & `app.seg.test.${string}`;
export type TestName = TestKey extends `app.seg.test.${infer Name}` ? Name : never;

/** The ways in which this rule can compare, in the order of the screen. */
export function testsOf(rule: Rule): readonly TestName[] {
  switch (rule.kind) {
    case "bot":
    case "origin":
    case "state":
      return listTests;
    case "language":
      return choiceTests;
    case "source":
      return textTests;
    case "tag":
      return tagTests;
    case "username":
      return presenceTests;
    case "count":
      return countTests;
    case "broadcast":
      return broadcastTests;
    case "moment":
      return ["within", "older", "since", "before", "ever", "never"];
    case "field":
      return testsOfField[rule.of];
  }
}

const testsOfField: Readonly<Record<SegmentFieldKind, readonly TestName[]>> = {
  text: textTests,
  choice: choiceTests,
  number: ["equals", "below", "above", "between", ...presenceTests],
  date: ["last", "next", "since", "before", "anniversary", ...presenceTests],
  boolean: booleanTests,
};

/** The same rule with another test; what the former one compared with is kept as far as the new one has a place for it. */
export function withTest(rule: Rule, test: string, timeZone: string): Rule {
  const isBare = test === "set" || test === "unset";
  const values = "values" in rule && !isBare ? rule.values : [];
  const { test: _, ...rest } = rule;
  // The screen offers only tests of the rule's own kind: `testsOf`.
  if ("values" in rule) return { ...rest, test, values } as Rule;
  const { kind } = rule;
  const isTimed = kind === "moment" || (kind === "field" && rule.of === "date");
  const isNumber = kind === "field" && rule.of === "number";
  if (!isTimed && !isNumber) return { ...rest, test } as Rule;
  const about = kind === "moment" ? { kind, fact: rule.fact } : { kind, field: rule.field, of: rule.of };
  if (isNumber) {
    const value = "value" in rule ? rule.value : "from" in rule ? rule.from : 0;
    if (isBare) return { ...about, test } as Rule;
    return (test === "between" ? { ...about, test, from: value, to: value } : { ...about, test, value }) as Rule;
  }
  if (["within", "older", "last", "next"].includes(test))
    return { ...about, test, days: "days" in rule ? rule.days : 30 } as Rule;
  if (test === "since" || test === "before") {
    const monthAgo = addDaysTo(dayOf(new Date(), timeZone), -30);
    return { ...about, test, day: "day" in rule ? rule.day : monthAgo } as Rule;
  }
  return { ...about, test } as Rule;
}

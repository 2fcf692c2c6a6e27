/**
 * Segments: conditions over subscribers, as the builder makes them and a broadcast keeps them. Pure, and shared with the screen;
 * `segment-sql.ts` turns them into a question to the database. What each test means is written at its shape.
 */

/** Limits of one condition; `name` and `segments` are those of saved ones. */
export const segmentLimits = {
  /** Groups within groups; the outermost is the first. */
  depth: 5,
  rules: 50,
  values: 200,
  textLength: 200,
  /** Stars of one pattern. */
  stars: 10,
  days: 3_650,
  count: 1_000_000_000,
  name: 80,
  segments: 500,
  /** Of the workspace's broadcasts the newest so many can be chosen by name. */
  namedBroadcasts: 500,
} as const;

/** "is": equal to one of the values. "contains", "starts": so does one of them. "glob": `*` and `?` over the whole text. Case aside. */
export const textTests = ["is", "is_not", "contains", "starts", "glob", "set", "unset"] as const;
export const choiceTests = ["is", "is_not", "set", "unset"] as const;
export const listTests = ["is", "is_not"] as const;
/** Has one of the tags, every one, or none of them. */
export const tagTests = ["any", "all", "none"] as const;
export const presenceTests = ["set", "unset"] as const;
export const booleanTests = ["yes", "no", "set", "unset"] as const;
export const countTests = ["at_least", "at_most"] as const;
/** "not_clicked": got it and used none of its links. "not_got" holds for everybody else too. */
export const broadcastTests = ["got", "not_got", "clicked", "not_clicked"] as const;

export const momentFacts = ["subscribed", "seen", "lost", "click", "conversion", "order"] as const;
export type MomentFact = (typeof momentFacts)[number];
export const countFacts = ["clicks", "conversions", "orders"] as const;
export type CountFact = (typeof countFacts)[number];
export const stateValues = ["active", "blocked", "deactivated", "unreachable"] as const;
export const originValues = ["start", "import", "other"] as const;
export const segmentFieldKinds = ["text", "number", "date", "boolean", "choice"] as const;
export type SegmentFieldKind = (typeof segmentFieldKinds)[number];

type OneOf<List extends readonly unknown[]> = List[number];

/** Of "set" and "unset" `values` is empty. */
export interface TextTest {
  test: OneOf<typeof textTests>;
  values: readonly string[];
}
export interface ChoiceTest {
  test: OneOf<typeof choiceTests>;
  values: readonly string[];
}

/**
 * "within": since the same time of the wall so many days ago; "older": before it. "since": from the beginning of that day on;
 * "before": earlier than it. All by the workspace's zone. What never was fits "never" alone.
 */
export type MomentTest =
  | { test: "within" | "older"; days: number }
  | { test: "since" | "before"; day: string }
  | { test: "ever" | "never" };

/** "between": both ends included. */
export type NumberTest =
  | { test: "equals" | "below" | "above"; value: number }
  | { test: "between"; from: number; to: number }
  | { test: "set" | "unset" };

/**
 * Of days without a time. "last": today and the days before it, so many together; "next": today and the days after it. "anniversary":
 * today is the day and month; people of 29 February have theirs on the 28th when there is no 29th.
 */
export type DateTest =
  | { test: "last" | "next"; days: number }
  | { test: "since" | "before"; day: string }
  | { test: "anniversary" | "set" | "unset" };

export type FieldTest =
  | ({ of: "text" } & TextTest)
  | ({ of: "choice" } & ChoiceTest)
  | ({ of: "number" } & NumberTest)
  | ({ of: "date" } & DateTest)
  | { of: "boolean"; test: OneOf<typeof booleanTests> };

export type Rule =
  | { kind: "bot"; test: OneOf<typeof listTests>; values: readonly string[] }
  | ({ kind: "language" } & ChoiceTest)
  | { kind: "tag"; test: OneOf<typeof tagTests>; values: readonly number[] }
  /** `field` is its key; `of` the kind it had when the rule was made. */
  | ({ kind: "field"; field: string } & FieldTest)
  | ({ kind: "source" } & TextTest)
  | { kind: "origin"; test: OneOf<typeof listTests>; values: readonly OneOf<typeof originValues>[] }
  | { kind: "state"; test: OneOf<typeof listTests>; values: readonly OneOf<typeof stateValues>[] }
  | { kind: "username"; test: OneOf<typeof presenceTests> }
  | ({ kind: "moment"; fact: MomentFact } & MomentTest)
  | { kind: "count"; fact: CountFact; test: OneOf<typeof countTests>; count: number }
  | { kind: "broadcast"; test: OneOf<typeof broadcastTests>; broadcastId: string };
export type RuleKind = Rule["kind"];

export const groupKinds = ["all", "any", "none"] as const;
/** `all`: every one holds (an empty one, which only the outermost may be, is everybody). `any`: at least one. `none`: not one of them. */
export interface Group {
  kind: OneOf<typeof groupKinds>;
  of: readonly Condition[];
}
export type Condition = Group | Rule;

export const isGroup = (condition: Condition): condition is Group =>
  condition.kind === "all" || condition.kind === "any" || condition.kind === "none";

/** Every rule, outermost first. */
export const rulesOf = (condition: Condition): Rule[] =>
  isGroup(condition) ? condition.of.flatMap(rulesOf) : [condition];

// ── What is wrong with a condition ──────────────────────────────────────────────────────────────────────────────────

/** What a workspace has that rules may name. */
export interface Known {
  bots: ReadonlySet<string>;
  tags: ReadonlySet<number>;
  /** Kind by key. */
  fields: ReadonlyMap<string, SegmentFieldKind>;
  broadcasts: ReadonlySet<string>;
}

/** `code` is the key of a sentence; `path` leads from the outermost group to the group or rule concerned, by places from 0. */
export interface Problem {
  path: readonly number[];
  code:
    | "segments.group_empty"
    | "segments.too_deep"
    | "segments.too_many_rules"
    | "segments.no_values"
    | "segments.too_many_values"
    | "segments.text_invalid"
    | "segments.glob_heavy"
    | "segments.day_invalid"
    | "segments.days_invalid"
    | "segments.number_invalid"
    | "segments.range_reversed"
    | "segments.bot_gone"
    | "segments.tag_gone"
    | "segments.field_gone"
    | "segments.field_changed"
    | "segments.broadcast_gone";
}

/** "2026-03-29", a day that exists. */
export function isCalendarDay(text: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/**
 * Everything that keeps a condition from being used, in the order of the screen; empty = it can be. Without `known` only what is
 * wrong in itself. A rule that names what is gone is a problem rather than false: inside "none of" it would reach everybody.
 */
export function checkCondition(condition: Condition, known?: Known): Problem[] {
  const problems: Problem[] = [];
  let rules = 0;
  const walk = (one: Condition, path: readonly number[]) => {
    if (!isGroup(one)) {
      rules += 1;
      if (rules === segmentLimits.rules + 1) problems.push({ path, code: "segments.too_many_rules" });
      const code = ruleProblem(one) ?? (known && lostProblem(one, known));
      if (code) problems.push({ path, code });
      return;
    }
    if (path.length >= segmentLimits.depth) {
      problems.push({ path, code: "segments.too_deep" });
      return;
    }
    if (one.of.length === 0 && (path.length > 0 || one.kind !== "all"))
      problems.push({ path, code: "segments.group_empty" });
    for (const [index, inner] of one.of.entries()) walk(inner, [...path, index]);
  };
  walk(condition, []);
  return problems;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\u0000-\u001f\u007f]/;
const isText = (text: string) => text.trim() !== "" && text.length <= segmentLimits.textLength && !controls.test(text);
const isDays = (days: number) => Number.isInteger(days) && days >= 1 && days <= segmentLimits.days;

function listProblem(values: readonly unknown[]): Problem["code"] | undefined {
  if (values.length === 0) return "segments.no_values";
  return values.length > segmentLimits.values ? "segments.too_many_values" : undefined;
}

function textProblem({ test, values }: TextTest | ChoiceTest): Problem["code"] | undefined {
  if (test === "set" || test === "unset") return undefined;
  if (!values.every(isText)) return "segments.text_invalid";
  if (test === "glob" && values.some((value) => value.split("*").length - 1 > segmentLimits.stars))
    return "segments.glob_heavy";
  return listProblem(values);
}

function timeProblem(rule: MomentTest | DateTest): Problem["code"] | undefined {
  if ("days" in rule) return isDays(rule.days) ? undefined : "segments.days_invalid";
  if ("day" in rule) return isCalendarDay(rule.day) ? undefined : "segments.day_invalid";
  return undefined;
}

function numberProblem(rule: NumberTest): Problem["code"] | undefined {
  if (rule.test === "between") {
    if (!Number.isFinite(rule.from) || !Number.isFinite(rule.to)) return "segments.number_invalid";
    return rule.from > rule.to ? "segments.range_reversed" : undefined;
  }
  return "value" in rule && !Number.isFinite(rule.value) ? "segments.number_invalid" : undefined;
}

function ruleProblem(rule: Rule): Problem["code"] | undefined {
  switch (rule.kind) {
    case "bot":
    case "tag":
    case "origin":
    case "state":
      return listProblem(rule.values);
    case "language":
    case "source":
      return textProblem(rule);
    case "moment":
      return timeProblem(rule);
    case "count":
      return Number.isInteger(rule.count) && rule.count >= 0 && rule.count <= segmentLimits.count
        ? undefined
        : "segments.number_invalid";
    case "field":
      if (rule.of === "text" || rule.of === "choice") return textProblem(rule);
      if (rule.of === "number") return numberProblem(rule);
      return rule.of === "date" ? timeProblem(rule) : undefined;
    case "username":
    case "broadcast":
      return undefined;
  }
}

function lostProblem(rule: Rule, known: Known): Problem["code"] | undefined {
  switch (rule.kind) {
    case "bot":
      return rule.values.every((id) => known.bots.has(id)) ? undefined : "segments.bot_gone";
    case "tag":
      return rule.values.every((id) => known.tags.has(id)) ? undefined : "segments.tag_gone";
    case "field": {
      const kind = known.fields.get(rule.field);
      if (kind === undefined) return "segments.field_gone";
      return kind === rule.of ? undefined : "segments.field_changed";
    }
    case "broadcast":
      return known.broadcasts.has(rule.broadcastId) ? undefined : "segments.broadcast_gone";
    default:
      return undefined;
  }
}

// ── Days ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The day that a moment belongs to in a zone: "2026-03-29". */
export const dayOf = (moment: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(moment);

/** A day so many days later, or earlier. */
export const addDaysTo = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Months and days ("02-29") whose anniversary is on this day. */
export function anniversariesOn(day: string): string[] {
  const own = day.slice(5);
  const isShort = own === "02-28" && addDaysTo(day, 1).slice(5) === "03-01";
  return isShort ? [own, "02-29"] : [own];
}

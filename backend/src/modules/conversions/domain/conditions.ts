/**
 * What a route asks of a conversion. Shapes and their limits; the screen checks a form by the same rules the server does.
 * Evaluation lives in routing.ts, patterns in patterns.ts.
 */
import Big from "big.js";

/** Facts that are compared as text. Where a fact has an id and a name, either may match. */
export const textFields = [
  "connection",
  "status",
  "raw_status",
  "campaign",
  "flow",
  "offer",
  "landing",
  "creative",
  "source",
  "traffic_source",
  "country",
  "currency",
  "sub",
] as const;
export type TextField = (typeof textFields)[number];

/**
 * "is": equal to one of the values, case aside. "glob": `*` and `?` over the whole text. "regex": found anywhere, linear time.
 * "absent": the tracker sent none; takes no values.
 */
export const textOperators = ["is", "glob", "regex", "absent"] as const;
export type TextOperator = (typeof textOperators)[number];

export interface TextCondition {
  kind: "text";
  field: TextField;
  /** 1 to 30, of "sub" only. */
  sub?: number;
  operator: TextOperator;
  values: string[];
  /** Holds when the rest does not. */
  not: boolean;
}

/** Amount from `min` to `max`, both included; null leaves a side open. A conversion without an amount never meets it. */
export interface AmountCondition {
  kind: "amount";
  /** Exact decimal text. */
  min: string | null;
  max: string | null;
  /** Only amounts of this currency meet it; null: of any. */
  currency: string | null;
  not: boolean;
}

/** Local time of the workspace, from `from` (included) to `to` (not included), over midnight when `to` is earlier. "HH:MM". */
export interface TimeCondition {
  kind: "time";
  from: string;
  to: string;
  not: boolean;
}

export type Condition = TextCondition | AmountCondition | TimeCondition;

export const limits = {
  routes: 500,
  conditions: 20,
  values: 200,
  valueLength: 300,
  patternLength: 500,
  targets: 20,
  name: 80,
  /** Shortest and longest digest: a minute, a day. */
  digestMinutes: { min: 1, max: 1_440 },
  cap: { min: 1, max: 10_000 },
} as const;

/** Where a route tells. A person is told in his private chat with the bot. */
export type RouteTarget = (
  | { kind: "chat"; chatId: string; threadId: number | null }
  | { kind: "person"; personId: string }
) & {
  /** Null: the workspace's default texts. */
  templateId: string | null;
  /** Null: the connection's language, or the person's. */
  locale: "en" | "ru" | "uk" | null;
  isSilent: boolean;
};

/** "now": each alert by itself. "digest": all that gather within so many minutes, as one. Alerts above the cap are gathered too. */
export interface Pace {
  digestMinutes: number | null;
  cap: { count: number; minutes: number } | null;
}

/** Hours in which a target is left alone, by the recipient's clock: what comes then is told as one digest when they end, or not at all. */
export interface QuietHours {
  from: string;
  to: string;
  policy: "hold" | "drop";
}

/** The part of a route that a person edits. */
export interface RouteDraft {
  name: string;
  isOn: boolean;
  isFallback: boolean;
  stops: boolean;
  conditions: Condition[];
  targets: RouteTarget[];
  pace: Pace;
  quiet: QuietHours | null;
}

export interface Route extends RouteDraft {
  id: string;
}

export const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** What is wrong with a draft, as the code of a sentence, and the field it is about. */
export interface RouteProblem {
  code:
    | "conversions.route_name_invalid"
    | "conversions.route_no_targets"
    | "conversions.route_target_twice"
    | "conversions.condition_empty"
    | "conversions.condition_sub_missing"
    | "conversions.condition_value_long"
    | "conversions.condition_regex_invalid"
    | "conversions.condition_regex_heavy"
    | "conversions.condition_amount_open"
    | "conversions.condition_amount_reversed"
    | "conversions.condition_time_empty"
    | "conversions.quiet_time_empty";
  field: "name" | "conditions" | "targets" | "quiet";
  /** Which condition or target, from 0. */
  index?: number;
}

/** Checks one regular expression; undefined = fine. The screen leaves it to the server, which has the engine. */
export type RegexCheck = (
  pattern: string,
) => "conversions.condition_regex_invalid" | "conversions.condition_regex_heavy" | undefined;

const isSameTarget = (a: RouteTarget, b: RouteTarget) =>
  a.kind === "chat"
    ? b.kind === "chat" && a.chatId === b.chatId && a.threadId === b.threadId
    : b.kind === "person" && a.personId === b.personId;

/** The first thing that keeps a draft from being saved; null when it can be. */
export function routeProblem(draft: RouteDraft, checkRegex?: RegexCheck): RouteProblem | null {
  const name = draft.name.trim();
  if (name === "" || [...name].length > limits.name) return { code: "conversions.route_name_invalid", field: "name" };
  for (const [index, condition] of draft.conditions.entries()) {
    const code = conditionProblem(condition, checkRegex);
    if (code) return { code, field: "conditions", index };
  }
  if (draft.targets.length === 0) return { code: "conversions.route_no_targets", field: "targets" };
  for (const [index, target] of draft.targets.entries())
    if (draft.targets.slice(0, index).some((other) => isSameTarget(other, target)))
      return { code: "conversions.route_target_twice", field: "targets", index };
  if (draft.quiet !== null && draft.quiet.from === draft.quiet.to)
    return { code: "conversions.quiet_time_empty", field: "quiet" };
  return null;
}

export function conditionProblem(condition: Condition, checkRegex?: RegexCheck): RouteProblem["code"] | null {
  switch (condition.kind) {
    case "time":
      return condition.from === condition.to ? "conversions.condition_time_empty" : null;
    case "amount":
      if (condition.min === null && condition.max === null) return "conversions.condition_amount_open";
      // Exact decimals; the screen must not round what it compares.
      return condition.min !== null && condition.max !== null && new Big(condition.min).gt(condition.max)
        ? "conversions.condition_amount_reversed"
        : null;
    case "text": {
      if (condition.field === "sub" && condition.sub === undefined) return "conversions.condition_sub_missing";
      if (condition.operator === "absent") return null;
      if (condition.values.length === 0 || condition.values.some((value) => value.trim() === ""))
        return "conversions.condition_empty";
      const most = condition.operator === "regex" ? limits.patternLength : limits.valueLength;
      if (condition.values.some((value) => value.length > most)) return "conversions.condition_value_long";
      if (condition.operator !== "regex") return null;
      for (const value of condition.values) {
        const problem = checkRegex?.(value);
        if (problem) return problem;
      }
      return null;
    }
  }
}

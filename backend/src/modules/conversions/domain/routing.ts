/**
 * Which routes a conversion takes: a pure function of the routes and of what is known of it. Routes are asked in their order,
 * each once, and none leads to another, so nothing can go in circles.
 *
 * Five hundred routes of twenty conditions each are asked for every conversion. So equal conditions are one condition, the
 * conditions on one field are answered together, and the answers to a value that came before are remembered: what remains for
 * a conversion is to look up bits (figures in docs/performance.md).
 */
import Big from "big.js";
import type { AmountCondition, Condition, Route, TextCondition, TimeCondition } from "./conditions.ts";
import { compileRegex, foldText, matchesGlob } from "./patterns.ts";
import type { ConversionFacts } from "./read-call.ts";
import { minutesOf } from "./wall-clock.ts";

/** What routes are asked about. */
export interface Routed {
  connectionId: string;
  facts: ConversionFacts;
  /** Minutes since midnight by the workspace's clock. */
  minuteOfDay: number;
}

export interface RouteTrace {
  route: Route;
  outcome: "matched" | "not_matched" | "off" | "not_asked";
  conditions: { condition: Condition; holds: boolean; values: string[] }[];
}

export interface Router {
  /** The routes that match, in their order. */
  match(routed: Routed): Route[];
  /** Every route with every condition, for people. */
  explain(routed: Routed): RouteTrace[];
}

/** What a text condition is compared with: an id and a name where the fact has both. Empty: the tracker sent none. */
export function candidatesOf(condition: Pick<TextCondition, "field" | "sub">, routed: Routed): string[] {
  const { facts } = routed;
  const some = (...values: (string | null | undefined)[]) =>
    values.filter((value) => value != null && value !== "") as string[];
  switch (condition.field) {
    case "connection":
      return [routed.connectionId];
    case "status":
      return [facts.status];
    case "raw_status":
      return some(facts.rawStatus);
    case "campaign":
      return some(facts.campaignId, facts.campaignName);
    case "flow":
      return some(facts.flowId, facts.flowName);
    case "offer":
      return some(facts.offerId, facts.offerName);
    case "landing":
      return some(facts.landingId, facts.landingName);
    case "creative":
      return some(facts.creativeId, facts.creativeName);
    case "source":
      return some(facts.source);
    case "traffic_source":
      return some(facts.trafficSource);
    case "country":
      return some(facts.country);
    case "currency":
      return some(facts.currency);
    case "sub":
      return some(facts.subIds[String(condition.sub ?? 1)]);
  }
}

/** The answers of all conditions of one group to one value: 1 = holds. */
type Answers = Uint8Array;

/** Conditions that look at the same thing, answered together. */
interface Group {
  /** Tells values apart for which the answers may differ. */
  keyOf(routed: Routed): string;
  answer(routed: Routed): Answers;
  remembered: Map<string, Answers>;
  rememberAtMost: number;
}

/** Memory for the answers of one group. */
const rememberedBytes = 2_000_000;

export function compileRoutes(routes: readonly Route[]): Router {
  const asked = routes.filter((route) => route.isOn);
  const { groups, places } = groupConditions(asked.flatMap((route) => route.conditions));
  const compiled = asked.map((route) => {
    const at = route.conditions.map((condition) => places.get(keyOfCondition(condition)) as Place);
    return {
      route,
      groups: Uint16Array.from(at, (place) => place.group),
      bits: Uint16Array.from(at, (place) => place.bit),
    };
  });

  const answersTo = (routed: Routed): (Answers | undefined)[] => groups.map((group) => recall(group, routed));
  function match(routed: Routed): Route[] {
    const answers = answersTo(routed);
    const matched: Route[] = [];
    for (const { route, groups: inGroup, bits } of compiled) {
      if (route.isFallback && matched.length > 0) continue;
      let holds = true;
      for (let i = 0; i < bits.length && holds; i++) {
        holds = answers[inGroup[i] as number]?.[bits[i] as number] === 1;
      }
      if (!holds) continue;
      matched.push(route);
      if (route.stops) break;
    }
    return matched;
  }
  return { match, explain: (routed) => explain(routes, match(routed), routed) };
}

function recall(group: Group, routed: Routed): Answers {
  const key = group.keyOf(routed);
  const known = group.remembered.get(key);
  if (known) return known;
  const answers = group.answer(routed);
  if (group.remembered.size >= group.rememberAtMost) group.remembered.clear();
  group.remembered.set(key, answers);
  return answers;
}

function explain(routes: readonly Route[], matched: readonly Route[], routed: Routed): RouteTrace[] {
  const stoppedAt = matched.findLast((route) => route.stops);
  let isOver = false;
  let found = 0;
  return routes.map((route) => {
    const conditions = route.conditions.map((condition) => ({
      condition,
      holds: holdsAlone(condition, routed),
      values: comparedValues(condition, routed),
    }));
    const isMatched = matched.includes(route);
    const isAsked = !isOver && !(route.isFallback && found > 0);
    if (isMatched) found++;
    if (route === stoppedAt) isOver = true;
    const outcome = isMatched ? "matched" : !route.isOn ? "off" : isAsked ? "not_matched" : "not_asked";
    return { route, outcome, conditions };
  });
}

/** One condition by itself, as the compiled routes answer it. */
export function holdsAlone(condition: Condition, routed: Routed): boolean {
  const { groups } = groupConditions([condition]);
  return groups[0]?.answer(routed)[0] === 1;
}

function comparedValues(condition: Condition, routed: Routed): string[] {
  switch (condition.kind) {
    case "text":
      return candidatesOf(condition, routed);
    case "amount": {
      const { amount, currency } = routed.facts;
      return amount === null ? [] : [currency === null ? amount : `${amount} ${currency}`];
    }
    case "time":
      return [
        `${String(Math.floor(routed.minuteOfDay / 60)).padStart(2, "0")}:${String(routed.minuteOfDay % 60).padStart(2, "0")}`,
      ];
  }
}

// ── Groups of conditions ────────────────────────────────────────────────────────────────────────────────────────────

interface Place {
  group: number;
  bit: number;
}

const keyOfCondition = (condition: Condition): string =>
  condition.kind === "text"
    ? JSON.stringify([condition.field, condition.sub ?? 1, condition.operator, condition.values, condition.not])
    : JSON.stringify(condition);
const keyOfGroup = (condition: Condition): string =>
  condition.kind === "text"
    ? `${condition.field} ${condition.field === "sub" ? (condition.sub ?? 1) : ""}`
    : condition.kind;

function groupConditions(conditions: readonly Condition[]): { groups: Group[]; places: Map<string, Place> } {
  const members = new Map<string, Condition[]>();
  const places = new Map<string, Place>();
  const order: string[] = [];
  for (const condition of conditions) {
    const key = keyOfCondition(condition);
    if (places.has(key)) continue;
    const name = keyOfGroup(condition);
    const list = members.get(name) ?? [];
    if (list.length === 0) order.push(name);
    places.set(key, { group: order.indexOf(name), bit: list.length });
    list.push(condition);
    members.set(name, list);
  }
  return { groups: order.map((name) => makeGroup(members.get(name) ?? [])), places };
}

function makeGroup(conditions: readonly Condition[]): Group {
  const [first] = conditions;
  const base = {
    remembered: new Map<string, Answers>(),
    rememberAtMost: Math.max(16, Math.floor(rememberedBytes / (conditions.length + 100))),
  };
  switch (first?.kind) {
    case "amount": {
      const tests = (conditions as AmountCondition[]).map(amountTest);
      return {
        ...base,
        keyOf: ({ facts }) => `${facts.amount} ${facts.currency}`,
        answer: ({ facts }) => Uint8Array.from(tests, (test) => (test(facts) ? 1 : 0)),
      };
    }
    case "time": {
      const tests = (conditions as TimeCondition[]).map(timeTest);
      return {
        ...base,
        keyOf: ({ minuteOfDay }) => String(minuteOfDay),
        answer: ({ minuteOfDay }) => Uint8Array.from(tests, (test) => (test(minuteOfDay) ? 1 : 0)),
      };
    }
    default: {
      const answer = textAnswers(conditions as TextCondition[]);
      const of = (first ?? { field: "status" }) as TextCondition;
      return {
        ...base,
        keyOf: (routed) => candidatesOf(of, routed).join("\n"),
        answer: (routed) => answer(candidatesOf(of, routed).map(foldText)),
      };
    }
  }
}

/** Values that are asked for by equality are found by look-up, so that a thousand of them cost as much as one. */
function textAnswers(conditions: readonly TextCondition[]): (candidates: string[]) => Answers {
  const never = Uint8Array.from(conditions, (condition) => (condition.not ? 1 : 0));
  const byValue = new Map<string, number[]>();
  const others: { bit: number; test: (candidates: string[]) => boolean }[] = [];
  for (const [bit, condition] of conditions.entries()) {
    if (condition.operator === "is") {
      for (const value of condition.values) {
        const folded = foldText(value);
        const bits = byValue.get(folded) ?? [];
        if (!bits.includes(bit)) bits.push(bit);
        byValue.set(folded, bits);
      }
    } else others.push({ bit, test: textTest(condition) });
  }
  return (candidates) => {
    const answers = never.slice();
    const holds = (bit: number) => {
      answers[bit] = conditions[bit]?.not ? 0 : 1;
    };
    for (const candidate of candidates) for (const bit of byValue.get(candidate) ?? []) holds(bit);
    for (const { bit, test } of others) if (test(candidates)) holds(bit);
    return answers;
  };
}

function textTest(condition: TextCondition): (candidates: string[]) => boolean {
  if (condition.operator === "absent") return (candidates) => candidates.length === 0;
  const tests = condition.values.map((value) => {
    if (condition.operator === "glob") {
      const pattern = foldText(value);
      return (text: string) => matchesGlob(pattern, text);
    }
    const compiled = compileRegex(value);
    // One that no longer compiles (another version accepted it) matches nothing, whichever way it is asked.
    return compiled.ok ? compiled.test : () => condition.not;
  });
  return (candidates) => candidates.some((candidate) => tests.some((test) => test(candidate)));
}

function amountTest(condition: AmountCondition): (facts: ConversionFacts) => boolean {
  const min = condition.min === null ? null : new Big(condition.min);
  const max = condition.max === null ? null : new Big(condition.max);
  const currency = condition.currency === null ? null : foldText(condition.currency);
  return ({ amount, currency: theirs }) => {
    if (amount === null) return condition.not;
    const value = new Big(amount);
    const isWithin = (min === null || value.gte(min)) && (max === null || value.lte(max));
    const isOfIt = currency === null || (theirs !== null && foldText(theirs) === currency);
    return (isWithin && isOfIt) !== condition.not;
  };
}

function timeTest(condition: TimeCondition): (minuteOfDay: number) => boolean {
  const from = minutesOf(condition.from);
  const to = minutesOf(condition.to);
  return (minute) => {
    const isWithin = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
    return isWithin !== condition.not;
  };
}

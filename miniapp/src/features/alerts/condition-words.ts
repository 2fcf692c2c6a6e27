/** Routes in words: each condition a phrase, each route a sentence. */
import type { Condition, RouteDraft, RouteTarget, TextField } from "@backend/modules/conversions/domain/conditions.ts";
import { type Format, useFormat } from "@miniapp/shared/format.ts";
import { type AppKey, type AppTranslator, useT } from "@miniapp/shared/i18n.ts";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { connectionsQuery } from "../conversions/api.ts";
import { statusKey } from "../conversions/status.tsx";
import { useCan } from "../identity/me.ts";

export const fieldKeys = {
  connection: "app.conversion.connection",
  status: "app.cond.status",
  raw_status: "app.conversion.raw_status",
  campaign: "app.conversion.campaign",
  flow: "app.conversion.flow",
  offer: "app.conversion.offer",
  landing: "app.conversion.landing",
  creative: "app.conversion.creative",
  source: "app.conversion.source",
  traffic_source: "app.conversion.traffic_source",
  country: "app.conversion.country",
  currency: "app.cond.currency",
  sub: "app.cond.sub",
} as const satisfies Readonly<Record<TextField, AppKey>>;

/** So many values are named; the others are counted. */
const namedValues = 4;

export interface RouteWords {
  field(field: TextField, sub?: number): string;
  value(field: TextField, value: string): string;
  condition(condition: Condition): string;
  /** All conditions of a route. */
  conditions(conditions: readonly Condition[]): string;
  /** "Digest every 60 min", or null when alerts go at once. */
  pace(route: Pick<RouteDraft, "pace" | "quiet">): string[];
}

export function routeWords(t: AppTranslator, format: Format, connectionName: (id: string) => string | undefined) {
  const list = new Intl.ListFormat(t.locale, { type: "disjunction" });
  const words: RouteWords = {
    field: (field, sub) =>
      field === "sub" ? t("app.conversion.sub", { number: String(sub ?? 1) }) : t(fieldKeys[field]),
    value: (field, value) =>
      field === "status" ? t(statusKey(value)) : field === "connection" ? (connectionName(value) ?? value) : value,
    condition(condition) {
      if (condition.kind === "text") return textPhrase(condition);
      const phrase = condition.kind === "amount" ? amountPhrase(condition) : t("app.cond.time", condition);
      return condition.not ? t("app.cond.not", { phrase }) : phrase;
    },
    conditions: (conditions) =>
      conditions.length === 0 ? t("app.cond.everything") : conditions.map(words.condition).join(" · "),
    pace({ pace, quiet }) {
      const said: string[] = [];
      if (pace.digestMinutes !== null)
        said.push(t("app.pace.digest", { duration: format.duration(pace.digestMinutes * 60_000) }));
      if (pace.cap !== null)
        said.push(
          t("app.pace.cap", {
            count: pace.cap.count,
            duration: format.duration(pace.cap.minutes * 60_000),
          }),
        );
      if (quiet !== null) said.push(t("app.pace.quiet", { from: quiet.from, to: quiet.to }));
      return said;
    },
  };
  function textPhrase({ field, sub, operator, values, not }: Extract<Condition, { kind: "text" }>): string {
    const name = words.field(field, sub);
    if (operator === "absent") return t(not ? "app.cond.present" : "app.cond.absent", { field: name });
    const named = values.slice(0, namedValues).map((value) => words.value(field, value));
    const rest = values.length - named.length;
    const said = rest > 0 ? `${named.join(", ")} +${format.number(rest)}` : list.format(named);
    if (operator !== "is") {
      const phrase = t(operator === "glob" ? "app.cond.glob" : "app.cond.regex", { field: name, values: said });
      return not ? t("app.cond.not", { phrase }) : phrase;
    }
    if (field === "status") return not ? t("app.cond.not", { phrase: said }) : said;
    return t(not ? "app.cond.is_not" : "app.cond.is", { field: name, values: said });
  }
  function amountPhrase({ min, max, currency }: Extract<Condition, { kind: "amount" }>): string {
    const money = (amount: string) => format.money(amount, currency);
    if (min !== null && max !== null) return t("app.cond.amount_between", { min: money(min), max: money(max) });
    if (min !== null) return t("app.cond.amount_from", { min: money(min) });
    if (max !== null) return t("app.cond.amount_to", { max: money(max) });
    return t("app.cond.amount");
  }
  return words;
}

export function useRouteWords(): RouteWords {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { data: connections } = useQuery({ ...connectionsQuery, enabled: can("connections.read") });
  return useMemo(
    () => routeWords(t, format, (id) => connections?.find((connection) => connection.id === id)?.name),
    [t, format, connections],
  );
}

/** One name for one place: what a form remembers names of targets by. */
export const targetKey = (target: RouteTarget): string =>
  target.kind === "person" ? `person:${target.personId}` : `chat:${target.chatId}:${target.threadId ?? 0}`;

/** What stands between a condition and saving it: nothing to compare with. */
export const isUnfinished = (condition: Condition): boolean =>
  condition.kind === "text"
    ? condition.operator !== "absent" && condition.values.length === 0
    : condition.kind === "amount" && condition.min === null && condition.max === null;

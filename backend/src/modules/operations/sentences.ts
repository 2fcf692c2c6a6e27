/** Alerts and health in words. */
import { formatTime, translator } from "@backend/i18n/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { AlertParams, RuleName } from "./domain/alert-rules.ts";

/** What happened, or that it is over. */
export function alertSentence(
  of: { kind: "fired" | "cleared"; rule: RuleName; since: Date; params: AlertParams },
  locale: Locale,
  timeZone: string,
): string {
  const t = translator(locale);
  const params = { ...of.params, since: formatTime(of.since, locale, timeZone) };
  const key = of.kind === "fired" ? `operations.alert.${of.rule}` : `operations.alert_over.${of.rule}`;
  return t.find(key, params) ?? of.rule;
}

/**
 * The default alert of a conversion. A line whose field is absent vanishes. Values are cleaned and shortened before they
 * are tagged, so the message is valid and within Telegram's limit whatever a tracker sent.
 */
import { formatMoney } from "@backend/i18n/format.ts";
import type { Translate } from "@backend/i18n/index.ts";
import type { KnownAmount } from "./identity.ts";
import type { ConversionFacts } from "./read-call.ts";
import type { CanonicalStatus } from "./status-map.ts";

/** How the messenger writes marks. Each takes plain text and makes it harmless. */
export interface Markup {
  plain(text: string): string;
  bold(text: string): string;
  code(text: string): string;
  /** Plain text on one line, without controls and direction marks. */
  singleLine(text: string): string;
  /** Plain text of at most so many characters. */
  truncate(text: string, maxLength: number): string;
}

export interface Alert {
  facts: ConversionFacts;
  /** What was known before, when this is a correction of the amount. */
  correctedFrom: KnownAmount | null;
  /** Found in the tracker's log after its postback was missed. */
  isRecovered: boolean;
  /** Sent by the test button; no conversion stands behind it. */
  isTest: boolean;
}

export const statusSigns: Readonly<Record<CanonicalStatus, string>> = {
  lead: "📝",
  sale: "💵",
  rejected: "❌",
  rebill: "🔁",
  registration: "🆕",
  deposit: "💰",
  trash: "🗑",
  other: "🔔",
};

/** 13 values of at most this length and their labels stay far below 4,096 characters. */
const maxValueLength = 160;

/** The text of an alert in the language of `t`. */
export function alertText(alert: Alert, t: Translate, markup: Markup): string {
  const { facts } = alert;
  const value = (text: string) => markup.truncate(markup.singleLine(text), maxValueLength);
  const plain = (text: string) => markup.plain(value(text));
  const line = (label: string, shown: string | null) => (shown === null ? null : `${markup.plain(label)}: ${shown}`);
  const named = (name: string | null, id: string | null) =>
    name !== null ? plain(name) : id !== null ? plain(/^\d+$/.test(id) ? `#${id}` : id) : null;
  const optional = (text: string | null | undefined) => (text == null ? null : plain(text));

  const firstSub = facts.subIds["1"];
  const subAndGeo = [
    line(t("conversions.alert.sub1"), optional(firstSub)),
    line(t("conversions.alert.geo"), optional(facts.country)),
  ].filter((part) => part !== null);
  const transaction =
    facts.tid !== null
      ? line(t("conversions.alert.tx"), markup.code(value(facts.tid)))
      : line(t("conversions.alert.click"), facts.subid === null ? null : markup.code(value(facts.subid)));

  const body = [
    line(t("conversions.alert.campaign"), named(facts.campaignName, facts.campaignId)),
    line(t("conversions.alert.offer"), named(facts.offerName, facts.offerId)),
    line(t("conversions.alert.creative"), named(facts.creativeName, facts.creativeId)),
    line(t("conversions.alert.landing"), named(facts.landingName, facts.landingId)),
    line(t("conversions.alert.revenue"), revenue(alert, t, markup)),
    line(t("conversions.alert.source"), optional(facts.trafficSource ?? facts.source)),
    subAndGeo.length > 0 ? subAndGeo.join(" | ") : null,
    transaction,
  ].filter((shown) => shown !== null);
  const remarks = [
    alert.isRecovered ? markup.plain(t("conversions.alert.recovered")) : null,
    alert.isTest ? markup.plain(t("conversions.alert.test")) : null,
  ].filter((remark) => remark !== null);
  return [[title(alert, t, markup, value)], body, remarks]
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n");
}

function title(alert: Alert, t: Translate, markup: Markup, value: (text: string) => string): string {
  const { status, rawStatus } = alert.facts;
  // A word we do not know says more than "Event".
  const raw = status === "other" && rawStatus !== null ? value(rawStatus) : "";
  const name = raw === "" ? t(`conversions.status.${status}`) : raw;
  const suffix = alert.correctedFrom ? markup.plain(` · ${t("conversions.alert.corrected")}`) : "";
  return `${statusSigns[status]} ${markup.bold(name)}${suffix}`;
}

function revenue({ facts, correctedFrom }: Alert, t: Translate, markup: Markup): string | null {
  if (facts.amount === null) return null;
  const shown = markup.bold(formatMoney(facts.amount, facts.currency, t.locale));
  if (!correctedFrom || correctedFrom.amount === null) return shown;
  const before = formatMoney(correctedFrom.amount, correctedFrom.currency, t.locale);
  return `${shown} ${markup.plain(`(${t("conversions.alert.was", { amount: before })})`)}`;
}

/** The button under an alert: the conversion's page in the Mini App. None under a test, which has no page. */
export function alertButtons(conversionId: string | null, t: Translate): { text: string; app: string }[][] {
  return conversionId === null ? [] : [[{ text: t("conversions.alert.open"), app: `conversions/${conversionId}` }]];
}

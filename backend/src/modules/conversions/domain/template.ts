/**
 * The texts of alerts: Telegram HTML with variables in braces, written by people.
 *
 * - `{campaign}` is the value of a field, made harmless.
 * - What stands between ` | ` signs on a line is a part; a part vanishes when one of its fields is absent, a line with all its parts.
 * - `[[ … ]]` vanishes alone when a field in it is absent; `[[-tid| … ]]` is there only when `tid` is absent.
 *
 * Braces around anything else stay as they are, so that a typing error is seen in the preview and not silently lost.
 */
import { formatDay, formatMoney, formatTime } from "@backend/i18n/format.ts";
import type { Translate } from "@backend/i18n/index.ts";
import { type Alert, type Markup, statusSigns } from "./alert.ts";

export const templateButtons = ["open", "campaign", "mute"] as const;
export type TemplateButton = (typeof templateButtons)[number];

/** Fields by name. Besides these: `sub_1` … `sub_30`, and `param:<name>` for any other parameter of the call. */
export const templateVariables = [
  "sign",
  "status",
  "raw_status",
  "campaign",
  "campaign_id",
  "campaign_name",
  "flow",
  "flow_id",
  "flow_name",
  "offer",
  "offer_id",
  "offer_name",
  "landing",
  "landing_id",
  "landing_name",
  "creative",
  "creative_id",
  "creative_name",
  "amount",
  "amount_number",
  "amount_before",
  "currency",
  "source",
  "traffic_source",
  "any_source",
  "country",
  "tid",
  "subid",
  "external_id",
  "connection",
  "date",
  "time",
  "corrected",
  "recovered",
  "test",
  "replay",
] as const;
export type TemplateVariable = (typeof templateVariables)[number];

const variable = /\{([a-z][a-z0-9_]*|param:[^{}\n]{1,100})\}/g;
const optional = /\[\[(?:-([a-z][a-z0-9_]*)\|)?((?:(?!\[\[|\]\]).)*)\]\]/gs;
const subName = /^sub_([1-9]|[12]\d|30)$/;
const known: ReadonlySet<string> = new Set(templateVariables);

export const isVariable = (name: string): boolean => known.has(name) || subName.test(name) || name.startsWith("param:");

/** Names in braces that are no fields: typing errors, told to whoever writes the text. */
export const unknownVariables = (body: string): string[] => [
  ...new Set([...body.matchAll(variable)].map(([, name = ""]) => name).filter((name) => !isVariable(name))),
];

/** What a text is rendered with. */
export interface TemplateSubject extends Alert {
  connectionName: string;
  receivedAt: Date;
  /** The recipient's, for dates and times. */
  timeZone: string;
}

/** Longest value, and what is tried when the whole message is too long. */
const valueLengths = [160, 80, 40, 20] as const;

/** The value of a field as plain text; undefined when it is absent. */
export function templateValue(name: string, subject: TemplateSubject, t: Translate): string | undefined {
  const { facts } = subject;
  const either = (label: string | null, id: string | null) =>
    label ?? (id === null ? null : /^\d+$/.test(id) ? `#${id}` : id);
  const sub = subName.exec(name)?.[1];
  if (sub !== undefined) return facts.subIds[sub] || undefined;
  if (name.startsWith("param:"))
    return Object.hasOwn(facts.extra, name.slice(6)) ? facts.extra[name.slice(6)] : undefined;
  const found = ((): string | null => {
    switch (name as TemplateVariable) {
      case "sign":
        return statusSigns[facts.status];
      case "status":
        // A word we do not know says more than "Event".
        return facts.status === "other" && facts.rawStatus ? facts.rawStatus : t(`conversions.status.${facts.status}`);
      case "raw_status":
        return facts.rawStatus;
      case "campaign":
        return either(facts.campaignName, facts.campaignId);
      case "campaign_id":
        return facts.campaignId;
      case "campaign_name":
        return facts.campaignName;
      case "flow":
        return either(facts.flowName, facts.flowId);
      case "flow_id":
        return facts.flowId;
      case "flow_name":
        return facts.flowName;
      case "offer":
        return either(facts.offerName, facts.offerId);
      case "offer_id":
        return facts.offerId;
      case "offer_name":
        return facts.offerName;
      case "landing":
        return either(facts.landingName, facts.landingId);
      case "landing_id":
        return facts.landingId;
      case "landing_name":
        return facts.landingName;
      case "creative":
        return either(facts.creativeName, facts.creativeId);
      case "creative_id":
        return facts.creativeId;
      case "creative_name":
        return facts.creativeName;
      case "amount":
        return facts.amount === null ? null : formatMoney(facts.amount, facts.currency, t.locale);
      case "amount_number":
        return facts.amount;
      case "amount_before": {
        const before = subject.correctedFrom;
        return before?.amount == null ? null : formatMoney(before.amount, before.currency, t.locale);
      }
      case "currency":
        return facts.currency;
      case "source":
        return facts.source;
      case "traffic_source":
        return facts.trafficSource;
      case "any_source":
        return facts.trafficSource ?? facts.source;
      case "country":
        return facts.country;
      case "tid":
        return facts.tid;
      case "subid":
        return facts.subid;
      case "external_id":
        return facts.externalId;
      case "connection":
        return subject.connectionName;
      case "date":
        return formatDay(subject.receivedAt, t.locale, subject.timeZone);
      case "time":
        return formatTime(subject.receivedAt, t.locale, subject.timeZone);
      case "corrected":
        return subject.correctedFrom === null ? null : t("conversions.alert.corrected");
      case "recovered":
        return subject.isRecovered ? t("conversions.alert.recovered") : null;
      case "test":
        return subject.isTest ? t("conversions.alert.test") : null;
      case "replay":
        return subject.isReplay ? t("conversions.alert.replay") : null;
      default:
        return null;
    }
  })();
  return found === null || found === "" ? undefined : found;
}

/** A text rendered with values of at most so many characters. */
function fill(body: string, subject: TemplateSubject, t: Translate, markup: Markup, maxLength: number): string {
  const seen = new Map<string, string | undefined>();
  const value = (name: string): string | undefined => {
    if (seen.has(name)) return seen.get(name);
    const found = templateValue(name, subject, t);
    const clean = found === undefined ? "" : markup.truncate(markup.singleLine(found), maxLength);
    // The tracker's word for a status may be nothing but invisible characters.
    const shown = clean === "" && name === "status" ? t("conversions.status.other") : clean;
    seen.set(name, shown === "" ? undefined : shown);
    return seen.get(name);
  };
  const isAbsent = (text: string) =>
    [...text.matchAll(variable)].some(([, name = ""]) => isVariable(name) && value(name) === undefined);
  const kept = body.replace(optional, (_, unless: string | undefined, inner: string) => {
    if (unless !== undefined && value(unless) !== undefined) return "";
    return isAbsent(inner) ? "" : inner;
  });
  const lines: string[] = [];
  for (const line of kept.split("\n")) {
    const parts = line.split(" | ");
    const left = parts.filter((part) => !isAbsent(part));
    if (left.length > 0) lines.push(left.join(" | "));
  }
  // Inside a tag a value is part of an address and is written as one; elsewhere it is text.
  return lines
    .join("\n")
    .replace(/<[^<>]*>|\{[^{}\n]*\}/g, (found) =>
      found.startsWith("<")
        ? found.replace(variable, (whole, name: string) =>
            isVariable(name) ? encodeURIComponent(value(name) ?? "") : whole,
          )
        : found.replace(variable, (whole, name: string) =>
            isVariable(name) ? markup.plain(value(name) ?? "") : whole,
          ),
    )
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Whether the messenger takes a text; its rules are the messenger's own. */
export type TextCheck = (html: string) => boolean;

/**
 * Renders a text. Where values make the message longer than the messenger takes, they are cut shorter and shorter; undefined when
 * even that does not help, or when the text says nothing: then it is the built-in text that must speak.
 */
export function renderTemplate(
  body: string,
  subject: TemplateSubject,
  t: Translate,
  markup: Markup,
  isFine: TextCheck,
): string | undefined {
  for (const maxLength of valueLengths) {
    const html = fill(body, subject, t, markup, maxLength);
    if (html === "") return undefined;
    if (isFine(html)) return html;
  }
  return undefined;
}

/** The text that comes with the product, in the language of `t`. It serves every status. */
export function builtInTemplate(t: Translate): string {
  const line = (label: string, field: string) => `${label}: ${field}`;
  return [
    "{sign} <b>{status}</b>[[ · {corrected}]]",
    "",
    line(t("conversions.alert.campaign"), "{campaign}"),
    line(t("conversions.alert.offer"), "{offer}"),
    line(t("conversions.alert.creative"), "{creative}"),
    line(t("conversions.alert.landing"), "{landing}"),
    `${line(t("conversions.alert.revenue"), "<b>{amount}</b>")}[[ (${t("conversions.alert.was", { amount: "{amount_before}" })})]]`,
    line(t("conversions.alert.source"), "{any_source}"),
    `${line(t("conversions.alert.sub1"), "{sub_1}")} | ${line(t("conversions.alert.geo"), "{country}")}`,
    line(t("conversions.alert.tx"), "<code>{tid}</code>"),
    `[[-tid|${line(t("conversions.alert.click"), "<code>{subid}</code>")}]]`,
    "",
    "{recovered}",
    "{test}",
    "{replay}",
  ].join("\n");
}

/** The alert as it is without any template. Its values are short enough for any message, whatever a tracker sent. */
export const builtInText = (subject: TemplateSubject, t: Translate, markup: Markup): string =>
  fill(builtInTemplate(t), subject, t, markup, valueLengths[0]);

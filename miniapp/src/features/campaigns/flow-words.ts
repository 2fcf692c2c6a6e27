/** A flow of a campaign's list, in words. */
import type { Format } from "@miniapp/shared/format.ts";
import type { AppTranslator } from "@miniapp/shared/i18n.ts";
import type { FlowSummary } from "./api.ts";

type Filter = FlowSummary["filters"][number];

/** A kind of filter that we have no word for is named as its tracker names it. */
function filterWords({ name, mode, values }: Filter, t: AppTranslator): string {
  const called = t.find(`app.campaigns.by.${name}`) ?? name;
  const isRejecting = mode === "reject";
  if (values.length === 0)
    return t(isRejecting ? "app.campaigns.flow.is_not" : "app.campaigns.flow.is", { name: called });
  return t(isRejecting ? "app.campaigns.flow.reject" : "app.campaigns.flow.accept", {
    name: called,
    values: values.join(", "),
  });
}

/** Whom a flow is for. */
export const audienceWords = (filters: readonly Filter[], t: AppTranslator): string =>
  filters.length === 0 ? t("app.campaigns.flow.everybody") : filters.map((filter) => filterWords(filter, t)).join("; ");

/** Offers named in a line; the others are counted. */
const namedAtMost = 4;

/** "Lucky Koala 70 % · Old Fox 30 %", largest first. A share is percents of 100, whatever they come to. */
export function shareWords(flow: FlowSummary, t: AppTranslator, format: Format): string {
  if (flow.schema !== "landings") return t("app.campaigns.flow.no_shares");
  if (flow.offers.length === 0) return t("app.campaigns.flow.no_offers");
  const named = flow.offers.slice(0, namedAtMost).map(({ id, name, share }) =>
    t("app.campaigns.flow.share", {
      name: name ?? t("app.campaigns.offer_number", { id }),
      share: format.percent(share / 100),
    }),
  );
  const more = flow.offers.length - named.length;
  return [...named, ...(more > 0 ? [t("app.campaigns.flow.more", { count: more })] : [])].join(" · ");
}

import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Fact } from "@miniapp/shared/ui/index.ts";
import type { JSX } from "react";
import type { ConversionDetail } from "./api.ts";

/** What a call said of a conversion, as rows of a Section; what it did not say is left out. */
export function FactList({ facts }: { facts: ConversionDetail["facts"] }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const named = (name: string | null, id: string | null) => (name && id ? `${name} (${id})` : (name ?? id));
  return (
    <>
      <Fact name={t("app.conversion.campaign")} value={named(facts.campaignName, facts.campaignId)} canCopy />
      <Fact name={t("app.conversion.offer")} value={named(facts.offerName, facts.offerId)} />
      <Fact name={t("app.conversion.flow")} value={named(facts.flowName, facts.flowId)} />
      <Fact name={t("app.conversion.landing")} value={named(facts.landingName, facts.landingId)} />
      <Fact name={t("app.conversion.creative")} value={named(facts.creativeName, facts.creativeId)} />
      <Fact name={t("app.conversion.source")} value={facts.source} />
      <Fact name={t("app.conversion.traffic_source")} value={facts.trafficSource} />
      <Fact name={t("app.conversion.country")} value={facts.country} />
      <Fact name={t("app.conversion.raw_status")} value={facts.rawStatus} isMono />
      <Fact name={t("app.conversion.subid")} value={facts.subid} canCopy isMono />
      <Fact name={t("app.conversion.tid")} value={facts.tid} canCopy isMono />
      <Fact name={t("app.conversion.external_id")} value={facts.externalId} canCopy isMono />
      <Fact
        name={t("app.conversion.reported_at")}
        value={facts.reportedAt === null ? null : format.dateTime(facts.reportedAt)}
      />
      {Object.entries(facts.subIds).map(([number, value]) => (
        <Fact key={number} name={t("app.conversion.sub", { number })} value={value} canCopy />
      ))}
    </>
  );
}

/** What a flow is: where it belongs, whom it lets through, how it stands. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { Fact, GlobeIcon, HistoryIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { filterWords } from "./filter-words.ts";
import { type Flow, trackerAddressQuery } from "./flow-api.ts";

/** The campaign's page in the tracker's own panel. */
const trackerPageOf = (address: string, campaignRef: string): string =>
  `${address.replace(/\/+$/, "")}/admin/#!/campaigns/${encodeURIComponent(campaignRef)}`;

export function FlowAbout({ flow }: { flow: Flow }): JSX.Element {
  const t = useT();
  const { locale } = useFormat();
  const { data: address } = useQuery(trackerAddressQuery(flow.connection.id));
  const state = t.find(`app.shares.state_${flow.state}`) ?? flow.state;
  const type = flow.type && (t.find(`app.shares.type_${flow.type}`) ?? flow.type);
  return (
    <Section>
      <Row
        title={flow.campaign.name}
        subtitle={t("app.shares.campaign_of", { tracker: flow.connection.name })}
        to={href("campaign", { campaignId: flow.campaign.id })}
      />
      <Fact name={t("app.shares.flow")} value={[state, type, `#${flow.ref}`].filter(Boolean).join(" · ")} />
      <Fact
        name={t("app.shares.filters")}
        value={
          flow.filters.length === 0
            ? t("app.shares.no_filters")
            : flow.filters.map((filter) => filterWords(t, locale, filter)).join("\n")
        }
      />
      {flow.campaign.type === "weight" && flow.weight !== null && (
        <Fact name={t("app.shares.weight")} value={String(flow.weight)} />
      )}
      <Row before={<HistoryIcon />} title={t("app.shares.history")} to={href("flowPushes", { flowId: flow.id })} />
      {address && (
        <Row
          before={<GlobeIcon />}
          tone="accent"
          title={t("app.shares.open_tracker")}
          onClick={() => openAddress(trackerPageOf(address, flow.campaign.ref))}
        />
      )}
    </Section>
  );
}

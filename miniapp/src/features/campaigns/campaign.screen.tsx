/** One campaign: its flows with whom they are for and how they share, and the ways from here. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { haptics } from "@miniapp/shared/telegram/index.ts";
import {
  IconButton,
  RouteIcon,
  Row,
  Screen,
  Section,
  StarIcon,
  StarOffIcon,
  TrafficIcon,
  toast,
  useIsOffline,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { type CampaignDetail, type CampaignSummary, campaignQuery, useFavour } from "./api.ts";
import { CampaignFigures } from "./campaign-figures.tsx";
import { CampaignPostback } from "./campaign-postback.tsx";
import { useStateWords } from "./campaign-row.tsx";
import { FlowRow } from "./flow-row.tsx";
import { TrackerLink } from "./tracker-link.tsx";

export default function CampaignScreen(): JSX.Element {
  const t = useT();
  const stateWords = useStateWords();
  const { campaignId = "" } = useParams<{ campaignId: string }>();
  const { data } = useSuspenseQuery(campaignQuery(campaignId));
  const { campaign } = data;
  const can = useCan();
  const about = [
    t("app.campaigns.one.number", { ref: campaign.ref }),
    campaign.connection.name,
    campaign.group,
    campaign.source,
    campaign.state === "active" ? null : stateWords(campaign.state),
  ];
  return (
    <Screen
      title={campaign.name}
      subtitle={about.filter(Boolean).join(" · ")}
      back={href("campaigns")}
      action={<Favour campaign={campaign} />}
    >
      <Problem detail={data} />
      <CampaignFigures campaignId={campaign.id} />
      <Flows detail={data} />
      <Ways detail={data} />
      {can("campaigns.manage") && campaign.state !== "deleted" && <CampaignPostback campaignId={campaign.id} />}
    </Screen>
  );
}

function Favour({ campaign }: { campaign: CampaignSummary }): JSX.Element {
  const t = useT();
  const isOffline = useIsOffline();
  const favour = useFavour(campaign.id);
  const { isFavourite } = campaign;
  return (
    <IconButton
      icon={isFavourite ? <StarIcon /> : <StarOffIcon />}
      label={t(isFavourite ? "app.campaigns.one.unfavour" : "app.campaigns.one.favour")}
      isDisabled={isOffline}
      onClick={() => {
        haptics.toggled();
        favour.mutate(!isFavourite, { onError: (error) => toast(sentenceOf(t, error)) });
      }}
    />
  );
}

/** Said only when the tracker could not be asked: what is shown then is what was read last. */
function Problem({ detail }: { detail: CampaignDetail }): JSX.Element | null {
  const t = useT();
  const format = useFormat();
  if (detail.problem === null) return null;
  return (
    <Section>
      <Row
        before={<WarningIcon />}
        title={detail.problem}
        subtitle={
          detail.flowsReadAt === null
            ? undefined
            : t("app.campaigns.one.last_known", { when: format.ago(detail.flowsReadAt) })
        }
        to={href("tracker", { connectionId: detail.campaign.connection.id })}
      />
    </Section>
  );
}

const bindings: ReadonlySet<string> = new Set(["s", "sl", "slo"]);

function Flows({ detail }: { detail: CampaignDetail }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { campaign, flows, flowsReadAt, bindsVisitors } = detail;
  const hasWeight = campaign.type === "weight";
  const notes = [
    flows.length > 1 ? t(hasWeight ? "app.campaigns.one.by_weight" : "app.campaigns.one.by_position") : null,
    bindsVisitors !== null && bindings.has(bindsVisitors) ? t.find(`app.campaigns.one.binds.${bindsVisitors}`) : null,
    flowsReadAt === null ? null : t("app.campaigns.one.updated", { when: format.ago(flowsReadAt) }),
  ];
  return (
    <Section header={t("app.campaigns.one.flows")} footer={notes.filter(Boolean).join(" ")}>
      {flows.length === 0 && (
        <Row title={t(flowsReadAt === null ? "app.campaigns.one.no_flows_read" : "app.campaigns.one.no_flows")} />
      )}
      {flows.map((flow) => (
        <FlowRow key={flow.id} flow={flow} hasWeight={hasWeight} />
      ))}
    </Section>
  );
}

/** As many flows as are changed at once. */
const manyFlows = 200;

function Ways({ detail: { campaign, flows } }: { detail: CampaignDetail }): JSX.Element {
  const t = useT();
  const can = useCan();
  const changeable = flows.filter(({ schema, state }) => schema === "landings" && state !== "deleted");
  const ids = changeable.slice(0, manyFlows).map(({ id }) => id);
  return (
    <Section>
      {can("campaigns.edit") && ids.length > 1 && (
        <Row
          before={<RouteIcon />}
          title={t("app.campaigns.one.many")}
          to={`${href("manyFlows")}?ids=${ids.join(",")}`}
        />
      )}
      {can("conversions.read") && (
        <Row
          before={<TrafficIcon />}
          title={t("app.campaigns.one.conversions")}
          to={href("campaignConversions", { connectionId: campaign.connection.id, campaignId: campaign.ref })}
        />
      )}
      <TrackerLink connectionId={campaign.connection.id} campaignRef={campaign.ref} />
    </Section>
  );
}

/** What a flow is: where it belongs, whom it lets through, how it stands. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Fact, HistoryIcon, PulseIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { type JSX, memo } from "react";
import { figuresPath } from "./figures-api.ts";
import type { Flow } from "./flow-api.ts";
import { audienceWords } from "./flow-words.ts";
import { TrackerLink } from "./tracker-link.tsx";

export const FlowAbout = memo(function FlowAbout({ flow }: { flow: Flow }): JSX.Element {
  const t = useT();
  // Not the word of a campaign's state: flows are of another gender in two of our languages.
  const state = t.find(`app.shares.state_${flow.state}`) ?? flow.state;
  const type = flow.type && (t.find(`app.shares.type_${flow.type}`) ?? flow.type);
  return (
    <>
      <FlowFigures flow={flow} />
      <Section>
        <Row
          title={flow.campaign.name}
          subtitle={t("app.shares.campaign_of", { tracker: flow.connection.name })}
          to={href("campaign", { campaignId: flow.campaign.id })}
        />
        <Fact name={t("app.shares.flow")} value={[state, type, `#${flow.ref}`].filter(Boolean).join(" · ")} />
        <Fact name={t("app.shares.filters")} value={audienceWords(flow.filters, t)} />
        {flow.campaign.type === "weight" && flow.weight !== null && (
          <Fact name={t("app.shares.weight")} value={String(flow.weight)} />
        )}
        <Row before={<HistoryIcon />} title={t("app.shares.history")} to={href("flowPushes", { flowId: flow.id })} />
        <TrackerLink connectionId={flow.connection.id} campaignRef={flow.campaign.ref} />
      </Section>
    </>
  );
});

const dimensions = ["day", "country", "source"] as const;

function FlowFigures({ flow }: { flow: Flow }): JSX.Element {
  const t = useT();
  return (
    <Section header={t("app.campaign_reports.title")}>
      {dimensions.map((by) => (
        <Row
          key={by}
          before={<PulseIcon />}
          title={t(`app.campaign_reports.by.${by}`)}
          to={figuresPath({ campaignId: flow.campaign.id, flowId: flow.id, by })}
        />
      ))}
    </Section>
  );
}

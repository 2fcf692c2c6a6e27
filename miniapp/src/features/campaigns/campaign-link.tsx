/** The way from a conversion to its flow and its campaign, where they are read here; nothing otherwise. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useCan } from "../identity/me.ts";
import { campaignByRefQuery } from "./api.ts";

/** The longest id that a campaign or a flow of a tracker has. */
const longestRef = 40;

const flowOf = (ref: string | null) => (ref && ref.length <= longestRef ? ref : undefined);

export function CampaignLink({
  connectionId,
  campaignRef,
  flowRef,
}: {
  connectionId: string;
  campaignRef: string | null;
  /** Null: the conversion does not say which. */
  flowRef: string | null;
}): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const ref = campaignRef ?? "";
  const isAsked = can("campaigns.read") && ref !== "" && ref.length <= longestRef;
  const { data } = useQuery({ ...campaignByRefQuery(connectionId, ref, flowOf(flowRef)), enabled: isAsked });
  const campaign = data?.campaign;
  if (!isAsked || !campaign) return null;
  return (
    <Section>
      {data.flow && (
        <Row
          title={t("app.conversion.tracker_flow")}
          subtitle={data.flow.name}
          to={href("flow", { flowId: data.flow.id })}
        />
      )}
      <Row
        title={t("app.conversion.tracker_campaign")}
        subtitle={campaign.name}
        to={href("campaign", { campaignId: campaign.id })}
      />
    </Section>
  );
}

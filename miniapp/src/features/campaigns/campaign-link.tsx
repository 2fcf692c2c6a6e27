/** The way from a conversion to its campaign, where the campaign is read here; nothing otherwise. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useCan } from "../identity/me.ts";
import { campaignByRefQuery } from "./api.ts";

/** The longest id that a campaign of a tracker has. */
const longestRef = 40;

export function CampaignLink({
  connectionId,
  campaignRef,
}: {
  connectionId: string;
  campaignRef: string | null;
}): JSX.Element | null {
  const t = useT();
  const can = useCan();
  const ref = campaignRef ?? "";
  const isAsked = can("campaigns.read") && ref !== "" && ref.length <= longestRef;
  const { data } = useQuery({ ...campaignByRefQuery(connectionId, ref), enabled: isAsked });
  const campaign = data?.campaign;
  if (!isAsked || !campaign) return null;
  return (
    <Section>
      <Row
        title={t("app.conversion.tracker_campaign")}
        subtitle={campaign.name}
        to={href("campaign", { campaignId: campaign.id })}
      />
    </Section>
  );
}

/** A campaign in a list. */
import { href } from "@miniapp/app/paths.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Avatar, Badge, Row, StarIcon, TrafficIcon } from "@miniapp/shared/ui/index.ts";
import { type JSX, memo } from "react";
import type { CampaignSummary } from "./api.ts";
import styles from "./campaigns.module.css";

const knownStates: ReadonlySet<string> = new Set(["active", "disabled", "deleted"]);

/** A word of the tracker that we have no word for is shown as it is. */
export const useStateWords = () => {
  const t = useT();
  return (state: string): string =>
    knownStates.has(state) ? (t.find(`app.campaigns.state.${state}`) ?? state) : state;
};

export const CampaignRow = memo(function CampaignRow({
  campaign,
  isNamingTracker,
}: {
  campaign: CampaignSummary;
  /** There are several: each row says whose it is. */
  isNamingTracker: boolean;
}): JSX.Element {
  const t = useT();
  const stateWords = useStateWords();
  const { group, source, flows, drafts, drifted, state, isFavourite } = campaign;
  const about = [
    isNamingTracker ? campaign.connection.name : null,
    group,
    source,
    t("app.campaigns.flows", { count: flows }),
  ];
  const isOn = state === "active";
  return (
    <Row
      to={href("campaign", { campaignId: campaign.id })}
      before={<Avatar tone={isOn ? "accent" : "neutral"} icon={isFavourite ? <StarIcon /> : <TrafficIcon />} />}
      title={
        <>
          {campaign.name}
          {isFavourite && <span className="visually-hidden">{`, ${t("app.campaigns.is_favourite")}`}</span>}
        </>
      }
      subtitle={about.filter(Boolean).join(" · ")}
      note={
        (!isOn || drafts > 0 || drifted > 0) && (
          <span className={styles.badges}>
            {!isOn && <Badge>{stateWords(state)}</Badge>}
            {drafts > 0 && <Badge tone="warn">{t("app.campaigns.drafts", { count: drafts })}</Badge>}
            {drifted > 0 && <Badge tone="warn">{t("app.campaigns.drifted", { count: drifted })}</Badge>}
          </span>
        )
      }
      isNoteBelow
    />
  );
});

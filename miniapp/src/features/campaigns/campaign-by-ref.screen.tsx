/** Where alerts and conversions lead: to the campaign that a tracker knows by a number, once it is known here. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { sentenceOf, useT } from "@miniapp/shared/i18n.ts";
import { useGo } from "@miniapp/shared/navigation.tsx";
import { Empty, Progress, Screen, TrafficIcon, toast } from "@miniapp/shared/ui/index.ts";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { Redirect, useParams } from "wouter";
import { useCan } from "../identity/me.ts";
import { campaignByRefQuery, trackersQuery, useSyncTracker } from "./api.ts";
import { progressWords } from "./tracker-words.ts";

export default function CampaignByRefScreen(): JSX.Element {
  const t = useT();
  const { connectionId = "", ref = "" } = useParams<{ connectionId: string; ref: string }>();
  const { data } = useSuspenseQuery(campaignByRefQuery(connectionId, ref));
  if (data.campaign) return <Redirect to={href("campaign", { campaignId: data.campaign.id })} replace />;
  return (
    <Screen title={t("app.campaigns.title")} back={href("campaigns")}>
      {data.isTracker ? (
        <Unknown connectionId={connectionId} campaignRef={ref} />
      ) : (
        <NoTracker connectionId={connectionId} campaignRef={ref} />
      )}
    </Screen>
  );
}

/** What a reading brings is told live, and the question above is asked again. */
function Unknown({ connectionId, campaignRef }: { connectionId: string; campaignRef: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const sync = useSyncTracker(connectionId);
  const { data: trackers = [] } = useQuery(trackersQuery);
  const tracker = trackers.find((one) => one.connectionId === connectionId);
  const isReading = tracker?.isRunning === true;
  return (
    <>
      <Empty
        icon={<TrafficIcon size={30} />}
        title={t("app.campaigns.ref.unknown", { ref: campaignRef })}
        text={t("app.campaigns.ref.unknown_text")}
        {...(isReading || sync.isPending
          ? {}
          : {
              action: {
                text: t("app.campaigns.tracker.sync"),
                onClick: () =>
                  sync.mutate(undefined, {
                    onSuccess: () => toast(t("app.campaigns.tracker.sync_asked")),
                    onError: (error) => toast(sentenceOf(t, error)),
                  }),
              },
            })}
      />
      {tracker && isReading && (
        <Progress
          label={progressWords(tracker, t, format)}
          done={tracker.done}
          {...(tracker.total === null ? {} : { total: tracker.total })}
        />
      )}
    </>
  );
}

function NoTracker({ connectionId, campaignRef }: { connectionId: string; campaignRef: string }): JSX.Element {
  const t = useT();
  const go = useGo();
  const can = useCan();
  return (
    <Empty
      icon={<TrafficIcon size={30} />}
      title={t("app.campaigns.ref.no_tracker")}
      text={t("app.campaigns.ref.no_tracker_text")}
      {...(can("conversions.read")
        ? {
            action: {
              text: t("app.campaigns.one.conversions"),
              onClick: () => go(href("campaignConversions", { connectionId, campaignId: campaignRef })),
            },
          }
        : {})}
    />
  );
}

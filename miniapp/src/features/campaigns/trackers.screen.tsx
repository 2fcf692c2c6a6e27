/** Every tracker that is read, and how it stands. */
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Badge, Row, Screen, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { trackersQuery } from "./api.ts";
import { ConnectTracker } from "./connect-tracker.tsx";
import { standingOf, standingTone, standingWords } from "./tracker-words.ts";

export default function TrackersScreen(): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { data: trackers } = useSuspenseQuery(trackersQuery);
  return (
    <Screen title={t("app.campaigns.trackers.title")} back={href("campaigns")}>
      {trackers.length === 0 ? (
        <ConnectTracker />
      ) : (
        <Section>
          {trackers.map((tracker) => {
            const standing = standingOf(tracker);
            return (
              <Row
                key={tracker.connectionId}
                to={href("tracker", { connectionId: tracker.connectionId })}
                title={tracker.name}
                end={t("app.campaigns.tracker.count", { count: tracker.campaigns })}
                subtitle={standingWords(tracker, t, format)}
                isWrapped
                note={<Badge tone={standingTone[standing]}>{t(`app.campaigns.tracker.${standing}`)}</Badge>}
                isNoteBelow
              />
            );
          })}
        </Section>
      )}
    </Screen>
  );
}

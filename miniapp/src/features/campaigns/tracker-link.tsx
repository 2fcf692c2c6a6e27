/** The way to a campaign in its tracker's own panel; nothing while it is not known where that is. */
import { useT } from "@miniapp/shared/i18n.ts";
import { openAddress } from "@miniapp/shared/telegram/index.ts";
import { LinkIcon, Row } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { trackersQuery } from "./api.ts";

export function TrackerLink({
  connectionId,
  campaignRef,
}: {
  connectionId: string;
  campaignRef: string;
}): JSX.Element | null {
  const t = useT();
  const { data: trackers = [] } = useQuery(trackersQuery);
  const tracker = trackers.find((one) => one.connectionId === connectionId);
  if (!tracker) return null;
  const address = `${tracker.apiUrl}/admin/#!/campaigns/${encodeURIComponent(campaignRef)}`;
  return (
    <Row
      before={<LinkIcon />}
      tone="accent"
      title={t("app.campaigns.one.open_tracker")}
      onClick={() => openAddress(address)}
    />
  );
}

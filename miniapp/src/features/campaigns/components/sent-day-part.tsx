import { isDay } from "@backend/modules/reports/domain/periods.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Badge,
  CheckIcon,
  Empty,
  Failure,
  Field,
  ReplayIcon,
  Row,
  Section,
  Skeleton,
} from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useMe } from "../../identity/me.ts";
import { todayIn } from "../../statistics/period.ts";
import { type SentDay, sentQuery } from "../figures-api.ts";

export interface SentDayProps {
  connectionId: string;
}

/** A day of the tracker's log is read when somebody asks for it. */
export default function SentDayPart({ connectionId }: SentDayProps): JSX.Element {
  const t = useT();
  const { timeZone } = useMe().workspace;
  const [day, setDay] = useState(() => todayIn(timeZone));
  const [asked, ask] = useState<string | null>(null);
  const found = useQuery({ ...sentQuery(connectionId, asked ?? day), enabled: asked !== null });
  return (
    <>
      <Section header={t("app.campaign_reports.sent.title")} footer={t("app.campaign_reports.sent.hint")}>
        <Field kind="date" label={t("app.campaign_reports.sent.day")} value={day} onChange={setDay} />
        <Row
          before={<ReplayIcon />}
          title={t("app.campaign_reports.sent.compare")}
          tone="accent"
          isDisabled={!isDay(day) || found.isFetching}
          onClick={() => {
            // The same day once more is asked anew: its log has grown.
            if (asked === day) void found.refetch();
            else ask(day);
          }}
        />
      </Section>
      {asked !== null &&
        (found.isFetching ? (
          <Skeleton rows={2} height={92} />
        ) : found.data ? (
          <Compared sent={found.data} />
        ) : (
          <Failure error={found.error} onRetry={() => void found.refetch()} isCompact />
        ))}
    </>
  );
}

function Compared({ sent }: { sent: SentDay }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const notes = [
    sent.unknownAddress > 0 && t("app.campaign_reports.sent.unknown_address", { count: sent.unknownAddress }),
    sent.unread > 0 && t("app.campaign_reports.sent.unread", { count: sent.unread }),
    sent.isCut && t("app.campaign_reports.sent.cut"),
  ].filter((note) => note !== false);
  const tiles = (["sent", "arrived", "refused", "failed"] as const).map((name) => ({
    name: t(`app.campaign_reports.sent.${name}`),
    value: format.number(sent[name]),
    note: "",
  }));
  return (
    <div role="status">
      {sent.sent === 0 ? (
        <Empty text={[t("app.campaign_reports.sent.nothing"), ...notes].join(" ")} />
      ) : (
        <Section footer={notes.join(" ")}>
          <Tiles label={t("app.campaign_reports.sent.title")} tiles={tiles} />
          {sent.troubles.length === 0 && <Row before={<CheckIcon />} title={t("app.campaign_reports.sent.all_well")} />}
        </Section>
      )}
      {sent.troubles.length > 0 && (
        <Section header={t("app.campaign_reports.sent.troubles")}>
          {sent.troubles.map((trouble, place) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: two lines of a log may say the same
              key={place}
              title={trouble.remark ?? t("app.campaign_reports.sent.no_remark")}
              subtitle={trouble.at.replace("T", " ")}
              note={
                <Badge tone={trouble.hasArrived ? "neutral" : "bad"}>
                  {t(trouble.hasArrived ? "app.campaign_reports.sent.came" : "app.campaign_reports.sent.lost")}
                </Badge>
              }
              isNoteBelow
            />
          ))}
          {sent.moreTroubles > 0 && <Row title={t("app.campaign_reports.sent.more", { count: sent.moreTroubles })} />}
        </Section>
      )}
    </div>
  );
}

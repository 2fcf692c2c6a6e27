import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Failure, Row, Section, Skeleton } from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { type FigurePeriod, type FigureTable, figuresPath, figuresQuery } from "../figures-api.ts";
import { useFigureTiles } from "./figure-totals.tsx";

export interface CampaignFiguresProps {
  campaignId: string;
}

/** Today and the last seven days of a campaign, each as soon as it is there. */
export default function CampaignFiguresPart({ campaignId }: CampaignFiguresProps): JSX.Element {
  const t = useT();
  return (
    <>
      <Days campaignId={campaignId} period="today" header={t("app.campaign_reports.today")} />
      <Days campaignId={campaignId} period="7" header={t("app.campaign_reports.week")} />
      <Section>
        <Row title={t("app.campaign_reports.more")} to={figuresPath({ campaignId })} />
      </Section>
    </>
  );
}

function Days({
  campaignId,
  period,
  header,
}: {
  campaignId: string;
  period: FigurePeriod;
  header: string;
}): JSX.Element {
  const found = useQuery(figuresQuery({ campaignId, period, compare: "previous" }));
  if (found.isPending) return <Skeleton rows={2} height={92} />;
  if (!found.data) return <Failure error={found.error} onRetry={() => void found.refetch()} isCompact />;
  return <Total table={found.data} header={header} />;
}

function Total({ table, header }: { table: FigureTable; header: string }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const tiles = useFigureTiles(table, ["clicks", "conversions", "revenue", "roi"]);
  const age =
    table.problem === null
      ? t("app.campaign_reports.read", { time: format.moment(table.readAt), zone: table.timeZone })
      : `${t("app.campaign_reports.last_known", { moment: format.moment(table.readAt) })}. ${table.problem}`;
  return (
    <Section
      header={header}
      footer={
        <>
          <span role={table.problem === null ? undefined : "status"}>{age}</span>
          {table.currency === null && <> {t("app.campaign_reports.currency_unknown")}</>}
        </>
      }
    >
      <Tiles label={header} tiles={tiles} />
    </Section>
  );
}

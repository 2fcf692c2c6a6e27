/** What the clicks of a campaign, or of a whole tracker, came to as that counts them: over time, and by what they were made of. */
import {
  type FigureColumn,
  type FiguresBy,
  figureColumns,
  isNothing,
} from "@backend/modules/campaigns/domain/figures.ts";
import { lengthOf } from "@backend/modules/reports/domain/periods.ts";
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import {
  Chips,
  CloseIcon,
  DownloadIcon,
  Empty,
  Failure,
  Row,
  Screen,
  Section,
  Skeleton,
  TrafficIcon,
  WarningIcon,
} from "@miniapp/shared/ui/index.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useParams } from "wouter";
import { useFilter } from "../conversions/use-filter.ts";
import { useMe } from "../identity/me.ts";
import { ExportSheet } from "../reports/export-sheet.tsx";
import { PeriodPicker } from "../statistics/components/period-picker.tsx";
import {
  chosenPeriod,
  defaultPreset,
  isPreset,
  type Preset,
  periodOf,
  problemOf,
  todayIn,
} from "../statistics/period.ts";
import { FigureTable, type Sorting } from "./components/figure-table.tsx";
import { FigureTotals } from "./components/figure-totals.tsx";
import { FiguresOverTime } from "./components/figures-over-time.tsx";
import { type FigureTable as Figures, type FiguresQuery, figuresFile, figuresQuery } from "./figures-api.ts";

type Dimension = Exclude<FiguresBy, "none">;
/** The first of each is what is shown at first. */
const dimensionsOf = {
  campaign: ["offer", "flow", "landing", "country", "source", "day"],
  tracker: ["campaign", "offer", "landing", "country", "source", "day"],
} as const satisfies Record<string, Dimension[]>;
const isColumn = (text: string | undefined): text is FigureColumn =>
  (figureColumns as readonly (string | undefined)[]).includes(text);

const manyRows = 1_000;

export default function FiguresScreen(): JSX.Element {
  const t = useT();
  const { campaignId, connectionId = "" } = useParams<{ campaignId?: string; connectionId?: string }>();
  const { timeZone } = useMe().workspace;
  const [filter, change] = useFilter(["period", "from", "to", "by", "flowId", "sort", "order"]);
  const preset = isPreset(filter.period) ? filter.period : defaultPreset;
  const dimensions: readonly Dimension[] = dimensionsOf[campaignId ? "campaign" : "tracker"];
  const by = dimensions.find((dimension) => dimension === filter.by) ?? (dimensions[0] as Dimension);
  const today = todayIn(timeZone);
  const period = periodOf(preset, today, filter);
  const sorting: Sorting = {
    column: isColumn(filter.sort) ? filter.sort : "clicks",
    order: filter.order === "asc" ? "asc" : "desc",
  };
  const asked = {
    ...(campaignId ? { campaignId } : { connectionId }),
    ...(campaignId && filter.flowId ? { flowId: filter.flowId } : {}),
    // The day that it is in the tracker's zone is the server's to know.
    ...(preset === "own" ? period : { period: preset }),
    compare: "previous",
  } as const;
  const [limit, setLimit] = useState<number>();
  const query: FiguresQuery = { ...asked, by, sort: sorting.column, order: sorting.order, ...(limit ? { limit } : {}) };
  const isAskable = problemOf(period, false) === null;
  const found = useQuery({ ...figuresQuery(query), enabled: isAskable });
  return (
    <Screen
      title={t("app.campaign_reports.title")}
      subtitle={found.data && (found.data.campaign ?? found.data.connection).name}
      back={campaignId ? href("campaign", { campaignId }) : href("tracker", { connectionId })}
    >
      <PeriodPicker preset={preset} period={period} latest={today} onChange={change} />
      {isAskable && (
        <Found
          query={query}
          found={found}
          dimensions={dimensions}
          by={by}
          days={lengthOf(period)}
          sorting={sorting}
          onBy={(next) => change({ by: next })}
          onSort={({ column, order }) => change({ sort: column, order })}
          onWhole={() => change({ flowId: undefined })}
          onLonger={isLong(preset) ? undefined : () => change(chosenPeriod("30", period))}
          onMore={limit === undefined ? () => setLimit(manyRows) : undefined}
        />
      )}
    </Screen>
  );
}

const isLong = (preset: Preset): boolean => preset === "30" || preset === "own";

interface FoundProps {
  query: FiguresQuery;
  found: UseQueryResult<Figures>;
  dimensions: readonly Dimension[];
  by: Dimension;
  days: number;
  sorting: Sorting;
  onBy(by: Dimension): void;
  onSort(sorting: Sorting): void;
  onWhole(): void;
  onLonger: (() => void) | undefined;
  onMore: (() => void) | undefined;
}

function Found({
  query,
  found,
  dimensions,
  by,
  days,
  sorting,
  onBy,
  onSort,
  onWhole,
  onLonger,
  onMore,
}: FoundProps): JSX.Element {
  const t = useT();
  const [isExporting, setExporting] = useState(false);
  const { sort: _, order: __, limit: ___, ...asked } = query;
  const series = useQuery({ ...figuresQuery({ ...asked, by: "day" }), enabled: days > 1 });
  if (found.isPending)
    return (
      <>
        <Skeleton rows={3} height={92} />
        {days > 1 && <Skeleton rows={1} height={260} isSingle />}
        <Skeleton rows={6} height={44} />
      </>
    );
  if (!found.data) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  const table = found.data;
  const isEmpty = isNothing(table.totals) && (table.previous === null || isNothing(table.previous.totals));
  // An answer for other rows is no placeholder for these; its totals are the same.
  const isOfRows = table.by === by;
  const chart = series.data?.by === "day" ? series.data : undefined;
  return (
    <div aria-busy={found.isPlaceholderData}>
      {found.isError && <Failure error={found.error} onRetry={() => void found.refetch()} isCompact />}
      {table.problem !== null && <LastKnown table={table} />}
      {table.flow && (
        <Section>
          <Row
            title={t("app.campaign_reports.of_flow", { name: table.flow.name })}
            subtitle={t("app.campaign_reports.whole")}
            after={<CloseIcon size={20} />}
            onClick={onWhole}
          />
        </Section>
      )}
      {isEmpty ? (
        <Empty
          icon={<TrafficIcon size={30} />}
          title={t("app.campaign_reports.empty")}
          text={t("app.campaign_reports.empty_text")}
          {...(onLonger ? { action: { text: t("app.statistics.longer"), onClick: onLonger } } : {})}
        />
      ) : (
        <>
          <FigureTotals table={table} />
          {days > 1 &&
            (chart ? (
              <FiguresOverTime table={chart} />
            ) : series.isError ? (
              <Failure error={series.error} onRetry={() => void series.refetch()} isCompact />
            ) : (
              <Skeleton rows={1} height={260} isSingle />
            ))}
          <Chips<Dimension>
            label={t("app.statistics.by")}
            choices={dimensions.map((value) => ({ value, label: t(`app.campaign_reports.by.${value}`) }))}
            value={by}
            onChange={(next) => onBy(next ?? by)}
          />
          {isOfRows ? (
            <Section footer={<Read table={table} />}>
              <FigureTable table={table} sorting={sorting} onSort={onSort} />
              {table.moreRows > 0 &&
                (onMore ? (
                  <Row title={t("app.statistics.more", { count: table.moreRows })} tone="accent" onClick={onMore} />
                ) : (
                  <Row title={t("app.campaign_reports.beyond", { count: table.moreRows })} />
                ))}
              <Row
                title={t("app.campaign_reports.export")}
                before={<DownloadIcon />}
                tone="accent"
                onClick={() => setExporting(true)}
              />
            </Section>
          ) : (
            <Skeleton rows={6} height={44} />
          )}
        </>
      )}
      {isExporting && (
        <ExportSheet
          pathOf={(choice) => figuresFile(query, choice)}
          name={`figures-${table.from}-${table.to}`}
          onClose={() => setExporting(false)}
        />
      )}
    </div>
  );
}

/** The tracker is away: what is shown, and why. */
function LastKnown({ table }: { table: Figures }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <div role="status">
      <Section>
        <Row
          before={<WarningIcon />}
          title={t("app.campaign_reports.last_known", { moment: format.moment(table.readAt) })}
          subtitle={table.problem}
          isWrapped
        />
      </Section>
    </div>
  );
}

/** When and by whose clock it was counted, in which money, and what the rates are. */
function Read({ table }: { table: Figures }): JSX.Element {
  const t = useT();
  const format = useFormat();
  return (
    <>
      {t("app.campaign_reports.read", { time: format.moment(table.readAt), zone: table.timeZone })}{" "}
      {table.currency === null
        ? t("app.campaign_reports.currency_unknown")
        : t("app.campaign_reports.currency", { currency: table.currency })}{" "}
      {t("app.campaign_reports.definition")}
    </>
  );
}

/** Statistics: a period in figures, over time and by what it was made of. */
import { lengthOf } from "@backend/modules/reports/domain/periods.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Empty, Failure, Screen, Section, Skeleton, TrafficIcon } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { ConnectionChip } from "../conversions/connection-chip.tsx";
import { TrafficViews } from "../conversions/traffic-views.tsx";
import { useFilter } from "../conversions/use-filter.ts";
import { useCan, useMe } from "../identity/me.ts";
import { type Statistics, statisticsQuery } from "./api.ts";
import { Breakdown } from "./components/breakdown.tsx";
import { OverTime } from "./components/over-time.tsx";
import { PeriodPicker } from "./components/period-picker.tsx";
import { Totals } from "./components/totals.tsx";
import { chosenPeriod, defaultPreset, isPreset, periodOf, problemOf, seriesBy, todayIn } from "./period.ts";

export default function StatisticsScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { timeZone } = useMe().workspace;
  const [filter, change] = useFilter(["period", "from", "to", "connectionId", "by"]);
  const preset = isPreset(filter.period) ? filter.period : defaultPreset;
  const today = todayIn(timeZone);
  const period = periodOf(preset, today, filter);
  const problem = problemOf(period, false);
  return (
    <Screen title={t("app.tabs.traffic")}>
      <TrafficViews current="statistics" />
      <PeriodPicker
        preset={preset}
        period={period}
        latest={today}
        onChange={change}
        last={
          can("connections.read") ? (
            <ConnectionChip value={filter.connectionId} onChange={(connectionId) => change({ connectionId })} />
          ) : undefined
        }
      />
      {problem === null && (
        <Figures
          query={{ ...period, ...(filter.connectionId ? { connectionId: filter.connectionId } : {}) }}
          by={filter.by}
          onBy={(by) => change({ by })}
          onLonger={preset === "30" || preset === "own" ? undefined : () => change(chosenPeriod("30", period))}
        />
      )}
    </Screen>
  );
}

interface FiguresProps {
  query: { from: string; to: string; connectionId?: string };
  by: string | undefined;
  onBy(by: string): void;
  onLonger: (() => void) | undefined;
}

function Figures({ query, by, onBy, onLonger }: FiguresProps): JSX.Element {
  const t = useT();
  const series = useQuery(statisticsQuery({ ...query, by: seriesBy(query) }));
  if (series.isPending)
    return (
      <>
        <Skeleton rows={2} height={92} />
        <Skeleton rows={1} height={260} isSingle />
        <Skeleton rows={6} height={65} />
      </>
    );
  if (!series.data) return <Failure error={series.error} onRetry={() => void series.refetch()} />;
  const statistics = series.data;
  const isEmpty = statistics.totals.conversions === 0 && statistics.previous.totals.conversions === 0;
  return (
    <div aria-busy={series.isPlaceholderData}>
      {series.isError && <Failure error={series.error} onRetry={() => void series.refetch()} isCompact />}
      {isEmpty ? (
        <Empty
          icon={<TrafficIcon size={30} />}
          title={t("app.statistics.empty")}
          text={t("app.statistics.empty_text")}
          {...(onLonger ? { action: { text: t("app.statistics.longer"), onClick: onLonger } } : {})}
        />
      ) : (
        <>
          <Totals statistics={statistics} />
          <OverTime statistics={statistics} />
          {statistics.totals.conversions > 0 && (
            <Breakdown query={query} by={by} onBy={onBy} total={statistics.totals.conversions} />
          )}
        </>
      )}
      <Counted statistics={statistics} days={lengthOf(query)} />
    </div>
  );
}

/** When it was counted and by whose clock, and what is being counted still. */
function Counted({ statistics, days }: { statistics: Statistics; days: number }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { countedAt, timeZone, pendingDays, recountingDays } = statistics;
  return (
    <Section
      footer={
        <>
          {t("app.statistics.definition")}{" "}
          <span role="status">{t("app.statistics.counted", { time: format.time(countedAt), zone: timeZone })}</span>{" "}
          {pendingDays > 0 && t("app.statistics.pending", { count: pendingDays, days })}{" "}
          {recountingDays > 0 && t("app.statistics.recounting", { count: recountingDays })}
        </>
      }
    >
      {null}
    </Section>
  );
}

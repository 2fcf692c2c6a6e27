/** Statistics: a period in figures, over time and by what it was made of. */
import { isDay, lengthOf, longestDays } from "@backend/modules/reports/domain/periods.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chips, Empty, Failure, Field, Screen, Section, Skeleton, TrafficIcon } from "@miniapp/shared/ui/index.ts";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { ConnectionChip } from "../conversions/connection-chip.tsx";
import { TrafficViews } from "../conversions/traffic-views.tsx";
import { useFilter } from "../conversions/use-filter.ts";
import { useCan, useMe } from "../identity/me.ts";
import { type Statistics, statisticsQuery } from "./api.ts";
import { Breakdown } from "./components/breakdown.tsx";
import { OverTime } from "./components/over-time.tsx";
import { Totals } from "./components/totals.tsx";
import { defaultPreset, isPreset, type Preset, periodOf, presets, problemOf, seriesBy, todayIn } from "./period.ts";

export default function StatisticsScreen(): JSX.Element {
  const t = useT();
  const can = useCan();
  const { timeZone } = useMe().workspace;
  const [filter, change] = useFilter(["period", "from", "to", "connectionId", "by"]);
  const preset = isPreset(filter.period) ? filter.period : defaultPreset;
  const today = todayIn(timeZone);
  const period = periodOf(preset, today, filter);
  const problem = problemOf(period, false);
  const choose = (next: Preset | undefined) => {
    const picked = next ?? defaultPreset;
    // One's own period begins as the one that was on, to be changed from there.
    if (picked === "own") change({ period: picked, ...period });
    else change({ period: picked, from: undefined, to: undefined });
  };
  return (
    <Screen title={t("app.tabs.traffic")}>
      <TrafficViews current="statistics" />
      <Chips<Preset>
        label={t("app.statistics.period")}
        choices={presets.map((value) => ({ value, label: t(`app.statistics.period.${value}`) }))}
        value={preset}
        onChange={choose}
        last={
          can("connections.read") ? (
            <ConnectionChip value={filter.connectionId} onChange={(connectionId) => change({ connectionId })} />
          ) : undefined
        }
      />
      {preset === "own" && (
        <OwnPeriod period={period} onChange={(next) => change({ ...period, ...next })} latest={today} />
      )}
      {problem === null && (
        <Figures
          query={{ ...period, ...(filter.connectionId ? { connectionId: filter.connectionId } : {}) }}
          by={filter.by}
          onBy={(by) => change({ by })}
          onLonger={preset === "30" || preset === "own" ? undefined : () => choose("30")}
        />
      )}
    </Screen>
  );
}

interface OwnPeriodProps {
  period: { from: string; to: string };
  latest: string;
  onChange(next: { from?: string; to?: string }): void;
}

/** Two days. What is half typed stays in its field, and is asked for once it is a day. */
function OwnPeriod({ period, latest, onChange }: OwnPeriodProps): JSX.Element {
  const t = useT();
  const [typed, setTyped] = useState(period);
  const set = (change: Partial<typeof period>) => {
    const next = { ...typed, ...change };
    setTyped(next);
    if (isDay(next.from) && isDay(next.to)) onChange(next);
  };
  const problem = problemOf(typed, false);
  return (
    <Section>
      <Field kind="date" label={t("app.statistics.from")} value={typed.from} onChange={(from) => set({ from })} />
      <Field
        kind="date"
        label={t("app.statistics.to")}
        value={typed.to}
        onChange={(to) => set({ to })}
        error={problem ? t(`app.statistics.problem.${problem}`, { days: longestDays }) : undefined}
        hint={typed.to > latest ? t("app.statistics.in_future") : undefined}
      />
    </Section>
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

/** What a plan brought: all its runs together, each of them, and a file. */
import { href } from "@miniapp/app/paths.ts";
import { PagedList } from "@miniapp/features/operations/components/paged-list.tsx";
import { ExportSheet } from "@miniapp/features/reports/export-sheet.tsx";
import { type Format, useCreatedFormat, useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { DownloadIcon, Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { type PlanRunResult, planResultsQuery, planRunsQuery } from "./results-api.ts";
import { ResultTiles } from "./results-tiles.tsx";
import { planQuery } from "./schedule-api.ts";

export interface PlanResultsProps {
  broadcastId: string;
}

/** All its runs together; nothing before the first. */
export function PlanSums({ broadcastId }: PlanResultsProps): JSX.Element | null {
  const t = useT();
  const { data: results } = useSuspenseQuery(planResultsQuery(broadcastId));
  if (results.runs === 0) return null;
  return <ResultTiles of={results} sentNote={t("app.results.runs", { count: results.runs })} />;
}

/** One by one, without end: the last thing on its page. */
export function PlanRuns({ broadcastId }: PlanResultsProps): JSX.Element {
  const t = useT();
  const { locale } = useFormat();
  const { data: plan } = useSuspenseQuery(planQuery(broadcastId));
  const list = useSuspenseInfiniteQuery(planRunsQuery(broadcastId));
  // By the plan's wall: that is the clock that was asked for.
  const wall = useCreatedFormat(locale, plan.timeZone);
  const [isExporting, setExporting] = useState(false);
  const isEmpty = list.data.pages[0]?.items.length === 0;
  return (
    <>
      <Section header={t("app.plan.runs")}>
        {isEmpty ? (
          <Row title={t("app.plan.no_runs")} />
        ) : (
          <Row
            before={<DownloadIcon />}
            title={t("app.results.export")}
            subtitle={t("app.results.export_table")}
            onClick={() => setExporting(true)}
          />
        )}
      </Section>
      <PagedList
        label={t("app.plan.runs")}
        list={list}
        keyOf={({ id }) => id}
        rowHeight={84}
        render={(run) => <Run run={run} wall={wall} />}
        empty={null}
      />
      {isExporting && (
        <ExportSheet
          name={`plan-${new Date().toISOString().slice(0, 10)}`}
          pathOf={(choice) => `/broadcasts/${broadcastId}/plan/export?${new URLSearchParams({ ...choice })}`}
          onClose={() => setExporting(false)}
        />
      )}
    </>
  );
}

function Run({ run, wall }: { run: PlanRunResult; wall: Format }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { sent, failed, clicked, converted } = run.counts;
  const answers = t("app.results.run_answers", {
    sent: format.number(sent),
    failed: format.number(failed),
    clicked: format.number(clicked),
    converted: format.number(converted),
  });
  const money = run.money.map(({ amount, currency }) => format.money(amount, currency)).join(" · ");
  return (
    <Row
      to={href("broadcast", { broadcastId: run.id })}
      title={wall.dateTime(run.runAt)}
      subtitle={answers}
      {...(money === "" ? {} : { note: money, isNoteBelow: true })}
      isWrapped
    />
  );
}

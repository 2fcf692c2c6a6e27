/** Whom a bot reaches, and its last thirty days. */
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chart, type ChartSeries } from "@miniapp/shared/ui/chart.tsx";
import { Failure, Row, Section, Skeleton, Tabs } from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import { useQuery } from "@tanstack/react-query";
import { type JSX, useState } from "react";
import { useMoments } from "../statistics/use-moments.ts";
import { type BotStatistics, statisticsQuery } from "./api.ts";
import styles from "./bots.module.css";

type Count = Exclude<keyof BotStatistics["days"][number], "day">;
const views = {
  people: ["joined", "lost"],
  messages: ["sent", "failed", "unknown"],
  clicks: ["clicks"],
} as const satisfies Record<string, readonly Count[]>;
type View = keyof typeof views;

const tones: Readonly<Record<Count, ChartSeries["tone"]>> = {
  joined: "good",
  lost: "bad",
  sent: "good",
  failed: "bad",
  unknown: "neutral",
  clicks: "accent",
};

/** A part of its own: while it loads or fails, the rest of the page stands. */
export function BotNumbers({ botId }: { botId: string }): JSX.Element {
  const { data, error, refetch } = useQuery(statisticsQuery(botId));
  if (data) return <Numbers statistics={data} />;
  if (error) return <Failure error={error} isCompact onRetry={() => void refetch()} />;
  return (
    <>
      <Skeleton rows={1} height={84} isSingle />
      <Skeleton rows={1} height={240} isSingle />
    </>
  );
}

function Numbers({ statistics }: { statistics: BotStatistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [view, choose] = useState<View>("people");
  const { people, totals, days } = statistics;
  const words: Readonly<Record<Count, string>> = {
    joined: t("app.bots.joined"),
    lost: t("app.bots.left"),
    sent: t("app.bots.sent"),
    failed: t("app.bots.failed"),
    unknown: t("app.bots.unknown"),
    clicks: t("app.bots.clicks"),
  };
  const titles = { people: t("app.bots.reach"), messages: t("app.bots.messages"), clicks: t("app.bots.clicks") };
  const counts: readonly Count[] = views[view];
  const { labelOf, titleOf } = useMoments({ by: "day", timeZone: "UTC" });
  const tiles = [
    { name: t("app.bots.active"), value: format.number(people.active), note: t("app.bots.active_note") },
    { name: t("app.bots.lost_people"), value: format.number(people.lost), note: t("app.bots.lost_note") },
    ...(people.unreachable > 0
      ? [
          {
            name: t("app.bots.unreachable"),
            value: format.number(people.unreachable),
            note: t("app.bots.unreachable_note"),
          },
        ]
      : []),
  ];
  // Who came and who went are no sum: what is left of them is what a reader wants to know.
  const signed = new Intl.NumberFormat(format.locale, { signDisplay: "exceptZero" });
  const sumOf = (values: readonly number[]) =>
    view === "people"
      ? signed.format((values[0] ?? 0) - (values[1] ?? 0))
      : format.number(values.reduce((sum, value) => sum + value, 0));
  const isQuiet = Object.values(totals).every((count) => count === 0);
  return (
    <>
      <Section>
        <Tiles label={t("app.bots.reach")} tiles={tiles} />
      </Section>
      <Section header={t("app.bots.days")}>
        {isQuiet ? (
          <Row title={t("app.bots.no_statistics")} />
        ) : (
          <div className={styles.chart}>
            <div className={styles.views}>
              <Tabs<View>
                label={t("app.bots.days")}
                choices={(["people", "messages", "clicks"] as const).map((value) => ({ value, label: titles[value] }))}
                value={view}
                onChange={choose}
              />
            </div>
            <Chart
              label={titles[view]}
              series={counts.map((count) => ({
                name: words[count],
                tone: tones[count],
                total: format.number(totals[count]),
              }))}
              points={days.map((day) => ({
                label: labelOf(day.day),
                title: titleOf(day.day),
                values: counts.map((count) => day[count]),
              }))}
              format={(value) => format.number(value)}
              formatShort={format.short}
              summary={sumOf(counts.map((count) => totals[count]))}
              sumOf={sumOf}
            />
          </div>
        )}
      </Section>
    </>
  );
}

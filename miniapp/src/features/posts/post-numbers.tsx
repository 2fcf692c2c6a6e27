import { href } from "@miniapp/app/paths.ts";
import { useMoments } from "@miniapp/features/statistics/use-moments.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { BarRow } from "@miniapp/shared/ui/bar-row.tsx";
import { Chart, type ChartTone } from "@miniapp/shared/ui/chart.tsx";
import { Row, Section } from "@miniapp/shared/ui/index.ts";
import { useSuspenseQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { postNumbersQuery } from "./api.ts";

/** From the bottom of a bar; those that somebody took back are in none. */
const outcomes = [
  { key: "completed", tone: "good" },
  { key: "open", tone: "accent" },
  { key: "failed", tone: "bad" },
  { key: "returned", tone: "neutral" },
] as const satisfies readonly { key: string; tone: ChartTone }[];

/** Posts of a period by the day on which they were added, and by platform. Needs the words of "posts". */
export function PostNumbers({ days }: { days: number }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { labelOf, titleOf } = useMoments({ by: "day", timeZone: "UTC" });
  const { data: posts } = useSuspenseQuery(postNumbersQuery(days));
  const counted = outcomes.reduce((all, { key }) => all + posts[key], 0);
  const most = Math.max(...posts.platforms.map(({ total }) => total));
  return (
    <Section header={t("app.posts.title")}>
      {counted === 0 && <Row title={t("app.posts.none_in_period")} />}
      {counted > 0 &&
        (days === 1 ? (
          outcomes.map(({ key }) => (
            <Row key={key} title={t(`app.posts.outcome.${key}`)} end={format.number(posts[key])} />
          ))
        ) : (
          <div>
            <Chart
              label={t("app.posts.added_in_period")}
              series={outcomes.map(({ key, tone }) => ({
                name: t(`app.posts.outcome.${key}`),
                tone,
                total: format.number(posts[key]),
              }))}
              points={posts.days.map((day) => ({
                label: labelOf(day.day),
                title: titleOf(day.day),
                values: outcomes.map(({ key }) => day[key]),
              }))}
              format={format.number}
              formatShort={format.short}
              summary={format.number(counted)}
            />
          </div>
        ))}
      {posts.platforms.map(({ platform, total, completed }) => (
        <BarRow
          key={platform}
          title={t(`app.posts.platform.${platform}`)}
          value={format.number(total)}
          more={t("app.posts.done_count", { count: completed })}
          share={total / most}
        />
      ))}
      <Row title={t("app.posts.all")} to={href("tasks")} />
    </Section>
  );
}

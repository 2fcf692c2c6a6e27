import type { FigureColumn } from "@backend/modules/campaigns/domain/figures.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chart, type ChartPoint } from "@miniapp/shared/ui/chart.tsx";
import { Section, Tabs } from "@miniapp/shared/ui/index.ts";
import { type JSX, useMemo, useState } from "react";
import styles from "../../statistics/components/over-time.module.css";
import { condensed } from "../../statistics/period.ts";
import { useMoments } from "../../statistics/use-moments.ts";
import { useFigureText } from "../figure-words.ts";
import type { FigureTable } from "../figures-api.ts";

/** What can be drawn as bars: none of these is ever below nothing for long. */
const drawn = ["clicks", "conversions", "revenue"] as const satisfies FigureColumn[];
type Drawn = (typeof drawn)[number];

/** The period day by day, with the period before as a line. `table` is one by day. */
export function FiguresOverTime({ table }: { table: FigureTable }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const [column, choose] = useState<Drawn>("clicks");
  const { labelOf, titleOf } = useMoments({ by: "day", timeZone: table.timeZone });
  const textOf = useFigureText(table.currency);
  const points = useMemo(
    () =>
      condensed(
        table.rows.map(
          ({ key, figures, before }): ChartPoint => ({
            label: labelOf(key),
            title: titleOf(key),
            values: [Math.max(0, Number(figures[column]))],
            before: before ? Math.max(0, Number(before[column])) : undefined,
          }),
        ),
      ),
    [table, column, labelOf, titleOf],
  );
  const name = t(`app.campaign_reports.column.${column}`);
  const inWords = (value: number) =>
    column === "revenue" ? format.money(String(Math.round(value * 100) / 100), table.currency) : format.number(value);
  return (
    <Section header={t("app.statistics.over_time")}>
      <div>
        <div className={styles.views}>
          <Tabs<Drawn>
            label={t("app.statistics.what")}
            choices={drawn.map((value) => ({ value, label: t(`app.campaign_reports.column.${value}`) }))}
            value={column}
            onChange={choose}
          />
        </div>
        <Chart
          label={name}
          series={[{ name, tone: column === "clicks" ? "accent" : "good" }]}
          points={points}
          format={inWords}
          formatShort={format.short}
          summary={textOf(column, table.totals)}
          {...(table.previous
            ? { before: { name: t("app.statistics.previously"), total: textOf(column, table.previous.totals) } }
            : {})}
        />
      </div>
    </Section>
  );
}

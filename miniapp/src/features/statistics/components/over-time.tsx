import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Chart, type ChartPoint } from "@miniapp/shared/ui/chart.tsx";
import { Section, Tabs } from "@miniapp/shared/ui/index.ts";
import { type JSX, useMemo, useState } from "react";
import type { Statistics, StatisticsFigures } from "../api.ts";
import { condensed } from "../period.ts";
import { useMoments } from "../use-moments.ts";
import styles from "./over-time.module.css";

/** Currencies with a view of their own; a fifth is so little that its figure says enough. */
const currenciesShown = 3;
const counts = "conversions";

const revenueOf = (figures: StatisticsFigures | undefined, currency: string): number =>
  Number(figures?.money.find((line) => (line.currency ?? "") === currency)?.revenue ?? 0);

/** The period over time: conversions by what became of them, or revenue of one currency, with the period before as a line. */
export function OverTime({ statistics }: { statistics: Statistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { labelOf, titleOf } = useMoments(statistics);
  const currencies = statistics.totals.money.slice(0, currenciesShown).map(({ currency }) => currency ?? "");
  const [chosen, choose] = useState(counts);
  const view = chosen === counts || currencies.includes(chosen) ? chosen : counts;
  const points = useMemo(() => {
    const { rows, previous, countedAt } = statistics;
    return condensed(
      rows.map(({ key, figures }, index): ChartPoint => {
        const earlier = previous.rows[index]?.figures;
        const isAhead = statistics.by === "hour" && key > countedAt;
        return {
          label: labelOf(key),
          title: titleOf(key),
          values:
            view === counts
              ? [figures.approved, figures.rejected, figures.conversions - figures.approved - figures.rejected]
              : [Math.max(0, revenueOf(figures, view))],
          // What lies ahead has nothing to be compared with yet.
          before:
            isAhead || !earlier || previous.totals.conversions === 0
              ? undefined
              : view === counts
                ? earlier.conversions
                : revenueOf(earlier, view),
        };
      }),
    );
  }, [statistics, view, labelOf, titleOf]);

  const { totals, previous } = statistics;
  const money = (amount: string) => format.money(amount, view || null);
  const revenueText = (figures: StatisticsFigures) =>
    money(figures.money.find((line) => (line.currency ?? "") === view)?.revenue ?? "0");
  return (
    <Section header={t("app.statistics.over_time")}>
      <div>
        {currencies.length > 0 && (
          <div className={styles.views}>
            <Tabs
              label={t("app.statistics.what")}
              choices={[
                { value: counts, label: t("app.statistics.conversions") },
                ...currencies.map((currency) => ({
                  value: currency,
                  label:
                    currencies.length === 1 ? t("app.statistics.revenue") : currency || t("app.statistics.no_currency"),
                })),
              ]}
              value={view}
              onChange={choose}
            />
          </div>
        )}
        <Chart
          label={view === counts ? t("app.statistics.conversions") : t("app.statistics.revenue")}
          series={
            view === counts
              ? [
                  { name: t("app.statistics.approved"), tone: "good", total: format.number(totals.approved) },
                  { name: t("app.statistics.rejected"), tone: "bad", total: format.number(totals.rejected) },
                  {
                    name: t("app.statistics.others"),
                    tone: "accent",
                    total: format.number(totals.conversions - totals.approved - totals.rejected),
                  },
                ]
              : [{ name: t("app.statistics.revenue"), tone: "good" }]
          }
          points={points}
          format={(value) => (view === counts ? format.number(value) : money(String(Math.round(value * 100) / 100)))}
          formatShort={format.short}
          summary={view === counts ? format.number(totals.conversions) : revenueText(totals)}
          {...(previous.totals.conversions === 0
            ? {}
            : {
                before: {
                  name: t("app.statistics.previously"),
                  total: view === counts ? format.number(previous.totals.conversions) : revenueText(previous.totals),
                },
              })}
        />
      </div>
    </Section>
  );
}

import { daysIn } from "@miniapp/shared/days-in.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Section } from "@miniapp/shared/ui/index.ts";
import { Tiles } from "@miniapp/shared/ui/tiles.tsx";
import type { JSX } from "react";
import type { Statistics } from "../api.ts";

const currenciesShown = 4;

/** The period in a few figures, each with what it was before. */
export function Totals({ statistics }: { statistics: Statistics }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const { totals, previous, change } = statistics;
  const against = (share: number | null, before: string) =>
    share === null
      ? t("app.statistics.before", { before })
      : t("app.statistics.change", { change: format.change(share), before });
  const points = change.approvalRate;
  const signed = new Intl.NumberFormat(format.locale, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
  const rate = (fraction: number | null) => (fraction === null ? "–" : format.percent(fraction));
  const moneyBefore = new Map(previous.totals.money.map((line) => [line.currency, line]));
  const tiles = [
    {
      name: t("app.statistics.conversions"),
      value: format.number(totals.conversions),
      note: against(change.conversions, format.number(previous.totals.conversions)),
    },
    {
      name: t("app.statistics.approval"),
      value: rate(totals.approvalRate),
      note:
        points === null
          ? t("app.statistics.before", { before: rate(previous.totals.approvalRate) })
          : t("app.statistics.points", {
              change: signed.format(points * 100),
              before: rate(previous.totals.approvalRate),
            }),
    },
    {
      name: t("app.statistics.approved"),
      value: format.number(totals.approved),
      note: against(change.approved, format.number(previous.totals.approved)),
    },
    {
      name: t("app.statistics.rejected"),
      value: format.number(totals.rejected),
      note: against(change.rejected, format.number(previous.totals.rejected)),
    },
    ...totals.money.slice(0, currenciesShown).map((line) => {
      const before = format.money(moneyBefore.get(line.currency)?.revenue ?? "0", line.currency);
      const share = change.revenue.find(({ currency }) => currency === line.currency)?.share ?? null;
      return {
        name: t("app.statistics.revenue_in", { currency: line.currency ?? t("app.statistics.no_currency") }),
        value: format.money(line.revenue, line.currency),
        note: against(share, before),
        more:
          line.takenBack === "0"
            ? undefined
            : t("app.statistics.taken_back", { amount: format.money(line.takenBack, line.currency) }),
      };
    }),
  ];
  const days = daysIn(format.locale, previous);
  return (
    <Section footer={t(previous.until ? "app.statistics.compared_until" : "app.statistics.compared", { days })}>
      <Tiles label={t("app.statistics.totals")} tiles={tiles} />
    </Section>
  );
}

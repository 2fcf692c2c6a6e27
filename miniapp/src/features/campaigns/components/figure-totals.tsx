import { changeOf, type FigureColumn } from "@backend/modules/campaigns/domain/figures.ts";
import { daysIn } from "@miniapp/shared/days-in.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { Section } from "@miniapp/shared/ui/index.ts";
import { type Tile, Tiles } from "@miniapp/shared/ui/tiles.tsx";
import type { JSX } from "react";
import { useFigureText } from "../figure-words.ts";
import type { FigureTable } from "../figures-api.ts";

const shown = ["clicks", "conversions", "revenue", "cost", "profit", "roi"] as const satisfies FigureColumn[];

export type Totalled = Pick<FigureTable, "totals" | "previous" | "isOpen" | "currency">;

/** Tiles of some columns, each with what it was in the period before. */
export function useFigureTiles(
  { totals, previous, isOpen, currency }: Totalled,
  columns: readonly FigureColumn[],
): Tile[] {
  const t = useT();
  const format = useFormat();
  const textOf = useFigureText(currency);
  return columns.map((column) => {
    const before = previous ? textOf(column, previous.totals) : null;
    const [now, earlier] = [totals[column], previous?.totals[column]];
    // A period that still runs has had less time; and rates are read beside each other, not as a share of a share.
    const isComparable = !isOpen && column !== "roi" && column !== "cr" && now !== null && earlier != null;
    const change = isComparable ? changeOf(now, earlier) : null;
    return {
      name: t(`app.campaign_reports.column.${column}`),
      value: textOf(column, totals),
      note:
        before === null
          ? ""
          : change === null
            ? t("app.statistics.before", { before })
            : t("app.statistics.change", { change: format.change(change), before }),
    };
  });
}

/** The period in a few figures, as the tracker itself sums them up. */
export function FigureTotals({ table }: { table: FigureTable }): JSX.Element {
  const t = useT();
  const format = useFormat();
  const tiles = useFigureTiles(table, shown);
  const days = table.previous && daysIn(format.locale, table.previous);
  return (
    <Section
      footer={
        <>
          {days && t(table.isOpen ? "app.campaign_reports.compared_open" : "app.statistics.compared", { days })}{" "}
          {!table.hasOwnTotals && t("app.campaign_reports.added_up")}
        </>
      }
    >
      <Tiles label={t("app.statistics.totals")} tiles={tiles} />
    </Section>
  );
}

import { changeOf, type FigureColumn, type Figures, figureColumns } from "@backend/modules/campaigns/domain/figures.ts";
import { href } from "@miniapp/app/paths.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { AppLink } from "@miniapp/shared/navigation.tsx";
import { haptics, useOwnVerticalSwipes } from "@miniapp/shared/telegram/index.ts";
import type { JSX } from "react";
import { useMoments } from "../../statistics/use-moments.ts";
import { useFigureText, useRowName } from "../figure-words.ts";
import type { FigureRow, FigureTable as Table } from "../figures-api.ts";
import styles from "./figure-table.module.css";

export interface Sorting {
  column: FigureColumn;
  order: "asc" | "desc";
}

export interface FigureTableProps {
  table: Table;
  sorting: Sorting;
  onSort(next: Sorting): void;
}

/** Columns whose change says something; rates are read as they are. */
const compared: ReadonlySet<FigureColumn> = new Set(["clicks", "conversions", "sales", "revenue", "cost", "profit"]);

/** Every column of the figures, swiped sideways beside the names; a tap on a heading sorts by it, and once more turns it round. */
export function FigureTable({ table, sorting, onSort }: FigureTableProps): JSX.Element {
  useOwnVerticalSwipes();
  const t = useT();
  const nameOf = useRowName(table.by);
  const { titleOf } = useMoments({ by: "day", timeZone: table.timeZone });
  const isSeries = table.by === "day";
  const heading = t(`app.campaign_reports.by.${table.by}`);
  const sort = (column: FigureColumn) => {
    haptics.selected();
    const isSame = column === sorting.column;
    onSort({ column, order: isSame && sorting.order === "desc" ? "asc" : "desc" });
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard
    <section className={styles.scroller} tabIndex={0} aria-label={heading}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.name}>
              {heading}
            </th>
            {figureColumns.map((column) => {
              const name = t(`app.campaign_reports.column.${column}`);
              if (isSeries)
                return (
                  <th key={column} scope="col" className={styles.plain}>
                    {name}
                  </th>
                );
              const isOn = column === sorting.column;
              return (
                <th
                  key={column}
                  scope="col"
                  aria-sort={isOn ? (sorting.order === "asc" ? "ascending" : "descending") : "none"}
                >
                  <button type="button" className={styles.sort} onClick={() => sort(column)}>
                    {name}
                    <span aria-hidden="true">{isOn ? (sorting.order === "asc" ? " ↑" : " ↓") : ""}</span>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" className={styles.name}>
                <Name row={row} by={table.by} name={isSeries ? titleOf(row.key) : nameOf(row)} />
              </th>
              <Cells figures={row.figures} before={table.isOpen ? null : row.before} currency={table.currency} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" className={styles.name}>
              {t("app.campaign_reports.total")}
            </th>
            <Cells figures={table.totals} before={null} currency={table.currency} />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Name({ row, by, name }: { row: FigureRow; by: Table["by"]; name: string }): JSX.Element {
  const to =
    row.id === null
      ? null
      : by === "flow"
        ? href("flow", { flowId: row.id })
        : by === "campaign"
          ? href("campaign", { campaignId: row.id })
          : null;
  if (to)
    return (
      <AppLink to={to} className={styles.link}>
        {name}
      </AppLink>
    );
  return (
    <>
      {name}
      {row.name !== null && <span className={styles.ref}>#{row.key}</span>}
    </>
  );
}

interface CellsProps {
  figures: Figures;
  before: Figures | null;
  currency: string | null;
}

function Cells({ figures, before, currency }: CellsProps): JSX.Element {
  const format = useFormat();
  const textOf = useFigureText(currency);
  return (
    <>
      {figureColumns.map((column) => {
        const earlier = compared.has(column) ? before?.[column] : null;
        const change = earlier != null ? changeOf(figures[column] ?? 0, earlier) : null;
        return (
          <td key={column}>
            {textOf(column, figures)}
            {change !== null && <span className={styles.change}>{format.change(change)}</span>}
          </td>
        );
      })}
    </>
  );
}

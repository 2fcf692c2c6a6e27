import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type Cell, type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import { type FigureColumn, type Figures, type FiguresBy, figureColumns } from "../domain/figures.ts";
import type { CampaignsPorts } from "../ports.ts";
import type { FiguresExportQuery, FigureTable } from "../report-contracts.ts";
import { readFigures } from "./read-figures.ts";

/** As many rows as are kept of an answer. */
const everyRow = 5_000;

const money: ReadonlySet<FigureColumn> = new Set(["revenue", "cost", "profit", "epc"]);
const shares: ReadonlySet<FigureColumn> = new Set(["roi", "cr"]);

/** The table that the screen shows as a file: its rows in the same order, and the tracker's own totals below. Leaves an audit row. */
export async function exportFigures(
  ctx: ActionContext<Pick<CampaignsPorts, "vault" | "trackerReports">>,
  { format, separator, ...query }: FiguresExportQuery,
): Promise<Response> {
  const table = await readFigures(ctx, { ...query, limit: everyRow });
  await recordAudit(ctx, {
    action: "figures.exported",
    subjectKind: "connection",
    subjectId: table.connection.id,
    after: { format, by: table.by, from: table.from, to: table.to, name: table.flow?.name ?? table.campaign?.name },
  });
  const t = translator(ctx.actor.locale);
  return exportResponse(`figures-${table.from}-${table.to}`, {
    format,
    ...(separator ? { separator } : {}),
    columns: columnsOf(t, table),
    pages: [linesOf(t, table)],
    timeZone: table.timeZone,
    title: t("campaigns.figures.sheet"),
  });
}

function columnsOf(t: Translate, { by, currency, timeZone }: FigureTable): ExportColumn[] {
  const isNamed = by !== "day" && by !== "country" && by !== "none";
  return [
    {
      title: by === "day" ? t("campaigns.figures.by.day_in", { zone: timeZone }) : t(`campaigns.figures.by.${by}`),
      kind: "text",
      width: 34,
    },
    ...(isNamed ? [{ title: t("campaigns.figures.number"), kind: "text", width: 12 } as const] : []),
    ...figureColumns.map((column): ExportColumn => {
      const name = t(`campaigns.figures.column.${column}`);
      const unit = shares.has(column) ? "%" : money.has(column) ? currency : null;
      return { title: unit === null ? name : `${name}, ${unit}`, kind: "number", width: 14 };
    }),
  ];
}

const linesOf = (t: Translate, { by, rows, totals }: FigureTable): Row[] => {
  const isNamed = by !== "day" && by !== "country" && by !== "none";
  const line = (name: string, key: string, figures: Figures): Row => [
    name,
    ...(isNamed ? [key] : []),
    ...figureColumns.map((column) => cellOf(figures, column)),
  ];
  return [
    ...rows.map(({ key, name, figures }) => line(name ?? nameless(t, by, key), key, figures)),
    line(t("campaigns.figures.total"), "", totals),
  ];
};

/** Something that is not known here is called by its number. */
function nameless(t: Translate, by: FiguresBy, key: string): string {
  if (key === "") return t("campaigns.figures.unnamed");
  return by === "day" || by === "country" ? key : `#${key}`;
}

function cellOf(figures: Figures, column: FigureColumn): Cell {
  const value = figures[column];
  return value !== null && shares.has(column) ? new Big(value).times(100).toFixed() : value;
}

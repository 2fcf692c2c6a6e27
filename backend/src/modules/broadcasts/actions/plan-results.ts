/** What a plan brought: its runs one by one, and all of them together, by the same rules as any broadcast. */
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { defaultLimit, encodeCursor, type Page } from "@backend/kit/paging.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { perThousand, ratesOf } from "../domain/rates.ts";
import { listPlanRuns, sumRuns } from "../plan-queries.ts";
import type { Broadcast } from "../queries.ts";
import type { PlanExportQuery, PlanResults, PlanRunQuery, PlanRunResult } from "../result-contracts.ts";
import type { FiguresRow } from "../result-queries.ts";
import { notAPlan } from "../timing-errors.ts";
import { presentCompared } from "./compare-broadcasts.ts";
import { ownBroadcast } from "./own-broadcast.ts";

/** Throws broadcasts.broadcast_not_found and sequences.not_a_plan. */
async function ownPlan(ctx: ActionContext, broadcastId: string): Promise<Broadcast> {
  const row = await ownBroadcast(ctx, broadcastId);
  if (row.kind !== "recurring") throw notAPlan();
  return row;
}

export async function readPlanResults(ctx: ActionContext, input: { broadcastId: string }): Promise<PlanResults> {
  const { id } = await ownPlan(ctx, input.broadcastId);
  const { runs, counts, money } = await sumRuns(ctx.db, id);
  return {
    runs,
    counts,
    rates: ratesOf(counts),
    money: money.map((line) => ({ ...line, perThousand: perThousand(line.amount, counts.sent) })),
  };
}

const momentOf = ({ runAt, createdAt }: FiguresRow) => (runAt ?? createdAt).toISOString();

async function readPage(ctx: ActionContext, planId: string, query: PlanRunQuery): Promise<Page<PlanRunResult>> {
  const limit = query.limit ?? defaultLimit;
  const rows = await listPlanRuns(ctx.db, planId, { cursor: query.cursor, limit });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const figures = await presentCompared(ctx, shown);
  return {
    items: figures.map((run, at) => ({ ...run, runAt: momentOf(shown[at] as FiguresRow) })),
    nextCursor: rows.length > limit && last ? encodeCursor([momentOf(last), last.id]) : null,
  };
}

export async function listPlanResults(
  ctx: ActionContext,
  { broadcastId, ...query }: PlanRunQuery & { broadcastId: string },
): Promise<Page<PlanRunResult>> {
  const { id } = await ownPlan(ctx, broadcastId);
  return readPage(ctx, id, query);
}

/** Columns of the file, by the words of the report. */
const counted = [
  ["sent", "sent"],
  ["failed", "failed"],
  ["blocked", "blocked"],
  ["clicked", "clicked"],
  ["replied", "replied"],
  ["converted", "converted"],
  ["optedOut", "opted_out"],
] as const;

/** Its runs as a table, read by key while it is written; the beginning leaves an audit row. */
export async function exportPlan(
  ctx: ActionContext,
  { broadcastId, format, separator }: PlanExportQuery & { broadcastId: string },
): Promise<Response> {
  const { workspaceId, locale } = ctx.actor;
  const plan = await ownPlan(ctx, broadcastId);
  await recordAudit(ctx, {
    action: "broadcast.exported",
    subjectKind: "broadcast",
    subjectId: plan.id,
    after: { name: plan.name, format },
  });
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  const t = translator(locale);
  const columns: ExportColumn[] = [
    { title: t("results.export.run", { zone: timeZone }), kind: "moment", width: 26 },
    ...counted.map(([, word]) => ({ title: t(`results.report.${word}`), kind: "number" as const, width: 14 })),
    { title: t("results.export.money"), kind: "text", width: 20 },
  ];
  return exportResponse(`plan-${ctx.now.toISOString().slice(0, 10)}`, {
    format,
    ...(separator ? { separator } : {}),
    columns,
    pages: pages(ctx, plan.id),
    timeZone,
    title: t("results.export.runs"),
  });
}

async function* pages(ctx: ActionContext, planId: string): AsyncGenerator<Row[]> {
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Page<PlanRunResult> = await readPage(ctx, planId, { cursor, limit: 200 });
    yield page.items.map(({ runAt, counts, money }) => [
      new Date(runAt),
      ...counted.map(([name]) => counts[name]),
      // Several currencies do not fit one number.
      money.map(({ amount, currency }) => (currency ? `${amount} ${currency}` : amount)).join(", "),
    ]);
    cursor = page.nextCursor;
  }
}

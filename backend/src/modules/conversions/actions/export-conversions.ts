import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { exportResponse, type Row } from "@backend/kit/export.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import type { ExportQuery } from "../batch-contracts.ts";
import { type Chosen, chosenOf, sliceOwnDownwards } from "../bulk-queries.ts";
import { exportColumns, exportRow } from "../export-columns.ts";
import { hiddenConnectionIds, namesOfConnections } from "../queries.ts";
import { filterOf } from "./list-conversions.ts";

/** As many lines as a sheet holds, and more than anybody reads. */
const rowsAtMost = 1_000_000;
/** Read at a time: a few milliseconds of work between two turns of everybody else. */
const pageSize = 500;

/**
 * Conversions as a file, newest first, with the filters of their list. Read by key while it is written: what comes meanwhile is
 * not in it, no connection of the pool is held, and a reader who leaves ends it. Its beginning leaves an audit row.
 */
export async function exportConversions(ctx: ActionContext, input: ExportQuery): Promise<Response> {
  const { workspaceId, locale } = ctx.actor;
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  const { format, separator, ids, ...query } = input;
  await recordAudit(ctx, {
    action: "conversions.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    // What was searched for may be somebody's name: only that there was a search is kept.
    after: { format, ...query, ...(query.search === undefined ? {} : { search: "…" }), ...(ids ? { ids } : {}) },
  });
  const t = translator(locale);
  const columns = exportColumns(t, timeZone);
  const hidden = await hiddenConnectionIds(ctx.db, ctx.actor);
  return exportResponse(`conversions-${ctx.now.toISOString().slice(0, 10)}`, {
    format,
    ...(separator ? { separator } : {}),
    columns,
    pages: pages(ctx, columns, chosenOf(ids?.split(","), { ...filterOf(query), hidden })),
    timeZone,
    title: t("reporting.export.sheet"),
  });
}

async function* pages(
  ctx: ActionContext,
  columns: ReturnType<typeof exportColumns>,
  chosen: Chosen,
  limit = rowsAtMost,
): AsyncGenerator<Row[]> {
  const { workspaceId, locale } = ctx.actor;
  const t = translator(locale);
  const names = new Map<string, string>();
  const read = (before: bigint | null) => sliceOwnDownwards(ctx.db, workspaceId, chosen, { before, size: pageSize });
  let left = limit;
  for (let reading = read(null); ; ) {
    const slice = await reading;
    const { next } = slice;
    // The database reads the next page while this one is written.
    const ahead = next === null ? null : read(next);
    // Told when it is awaited; a reader who has left awaits nothing.
    ahead?.catch(() => {});
    const unknown = [...new Set(slice.rows.map(({ connectionId }) => connectionId))].filter((id) => !names.has(id));
    for (const [id, name] of await namesOfConnections(ctx.db, unknown)) names.set(id, name);
    const shown = slice.rows.slice(0, left);
    left -= shown.length;
    yield shown.map((row) => exportRow(columns, row, { t, connectionName: names.get(row.connectionId) ?? "" }));
    if (left === 0 && (slice.rows.length > shown.length || ahead)) {
      yield [[t("reporting.export.capped", { count: limit })]];
      return;
    }
    if (!ahead) return;
    reading = ahead;
  }
}

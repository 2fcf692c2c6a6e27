import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type Cell, type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { recordAudit, timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { TaskExportQuery } from "../contracts.ts";
import { countNames } from "../domain/progress.ts";
import { plainAmount } from "../present.ts";
import { type After, listOwnTasks, type TaskFilter, type TaskRow } from "../queries.ts";
import { filterOf, namesOf, placeOf } from "./tasks.ts";

/** As many lines as a sheet holds. */
const rowsAtMost = 1_000_000;
const pageSize = 500;

/** Posts as a file, newest first. Its beginning leaves an audit row: whose posts they are is personal data. */
export async function exportTasks(ctx: ActionContext, input: TaskExportQuery): Promise<Response> {
  const { workspaceId, locale } = ctx.actor;
  const { format, separator, ...filter } = input;
  const timeZone = await timeZoneOfWorkspace(ctx.db, workspaceId);
  await recordAudit(ctx, {
    action: "tasks.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    after: { format, ...filter, ...(filter.search === undefined ? {} : { search: "…" }) },
  });
  const t = translator(locale);
  const columns = columnsOf(t, timeZone);
  return exportResponse(`posts-${ctx.now.toISOString().slice(0, 10)}`, {
    format,
    ...(separator ? { separator } : {}),
    columns,
    pages: pages(ctx, columns, filterOf(filter)),
    timeZone,
    title: t("fulfilment.export.sheet"),
  });
}

interface Line {
  task: TaskRow;
  person: string;
  worker: string;
}
interface Column extends ExportColumn {
  of(line: Line): Cell;
}

function columnsOf(t: Translate, zone: string): Column[] {
  return [
    { title: t("fulfilment.export.address"), kind: "text", width: 48, of: ({ task }) => task.address },
    { title: t("fulfilment.export.platform"), kind: "text", of: ({ task }) => task.platform },
    { title: t("fulfilment.export.state"), kind: "text", of: ({ task }) => t(`fulfilment.state.${task.state}`) },
    { title: t("fulfilment.export.person"), kind: "text", width: 24, of: ({ person }) => person },
    { title: t("fulfilment.export.worker"), kind: "text", of: ({ worker }) => worker },
    { title: t("fulfilment.export.attempts"), kind: "number", of: ({ task }) => task.attempts },
    ...countNames.map(
      (name): Column => ({
        title: t(`fulfilment.export.${name}`),
        kind: "number",
        of: ({ task }) => task.progress[name],
      }),
    ),
    { title: t("fulfilment.export.added", { zone }), kind: "moment", of: ({ task }) => task.createdAt },
    { title: t("fulfilment.export.ended", { zone }), kind: "moment", of: ({ task }) => task.endedAt },
    {
      title: t("fulfilment.export.returned"),
      kind: "number",
      of: ({ task }) => (task.returnedAt && task.worth ? plainAmount(task.worth) : null),
    },
    {
      title: t("fulfilment.export.currency"),
      kind: "text",
      of: ({ task }) => (task.returnedAt ? task.currency : null),
    },
  ];
}

async function* pages(ctx: ActionContext, columns: readonly Column[], filter: TaskFilter): AsyncGenerator<Row[]> {
  const { workspaceId } = ctx.actor;
  let after: After = null;
  for (let left = rowsAtMost; left > 0; left -= pageSize) {
    const rows = (await listOwnTasks(ctx.db, workspaceId, filter, after, pageSize)).slice(0, pageSize);
    const names = await namesOf(ctx, rows);
    yield rows.map((task) => {
      const person = names.people.get(task.personId);
      const line = { task, person: person?.name ?? "", worker: names.workers.get(task.workerKeyId ?? "") ?? "" };
      return columns.map(({ of }) => of(line));
    });
    const last = rows.at(-1);
    if (rows.length < pageSize || !last) return;
    after = placeOf(last);
  }
}

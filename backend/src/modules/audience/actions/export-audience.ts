import { type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type Cell, type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { findWorkspace, recordAudit } from "@backend/modules/identity/index.ts";
import { listOwnFields, tagNamesOf } from "../catalog-queries.ts";
import { standardTargets } from "../domain/import-row.ts";
import { type ExportedSubscriber, type ExportFilter, subscribersToExport } from "../export-queries.ts";
import type { AudienceExport, RefusalsQuery } from "../import-contracts.ts";
import { letterOf } from "../import-file.ts";
import { reasonText } from "../import-present.ts";
import { listRefusals } from "../import-queries.ts";
import { filterAsked } from "./asked-filter.ts";
import { ownImport } from "./imports.ts";

/** As many lines as a sheet holds. */
const rowsAtMost = 1_000_000;
/** Read at a time: a few milliseconds of work between two turns of everybody else. */
const pageSize = 1_000;

interface Column extends ExportColumn {
  of(person: ExportedSubscriber): Cell;
}

/**
 * People as a file, oldest first. What an import can read has the titles that an import knows, and tags and fields are written as
 * it reads them, so a file that was exported can be imported again. Its beginning leaves an audit row: it is personal data. Throws what
 * `filterAsked` does.
 */
export async function exportAudience(ctx: ActionContext, input: AudienceExport): Promise<Response> {
  const { workspaceId, locale } = ctx.actor;
  const { format, separator, ...chosen } = input;
  const filter = { ...(await filterAsked(ctx, chosen)), workspaceId };
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  await recordAudit(ctx, {
    action: "audience.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    // What was searched for, or asked of a field, may be somebody's name: only that it was asked is kept.
    after: {
      format,
      ...chosen,
      ...(chosen.search === undefined ? {} : { search: "…" }),
      ...(chosen.condition === undefined ? {} : { condition: "…" }),
    },
  });
  const t = translator(locale);
  const columns = await columnsOf(ctx, t, timeZone);
  return exportResponse(`audience-${ctx.now.toISOString().slice(0, 10)}`, {
    format,
    ...(separator ? { separator } : {}),
    columns,
    pages: pages(ctx, t, columns, filter),
    timeZone,
    title: t("imports.export.sheet"),
  });
}

async function columnsOf(ctx: ActionContext, t: Translate, timeZone: string): Promise<Column[]> {
  const { workspaceId } = ctx.actor;
  const tags = await tagNamesOf(ctx.db, workspaceId);
  const bots = new Map((await listOwnBots(ctx.db, workspaceId)).map(({ id, username }) => [id, `@${username}`]));
  const text = (title: string, of: Column["of"], width = 18): Column => ({ title, kind: "text", width, of });
  const moment = (title: string, of: (person: ExportedSubscriber) => number | null): Column => ({
    title,
    kind: "moment",
    of: (person) => {
      const at = of(person);
      return at === null ? null : new Date(at);
    },
  });
  const own: Record<Exclude<(typeof standardTargets)[number], "skip">, Column["of"]> = {
    telegram_id: ({ telegram_id }) => telegram_id,
    first_name: ({ first_name }) => first_name,
    last_name: ({ last_name }) => last_name,
    username: ({ username }) => username,
    language: ({ language }) => language,
    time_zone: ({ time_zone }) => time_zone,
    tags: (person) =>
      person.tags
        .map((id) => tags.get(id) ?? "")
        .filter(Boolean)
        .join(", "),
    source: ({ source }) => source,
    note: ({ note }) => note,
  };
  const yesOrNo = (value: boolean) => t(value ? "imports.export.yes" : "imports.export.no");
  const fields = (await listOwnFields(ctx.db, workspaceId)).map(({ key, name, kind }): Column => {
    const of: Column["of"] = ({ fields: { [key]: value } }) => (typeof value === "boolean" ? yesOrNo(value) : value);
    return kind === "number" ? { title: name, kind: "number", of } : text(name, of);
  });
  const zone = { zone: timeZone };
  return [
    ...standardTargets.flatMap((target) =>
      target === "skip" ? [] : [text(t(`imports.column.${target}`), own[target])],
    ),
    ...fields,
    text(t("imports.export.bot"), ({ bot_id }) => bots.get(bot_id) ?? ""),
    text(t("imports.export.state"), ({ state }) => t(`imports.export.state.${state}`), 24),
    text(t("imports.export.opted_out"), ({ is_opted_out }) => yesOrNo(is_opted_out)),
    moment(t("imports.export.subscribed", zone), ({ subscribed }) => subscribed),
    moment(t("imports.export.seen", zone), ({ seen }) => seen),
    moment(t("imports.export.lost", zone), ({ lost }) => lost),
    { title: t("imports.export.clicks"), kind: "number", of: ({ clicks }) => clicks },
    { title: t("imports.export.conversions"), kind: "number", of: ({ conversions }) => conversions },
  ];
}

async function* pages(
  ctx: ActionContext,
  t: Translate,
  columns: readonly Column[],
  filter: ExportFilter,
): AsyncGenerator<Row[]> {
  let left = rowsAtMost;
  const read = (afterId: string) => subscribersToExport(ctx.db, filter, afterId, pageSize);
  for (let reading = read("0"); ; ) {
    const people = await reading;
    const last = people.at(-1);
    // The database reads the next page while this one is written.
    const ahead = last && people.length === pageSize ? read(last.id) : null;
    // Told when it is awaited; a reader who has left awaits nothing.
    ahead?.catch(() => {});
    yield people.slice(0, left).map((person) => columns.map(({ of }) => of(person)));
    left -= people.length;
    if (left <= 0 && ahead) {
      yield [[t("imports.export.capped", { count: rowsAtMost })]];
      return;
    }
    if (!ahead) return;
    reading = ahead;
  }
}

/** Rows of an import that were refused, as they stood in the file, with line and reason: to be mended and sent again. */
export async function exportRefusals(
  ctx: ActionContext,
  input: RefusalsQuery & { importId: string },
): Promise<Response> {
  const row = await ownImport(ctx, input);
  const t = translator(ctx.actor.locale);
  const { timeZone } = await findWorkspace(ctx.db, row.workspaceId);
  const { reading } = row;
  await recordAudit(ctx, { action: "import.exported", subjectKind: "import", subjectId: row.id });
  async function* refusedRows(): AsyncGenerator<Row[]> {
    for (let after = -1; ; ) {
      const rows = await listRefusals(ctx.db, row.id, after, 500);
      yield rows.map(({ line, reasons, cells }) => [
        line,
        reasons.map((reason) => reasonText(t, reading, reason)).join(" "),
        ...cells,
      ]);
      const last = rows.at(-1);
      if (rows.length < 500 || !last) return;
      after = last.line;
    }
  }
  return exportResponse(`refused-${row.id.slice(0, 8)}`, {
    format: input.format,
    ...(input.separator ? { separator: input.separator } : {}),
    columns: [
      { title: t("imports.report.line"), kind: "number", width: 8 },
      { title: t("imports.report.reason"), kind: "text", width: 60 },
      ...reading.columns.map(({ title }, index) => ({
        title: title ?? t("imports.report.column", { letter: letterOf(index) }),
        kind: "text" as const,
      })),
    ],
    pages: refusedRows(),
    timeZone,
    title: t("imports.report.sheet"),
  });
}

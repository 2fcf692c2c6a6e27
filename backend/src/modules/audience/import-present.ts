/** Imports as they cross HTTP: rows, reasons and values in the reader's words. */
import { type MessageKey, type Translate, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { listOwnFields, tagNamesOf } from "./catalog-queries.ts";
import type { ImportField, ImportPerson, ImportTarget, StandardTarget } from "./domain/import-row.ts";
import type { ImportContract, ImportSummary } from "./import-contracts.ts";
import { letterOf, type Reading } from "./import-file.ts";
import { rowsAtMost } from "./import-limits.ts";
import { countRefusals, type ImportRow, type Refusal } from "./import-queries.ts";

export const presentSummary = (row: ImportRow): ImportSummary => ({
  id: row.id,
  botId: row.botId,
  fileName: row.fileName,
  state: row.state,
  total: row.total,
  done: row.done,
  added: row.added,
  updated: row.updated,
  refused: row.refused,
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

export async function presentImport({ db, actor }: ActionContext, row: ImportRow): Promise<ImportContract> {
  const { columns, ...reading } = row.reading;
  const t = translator(actor.locale);
  const tags = await tagNamesOf(db, row.workspaceId);
  return {
    ...presentSummary(row),
    reading,
    columns: columns.map(({ title, samples }, index) => ({
      letter: letterOf(index),
      title,
      samples,
      target: row.mapping[index] ?? "skip",
    })),
    fields: (await listOwnFields(db, row.workspaceId)).map(({ key, name, kind }) => ({ key, name, kind })),
    tags: row.tags.flatMap((id) => tags.get(id) ?? []),
    consent: row.consent,
    problem:
      row.problem === null
        ? null
        : (t.find(`imports.problem.${row.problem}`, { max: row.problem === "too_many_rows" ? rowsAtMost : 500 }) ??
          null),
    reported: row.refused === 0 ? 0 : await countRefusals(db, row.id),
  };
}

/** What a target is called: a title of ours or the field's own name. */
export const targetName = (t: Translate, target: ImportTarget, fields: readonly ImportField[]): string =>
  target.startsWith("field:")
    ? (fields.find(({ key }) => `field:${key}` === target)?.name ?? target.slice("field:".length))
    : t(`imports.column.${target as Exclude<StandardTarget, "skip">}`);

/** "B “Phone”" is the title where there is one, else the letter. */
export const columnName = (t: Translate, { columns }: Reading, column: number): string =>
  columns[column]?.title ?? t("imports.report.column", { letter: letterOf(column) });

export function reasonText(t: Translate, reading: Reading, refusal: Refusal): string {
  const key: MessageKey = `imports.refused.${refusal.code}`;
  const reason = t.find(key, "line" in refusal ? { line: String(refusal.line) } : {}) ?? refusal.code;
  return "column" in refusal
    ? t("imports.refused.in_column", { column: columnName(t, reading, refusal.column), reason })
    : reason;
}

/** The value of one column as it would be stored; "" for what is not there. */
export function valueText(t: Translate, person: ImportPerson, target: ImportTarget): string {
  switch (target) {
    case "skip":
      return "";
    case "telegram_id":
      return person.telegramId > 0 ? String(person.telegramId) : "";
    case "first_name":
      return person.firstName ?? "";
    case "last_name":
      return person.lastName ?? "";
    case "username":
      return person.username === null ? "" : `@${person.username}`;
    case "language":
      return person.language ?? "";
    case "time_zone":
      return person.timeZone ?? "";
    case "tags":
      return person.tags.join(", ");
    case "source":
      return person.source ?? "";
    case "note":
      return person.note ?? "";
    default: {
      const value = person.fields[target.slice("field:".length)];
      if (typeof value === "boolean") return t(value ? "imports.export.yes" : "imports.export.no");
      return value === undefined ? "" : String(value);
    }
  }
}

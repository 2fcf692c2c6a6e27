import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { TableError, type TableRow } from "@backend/kit/table-rows.ts";
import { isTimeZone } from "@backend/modules/identity/index.ts";
import { listOwnFields } from "../catalog-queries.ts";
import { personReader } from "../domain/import-row.ts";
import { SeenIds } from "../domain/seen-ids.ts";
import type { ImportPreview } from "../import-contracts.ts";
import { importBegun, unreadableFile } from "../import-errors.ts";
import { firstRows } from "../import-file.ts";
import { previewRows } from "../import-limits.ts";
import { reasonText, targetName, valueText } from "../import-present.ts";
import { fileOf, ownImport } from "./imports.ts";

/** The first rows as they would be stored, read by the same rules as the import itself, and what is missing for it to begin. */
export async function previewImport(ctx: ActionContext, input: { importId: string }): Promise<ImportPreview> {
  const t = translator(ctx.actor.locale);
  const row = await ownImport(ctx, input);
  if (row.state !== "mapping") throw importBegun();
  const { reading, mapping } = row;
  const fields = await listOwnFields(ctx.db, row.workspaceId);
  const read = personReader({ mapping, fields, hasSerialDates: reading.format === "xlsx", isTimeZone });
  const seen = new SeenIds(previewRows);
  let rows: TableRow[];
  try {
    rows = await firstRows(ctx.db, await fileOf(ctx, row), reading, previewRows);
  } catch (error) {
    throw error instanceof TableError ? unreadableFile(error.problem) : error;
  }
  const missing = [
    ...(mapping.includes("telegram_id") ? [] : [t("imports.id_column_missing")]),
    ...(row.consent ? [] : [t("imports.consent_missing")]),
  ];
  return {
    missing,
    rows: rows.map(({ line, cells, problem }) => {
      if (problem) return { line, cells: [], problem: reasonText(t, reading, { code: problem }) };
      const { person, problems } = read(cells);
      const before = problems.length === 0 && person.telegramId > 0 ? seen.add(person.telegramId, line) : null;
      return {
        line,
        cells: mapping.flatMap((target, column) => {
          const found = problems.find((one) => one.column === column);
          const value = found ? (cells[column] ?? "") : valueText(t, person, target);
          if (target === "skip" || (value === "" && !found)) return [];
          return [
            {
              name: targetName(t, target, fields),
              value,
              problem: found ? (t.find(`imports.refused.${found.code}`) ?? found.code) : null,
            },
          ];
        }),
        problem: before === null ? null : reasonText(t, reading, { code: "duplicate", line: before }),
      };
    }),
  };
}

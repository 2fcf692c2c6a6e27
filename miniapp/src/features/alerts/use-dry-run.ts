/** The dry run of the form as it stands, and its one line. What it found in detail is shown by dry-run.tsx. */
import type { DryRunInput } from "@backend/modules/conversions/alert-contracts.ts";
import { useFormat } from "@miniapp/shared/format.ts";
import { useT } from "@miniapp/shared/i18n.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type DryRun, dryRunQuery } from "./api.ts";

const tried = 50;

/** Asks for the dry run of the form as it stands; nothing while there is nothing to try. */
export const useDryRun = (body: DryRunInput | null): UseQueryResult<DryRun> =>
  useQuery({ ...dryRunQuery({ limit: tried, ...body }), enabled: body !== null, retry: false });

/** One line: how many match, of how many somebody is told. */
export function useDryRunLine(run: UseQueryResult<DryRun>, isChosen: boolean): string | undefined {
  const t = useT();
  const format = useFormat();
  if (!run.data) return undefined;
  const { matched, items, toldCount } = run.data;
  return t(isChosen ? "app.dry.line_chosen" : "app.dry.line", {
    matched: format.number(matched),
    total: format.number(items.length),
    told: format.number(toldCount),
  });
}

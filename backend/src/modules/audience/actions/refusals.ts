import type { OptOutRow } from "../queries.ts";

/** A human's refusals as a row of `subscribers` carries them. */
export function refusalsAsColumns(rows: readonly OptOutRow[]): { isOptedOut: boolean; optedOutOf: number[] } {
  const refused = rows.filter(({ endedAt }) => endedAt === null).map(({ categoryId }) => categoryId);
  return { isOptedOut: refused.includes(0), optedOutOf: refused.filter((id) => id > 0).sort((a, b) => a - b) };
}

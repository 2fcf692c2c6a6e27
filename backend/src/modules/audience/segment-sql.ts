/** A segment's condition as SQL over one row of `subscribers`, named `s`. Values are bound, never written into the text. */
import { type SQL, sql } from "drizzle-orm";
import type { Condition } from "./domain/segment.ts";

/** `now` is what dates relative to now are counted from; `timeZone` is the workspace's, for days. */
export function conditionSql(condition: Condition | null, at: { now: Date; timeZone: string }): SQL {
  if (condition === null) return sql`true`;
  if (condition.kind === "not") return sql`not (${conditionSql(condition.of, at)})`;
  if (condition.of.length === 0) return condition.kind === "all" ? sql`true` : sql`false`;
  const parts = condition.of.map((one) => sql`(${conditionSql(one, at)})`);
  return sql.join(parts, condition.kind === "all" ? sql` and ` : sql` or `);
}

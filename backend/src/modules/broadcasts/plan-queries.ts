/** Statements that read what the runs of a plan brought. The plan is known to be the workspace's. */
import { decodeMomentCursor } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { and, desc, eq, sql } from "drizzle-orm";
import type { AnswerCounts } from "./result-contracts.ts";
import { type FiguresRow, figures } from "./result-queries.ts";

export interface PlanSums {
  runs: number;
  counts: AnswerCounts;
  /** By currency, exact; what most conversions came in first. */
  money: { currency: string | null; amount: string }[];
}

/**
 * All runs of a plan together, by the counters of their rows, in one statement: the runs by `broadcasts_one_run`, their conversions by
 * `broadcast_conversions_by_broadcast`. Letters are not read.
 */
export async function sumRuns(db: Db, planId: string): Promise<PlanSums> {
  const [row] = await db.execute<AnswerCounts & { runs: number; money: PlanSums["money"] }>(sql`
    with runs as (
      select id, sent, failed, blocked, clicked, replied, converted, opted_out
      from broadcasts where parent_id = ${planId} and kind = 'run'
    ), money as (
      select c.currency, trim_scale(sum(c.amount::numeric))::text as amount, count(*) as conversions
      from runs join broadcast_conversions c on c.broadcast_id = runs.id
      where c.is_earned and c.amount is not null group by c.currency
    )
    select count(*)::int as runs, coalesce(sum(sent), 0)::float8 as sent, coalesce(sum(failed), 0)::float8 as failed,
      coalesce(sum(blocked), 0)::float8 as blocked, coalesce(sum(clicked), 0)::float8 as clicked,
      coalesce(sum(replied), 0)::float8 as replied, coalesce(sum(converted), 0)::float8 as converted,
      coalesce(sum(opted_out), 0)::float8 as "optedOut",
      (select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'amount', amount)
        order by conversions desc, currency), '[]') from money) as money
    from runs`);
  if (!row) throw new Error("a sum without a row");
  const { runs, money, ...counts } = row;
  return { runs, counts, money };
}

/** The newest first, of all states; without their letters. */
export function listPlanRuns(
  db: Db,
  planId: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<FiguresRow[]> {
  const after = decodeMomentCursor(page.cursor, isUuid);
  return db
    .select(figures)
    .from(broadcasts)
    .where(
      and(
        eq(broadcasts.parentId, planId),
        eq(broadcasts.kind, "run"),
        after
          ? sql`(${broadcasts.runAt}, ${broadcasts.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(broadcasts.runAt), desc(broadcasts.id))
    .limit(page.limit + 1);
}

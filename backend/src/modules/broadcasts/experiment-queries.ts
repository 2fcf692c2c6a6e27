/** SQL of experiments. */
import type { Db } from "@db/client.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { and, asc, inArray, isNotNull, isNull, notInArray, sql } from "drizzle-orm";
import { type Broadcast, readBroadcast } from "./queries.ts";

export interface VariantCount {
  variant: number;
  sent: number;
  clicked: number;
  converted: number;
}

/**
 * Of those who got it before the winner was chosen: the others got the winner, and would make its figures look better than they were.
 * People only; groups neither click nor order.
 */
export async function countVariants(db: Db, { id, decidedAt }: Broadcast): Promise<VariantCount[]> {
  const isTested = decidedAt === null ? sql`true` : sql`r.queued_at <= ${decidedAt.toISOString()}::timestamptz`;
  return db.execute<VariantCount & Record<string, unknown>>(sql`
    select r.variant::int as variant, count(*)::int as sent, count(r.clicked_at)::int as clicked,
      count(r.converted_at)::int as converted
    from broadcast_recipients r
    where r.broadcast_id = ${id} and r.state = 'sent' and r.subscriber_id is not null and ${isTested}
    group by r.variant`);
}

/** Everybody of the sample has been walked, and nobody of it waits. */
export async function isSampleOut(db: Db, broadcast: Broadcast): Promise<boolean> {
  if (broadcast.planned + broadcast.queued > 0) return false;
  const [row] = await db.execute<{ is_open: boolean }>(sql`
    select exists (select from broadcast_bots where broadcast_id = ${broadcast.id} and not is_walked) as is_open`);
  return row?.is_open === false;
}

/** The experiment that has waited longest for its decision, of all workspaces; another process' is passed over. */
export async function lockUndecided(db: Db, now: Date, except: readonly string[]): Promise<Broadcast | null> {
  const [row] = await db
    .select()
    .from(broadcasts)
    .where(
      and(
        isNotNull(broadcasts.experiment),
        isNull(broadcasts.decidedAt),
        isNull(broadcasts.askedAt),
        inArray(broadcasts.state, ["sending", "sent"]),
        sql`(${broadcasts.experiment} ->> 'isAuto')::boolean`,
        sql`${broadcasts.startedAt} + make_interval(mins => (${broadcasts.experiment} ->> 'afterMinutes')::int)
          <= ${now.toISOString()}::timestamptz`,
        except.length === 0 ? undefined : notInArray(broadcasts.id, [...except]),
      ),
    )
    .orderBy(asc(broadcasts.startedAt), asc(broadcasts.id))
    .limit(1)
    .for("update", { skipLocked: true });
  return readBroadcast(row);
}

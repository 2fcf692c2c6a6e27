/** What single conversions are worth at the moment, for rooms that keep sums of their own. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { earning, isTakenBack, momentOf } from "./counting.ts";

export interface Earning {
  conversionId: string;
  status: string;
  /** Money came and was not taken back, by the same words as in statistics. */
  isEarned: boolean;
  /** Exact decimal text. */
  amount: string | null;
  currency: string | null;
  country: string | null;
  at: Date;
}

/** Of the workspace's conversions with these ids; what retention has deleted is not among them. */
export async function earningsOf(db: Db, workspaceId: string, ids: readonly string[]): Promise<Earning[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{
    id: string;
    status: string;
    is_earned: boolean;
    amount: string | null;
    currency: string | null;
    country: string | null;
    at: string;
  }>(sql`
    select v.id, v.status, v.status in ${earning} and not ${isTakenBack("v")} as is_earned, v.amount, v.currency, v.country, ${momentOf("v")} as at
    from conversions v where v.workspace_id = ${workspaceId} and v.id = any(${`{${ids.join(",")}}`}::bigint[]) order by v.id`);
  return rows.map(({ id, is_earned, at, ...row }) => ({
    ...row,
    conversionId: id,
    isEarned: is_earned,
    at: new Date(at),
  }));
}

/**
 * Writers tell which rolled days they changed. A conversion of the present hour touches no roll and costs nothing; one of a past
 * hour, a corrected amount and a refusal of an earlier sale take the mark of that day back, in their own transaction.
 */
import type { ActionContext } from "@backend/kit/context.ts";
import { lockClick, momentsOfSales, takeMarksBack } from "./day-rolls.ts";
import { earningStatuses, presentHour, rejectingStatuses } from "./domain/counting.ts";
import type { CanonicalStatus } from "./domain/status-map.ts";

type Context = Pick<ActionContext, "db" | "now">;

/** The days of these moments are counted anew, unless they are of the present hour, which no roll holds yet. */
export async function markDayStale(ctx: Context, workspaceId: string, moments: readonly Date[]): Promise<void> {
  const late = moments.filter((moment) => moment < presentHour(ctx.now));
  if (late.length > 0) await takeMarksBack(ctx.db, workspaceId, late);
}

export interface WrittenConversion {
  connection: { id: string; workspaceId: string };
  facts: { subid: string | null; tid: string | null; status: CanonicalStatus };
  receivedAt: Date;
  happenedAt?: Date | null;
}

/** After a conversion was inserted. */
export async function markDaysOfNew(ctx: Context, written: WrittenConversion): Promise<void> {
  const { connection, facts } = written;
  const { receivedAt, happenedAt } = written;
  // As it was stored: nothing has happened after it was received.
  const moment = happenedAt && happenedAt < receivedAt ? happenedAt : receivedAt;
  const isLate = moment < presentHour(ctx.now);
  const isRefusal = rejectingStatuses.includes(facts.status);
  const click = { connectionId: connection.id, subid: facts.subid ?? "", tid: facts.tid ?? "" };
  const moments = [moment];
  if (click.subid !== "" && (isRefusal || (isLate && earningStatuses.includes(facts.status)))) {
    await lockClick(ctx.db, click);
    if (isRefusal) moments.push(...(await momentsOfSales(ctx.db, click, moment)));
  }
  await markDayStale(ctx, connection.workspaceId, moments);
}

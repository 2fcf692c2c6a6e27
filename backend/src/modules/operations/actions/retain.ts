import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { onceForHours } from "@backend/kit/idempotency.ts";
import { forgetOldStumbles } from "@backend/kit/set-aside.ts";
import type { OperationsPorts } from "../ports.ts";
import {
  deleteDeadJobsSlice,
  deleteDeliveriesSlice,
  deleteIdempotencyKeysSlice,
  deleteInboundKeysSlice,
  deleteOldAuditSlice,
  deleteOldReplays,
} from "../retention-queries.ts";

const dayMs = 86_400_000;
const defaultKeysDays = 30;
const stumblesDays = 30;
const deadJobsDays = 30;
/** Between two small deletes, so that others get their turn at disk and locks. */
const breathMs = 20;
/** One night's work ends here; the next night goes on. */
const slicesAtMost = 5_000;

/**
 * The nightly job: partitions ahead, old ones dropped, finished deliveries, keys of calls, dead jobs and (when asked for) audit entries
 * deleted a thousand at a time, each in a transaction of its own. Safe to stop at any moment and to run twice.
 */
export async function retain(ctx: ActionContext<OperationsPorts>, _: Record<string, never>): Promise<void> {
  const { db, now, ports } = ctx;
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  await ports.partitions.ensure(now);
  const dropped = await ports.partitions.dropOld(now, ports.keep.inboxDays);

  let deliveries = 0;
  let after = 0n;
  for (let n = 0; n < slicesAtMost; n++) {
    const slice = await deleteDeliveriesSlice(db, before(ports.keep.deliveriesDays), after);
    deliveries += slice.deleted;
    if (slice.last === null) break;
    after = slice.last;
    await pause(breathMs);
  }
  const keys = await repeat(() => deleteInboundKeysSlice(db, before(ports.keep.inboundKeysDays ?? defaultKeysDays)));
  await repeat(() => deleteIdempotencyKeysSlice(db, before(onceForHours / 24)));
  const { auditDays } = ports.keep;
  const audit = auditDays == null ? 0 : await repeat(() => deleteOldAuditSlice(db, before(auditDays)));
  const jobs = await repeat(() => deleteDeadJobsSlice(db, before(deadJobsDays)));
  await forgetOldStumbles(db, before(stumblesDays));
  await deleteOldReplays(db, before(ports.keep.inboxDays));
  ctx.log.info({ dropped, deliveries, keys, audit, jobs }, "retention done");
}

async function repeat(slice: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let n = 0; n < slicesAtMost; n++) {
    const count = await slice();
    if (count === 0) break;
    sum += count;
    await pause(breathMs);
  }
  return sum;
}

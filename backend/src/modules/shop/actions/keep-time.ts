/** What time does: orders that nobody paid end, what people have runs out, and they are reminded before it does. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { stepOver } from "@backend/kit/set-aside.ts";
import { type QuietHours, quietHoursOf, quietUntil } from "@backend/modules/broadcasts/index.ts";
import { recipientsOf, timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import { publishEntitlement } from "../deliver-order.ts";
import { reminderDays, reminderDue } from "../domain/term.ts";
import { dayMs } from "../domain/wall.ts";
import { listEndingBefore, lockEnded, markEnded, markReminded } from "../entitlement-queries.ts";
import { tellCustomerJob } from "../jobs.ts";
import { listOverdue } from "../order-queries.ts";
import { endUnpaid, ofTime } from "../release-order.ts";

const pageSize = 200;
/** One firing does so many pages at most; the next minute goes on. */
const pagesAtMost = 25;

/**
 * The job of every minute: each order in a transaction of its own. One that fails, or waits with its money for a member, is stepped over
 * and looked at again in the next minute, however many they are. Twice is once.
 */
export async function expireOrders(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  let after: readonly [string, string] | null = null;
  for (let page = 0; page < pagesAtMost; page++) {
    const overdue: Awaited<ReturnType<typeof listOverdue>> = await listOverdue(ctx.db, ctx.now, after, pageSize);
    for (const order of overdue)
      await stepOver(ctx, { orderId: order.id }, "an order could not be ended", () =>
        inTransaction(ctx, (tx) => endUnpaid(tx, order, ofTime)),
      );
    const last = overdue.at(-1);
    if (!last || overdue.length < pageSize) return;
    after = [last.place, last.id];
  }
}

/**
 * The job of every minute: what has run out ends at the moment at which it ran out. When a page fails its rows end one by one, and those
 * that fail are stepped over until the next minute.
 */
export async function endEntitlements(outer: ActionContext, _: Record<string, never>): Promise<void> {
  const except: string[] = [];
  for (let page = 0; page < pagesAtMost; page++) {
    let ids: string[] = [];
    const isDone = await stepOver(outer, {}, "a page of what has run out could not be ended", () =>
      inTransaction(outer, async (ctx) => {
        const rows = await lockEnded(ctx.db, ctx.now, pageSize, { except });
        ids = rows.map(({ id }) => id);
        await endRows(ctx, rows);
      }),
    );
    for (const id of isDone ? [] : ids) {
      const isEnded = await stepOver(outer, { entitlementId: id }, "what has run out could not be ended", () =>
        inTransaction(outer, async (ctx) => endRows(ctx, await lockEnded(ctx.db, ctx.now, 1, { only: [id] }))),
      );
      if (!isEnded) except.push(id);
    }
    if (ids.length < pageSize) return;
  }
}

async function endRows(ctx: ActionContext, rows: Awaited<ReturnType<typeof lockEnded>>): Promise<void> {
  await markEnded(
    ctx.db,
    rows.map(({ id }) => id),
  );
  for (const row of rows) {
    const { workspaceId, personId } = row;
    await publishEntitlement(ctx, { ...row, state: "expired" });
    await notifyLive(ctx.db, { workspaceId, topic: "mine", id: personId, personId });
  }
  await enqueueAll(
    ctx.db,
    tellCustomerJob,
    rows.map(({ workspaceId, orderId }) => ({ workspaceId, orderId, what: "ended" as const })),
  );
}

/**
 * The job of every ten minutes: three days and one day before the end, once each (P-16). What is followed by a renewal already is not
 * spoken of, nor a subscription that Telegram renews by itself. In somebody's quiet hours (those of broadcasts, in his zone) it waits for their end;
 * it takes nothing of his attention, for he has paid for what ends. One that fails does not keep the others from theirs.
 */
export async function remind(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const zones = new Map<string, string>();
  const quiets = new Map<string, QuietHours | null>();
  const until = new Date(ctx.now.getTime() + (Math.max(...reminderDays) + 1) * dayMs);
  for (let after: string | null = null; ; ) {
    const rows = await listEndingBefore(ctx.db, { now: ctx.now, until, after, limit: pageSize });
    for (const row of rows) {
      const { workspaceId, startsAt, endsAt, isFollowed, isSubscription } = row;
      if (endsAt === null || isFollowed || isSubscription) continue;
      await stepOver(ctx, { entitlementId: row.id }, "somebody could not be reminded", async () => {
        const timeZone = zones.get(workspaceId) ?? (await timeZoneOfWorkspace(ctx.db, workspaceId));
        zones.set(workspaceId, timeZone);
        const days = reminderDue({ startsAt, endsAt }, row.reminded, ctx.now, timeZone);
        if (days === null) return;
        if (!quiets.has(workspaceId)) quiets.set(workspaceId, await quietHoursOf(ctx.db, workspaceId));
        const quiet = quiets.get(workspaceId) ?? null;
        if (quiet !== null && (await sleeps(ctx, row, quiet))) return;
        await inTransaction(ctx, async (tx) => {
          if (!(await markReminded(tx.db, row.id, days))) return;
          await enqueueAll(tx.db, tellCustomerJob, [
            { workspaceId, orderId: row.orderId, what: "ends_soon", subject: `${days}` },
          ]);
        });
      });
    }
    after = rows.at(-1)?.id ?? null;
    if (rows.length < pageSize || after === null) return;
  }
}

async function sleeps(
  { db, now }: ActionContext,
  { workspaceId, personId }: { workspaceId: string; personId: string },
  quiet: QuietHours,
): Promise<boolean> {
  const person = (await recipientsOf(db, workspaceId, [personId])).get(personId);
  return person !== undefined && quietUntil(now, quiet, person.timeZone) !== null;
}

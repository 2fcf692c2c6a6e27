import { formatTime } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction, type MemberActor } from "@backend/kit/context.ts";
import { forbidden } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { takeQuota, usableEntitlement } from "@backend/modules/shop/index.ts";
import type { AddPost, Allowance, MyPost } from "../contracts.ts";
import { examples, readPostAddress } from "../domain/address.ts";
import { hourMs, nextSlot } from "../domain/hour.ts";
import { addressRefused, alreadyOpen, dayIsFull, doneBefore, hourIsFull, noPackage } from "../errors.ts";
import { pushTasksJob } from "../jobs.ts";
import { noteMoves } from "../moves.ts";
import type { FulfilmentPorts } from "../ports.ts";
import { presentPost } from "../present.ts";
import { addedWithinHour, findSamePost, insertTask, lockPosts } from "../queries.ts";

/** Customers are people who opened the app; programs add no posts. */
export function customerOf(ctx: ActionContext): MemberActor {
  if (ctx.actor.kind !== "person") throw forbidden("common.forbidden");
  return ctx.actor;
}

/**
 * A customer adds a post: it takes one of his package's posts of today, and waits for a worker. Both limits hold exactly, however many
 * ask at once. Throws fulfilment.address_…, already_open, done_before (unless `again`), no_package, day_is_full, hour_is_full.
 */
export async function addPost(outer: ActionContext<FulfilmentPorts>, input: AddPost): Promise<MyPost> {
  const { personId, workspaceId, locale, timeZone } = customerOf(outer);
  const read = readPostAddress(input.url);
  if (!read.ok) throw addressRefused(read.problem, examples[read.platform ?? "telegram"]);
  return inTransaction(outer, async (ctx) => {
    const { db, now } = ctx;
    await lockPosts(db, personId);
    const same = await findSamePost(db, personId, read.address);
    if (same?.isOpen) throw alreadyOpen(same.id);
    if (same && !input.again) throw doneBefore(same.id);
    const bought = await usableEntitlement(db, { workspaceId, personId, now });
    if (!bought) throw noPackage();
    if (bought.usedToday >= bought.postsPerDay) throw dayIsFull(bought.postsPerDay);
    const slot = nextSlot(await addedWithinHour(db, personId, now), bought.postsPerHour, now);
    if (slot)
      throw hourIsFull(bought.postsPerHour, {
        at: slot,
        time: formatTime(slot, locale, timeZone),
        waitMs: slot.getTime() - now.getTime(),
      });
    if (!(await takeQuota(db, { entitlementId: bought.entitlementId, now }))) throw dayIsFull(bought.postsPerDay);
    const { views, reactions, comments, reposts } = bought.details;
    const task = await insertTask(db, {
      workspaceId,
      personId,
      orderId: bought.orderId,
      entitlementId: bought.entitlementId,
      platform: read.platform,
      url: input.url.trim(),
      address: read.address,
      promises: { views, reactions, comments, reposts },
      worth: bought.worth?.amount ?? null,
      currency: bought.worth?.currency ?? null,
      createdAt: now,
      deadlineAt: new Date(now.getTime() + bought.deadlineHours * hourMs),
    });
    await noteMoves(ctx, [task], "added", () => ({ personId }));
    if (ctx.ports.mainBot) await enqueue(db, pushTasksJob, {});
    return presentPost(task, locale);
  });
}

/** What the caller may add right now, so that a screen says it before he tries. */
export async function readAllowance(ctx: ActionContext): Promise<Allowance> {
  const { personId, workspaceId } = customerOf(ctx);
  const { db, now } = ctx;
  const bought = await usableEntitlement(db, { workspaceId, personId, now });
  if (!bought) return { day: null, hour: null };
  const { postsPerDay, usedToday, dayEndsAt, postsPerHour } = bought;
  const added = await addedWithinHour(db, personId, now);
  return {
    day: { left: Math.max(0, postsPerDay - usedToday), limit: postsPerDay, endsAt: dayEndsAt.toISOString() },
    hour: {
      left: Math.max(0, postsPerHour - added.length),
      limit: postsPerHour,
      nextAt: nextSlot(added, postsPerHour, now)?.toISOString() ?? null,
    },
  };
}

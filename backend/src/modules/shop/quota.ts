/** The doors through which posts take their place in a day. */
import { findWorkspace } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { PackageDetails } from "@db/schema/shop.ts";
import { readSettings } from "./catalog-queries.ts";
import { type Quota, quotaDayOf, quotaOf } from "./domain/quota.ts";
import { worthOfPost } from "./domain/term.ts";
import { addToDay, findEntitlement, listLiveOf, usedOn } from "./entitlement-queries.ts";
import { findOwnOrder } from "./order-queries.ts";
import { worthOf } from "./refundable.ts";

/** A running package that takes posts. */
export interface UsableEntitlement {
  entitlementId: string;
  orderId: string;
  postsPerDay: number;
  usedToday: number;
  /** When the workspace's day is over and its posts are counted anew. */
  dayEndsAt: Date;
  /** Of one post, for a return; null for packages that cost nothing or have no end. */
  worth: { amount: string; currency: string } | null;
  /** What it promises for each post, as it was when it was ordered. */
  details: PackageDetails;
  /** Hours within which a post must be done. */
  deadlineHours: number;
  /** Posts that one person may add within an hour. */
  postsPerHour: number;
}

/**
 * The running package of a person: one with posts left today where there is one, else one whose day is full (`usedToday` says so); null
 * when he has none. Asking takes nothing.
 */
export async function usableEntitlement(
  db: Db,
  { workspaceId, personId, now }: { workspaceId: string; personId: string; now: Date },
): Promise<UsableEntitlement | null> {
  const live = await listLiveOf(db, workspaceId, personId, now);
  const running = live.flatMap(({ postsPerDay, ...row }) =>
    row.kind === "service" && postsPerDay !== null && row.startsAt <= now ? [{ ...row, postsPerDay }] : [],
  );
  if (running.length === 0) return null;
  const { timeZone } = await findWorkspace(db, workspaceId);
  const settings = await readSettings(db, workspaceId);
  const used = await usedOn(
    db,
    running.map(({ id }) => id),
    quotaDayOf(now, timeZone),
  );
  const chosen = running.find(({ id, postsPerDay }) => (used.get(id) ?? 0) < postsPerDay) ?? running[0];
  if (!chosen) return null;
  const order = await findOwnOrder(db, workspaceId, chosen.orderId);
  return {
    entitlementId: chosen.id,
    orderId: chosen.orderId,
    postsPerDay: chosen.postsPerDay,
    usedToday: used.get(chosen.id) ?? 0,
    dayEndsAt: quotaOf(chosen.postsPerDay, 0, now, timeZone).dayEndsAt,
    worth:
      order && worthOfPost(chosen, chosen.postsPerDay, { amount: worthOf(order), currency: order.currency }, timeZone),
    details: order?.product.details ?? {},
    deadlineHours: settings.taskHours,
    postsPerHour: settings.postsPerHour,
  };
}

/**
 * Takes one post of the day, in the caller's transaction; false when the day is full, or the package has ended meanwhile. Exact however
 * many take at once: who comes later waits for the row and then sees what is left.
 */
export async function takeQuota(
  db: Db,
  { entitlementId, now }: { entitlementId: string; now: Date },
): Promise<boolean> {
  const row = await findEntitlement(db, entitlementId);
  if (!row) return false;
  const { timeZone } = await findWorkspace(db, row.workspaceId);
  return addToDay(db, entitlementId, quotaDayOf(now, timeZone), now);
}

/** What of a day is used and left; null for what has no quota. */
export async function readQuota(
  db: Db,
  { entitlementId, now }: { entitlementId: string; now: Date },
): Promise<Quota | null> {
  const row = await findEntitlement(db, entitlementId);
  if (!row || row.postsPerDay === null) return null;
  const { timeZone } = await findWorkspace(db, row.workspaceId);
  const used = await usedOn(db, [entitlementId], quotaDayOf(now, timeZone));
  return quotaOf(row.postsPerDay, used.get(entitlementId) ?? 0, now, timeZone);
}

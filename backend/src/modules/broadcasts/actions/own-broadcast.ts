/** The broadcast that an address names, as the action may have it. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type AuditRecord, recordAudit } from "@backend/modules/identity/index.ts";
import type { BroadcastContract } from "../engine-contracts.ts";
import { broadcastNotFound, draftChanged } from "../errors.ts";
import { needsFourEyes } from "../four-eyes.ts";
import { presentBroadcast } from "../present.ts";
import { type Broadcast, findOwnBroadcast, lockOwnBroadcast } from "../queries.ts";

export const personOf = (ctx: Pick<ActionContext, "actor">): string | null =>
  ctx.actor.kind === "person" ? ctx.actor.personId : null;

/** Throws broadcasts.broadcast_not_found. */
export async function ownBroadcast(ctx: ActionContext, broadcastId: string): Promise<Broadcast> {
  const row = await findOwnBroadcast(ctx.db, ctx.actor.workspaceId, broadcastId);
  if (!row) throw broadcastNotFound();
  return row;
}

/** Nobody decides about a state that he did not see: `seenAt` is its `updatedAt` as he read it. Throws broadcasts.draft_changed. */
export function assertSeen({ updatedAt }: Broadcast, seenAt: string | undefined): void {
  if (seenAt !== undefined && new Date(seenAt).getTime() !== updatedAt.getTime()) throw draftChanged();
}

export async function present(ctx: ActionContext, row: Broadcast): Promise<BroadcastContract> {
  return presentBroadcast(ctx, row, await needsFourEyes(ctx, row.workspaceId));
}

/**
 * Changes one broadcast under its lock: `work` answers with the row as it is afterwards and what to write into the audit, or with
 * null in place of a record when there was nothing to do. Screens hear of it at commit. Throws broadcasts.broadcast_not_found.
 */
export function changeOwn<Ports>(
  outer: ActionContext<Ports>,
  broadcastId: string,
  work: (
    ctx: ActionContext<Ports>,
    row: Broadcast,
  ) => Promise<[row: Broadcast, record: Pick<AuditRecord, "action" | "before" | "after"> | null]>,
): Promise<BroadcastContract> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, broadcastId);
    if (!row) throw broadcastNotFound();
    const [changed, record] = await work(ctx, row);
    if (record) {
      await recordAudit(ctx, { ...record, subjectKind: "broadcast", subjectId: broadcastId });
      await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: broadcastId });
    }
    return present(ctx, changed);
  });
}

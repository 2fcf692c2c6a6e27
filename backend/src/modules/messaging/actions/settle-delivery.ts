/** What a member may decide about one message: give it up while it waits, or send it again when nobody knows what became of it. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { deliveryNotFound, notCancellable, notUnknown } from "../errors.ts";
import { cancelQueued, findOwnDelivery } from "../queries.ts";
import { resendUnknown } from "./resend-unknown.ts";

/** Throws messaging.delivery_not_found, and messaging.not_cancellable once it is on its way or done. */
export function cancelDelivery(ctx: ActionContext, input: { deliveryId: string }): Promise<{ count: number }> {
  const id = BigInt(input.deliveryId);
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = ctx.actor;
    if (!(await findOwnDelivery(tx.db, workspaceId, id))) throw deliveryNotFound();
    const count = await cancelQueued(tx.db, workspaceId, { ids: [id] }, "messaging.cancelled.by_member");
    if (count === 0) throw notCancellable();
    await recordAudit(tx, { action: "delivery.cancelled", subjectKind: "delivery", subjectId: input.deliveryId });
    await notifyLive(tx.db, { workspaceId, topic: "deliveries" });
    return { count };
  });
}

/** Throws messaging.delivery_not_found, and messaging.not_unknown when its outcome is known. */
export function resendDelivery(ctx: ActionContext, input: { deliveryId: string }): Promise<{ count: number }> {
  const id = BigInt(input.deliveryId);
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = ctx.actor;
    if (!(await findOwnDelivery(tx.db, workspaceId, id))) throw deliveryNotFound();
    const { length: count } = await resendUnknown(tx.db, workspaceId, [id]);
    if (count === 0) throw notUnknown();
    await recordAudit(tx, { action: "delivery.resent", subjectKind: "delivery", subjectId: input.deliveryId });
    await notifyLive(tx.db, { workspaceId, topic: "deliveries" });
    return { count };
  });
}

/** Some or all messages of the workspace whose outcome is unknown, a thousand at a time; answers with how many. */
export function resendDeliveries(ctx: ActionContext, input: { ids?: string[] }): Promise<{ count: number }> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = ctx.actor;
    const { length: count } = await resendUnknown(tx.db, workspaceId, input.ids?.map(BigInt) ?? null);
    await recordAudit(tx, {
      action: "delivery.resent",
      subjectKind: "workspace",
      subjectId: workspaceId,
      after: { count },
    });
    await notifyLive(tx.db, { workspaceId, topic: "deliveries" });
    return { count };
  });
}

import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { invitationNotFound, invitationUsed } from "../errors.ts";
import { lockOwnInvitation, updateInvitation } from "../queries.ts";
import { recordAudit } from "./record-audit.ts";

/** Ends an invitation that nobody has used; twice is once. */
export function revokeInvitation(outer: ActionContext, input: { invitationId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const invitation = await lockOwnInvitation(ctx.db, workspaceId, input.invitationId);
    if (!invitation) throw invitationNotFound();
    if (invitation.usedAt !== null) throw invitationUsed();
    if (invitation.revokedAt === null) {
      await updateInvitation(ctx.db, invitation.id, { revokedAt: ctx.now });
      await recordAudit(ctx, {
        action: "invitation.revoked",
        subjectKind: "invitation",
        subjectId: invitation.id,
        before: { role: invitation.role },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "members" });
    }
    return { ok: true };
  });
}

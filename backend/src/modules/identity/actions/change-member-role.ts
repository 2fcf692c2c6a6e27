import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Member } from "../contracts.ts";
import { mayGrant, type RoleName } from "../domain/roles.ts";
import { memberNotFound, roleAboveYours } from "../errors.ts";
import { presentMember } from "../present.ts";
import { findOwnMember, lockWorkspace, updateMemberRole } from "../queries.ts";
import { assertOwnerRemains } from "./assert-owner-remains.ts";
import { personActor, roleOf } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Gives a member another role: neither the old nor the new one may stand above the caller's, and an owner always remains. */
export function changeMemberRole(outer: ActionContext, input: { memberId: string; role: RoleName }): Promise<Member> {
  return inTransaction(outer, async (ctx) => {
    const actor = personActor(ctx.actor);
    const { workspaceId } = actor;
    await lockWorkspace(ctx.db, workspaceId);
    const found = await findOwnMember(ctx.db, workspaceId, input.memberId);
    if (!found) throw memberNotFound();
    const role = roleOf(actor);
    if (!mayGrant(role, found.member.role) || !mayGrant(role, input.role)) throw roleAboveYours();
    if (found.member.role !== input.role) {
      await updateMemberRole(ctx.db, found.member.id, input.role);
      await assertOwnerRemains(ctx.db, workspaceId);
      await recordAudit(ctx, {
        action: "member.role_changed",
        subjectKind: "member",
        subjectId: found.member.id,
        before: { role: found.member.role },
        after: { role: input.role },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "members" });
    }
    const after = await findOwnMember(ctx.db, workspaceId, input.memberId);
    return presentMember(after ?? found, { personId: actor.personId, role });
  });
}

import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { mayGrant } from "../domain/roles.ts";
import { memberNotFound, roleAboveYours } from "../errors.ts";
import { deleteMember, findOwnMember, lockWorkspace } from "../queries.ts";
import { assertOwnerRemains } from "./assert-owner-remains.ts";
import { personActor, roleOf } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Takes somebody out of the team. The person stays known, as a customer is; rights end with the next request. */
export function removeMember(outer: ActionContext, input: { memberId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = personActor(ctx.actor);
    await lockWorkspace(ctx.db, workspaceId);
    const found = await findOwnMember(ctx.db, workspaceId, input.memberId);
    if (!found) throw memberNotFound();
    if (!mayGrant(roleOf(ctx.actor), found.member.role)) throw roleAboveYours();
    await deleteMember(ctx.db, found.member.id);
    await assertOwnerRemains(ctx.db, workspaceId);
    await recordAudit(ctx, {
      action: "member.removed",
      subjectKind: "member",
      subjectId: found.member.id,
      before: { personId: found.person.id, role: found.member.role },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "members" });
    return { ok: true };
  });
}

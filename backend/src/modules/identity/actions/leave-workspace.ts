import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { memberNotFound } from "../errors.ts";
import { deleteMember, findMemberOfPerson, lockWorkspace } from "../queries.ts";
import { assertOwnerRemains } from "./assert-owner-remains.ts";
import { personActor } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Leaves the team by one's own decision, which every role may take but the last owner. */
export function leaveWorkspace(outer: ActionContext): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, personId } = personActor(ctx.actor);
    await lockWorkspace(ctx.db, workspaceId);
    const member = await findMemberOfPerson(ctx.db, workspaceId, personId);
    if (!member) throw memberNotFound();
    await deleteMember(ctx.db, member.id);
    await assertOwnerRemains(ctx.db, workspaceId);
    await recordAudit(ctx, {
      action: "member.left",
      subjectKind: "member",
      subjectId: member.id,
      before: { personId, role: member.role },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "members" });
    return { ok: true };
  });
}

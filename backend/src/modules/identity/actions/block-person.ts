import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Person } from "../contracts.ts";
import { mayGrant } from "../domain/roles.ts";
import { cleanTitle } from "../domain/title.ts";
import { notYourself, personNotFound, roleAboveYours } from "../errors.ts";
import { personBlocked } from "../events.ts";
import { findOwnPerson, lockWorkspace, updatePerson } from "../queries.ts";
import { assertOwnerRemains } from "./assert-owner-remains.ts";
import { roleOf } from "./person-actor.ts";
import { readPerson } from "./read-person.ts";
import { recordAudit } from "./record-audit.ts";

/**
 * Refuses a person everywhere at once: app, bot and team. Members are blocked only by those who could also take their role
 * away, and never the last owner.
 */
export function blockPerson(outer: ActionContext, input: { personId: string; reason?: string }): Promise<Person> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockWorkspace(ctx.db, workspaceId);
    const found = await findOwnPerson(ctx.db, workspaceId, input.personId);
    if (!found) throw personNotFound();
    if (ctx.actor.kind === "person" && ctx.actor.personId === found.person.id) throw notYourself();
    if (found.role !== null && !mayGrant(roleOf(ctx.actor), found.role)) throw roleAboveYours();
    if (found.person.blockedAt === null) {
      const blockedReason = cleanTitle(input.reason ?? "") || null;
      await updatePerson(ctx.db, found.person.id, { blockedAt: ctx.now, blockedReason });
      if (found.role === "owner") await assertOwnerRemains(ctx.db, workspaceId);
      await recordAudit(ctx, { action: "person.blocked", subjectKind: "person", subjectId: found.person.id });
      await publish(ctx.db, personBlocked, { workspaceId, personId: found.person.id, isBlocked: true });
      await notifyLive(ctx.db, { workspaceId, topic: "persons", id: found.person.id });
    }
    return readPerson(ctx, input);
  });
}

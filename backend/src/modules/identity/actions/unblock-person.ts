import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Person } from "../contracts.ts";
import { mayGrant } from "../domain/roles.ts";
import { personNotFound, roleAboveYours } from "../errors.ts";
import { personBlocked } from "../events.ts";
import { findOwnPerson, lockWorkspace, updatePerson } from "../queries.ts";
import { roleOf } from "./person-actor.ts";
import { readPerson } from "./read-person.ts";
import { recordAudit } from "./record-audit.ts";

/** Lets a person in again, with the role that he had if he was a member. */
export function unblockPerson(outer: ActionContext, input: { personId: string }): Promise<Person> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockWorkspace(ctx.db, workspaceId);
    const found = await findOwnPerson(ctx.db, workspaceId, input.personId);
    if (!found) throw personNotFound();
    if (found.role !== null && !mayGrant(roleOf(ctx.actor), found.role)) throw roleAboveYours();
    if (found.person.blockedAt !== null) {
      // An erased person was remembered only for the block; nothing is left to let in.
      const forgotten = found.person.erasedAt === null ? {} : { telegramId: null };
      await updatePerson(ctx.db, found.person.id, { blockedAt: null, blockedReason: null, ...forgotten });
      await recordAudit(ctx, { action: "person.unblocked", subjectKind: "person", subjectId: found.person.id });
      await publish(ctx.db, personBlocked, { workspaceId, personId: found.person.id, isBlocked: false });
      await notifyLive(ctx.db, { workspaceId, topic: "persons", id: found.person.id });
    }
    return readPerson(ctx, input);
  });
}

import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { personNotFound, stillMember } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { findOwnPerson, forgetInvitationsOf, lockWorkspace, updatePerson } from "../queries.ts";
import { personActor } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/**
 * Empties everything personal about one person, here and in every other room, in one transaction. The row stays, nameless, so
 * that money and audit keep their references. A blocked person's Telegram id stays with the block, or opening the app again
 * would lift it. Members leave the team first. Somebody erased who comes back is a new person.
 */
export function erasePerson(outer: ActionContext<IdentityPorts>, input: { personId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockWorkspace(ctx.db, workspaceId);
    const found = await findOwnPerson(ctx.db, workspaceId, input.personId);
    if (!found) throw personNotFound();
    if (found.role !== null) throw stillMember();
    const { person } = found;
    if (person.erasedAt !== null) return { ok: true };
    const identity = { workspaceId, personId: person.id, telegramId: person.telegramId };
    for (const source of ctx.ports.personData) await source.erasePerson(ctx.db, identity);
    await forgetInvitationsOf(ctx.db, identity, ctx.now);
    await updatePerson(ctx.db, person.id, {
      telegramId: person.blockedAt === null ? null : person.telegramId,
      username: null,
      firstName: null,
      lastName: null,
      locale: null,
      telegramLocale: null,
      timeZone: null,
      email: null,
      phone: null,
      blockedReason: null,
      lastSeenAt: null,
      erasedAt: ctx.now,
    });
    await recordAudit(ctx, { action: "person.erased", subjectKind: "person", subjectId: person.id });
    await notifyLive(ctx.db, { workspaceId, topic: "persons", id: person.id });
    return { ok: true };
  });
}

/** A person's own wish to be forgotten. */
export const eraseMe = (ctx: ActionContext<IdentityPorts>): Promise<{ ok: true }> =>
  erasePerson(ctx, { personId: personActor(ctx.actor).personId });

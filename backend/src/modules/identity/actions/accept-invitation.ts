import { type ActionContext, inTransaction, type MemberActor } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import type { InvitationPreview, Joined } from "../contracts.ts";
import { invitationPurpose, invitationState, invitationTokenShape } from "../domain/invitation.ts";
import { mayGrant } from "../domain/roles.ts";
import { alreadyMember, invitationExpired, invitationNotFound, invitationUsed } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { nameOf } from "../present.ts";
import {
  findMemberOfPerson,
  findOwnPerson,
  findWorkspace,
  type InvitationRow,
  lockOwnInvitationByHash,
  type PersonRow,
  saveMember,
  updateInvitation,
} from "../queries.ts";
import { personActor } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

type Ctx = ActionContext<{ vault: Pick<Vault, "lookupHashes"> }>;

/**
 * The invitation of a token, if this person may use it now. Unknown, revoked, made for somebody else, of another workspace, or
 * made by someone who could no longer give that role: all of these are not found. Locks it until the transaction ends.
 */
async function lockUsableInvitation(
  ctx: Ctx,
  actor: MemberActor,
  token: string,
): Promise<{ invitation: InvitationRow; inviter: PersonRow }> {
  if (!invitationTokenShape.test(token)) throw invitationNotFound();
  const hashes = ctx.ports.vault.lookupHashes(invitationPurpose, token);
  const invitation = await lockOwnInvitationByHash(ctx.db, actor.workspaceId, hashes);
  if (!invitation || !(await isFor(ctx.db, actor, invitation))) throw invitationNotFound();
  const inviter = invitation.createdBy ? await findOwnPerson(ctx.db, actor.workspaceId, invitation.createdBy) : null;
  switch (invitationState(invitation, ctx.now)) {
    case "used":
      throw invitationUsed();
    case "revoked":
      throw invitationNotFound();
    case "expired":
      throw invitationExpired();
    case "open":
      if (!inviter || inviter.person.blockedAt !== null || !mayGrant(inviter.role, invitation.role))
        throw invitationNotFound();
      return { invitation, inviter: inviter.person };
  }
}

async function isFor(db: Db, actor: MemberActor, invitation: InvitationRow): Promise<boolean> {
  if (invitation.forTelegramId === null) return true;
  const found = await findOwnPerson(db, actor.workspaceId, actor.personId);
  return found?.person.telegramId === invitation.forTelegramId;
}

/** What one is invited to, before saying yes. */
export function previewInvitation(
  outer: ActionContext<IdentityPorts>,
  input: { token: string },
): Promise<InvitationPreview> {
  return inTransaction(outer, async (ctx) => {
    const actor = personActor(ctx.actor);
    const { invitation, inviter } = await lockUsableInvitation(ctx, actor, input.token);
    const workspace = await findWorkspace(ctx.db, actor.workspaceId);
    return {
      workspaceName: workspace.name,
      role: invitation.role,
      invitedBy: nameOf(inviter) || null,
      expiresAt: invitation.expiresAt.toISOString(),
    };
  });
}

/** Joins the team with the role of the invitation, which is used up by it. A member already loses nothing by trying. */
export function acceptInvitation(outer: Ctx, input: { token: string }): Promise<Joined> {
  return inTransaction(outer, async (ctx) => {
    const actor = personActor(ctx.actor);
    const { workspaceId, personId } = actor;
    const { invitation } = await lockUsableInvitation(ctx, actor, input.token);
    if (await findMemberOfPerson(ctx.db, workspaceId, personId)) throw alreadyMember();
    await saveMember(ctx.db, { workspaceId, personId, role: invitation.role });
    await updateInvitation(ctx.db, invitation.id, { usedAt: ctx.now, usedBy: personId });
    await recordAudit(ctx, {
      action: "member.joined",
      subjectKind: "invitation",
      subjectId: invitation.id,
      after: { personId, role: invitation.role },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "members" });
    const workspace = await findWorkspace(ctx.db, workspaceId);
    return { workspaceName: workspace.name, role: invitation.role };
  });
}

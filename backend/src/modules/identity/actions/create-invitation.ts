import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { CreatedInvitation, CreateInvitation } from "../contracts.ts";
import { defaultExpiryHours, invitationLinks, invitationPurpose } from "../domain/invitation.ts";
import { mayGrant } from "../domain/roles.ts";
import { cleanTitle } from "../domain/title.ts";
import { noBot, roleAboveYours, tooManyInvitations } from "../errors.ts";
import type { IdentityPorts } from "../ports.ts";
import { presentInvitation } from "../present.ts";
import { countOpenInvitations, insertInvitation, lockWorkspace } from "../queries.ts";
import { personActor, roleOf } from "./person-actor.ts";
import { recordAudit } from "./record-audit.ts";

/** Open at once in one workspace. */
const openInvitations = 100;

/** Makes a link that brings its opener into the team, once. The links are in the answer and nowhere else. */
export function createInvitation(
  outer: ActionContext<IdentityPorts>,
  input: CreateInvitation,
): Promise<CreatedInvitation> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, personId } = personActor(ctx.actor);
    if (!mayGrant(roleOf(ctx.actor), input.role)) throw roleAboveYours();
    await lockWorkspace(ctx.db, workspaceId);
    if ((await countOpenInvitations(ctx.db, workspaceId, ctx.now)) >= openInvitations)
      throw tooManyInvitations(openInvitations);
    const bot = await ctx.ports.workspaceBots.findMainBot(ctx.db, workspaceId);
    if (!bot) throw noBot();
    const token = randomToken();
    const row = await insertInvitation(ctx.db, {
      workspaceId,
      role: input.role,
      tokenHash: ctx.ports.vault.lookupHash(invitationPurpose, token),
      forTelegramId: input.forTelegramId ?? null,
      note: cleanTitle(input.note ?? "") || null,
      createdBy: personId,
      expiresAt: new Date(ctx.now.getTime() + (input.expiresInHours ?? defaultExpiryHours) * 3_600_000),
      createdAt: ctx.now,
    });
    await recordAudit(ctx, {
      action: "invitation.created",
      subjectKind: "invitation",
      subjectId: row.invitation.id,
      after: { role: input.role, isBound: input.forTelegramId !== undefined },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "members" });
    return { invitation: presentInvitation(row, ctx.now), links: invitationLinks(bot.username, token) };
  });
}

import type { ActionContext } from "@backend/kit/context.ts";
import type { Invitation } from "../contracts.ts";
import { presentInvitation } from "../present.ts";
import { listOwnInvitations } from "../queries.ts";

/** Open invitations and what became of those of the last 30 days. */
export async function listInvitations(ctx: ActionContext): Promise<{ items: Invitation[] }> {
  const rows = await listOwnInvitations(ctx.db, ctx.actor.workspaceId, ctx.now);
  return { items: rows.map((row) => presentInvitation(row, ctx.now)) };
}

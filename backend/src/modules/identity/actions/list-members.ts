import type { ActionContext } from "@backend/kit/context.ts";
import type { Member } from "../contracts.ts";
import { presentMember } from "../present.ts";
import { listOwnMembers } from "../queries.ts";
import { roleOf } from "./person-actor.ts";

/** The whole team, owners first. */
export async function listMembers(ctx: ActionContext): Promise<{ items: Member[] }> {
  const caller = { personId: ctx.actor.kind === "person" ? ctx.actor.personId : null, role: roleOf(ctx.actor) };
  const rows = await listOwnMembers(ctx.db, ctx.actor.workspaceId);
  return { items: rows.map((row) => presentMember(row, caller)) };
}

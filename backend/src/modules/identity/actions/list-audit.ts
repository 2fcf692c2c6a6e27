import type { ActionContext } from "@backend/kit/context.ts";
import { decodeIdCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import type { AuditEntry, AuditQuery } from "../contracts.ts";
import { presentAuditEntry } from "../present.ts";
import { listOwnAudit } from "../queries.ts";

/** Who changed what, newest first. */
export async function listAudit(ctx: ActionContext, input: AuditQuery): Promise<Page<AuditEntry>> {
  const { cursor, limit = defaultLimit, from, to, ...filter } = input;
  const rows = await listOwnAudit(ctx.db, ctx.actor.workspaceId, {
    ...filter,
    ...(from ? { from: new Date(from) } : {}),
    ...(to ? { to: new Date(to) } : {}),
    before: decodeIdCursor(cursor),
    limit,
  });
  return toPage(rows, limit, ({ entry }) => [entry.id], presentAuditEntry);
}

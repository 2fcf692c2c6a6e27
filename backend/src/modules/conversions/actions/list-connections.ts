import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import type { Connection } from "../contracts.ts";
import { connectionNotFound } from "../errors.ts";
import { findVisibleConnection, listVisibleConnections } from "../queries.ts";
import { showConnection, showConnections } from "./own-connection.ts";

/** Connections that the caller is shown, with their health, newest first. */
export async function listConnections(
  ctx: ActionContext,
  input: { cursor?: string; limit?: number },
): Promise<Page<Connection>> {
  const limit = input.limit ?? defaultLimit;
  const rows = await listVisibleConnections(ctx.db, ctx.actor, { cursor: input.cursor, limit });
  const page = toPage(
    rows,
    limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
  return { items: await showConnections(ctx, page.items), nextCursor: page.nextCursor };
}

export async function findConnection(ctx: ActionContext, input: { connectionId: string }): Promise<Connection> {
  const row = await findVisibleConnection(ctx.db, ctx.actor, input.connectionId);
  if (!row) throw connectionNotFound();
  return showConnection(ctx, row);
}

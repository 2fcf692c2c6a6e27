import type { ActionContext } from "@backend/kit/context.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import { isEventId } from "./domain/event-id.ts";
import { hiddenSources } from "./domain/people-sources.ts";
import { findOwnCalls, type StoredCall } from "./inbox-queries.ts";

/** Raw calls by id, oldest first, that the caller may see; others are as good as absent, whoever's they are. */
export async function findVisibleCalls(ctx: ActionContext, ids: readonly string[]): Promise<StoredCall[]> {
  const calls = await findOwnCalls(ctx.db, ctx.actor.workspaceId, ids.filter(isEventId));
  if (calls.length === 0) return [];
  const sources = hiddenSources(ctx.actor.permissions);
  const connections = await hiddenConnectionIds(ctx.db, ctx.actor);
  return calls.filter(
    ({ source, sourceId }) => !sources.includes(source) && (sourceId === null || !connections.includes(sourceId)),
  );
}

import type { ActionContext } from "@backend/kit/context.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import { readSourceNames } from "@backend/modules/reports/index.ts";
import type { InboxEvent } from "../contracts.ts";
import { isEventId } from "../domain/event-id.ts";
import { hiddenSources } from "../domain/people-sources.ts";
import { eventNotFound } from "../errors.ts";
import { findOwnCalls, listReplaysOf } from "../inbox-queries.ts";
import { presentEvent } from "../present.ts";

/** One call as it came, with what became of it. Throws operations.event_not_found, also for another workspace's. */
export async function readInboxEvent(ctx: ActionContext, input: { eventId: string }): Promise<InboxEvent> {
  const { workspaceId, locale } = ctx.actor;
  const [call] = isEventId(input.eventId) ? await findOwnCalls(ctx.db, workspaceId, [input.eventId]) : [];
  if (!call || hiddenSources(ctx.actor.permissions).includes(call.source)) throw eventNotFound();
  if (call.sourceId !== null && (await hiddenConnectionIds(ctx.db, ctx.actor)).includes(call.sourceId))
    throw eventNotFound();
  const names = await readSourceNames(ctx.db, workspaceId);
  const replays = await listReplaysOf(ctx.db, workspaceId, call.id);
  return presentEvent(call, locale, (_, id) => names.get(id) ?? null, replays);
}

import type { ActionContext } from "@backend/kit/context.ts";
import { readSourceNames } from "@backend/modules/reports/index.ts";
import type { InboxEvent } from "../contracts.ts";
import { eventNotFound } from "../errors.ts";
import { listReplaysOf } from "../inbox-queries.ts";
import { presentEvent } from "../present.ts";
import { findVisibleCalls } from "../visible-calls.ts";

/** One call as it came, with what became of it. Throws operations.event_not_found, also for another workspace's. */
export async function readInboxEvent(ctx: ActionContext, input: { eventId: string }): Promise<InboxEvent> {
  const { workspaceId, locale } = ctx.actor;
  const [call] = await findVisibleCalls(ctx, [input.eventId]);
  if (!call) throw eventNotFound();
  const names = await readSourceNames(ctx.db, workspaceId);
  const replays = await listReplaysOf(ctx.db, workspaceId, call.id);
  return presentEvent(call, locale, (_, id) => names.get(id) ?? null, replays);
}

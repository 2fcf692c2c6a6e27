import type { ActionContext } from "@backend/kit/context.ts";
import { decodeIdCursor, decodeMomentCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import type { FindSubscribers, SubscriberFilterBody, SubscriberSummary } from "../contracts.ts";
import { presentSummary } from "../present.ts";
import { countMatching, listLastSeen, listNewest, matching } from "../queries.ts";
import { filterAsked } from "./asked-filter.ts";

/** A count beyond it costs more than anybody reads from it: reach, which is exact, is asked for by a broadcast. */
const mostCounted = 100_000;

function seenCursor(cursor: string | undefined): { at: Date; id: bigint } | null {
  const parts = decodeMomentCursor(cursor, (id) => /^\d{1,18}$/.test(id));
  return parts && { at: new Date(parts[0]), id: BigInt(parts[1]) };
}

/** Subscribers of all the workspace's bots by key, newest or last seen first. Throws what `filterAsked` does. */
export async function listSubscribers(ctx: ActionContext, input: FindSubscribers): Promise<Page<SubscriberSummary>> {
  const { cursor, limit = defaultLimit, sort = "newest", ...filter } = input;
  const { workspaceId } = ctx.actor;
  const wanted = await filterAsked(ctx, filter);
  if (sort === "newest")
    return toPage(
      await listNewest(ctx.db, workspaceId, wanted, { before: decodeIdCursor(cursor), limit }),
      limit,
      ({ id }) => [id],
      presentSummary,
    );
  return toPage(
    await listLastSeen(ctx.db, workspaceId, wanted, { before: seenCursor(cursor), limit }),
    limit,
    ({ lastSeenAt, id }) => [lastSeenAt?.toISOString() ?? "", id],
    presentSummary,
  );
}

export async function countSubscribers(
  ctx: ActionContext,
  input: SubscriberFilterBody,
): Promise<{ count: number; isCapped: boolean }> {
  const wanted = await filterAsked(ctx, input);
  const count = await countMatching(ctx.db, matching(ctx.actor.workspaceId, wanted), mostCounted + 1);
  return { count: Math.min(count, mostCounted), isCapped: count > mostCounted };
}

import type { ActionContext } from "@backend/kit/context.ts";
import { type Page, toPage } from "@backend/kit/paging.ts";
import type { Static } from "elysia";
import { type ListedThing, listThings } from "../campaign-queries.ts";
import type { TrackerThingQuery } from "../mirror-contracts.ts";
import { seeTracker } from "./own-campaign.ts";

/** What a picker shows at a time. */
const pageSize = 30;

/** Offers, landings, sources or groups of a tracker whose name or id a person begins to type; active ones first. */
export async function listTrackerThings(
  ctx: ActionContext,
  input: Static<typeof TrackerThingQuery> & { connectionId: string },
): Promise<Page<ListedThing>> {
  const { connectionId, kind, search, cursor, limit = pageSize } = input;
  await seeTracker(ctx, connectionId);
  const rows = await listThings(ctx.db, connectionId, kind, search, { cursor, limit });
  return toPage(
    rows,
    limit,
    ({ ref }) => [ref],
    (row) => row,
  );
}

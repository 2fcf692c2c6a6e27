import type { ActionContext } from "@backend/kit/context.ts";
import { decodeIdCursor, defaultLimit, encodeCursor } from "@backend/kit/paging.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import { readEventIdsOf, readSourceNames } from "@backend/modules/reports/index.ts";
import type { InboxItem, InboxQuery } from "../contracts.ts";
import { hiddenSources } from "../domain/people-sources.ts";
import { findOwnEvents, isWalkOnly, type StoredEvent, sliceOwnEvents } from "../inbox-queries.ts";
import { presentItem } from "../present.ts";

/** A search answers within this, however rare the match and however long the inbox. */
const budgetMs = 90;
const firstSlice = 500;
const largestSlice = 20_000;

const newestFirst = (a: StoredEvent, b: StoredEvent) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1);

export interface InboxPageAnswer {
  items: InboxItem[];
  nextCursor: string | null;
  searchedTo: string | null;
}

/**
 * Calls of the workspace, newest first. A search for the exact id of a click or transaction finds its calls through their
 * conversions at once, wherever they are, and shows them on the first page. Beyond that a search reads the calls themselves, in slices that grow with the speed it observes, and
 * stops when its time is up: then the cursor goes on from there and `searchedTo` says how far it got. (A text index over bodies
 * would cost intake more than all else it does.)
 */
export async function listInbox(ctx: ActionContext, input: InboxQuery): Promise<InboxPageAnswer> {
  const { workspaceId, locale } = ctx.actor;
  const filter = {
    ...input,
    hiddenSources: hiddenSources(ctx.actor.permissions),
    hiddenIds: await hiddenConnectionIds(ctx.db, ctx.actor),
  };
  const limit = input.limit ?? defaultLimit;
  const names = await readSourceNames(ctx.db, workspaceId);
  const found: StoredEvent[] = [];
  let before = decodeIdCursor(input.cursor);
  const term = input.q?.trim().replaceAll("\0", "").toWellFormed() ?? "";
  const known = term === "" ? [] : await readEventIdsOf(ctx.db, workspaceId, term);
  // The walk meets them again, on this page or a later one.
  const isShownFirst = new Set(known);
  const exact = before === null ? await findOwnEvents(ctx.db, workspaceId, known, filter) : [];
  let searchedTo: Date | null = null;
  let isAtEnd = false;
  const startedAt = performance.now();
  const isWalk = isWalkOnly(filter);
  for (let size = isWalk ? limit + 1 : firstSlice; ; ) {
    const sliceAt = performance.now();
    const slice = await sliceOwnEvents(ctx.db, workspaceId, filter, {
      before,
      size,
      limit: limit + 1 - found.length + known.length,
    });
    found.push(...slice.events.filter(({ id }) => !isShownFirst.has(id)));
    isAtEnd = slice.count < size;
    if (found.length > limit || isAtEnd || slice.last === null) break;
    before = slice.last.id;
    const now = performance.now();
    if (now - startedAt >= budgetMs) {
      searchedTo = slice.last.receivedAt;
      break;
    }
    const perMs = size / Math.max(0.5, now - sliceAt);
    const affordable = Math.floor((perMs * (budgetMs - (now - startedAt))) / 2);
    size = Math.max(firstSlice, Math.min(largestSlice, size * 4, affordable));
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const goesOnFrom = found.length > limit && last ? last.id : isAtEnd ? null : before;
  return {
    items: [...exact, ...shown]
      .sort(newestFirst)
      .map((event) => presentItem(event, locale, (_, id) => names.get(id) ?? null)),
    nextCursor: goesOnFrom === null ? null : encodeCursor([goesOnFrom]),
    searchedTo: searchedTo?.toISOString() ?? null,
  };
}

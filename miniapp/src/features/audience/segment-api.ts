/** What the screens of segments ask the server. The first part of a key is the live topic that makes it stale. */
import type { Condition } from "@backend/modules/audience/domain/segment.ts";
import type {
  ChangeSegment,
  CreateSegment,
  ReachAnswer,
  ReachBody,
  Segment,
  SegmentWithUses,
  Vocabulary,
} from "@backend/modules/audience/segment-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

export type { CreateSegment, ReachAnswer, Segment, SegmentWithUses, Vocabulary };

/** What a segment is chosen in. Of no live topic: after a deletion it would be asked for once more, in vain. */
export const segmentUsesQuery = (segmentId: string) =>
  queryOptions({
    queryKey: ["segment-uses", segmentId],
    queryFn: async (): Promise<SegmentWithUses["uses"]> =>
      (await unwrap(api.audience.segments({ segmentId }).get())).uses,
  });

/**
 * What rules can be made of, and the names of what they name. Of no live topic: every newcomer would have it asked for anew; it is as
 * old as the screen, or a minute.
 */
export const vocabularyQuery = queryOptions({
  queryKey: ["segment-vocabulary"],
  queryFn: (): Promise<Vocabulary> => unwrap(api.audience.vocabulary.get()),
  staleTime: 60_000,
});

/** Whom is asked about. A segment is asked about as it was saved last, which `version` says. */
export interface ReachAsk {
  botIds: readonly string[];
  condition?: Condition | null | undefined;
  segmentId?: string | null | undefined;
  categoryId?: number | null | undefined;
}

const freshMs = 30_000;

function askReach(ask: ReachAsk, signal: AbortSignal): Promise<ReachAnswer> {
  const { botIds, condition = null, segmentId = null, categoryId = null } = ask;
  const body = { botIds: [...botIds], condition, segmentId, categoryId } satisfies ReachBody;
  return unwrap(api.audience.reach.post(body, { fetch: { signal } }));
}

/**
 * Of no live topic: it would be counted anew with every newcomer. A question that nobody waits for any more is broken off, and the
 * server stops counting.
 */
export const reachQuery = (ask: ReachAsk, version?: string) =>
  queryOptions({
    queryKey: ["reach", ask, version],
    queryFn: ({ signal }): Promise<ReachAnswer> => askReach(ask, signal),
    enabled: ask.botIds.length > 0,
    staleTime: freshMs,
    placeholderData: keepPreviousData,
  });

let lastCount: Promise<unknown> = Promise.resolve();

/**
 * The number beside a segment in the list. A count may take the database a second, so those of a list are asked for one after
 * another, what was scrolled away is passed over, and a number stands for some minutes unless its segment is changed.
 */
export const listedReachQuery = (botIds: readonly string[], { id, updatedAt }: Segment) =>
  queryOptions({
    queryKey: ["listed-reach", botIds, id, updatedAt],
    queryFn: ({ signal }): Promise<ReachAnswer> => {
      const count = lastCount.then(() => {
        signal.throwIfAborted();
        return askReach({ botIds, segmentId: id }, signal);
      });
      lastCount = count.catch(() => {});
      return count;
    },
    staleTime: 5 * 60_000,
  });

export const createSegment = (body: CreateSegment): Promise<Segment> => unwrap(api.audience.segments.post(body));
export const changeSegment = ({ segmentId, ...body }: ChangeSegment & { segmentId: string }): Promise<Segment> =>
  unwrap(api.audience.segments({ segmentId }).patch(body));
export const copySegment = (segmentId: string): Promise<Segment> =>
  unwrap(api.audience.segments({ segmentId }).copy.post());
export const deleteSegment = (segmentId: string) => unwrap(api.audience.segments({ segmentId }).delete());

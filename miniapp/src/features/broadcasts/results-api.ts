/** What the screens of results ask the server. The first part of a key is the live topic that makes it stale; `meta.of` is the one broadcast it tells of. */
import type {
  BroadcastResults,
  BroadcastsOverview,
  ComparedBroadcast,
  PlanResults,
  PlanRunResult,
  Recipient,
  RecipientQuery,
} from "@backend/modules/broadcasts/result-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export type { BroadcastResults, ComparedBroadcast, PlanRunResult, Recipient };
export type RecipientFilter = Pick<RecipientQuery, "state" | "answer" | "reason" | "search">;

export const resultsQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "results", broadcastId],
    meta: { of: broadcastId },
    queryFn: (): Promise<BroadcastResults> => unwrap(api.broadcasts({ broadcastId }).results.get()),
  });

export const recipientsQuery = (broadcastId: string, filter: RecipientFilter) =>
  infiniteQueryOptions({
    queryKey: ["broadcasts", "recipients", broadcastId, filter],
    meta: { of: broadcastId, isLong: true },
    queryFn: ({ pageParam }) =>
      unwrap(
        api
          .broadcasts({ broadcastId })
          .recipients.get({ query: { ...filter, ...(pageParam ? { cursor: pageParam } : {}) } }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const overviewQuery = (days: number) =>
  queryOptions({
    queryKey: ["broadcasts", "overview", days],
    queryFn: (): Promise<BroadcastsOverview> => unwrap(api.broadcasts.overview.get({ query: { days } })),
    placeholderData: keepPreviousData,
  });

export const comparisonQuery = (ids: string) =>
  queryOptions({
    queryKey: ["broadcasts", "compare", ids],
    queryFn: async (): Promise<ComparedBroadcast[]> =>
      (await unwrap(api.broadcasts.compare.get({ query: { ids } }))).items,
  });

export const planResultsQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "plan-results", broadcastId],
    queryFn: (): Promise<PlanResults> => unwrap(api.broadcasts({ broadcastId }).plan.results.get()),
  });

export const planRunsQuery = (broadcastId: string) =>
  infiniteQueryOptions({
    queryKey: ["broadcasts", "plan-runs", broadcastId],
    meta: { isLong: true },
    queryFn: ({ pageParam }) =>
      unwrap(api.broadcasts({ broadcastId }).plan.runs.get({ query: { ...(pageParam ? { cursor: pageParam } : {}) } })),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** Calls as they came in. */
import type {
  DeadLettersAnswer,
  DeadLettersBody,
  InboxEvent,
  InboxFilter,
  InboxItem,
  Replay,
  ReplayAnswer,
  ReplayBody,
} from "@backend/modules/operations/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

export type { InboxFilter, InboxItem, Replay };

export const inboxQuery = (filter: InboxFilter) =>
  infiniteQueryOptions({
    queryKey: ["inbox", "list", filter],
    queryFn: ({ pageParam }) =>
      unwrap(api.inbox.get({ query: { ...filter, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const inboundEventQuery = (eventId: string) =>
  queryOptions({
    queryKey: ["inbox", "one", eventId],
    queryFn: (): Promise<InboxEvent> => unwrap(api.inbox({ eventId }).get()),
  });

/** A replay of many runs as a job; asked about until it ends. */
export const replayQuery = (replayId: string) =>
  queryOptions({
    queryKey: ["inbox", "replay", replayId],
    queryFn: (): Promise<Replay> => unwrap(api.inbox.replays({ replayId }).get()),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== "running" ? false : 1_000),
  });

function useInboxMutation<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => queries.invalidateQueries({ queryKey: ["inbox"] }) });
}

export const useReplay = () =>
  useInboxMutation((body: ReplayBody): Promise<ReplayAnswer> => unwrap(api.inbox.replay.post(body)));
export const useStopReplay = () =>
  useInboxMutation((replayId: string): Promise<Replay> => unwrap(api.inbox.replays({ replayId }).stop.post()));
export const useRetryDeadLetters = () =>
  useInboxMutation(
    (body: DeadLettersBody): Promise<DeadLettersAnswer> => unwrap(api.inbox["dead-letters"].retry.post(body)),
  );
export const useDismissDeadLetters = () =>
  useInboxMutation(
    (body: DeadLettersBody): Promise<DeadLettersAnswer> => unwrap(api.inbox["dead-letters"].dismiss.post(body)),
  );

/** What the screens of the tracker's log ask and change. Keys begin with "connections": the live stream names that topic. */
import type { ConnectPull, Delays, PullDays, PullState } from "@backend/modules/conversions/tracker-log-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

export type TrackerPull = NonNullable<PullState["pull"]>;
export type PullDay = PullDays["days"][number];
export type Distribution = Delays["toUs"];
export type { ConnectPull };

/** What a screen of several parts has room for; the rest comes by a tap. */
const pageSize = 5;
const at = (connectionId: string) => api.connections({ connectionId });

export const pullQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ["connections", "pull", connectionId],
    queryFn: (): Promise<PullState> => unwrap(at(connectionId).pull.get()),
  });

export const pullDaysQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ["connections", "pull", connectionId, "days"],
    queryFn: (): Promise<PullDays> => unwrap(at(connectionId).pull.days.get({ query: {} })),
  });

export const delaysQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ["connections", "pull", connectionId, "delays"],
    queryFn: (): Promise<Delays> => unwrap(at(connectionId).delays.get({ query: {} })),
  });

const paged = (cursor: string) => ({ query: { limit: pageSize, ...(cursor === "" ? {} : { cursor }) } });

export const missedQuery = (connectionId: string) =>
  infiniteQueryOptions({
    queryKey: ["connections", "pull", connectionId, "missing"],
    queryFn: ({ pageParam }) => unwrap(at(connectionId).pull.missing.get(paged(pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });

export const runsQuery = (connectionId: string) =>
  infiniteQueryOptions({
    queryKey: ["connections", "pull", connectionId, "runs"],
    queryFn: ({ pageParam }) => unwrap(at(connectionId).pull.runs.get(paged(pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });

/** Takes up to ten seconds: the server asks the tracker before it answers. */
export function useConnectPull(connectionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ConnectPull): Promise<PullState> => unwrap(at(connectionId).pull.put(body)),
    onSuccess: (state) => {
      queries.setQueryData(pullQuery(connectionId).queryKey, state);
    },
  });
}

export function useDisconnectPull(connectionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (): Promise<PullState> => unwrap(at(connectionId).pull.delete()),
    onSuccess: (state) => {
      queries.setQueryData(pullQuery(connectionId).queryKey, state);
    },
  });
}

export function useRunPull(connectionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(at(connectionId).pull.run.post()),
    onSuccess: () => queries.invalidateQueries({ queryKey: pullQuery(connectionId).queryKey }),
  });
}

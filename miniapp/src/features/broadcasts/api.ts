/** What the screens of broadcasts ask the server. The first part of a key is the live topic that makes it stale; `meta.of` is the one broadcast it tells of. */

import type {
  BroadcastContract,
  BroadcastRow,
  BroadcastSettings,
  BroadcastSettingsView,
  ChangeBroadcast,
  Check,
  Counts,
  CreateBroadcast,
  Progress,
  Reasons,
} from "@backend/modules/broadcasts/engine-contracts.ts";
import type { BroadcastState } from "@db/schema/broadcasts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export type Broadcast = BroadcastContract;
export type {
  BroadcastRow,
  BroadcastSettings,
  BroadcastSettingsView,
  BroadcastState,
  Check,
  Counts,
  CreateBroadcast,
  Progress,
};

export const broadcastsQuery = (filter: { state: BroadcastState | undefined; search: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ["broadcasts", "list", filter],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.broadcasts.get({
          query: {
            ...(filter.state ? { state: filter.state } : {}),
            ...(filter.search ? { search: filter.search } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const broadcastQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "one", broadcastId],
    meta: { of: broadcastId },
    queryFn: (): Promise<Broadcast> => unwrap(api.broadcasts({ broadcastId }).get()),
  });

const pollMs = 2_000;

/** Asked again while something moves: the live stream may be away. */
export const progressQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "progress", broadcastId],
    meta: { of: broadcastId },
    queryFn: (): Promise<Progress> => unwrap(api.broadcasts({ broadcastId }).progress.get()),
    refetchInterval: ({ state }) => (state.data?.state === "sending" ? pollMs : false),
  });

/** Counted over all recipients, so it is asked less often than the rest, and once more when nobody waits any longer. */
export const reasonsQuery = (broadcastId: string, isSettled: boolean) =>
  queryOptions({
    queryKey: ["broadcast-reasons", broadcastId, isSettled],
    queryFn: (): Promise<Reasons> => unwrap(api.broadcasts({ broadcastId }).reasons.get()),
    refetchInterval: isSettled ? false : 10_000,
    placeholderData: keepPreviousData,
  });

export const checkQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "check", broadcastId],
    meta: { of: broadcastId },
    queryFn: (): Promise<Check> => unwrap(api.broadcasts({ broadcastId }).check.post()),
  });

export const broadcastSettingsQuery = queryOptions({
  queryKey: ["broadcasts", "settings"],
  queryFn: (): Promise<BroadcastSettingsView> => unwrap(api.broadcasts.settings.get()),
});

export const createBroadcast = (body: CreateBroadcast): Promise<Broadcast> => unwrap(api.broadcasts.post(body));
export const changeBroadcast = ({
  broadcastId,
  ...body
}: ChangeBroadcast & { broadcastId: string }): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).patch(body));
export const copyBroadcast = (broadcastId: string): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).copy.post());
export const deleteBroadcast = (broadcastId: string) => unwrap(api.broadcasts({ broadcastId }).delete());
/** To the caller, or to chosen people of the team; `variant` is an index, `language` one of its letter's. */
export const testBroadcast = ({
  broadcastId,
  ...body
}: {
  broadcastId: string;
  personIds?: string[];
  variant?: number;
  language?: string;
}) => unwrap(api.broadcasts({ broadcastId }).test.post(body));
export const requestBroadcast = ({ id: broadcastId, updatedAt: seenAt }: Broadcast) =>
  unwrap(api.broadcasts({ broadcastId }).request.post(undefined, { query: { seenAt } }));
export const launchBroadcast = ({ id: broadcastId, updatedAt: seenAt }: Broadcast): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).launch.post(undefined, { query: { seenAt } }));
export const unscheduleBroadcast = (broadcastId: string): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).unschedule.post());
export const pauseBroadcast = (broadcastId: string): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).pause.post());
export const resumeBroadcast = (broadcastId: string): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).resume.post());
export const cancelBroadcast = (broadcastId: string): Promise<Broadcast> =>
  unwrap(api.broadcasts({ broadcastId }).cancel.post());
export const resendUnknown = (broadcastId: string) => unwrap(api.broadcasts({ broadcastId })["resend-unknown"].post());
export const changeBroadcastSettings = (body: BroadcastSettings): Promise<BroadcastSettingsView> =>
  unwrap(api.broadcasts.settings.put(body));

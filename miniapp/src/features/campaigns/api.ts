/** What the lists of campaigns and trackers ask and change. Keys begin with "campaigns": the live stream names that topic. */
import type {
  CampaignByRef,
  CampaignDetail,
  CampaignList,
  CampaignSummary,
  ChangeMirror,
  FlowSummary,
  TrackerMirror,
} from "@backend/modules/campaigns/mirror-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useRef } from "react";

export type { CampaignDetail, CampaignSummary, ChangeMirror, FlowSummary, TrackerMirror };
export type CampaignFilter = Omit<CampaignList, "cursor" | "limit">;

const pageSize = 50;
/** Enough groups and sources for any tracker that people still choose from. */
const choicesAtMost = 200;

export const trackersQuery = queryOptions({
  queryKey: ["campaigns", "trackers"],
  queryFn: async (): Promise<TrackerMirror[]> => (await unwrap(api.campaigns.trackers.get())).items,
  // A key is given on a connection's screen, which tells nothing here: whoever comes back from there must not be asked for it again.
  staleTime: 0,
});

export const campaignsQuery = (filter: CampaignFilter) =>
  infiniteQueryOptions({
    queryKey: ["campaigns", "list", filter],
    queryFn: ({ pageParam }) =>
      unwrap(api.campaigns.get({ query: { ...filter, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

/** May take some seconds: the server asks the tracker where what it has is older than a minute. */
export const campaignQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ["campaigns", "one", campaignId],
    queryFn: (): Promise<CampaignDetail> => unwrap(api.campaigns({ campaignId }).get()),
  });

export const campaignByRefQuery = (connectionId: string, ref: string, flowRef?: string) =>
  queryOptions({
    queryKey: ["campaigns", "by-ref", connectionId, ref, flowRef ?? ""],
    queryFn: (): Promise<CampaignByRef> =>
      unwrap(api.campaigns["by-ref"].get({ query: { connectionId, ref, ...(flowRef && { flowRef }) } })),
  });

export const choicesQuery = (connectionId: string, kind: "group" | "source") =>
  queryOptions({
    queryKey: ["campaigns", "things", connectionId, kind],
    queryFn: async () =>
      (await unwrap(api.campaigns.trackers({ connectionId }).things.get({ query: { kind, limit: choicesAtMost } })))
        .items,
  });

/** Puts a tracker as the server answered it into the list that screens show. */
function useShowTracker() {
  const queries = useQueryClient();
  return (tracker: TrackerMirror) =>
    queries.setQueryData(trackersQuery.queryKey, (all) =>
      all?.map((one) => (one.connectionId === tracker.connectionId ? tracker : one)),
    );
}

export function useSyncTracker(connectionId: string) {
  const show = useShowTracker();
  return useMutation({
    mutationFn: (): Promise<TrackerMirror> => unwrap(api.campaigns.trackers({ connectionId }).sync.post()),
    onSuccess: show,
  });
}

export function useChangeTracker(connectionId: string) {
  const show = useShowTracker();
  return useMutation({
    mutationFn: (change: ChangeMirror): Promise<TrackerMirror> =>
      unwrap(api.campaigns.trackers({ connectionId }).patch(change)),
    onSuccess: show,
  });
}

/**
 * Shown at once; taken back when the server did not take it. Quick taps are written one after the other: what was wanted last is
 * what stays, whichever call is faster.
 */
export function useFavour(campaignId: string) {
  const queries = useQueryClient();
  const { queryKey } = campaignQuery(campaignId);
  const mutationKey = ["favour", campaignId];
  const isLast = () => queries.isMutating({ mutationKey }) === 1;
  /** As the server is known to have it, while taps wait. */
  const known = useRef(false);
  const show = (isFavourite: boolean) =>
    queries.setQueryData(queryKey, (one) => one && { ...one, campaign: { ...one.campaign, isFavourite } });
  return useMutation({
    mutationKey,
    scope: { id: mutationKey.join(" ") },
    mutationFn: (isFavourite: boolean) => unwrap(api.campaigns({ campaignId }).favourite.put({ isFavourite })),
    onMutate: async (isFavourite) => {
      if (isLast()) known.current = queries.getQueryData(queryKey)?.campaign.isFavourite ?? false;
      await queries.cancelQueries({ queryKey });
      show(isFavourite);
    },
    onError: () => isLast() && show(known.current),
    onSuccess: (_, isFavourite) => {
      known.current = isFavourite;
      if (isLast()) return queries.invalidateQueries({ queryKey: ["campaigns", "list"] });
    },
  });
}

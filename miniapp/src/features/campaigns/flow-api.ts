/** What the editor of shares asks the server. The first part of a key is the live topic that makes it stale. */
import type { ShareChange } from "@backend/modules/campaigns/domain/shares.ts";
import type {
  ChangeShares,
  Flow,
  ManyFlows,
  ManyFlowsDone,
  ManyFlowsPreview,
  ManyPreview,
  ManyPush,
  OfferFlowPage,
  PartName,
  Push,
  Resolve,
  Seen,
  ThingName,
} from "@backend/modules/campaigns/flow-contracts.ts";
import type { TrackerThingItem as ThingItem } from "@backend/modules/campaigns/mirror-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export type {
  Flow,
  ManyFlows,
  ManyFlowsDone,
  ManyFlowsPreview,
  ManyPreview,
  PartName,
  Push,
  Resolve,
  ShareChange,
  ThingName,
};
/** What can be added to a flow. */
export type TrackerThingItem = (typeof ThingItem)["static"];
/** What may be done to several flows at once: one more than to a single one. */
export type ManyChange = ManyFlows["change"];

const isOpen = (push: Push | null): boolean => push?.state === "waiting" || push?.state === "writing";
/** Whether a push is under way: until its end nothing else may be changed. */
export const isPushing = (flow: Flow): boolean => isOpen(flow.push);

const pollMs = 2_000;

/** Asked again while a push is under way: the live stream may be away. */
export const flowQuery = (flowId: string) =>
  queryOptions({
    queryKey: ["campaigns", "flow", flowId],
    queryFn: (): Promise<Flow> => unwrap(api.campaigns.flows({ flowId }).get()),
    refetchInterval: ({ state }) => (state.data && isPushing(state.data) ? pollMs : false),
  });

export const pushesQuery = (flowId: string) =>
  queryOptions({
    queryKey: ["campaigns", "pushes", flowId],
    queryFn: async (): Promise<Push[]> => (await unwrap(api.campaigns.flows({ flowId }).pushes.get())).items,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? pollMs : false),
  });

export const changeShares = ({ flowId, ...body }: ChangeShares & { flowId: string }): Promise<Flow> =>
  unwrap(api.campaigns.flows({ flowId }).shares.post(body));

/** What is done to a draft as a whole. Each is refused when the draft has meanwhile another version than `version`. */
export type DraftDeed = "undo" | "redo" | "cancel" | "push";
export const actOnDraft = (flowId: string, deed: DraftDeed, version: number): Promise<Flow> =>
  unwrap(api.campaigns.flows({ flowId })[deed].post({ version }));
export const resolveFlow = ({ flowId, ...body }: Resolve & { flowId: string }): Promise<Flow> =>
  unwrap(api.campaigns.flows({ flowId }).rebase.post(body));
/** What was changed in the tracker, and how the last push ended, has been read. */
export const markSeen = (flowId: string, seen: Seen): Promise<Flow> =>
  unwrap(api.campaigns.flows({ flowId }).seen.post(seen));
export const undoPush = ({ flowId, pushId }: { flowId: string; pushId: string }): Promise<Flow> =>
  unwrap(api.campaigns.flows({ flowId }).pushes({ pushId }).undo.post());

/** Of no live topic: a list that is being chosen from does not move under the finger. */
export const thingsQuery = (ask: { connectionId: string; part: PartName; search: string }) =>
  infiniteQueryOptions({
    queryKey: ["campaign-things", ask],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.campaigns.trackers({ connectionId: ask.connectionId }).things.get({
          query: {
            kind: ask.part === "offers" ? "offer" : "landing",
            ...(ask.search ? { search: ask.search } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** As many flows as one change takes. */
export const mostFlows = 200;

/** Flows that hold an offer, so many at a time as one change takes. `cursor` "": from the first. */
export const offerFlowsQuery = (ask: { connectionId: string; offerRef: string; cursor: string }) =>
  queryOptions({
    queryKey: ["campaigns", "offer-flows", ask],
    queryFn: (): Promise<OfferFlowPage> => {
      const { cursor, ...query } = ask;
      return unwrap(api.campaigns.flows.get({ query: { ...query, limit: mostFlows, ...(cursor ? { cursor } : {}) } }));
    },
    placeholderData: keepPreviousData,
  });

/** Writes nothing. Made stale by every change of a flow among them. */
export const manyPreviewQuery = (ask: ManyPreview) =>
  queryOptions({
    queryKey: ["campaigns", "many", ask],
    queryFn: (): Promise<ManyFlowsPreview> => unwrap(api.campaigns.flows.many.preview.post(ask)),
    placeholderData: keepPreviousData,
  });
export const changeMany = (body: ManyFlows): Promise<ManyFlowsDone> => unwrap(api.campaigns.flows.many.post(body));
export const pushMany = (flows: ManyPush["flows"]): Promise<ManyFlowsDone> =>
  unwrap(api.campaigns.flows.many.push.post({ flows }));

/** What changes of delivered messages ask the server. */
import type { Variant } from "@backend/modules/broadcasts/contracts.ts";
import type { SentChange } from "@backend/modules/broadcasts/letter-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";
import type { Letter } from "./letters-api.ts";

export type { SentChange };

const pollMs = 2_000;

/** Asked again while one runs: the live stream may be away. */
export const sentChangesQuery = (broadcastId: string) =>
  queryOptions({
    queryKey: ["broadcasts", "changes", broadcastId],
    meta: { of: broadcastId },
    queryFn: async (): Promise<SentChange[]> => (await unwrap(api.broadcasts({ broadcastId }).changes.get())).items,
    refetchInterval: ({ state }) => (state.data?.some((change) => change.state === "running") ? pollMs : false),
  });

/** `variant` left out means all of them. */
export const editSent = ({ broadcastId, ...body }: { broadcastId: string; variant?: Variant["key"]; letter: Letter }) =>
  unwrap(api.broadcasts({ broadcastId }).edit.post(body));
export const deleteSent = (broadcastId: string) => unwrap(api.broadcasts({ broadcastId })["delete-sent"].post({}));
export const stopChange = (changeId: string) => unwrap(api.broadcasts.changes({ changeId }).stop.post());

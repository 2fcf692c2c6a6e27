/** Who is called when something happens here, and what became of the calls. */
import type {
  Call,
  CallListQuery,
  CallWithAttempts,
  ChangeEndpoint,
  CreateEndpoint,
  Endpoint,
  EndpointWithSecret,
} from "@backend/modules/webhooks/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type { Call, Endpoint };

export const endpointsQuery = queryOptions({
  queryKey: ["webhooks", "list"],
  queryFn: () => unwrap(api.webhooks.get()),
});

export const endpointQuery = (endpointId: string) =>
  queryOptions({
    queryKey: ["webhooks", "one", endpointId],
    queryFn: (): Promise<Endpoint> => unwrap(api.webhooks({ endpointId }).get()),
  });

export const callsQuery = (endpointId: string, filter: Pick<CallListQuery, "state">) =>
  infiniteQueryOptions({
    queryKey: ["webhooks", "calls", endpointId, filter],
    queryFn: ({ pageParam }) =>
      unwrap(
        api
          .webhooks({ endpointId })
          .calls.get({ query: { ...filter, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });

export const callQuery = (callId: string) =>
  queryOptions({
    queryKey: ["webhooks", "call", callId],
    queryFn: (): Promise<CallWithAttempts> => unwrap(api.webhooks.calls({ callId }).get()),
  });

export const createEndpoint = (body: CreateEndpoint): Promise<EndpointWithSecret> => unwrap(api.webhooks.post(body));
export const changeEndpoint = ({ endpointId, ...body }: ChangeEndpoint & { endpointId: string }): Promise<Endpoint> =>
  unwrap(api.webhooks({ endpointId }).patch(body));
export const deleteEndpoint = (endpointId: string) => unwrap(api.webhooks({ endpointId }).delete());
export const rotateSecret = (endpointId: string): Promise<EndpointWithSecret> =>
  unwrap(api.webhooks({ endpointId }).rotate.post());
export const testEndpoint = (endpointId: string) => unwrap(api.webhooks({ endpointId }).test.post());
export const replayFailed = ({ endpointId, since }: { endpointId: string; since: string }) =>
  unwrap(api.webhooks({ endpointId }).replay.post({ since }));
export const replayCall = (callId: string): Promise<Call> => unwrap(api.webhooks.calls({ callId }).replay.post());

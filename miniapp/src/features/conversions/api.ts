/** What the Traffic screens ask the server, and what they change. The first part of a key is the live topic that makes it stale. */
import type {
  CallReadings,
  ChangeConnection,
  ChangedSigning,
  ChangeTarget,
  Connection,
  Conversion,
  ConversionDetail,
  ConversionListQuery,
  CreateConnection,
  CreatedConnection,
  PostbackAddress,
  SigningContract,
} from "@backend/modules/conversions/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";

export type {
  CallReadings,
  ChangedSigning,
  Connection,
  Conversion,
  ConversionDetail,
  PostbackAddress,
  SigningContract,
};

/** What narrows the list of conversions; it lives in the address. */
export type ConversionFilter = Pick<ConversionListQuery, "status" | "connectionId" | "search">;

const pageSize = 50;

export const conversionsQuery = (filter: ConversionFilter) =>
  infiniteQueryOptions({
    queryKey: ["conversions", "list", filter],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.conversions.get({ query: { ...filter, limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });

export const conversionQuery = (conversionId: string) =>
  queryOptions({
    queryKey: ["conversions", "one", conversionId],
    queryFn: (): Promise<ConversionDetail> => unwrap(api.conversions({ conversionId }).get()),
  });

/** All connections: a workspace has at most a few hundred, and pickers need them whole. */
export const connectionsQuery = queryOptions({
  queryKey: ["connections", "list"],
  queryFn: async (): Promise<Connection[]> => {
    const items: Connection[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Connection[]; nextCursor: string | null } = await unwrap(
        api.connections.get({ query: { limit: 200, ...(cursor ? { cursor } : {}) } }),
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  },
});

export const connectionQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ["connections", "one", connectionId],
    queryFn: (): Promise<Connection> => unwrap(api.connections({ connectionId }).get()),
  });

/** The address holds the secret: it is kept in memory of the screen that asked, never in the cache of queries. */
export const revealAddress = (connectionId: string): Promise<PostbackAddress> =>
  unwrap(api.connections({ connectionId }).address.post());

export function useCreateConnection() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateConnection): Promise<CreatedConnection> => unwrap(api.connections.post(body)),
    onSuccess: ({ connection }) => {
      queries.setQueryData(connectionQuery(connection.id).queryKey, connection);
      return queries.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    },
  });
}

/** One change of a connection; the server's answer is what every screen shows at once. */
export type ConnectionChange =
  | { kind: "settings"; body: ChangeConnection }
  | { kind: "target"; body: ChangeTarget }
  | { kind: "owner"; personId: string }
  | { kind: "unsigned" }
  | { kind: "pause" }
  | { kind: "resume" };

function sendChange(connectionId: string, change: ConnectionChange): Promise<Connection> {
  const own = api.connections({ connectionId });
  switch (change.kind) {
    case "settings":
      return unwrap(own.patch(change.body));
    case "target":
      return unwrap(own.target.put(change.body));
    case "owner":
      return unwrap(own.owner.put({ personId: change.personId }));
    case "unsigned":
      return unwrap(own.signing.delete());
    case "pause":
      return unwrap(own.pause.post());
    case "resume":
      return unwrap(own.resume.post());
  }
}

export function useChangeConnection(connectionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: ConnectionChange) => sendChange(connectionId, change),
    onSuccess: (connection) => {
      queries.setQueryData(connectionQuery(connectionId).queryKey, connection);
      queries.setQueryData(connectionsQuery.queryKey, (before) =>
        before?.map((known) => (known.id === connection.id ? connection : known)),
      );
    },
  });
}

/** The key is in the answer and nowhere else: it is kept in memory of the screen that asked, never in the cache of queries. */
export function useChangeSigning(connectionId: string) {
  const queries = useQueryClient();
  const own = api.connections({ connectionId });
  return useMutation({
    mutationFn: (change: { set: SigningContract } | { overlapHours: number }): Promise<ChangedSigning> =>
      unwrap("set" in change ? own.signing.put(change.set) : own.signing.rotate.post(change)),
    onSuccess: ({ connection }) => queries.setQueryData(connectionQuery(connectionId).queryKey, connection),
  });
}

/** The connection's last calls as a map reads them; without one, as they are read now. */
export const readingsQuery = (connectionId: string, parameterMap?: Record<string, string>) =>
  queryOptions({
    queryKey: ["connections", "readings", connectionId, parameterMap],
    queryFn: (): Promise<CallReadings> =>
      unwrap(api.connections({ connectionId }).readings.post(parameterMap === undefined ? {} : { parameterMap })),
  });

export const useRotateSecret = (connectionId: string) =>
  useMutation({
    mutationFn: (overlapHours: number): Promise<PostbackAddress> =>
      unwrap(api.connections({ connectionId })["rotate-secret"].post({ overlapHours })),
  });

export const useSendTest = (connectionId: string) =>
  useMutation({ mutationFn: () => unwrap(api.connections({ connectionId }).test.post()) });

export function useDeleteConnection(connectionId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.connections({ connectionId }).delete()),
    onSuccess: () => {
      queries.setQueryData(connectionsQuery.queryKey, (before) => before?.filter(({ id }) => id !== connectionId));
    },
  });
}

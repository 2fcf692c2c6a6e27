/** What the screens of sequences ask the server. The first part of a key is the live topic that makes it stale; `meta.of` is the one sequence it tells of. */
import type {
  ChangeSequence,
  Sequence,
  SequenceBody,
  SequenceChoices,
  SequenceRun,
  SequenceSummary,
} from "@backend/modules/broadcasts/sequence-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type { Sequence, SequenceBody, SequenceChoices, SequenceRun, SequenceSummary };
export type Trigger = SequenceBody["trigger"];
export type StopRule = SequenceBody["stops"][number];

export const sequencesQuery = queryOptions({
  queryKey: ["sequences", "list"],
  queryFn: async (): Promise<SequenceSummary[]> => (await unwrap(api.sequences.get({ query: {} }))).items,
});
export const archivedSequencesQuery = queryOptions({
  queryKey: ["sequences", "archive"],
  queryFn: async (): Promise<SequenceSummary[]> =>
    (await unwrap(api.sequences.get({ query: { archived: "true" } }))).items,
});
export const sequenceQuery = (sequenceId: string) =>
  queryOptions({
    queryKey: ["sequences", "one", sequenceId],
    meta: { of: sequenceId },
    queryFn: (): Promise<Sequence> => unwrap(api.sequences({ sequenceId }).get()),
  });
export const sequenceChoicesQuery = queryOptions({
  queryKey: ["sequences", "choices"],
  queryFn: (): Promise<SequenceChoices> => unwrap(api.sequences.choices.get()),
});

export const createSequence = (body: SequenceBody): Promise<Sequence> => unwrap(api.sequences.post(body));
export const changeSequence = ({ sequenceId, ...body }: ChangeSequence & { sequenceId: string }): Promise<Sequence> =>
  unwrap(api.sequences({ sequenceId }).put(body));
export const dropChange = ({ id: sequenceId, updatedAt: seenAt }: Sequence): Promise<Sequence> =>
  unwrap(api.sequences({ sequenceId }).waiting.delete(undefined, { query: { seenAt } }));
export const deleteSequence = (sequenceId: string) => unwrap(api.sequences({ sequenceId }).delete());
export const archiveSequence = (sequenceId: string) => unwrap(api.sequences({ sequenceId }).archive.post());
export const unarchiveSequence = (sequenceId: string) => unwrap(api.sequences({ sequenceId }).unarchive.post());
export const requestSequence = ({ id: sequenceId, updatedAt: seenAt }: Sequence) =>
  unwrap(api.sequences({ sequenceId }).request.post(undefined, { query: { seenAt } }));
/** Started, or with what waits put into force, as it was read. */
export const activateSequence = ({ id: sequenceId, updatedAt: seenAt }: Sequence): Promise<Sequence> =>
  unwrap(api.sequences({ sequenceId }).activate.post(undefined, { query: { seenAt } }));
export const pauseSequence = (sequenceId: string) => unwrap(api.sequences({ sequenceId }).pause.post());

export interface RunFilter {
  sequenceId: string;
  state: SequenceRun["state"] | undefined;
  search: string | undefined;
}

export const sequenceRunsQuery = ({ sequenceId, state, search }: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["sequences", "runs", sequenceId, { state, search }],
    meta: { of: sequenceId },
    queryFn: ({ pageParam }) =>
      unwrap(
        api.sequences({ sequenceId }).runs.get({
          query: {
            ...(state ? { state } : {}),
            ...(search ? { search } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
export const runsOfPersonQuery = (subscriberId: number) =>
  queryOptions({
    queryKey: ["sequences", "of", subscriberId],
    queryFn: async (): Promise<SequenceRun[]> =>
      (await unwrap(api.sequences.of({ subscriberId: String(subscriberId) }).get())).items,
  });
export const addPerson = ({ sequenceId, subscriberId }: { sequenceId: string; subscriberId: number }) =>
  unwrap(api.sequences({ sequenceId }).runs.post({ subscriberId }));
export const removePerson = (runId: string) => unwrap(api.sequences.runs({ runId }).delete());

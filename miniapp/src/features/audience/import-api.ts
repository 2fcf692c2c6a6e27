import type {
  ChangeImportBody,
  ImportContract,
  ImportPreview,
  ImportSummary,
  StartImportBody,
} from "@backend/modules/audience/import-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type { ImportPreview, ImportSummary };
export type Import = ImportContract;
export type ImportColumn = Import["columns"][number];
export type ChangeImport = ChangeImportBody;

/** The live stream tells of every batch; where it is cut off, a running import is asked for by itself. */
const askAgainMs = 4_000;

export const importsQuery = infiniteQueryOptions({
  queryKey: ["imports", "list"],
  queryFn: ({ pageParam }) =>
    unwrap(api.audience.imports.get({ query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } })),
  initialPageParam: "",
  getNextPageParam: (page) => page.nextCursor,
});

const one = (importId: string) => api.audience.imports({ importId });

export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: ["imports", importId],
    queryFn: () => unwrap(one(importId).get()),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? askAgainMs : false),
  });

/** Under a name of its own: what the stream tells of a running import must not ask for the preview that a draft had. */
export const previewQuery = (importId: string) =>
  queryOptions({
    queryKey: ["import-preview", importId],
    queryFn: () => unwrap(one(importId).preview.get()),
  });

export const createImport = (body: StartImportBody): Promise<Import> => unwrap(api.audience.imports.post(body));
export const changeImport = ({ importId, ...body }: ChangeImport & { importId: string }): Promise<Import> =>
  unwrap(one(importId).patch(body));
export const startImport = (importId: string): Promise<Import> => unwrap(one(importId).start.post());
export const cancelImport = (importId: string): Promise<Import> => unwrap(one(importId).cancel.post());

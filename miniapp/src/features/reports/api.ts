/** What the screens of watches, summaries and bulk work ask the server. The first part of a key is the live topic that makes it stale. */
import type { Batch, Retention, RetentionPreview, StartBatch } from "@backend/modules/conversions/batch-contracts.ts";
import type {
  ChangeSummary,
  ChangeWatch,
  CreateSummary,
  CreateWatch,
  Summary,
  Watch,
  WatchPreview,
  WatchPreviewQuery,
} from "@backend/modules/reports/reporting-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { ConversionFilter } from "../conversions/api.ts";

export type { Batch, CreateSummary, CreateWatch, Summary, Watch };

// ── Watches ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const watchesQuery = queryOptions({
  queryKey: ["watches", "list"],
  queryFn: async (): Promise<Watch[]> => (await unwrap(api.reports.watches.get())).items,
});

export const watchPreviewQuery = (query: WatchPreviewQuery) =>
  queryOptions({
    queryKey: ["watches", "preview", query],
    queryFn: (): Promise<WatchPreview> => unwrap(api.reports.watches.preview.get({ query })),
    placeholderData: keepPreviousData,
  });

export const createWatch = (body: CreateWatch): Promise<Watch> => unwrap(api.reports.watches.post(body));
export const changeWatch = ({ watchId, ...body }: ChangeWatch & { watchId: string }): Promise<Watch> =>
  unwrap(api.reports.watches({ watchId }).patch(body));
export const deleteWatch = (watchId: string) => unwrap(api.reports.watches({ watchId }).delete());

// ── Summaries ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const summariesQuery = queryOptions({
  queryKey: ["summaries", "list"],
  queryFn: async (): Promise<Summary[]> => (await unwrap(api.reports.summaries.get())).items,
});

export const createSummary = (body: CreateSummary): Promise<Summary> => unwrap(api.reports.summaries.post(body));
export const changeSummary = ({ summaryId, ...body }: ChangeSummary & { summaryId: string }): Promise<Summary> =>
  unwrap(api.reports.summaries({ summaryId }).patch(body));
export const deleteSummary = (summaryId: string) => unwrap(api.reports.summaries({ summaryId }).delete());
export const sendSummary = (summaryId: string) => unwrap(api.reports.summaries({ summaryId }).send.post());

// ── Bulk work ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const countQuery = (filter: ConversionFilter) =>
  queryOptions({
    queryKey: ["conversions", "count", filter],
    queryFn: () => unwrap(api.conversions.count.get({ query: filter })),
    placeholderData: keepPreviousData,
  });

/** The batch that runs, or the last one of the last day. Asked again while it runs: the live stream may be away. */
export const latestBatchQuery = queryOptions({
  queryKey: ["batches", "latest"],
  queryFn: async (): Promise<Batch | null> => (await unwrap(api.conversions.batches.get())).batch,
  refetchInterval: ({ state }) => (state.data?.state === "running" ? 2_000 : false),
});

export const startBatch = (body: StartBatch): Promise<Batch> => unwrap(api.conversions.batches.post(body));
export const stopBatch = (batchId: string): Promise<Batch> => unwrap(api.conversions.batches({ batchId }).stop.post());

// ── Retention ───────────────────────────────────────────────────────────────────────────────────────────────────────

export const retentionQuery = queryOptions({
  queryKey: ["retention"],
  queryFn: (): Promise<Retention> => unwrap(api.conversions.retention.get()),
});

export const retentionPreviewQuery = (keepDays: number) =>
  queryOptions({
    queryKey: ["retention", "preview", keepDays],
    queryFn: (): Promise<RetentionPreview> => unwrap(api.conversions.retention.preview.get({ query: { keepDays } })),
  });

export const changeRetention = (keepDays: number | null): Promise<Retention> =>
  unwrap(api.conversions.retention.put({ keepDays }));

import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { exportConversions } from "./actions/export-conversions.ts";
import { changeRetention, previewRetention, readRetention } from "./actions/retention.ts";
import { countConversions, readBatch, readLatestBatch, startBatch, stopBatch } from "./actions/start-batch.ts";
import {
  Batch,
  BatchParams,
  ChangeRetentionBody,
  ConversionCount,
  CountQuery,
  ExportQuery,
  LatestBatch,
  Retention,
  RetentionPreview,
  RetentionPreviewQuery,
  StartBatchBody,
} from "./batch-contracts.ts";

const seeing = { access: { permission: "conversions.read" } } as const;
const managing = { access: { permission: "conversions.manage" } } as const;
const owning = { access: { permission: "workspace.manage" } } as const;

/** Seconds that a file may stand still before its connection is closed: a rare match is looked for in a long history. */
const exportIdleSec = 120;

/** Many conversions at once: files, bulk work, and how long they are kept. */
export const batchRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "conversion-batches", detail: { tags: ["Conversions"] } })
    .use(http)
    .get(
      "/conversions/export",
      ({ actor, requestId, query, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportConversions, { actor, requestId }, query);
      },
      { ...seeing, query: ExportQuery, response: { 200: t.Any({ description: "The file." }) } },
    )
    .get("/conversions/count", ({ actor, requestId, query }) => run(countConversions, { actor, requestId }, query), {
      ...seeing,
      query: CountQuery,
      response: { 200: ConversionCount },
    })
    .get("/conversions/batches", ({ actor, requestId }) => run(readLatestBatch, { actor, requestId }, {}), {
      ...managing,
      response: { 200: LatestBatch },
    })
    .post(
      "/conversions/batches",
      ({ actor, requestId, once, body }) => run(startBatch, { actor, requestId, once }, body),
      { creates: true, ...managing, body: StartBatchBody, response: { 200: Batch } },
    )
    .get(
      "/conversions/batches/:batchId",
      ({ actor, requestId, params }) => run(readBatch, { actor, requestId }, params),
      { ...managing, params: BatchParams, response: { 200: Batch } },
    )
    .post(
      "/conversions/batches/:batchId/stop",
      ({ actor, requestId, params }) => run(stopBatch, { actor, requestId }, params),
      { ...managing, params: BatchParams, response: { 200: Batch } },
    )
    .get("/conversions/retention", ({ actor, requestId }) => run(readRetention, { actor, requestId }, {}), {
      ...owning,
      response: { 200: Retention },
    })
    .put("/conversions/retention", ({ actor, requestId, body }) => run(changeRetention, { actor, requestId }, body), {
      ...owning,
      body: ChangeRetentionBody,
      response: { 200: Retention },
    })
    .get(
      "/conversions/retention/preview",
      ({ actor, requestId, query }) => run(previewRetention, { actor, requestId }, query),
      { ...owning, query: RetentionPreviewQuery, response: { 200: RetentionPreview } },
    );

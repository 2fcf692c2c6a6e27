import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { changeSummary, createSummary, deleteSummary, listSummaries } from "./actions/summaries.ts";
import { sendSummaryNow } from "./actions/tell-summaries.ts";
import { changeWatch, createWatch, deleteWatch, listWatches, previewWatch } from "./actions/watches.ts";
import {
  ChangeSummaryBody,
  ChangeWatchBody,
  CreateSummaryBody,
  CreateWatchBody,
  Done,
  Summary,
  SummaryList,
  SummaryParams,
  Watch,
  WatchList,
  WatchParams,
  WatchPreview,
  WatchPreviewQuery,
} from "./reporting-contracts.ts";

const reading = { access: { permission: "reports.read" } } as const;
/** They write to chats about conversions, as connections do. */
const managing = { access: { permission: "conversions.manage" } } as const;

/** Watches and summaries, below `/reports`. */
export const reportingRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "reporting", detail: { tags: ["Reports"] } })
    .use(http)
    .get("/watches", ({ actor, requestId }) => run(listWatches, { actor, requestId }, {}), {
      ...reading,
      response: { 200: WatchList },
    })
    .post("/watches", ({ actor, requestId, once, body }) => run(createWatch, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: CreateWatchBody,
      response: { 200: Watch },
    })
    .get("/watches/preview", ({ actor, requestId, query }) => run(previewWatch, { actor, requestId }, query), {
      ...reading,
      query: WatchPreviewQuery,
      response: { 200: WatchPreview },
    })
    .patch(
      "/watches/:watchId",
      ({ actor, requestId, params, body }) => run(changeWatch, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: WatchParams, body: ChangeWatchBody, response: { 200: Watch } },
    )
    .delete("/watches/:watchId", ({ actor, requestId, params }) => run(deleteWatch, { actor, requestId }, params), {
      ...managing,
      params: WatchParams,
      response: { 200: Done },
    })
    .get("/summaries", ({ actor, requestId }) => run(listSummaries, { actor, requestId }, {}), {
      ...reading,
      response: { 200: SummaryList },
    })
    .post("/summaries", ({ actor, requestId, once, body }) => run(createSummary, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: CreateSummaryBody,
      response: { 200: Summary },
    })
    .patch(
      "/summaries/:summaryId",
      ({ actor, requestId, params, body }) => run(changeSummary, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: SummaryParams, body: ChangeSummaryBody, response: { 200: Summary } },
    )
    .delete(
      "/summaries/:summaryId",
      ({ actor, requestId, params }) => run(deleteSummary, { actor, requestId }, params),
      { ...managing, params: SummaryParams, response: { 200: Done } },
    )
    .post(
      "/summaries/:summaryId/send",
      ({ actor, requestId, params }) => run(sendSummaryNow, { actor, requestId }, params),
      { ...managing, params: SummaryParams, response: { 200: Done } },
    );

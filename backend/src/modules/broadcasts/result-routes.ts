/** What broadcasts brought: figures, the log of recipients, files, comparison. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { compareBroadcasts, readOverview } from "./actions/compare-broadcasts.ts";
import { exportResults } from "./actions/export-results.ts";
import { listBroadcastRecipients } from "./actions/list-recipients.ts";
import { exportPlan, listPlanResults, readPlanResults } from "./actions/plan-results.ts";
import { readResults } from "./actions/read-results.ts";
import {
  BroadcastResults,
  BroadcastsOverview,
  CompareQuery,
  Comparison,
  OverviewQuery,
  PlanExportQuery,
  PlanResults,
  PlanRunPage,
  PlanRunQuery,
  RecipientPage,
  RecipientQuery,
  ResultExportQuery,
  ResultParams,
} from "./result-contracts.ts";

const seeing = { access: { permission: "broadcasts.read" } } as const;

/** Seconds that a file may stand still before its connection is closed. */
const exportIdleSec = 120;

export const resultRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcast-results", prefix: "/broadcasts", detail: { tags: ["Broadcasts"] } })
    .use(http)
    .get("/compare", ({ actor, requestId, query }) => run(compareBroadcasts, { actor, requestId }, query), {
      ...seeing,
      query: CompareQuery,
      response: { 200: Comparison },
    })
    .get("/overview", ({ actor, requestId, query }) => run(readOverview, { actor, requestId }, query), {
      ...seeing,
      query: OverviewQuery,
      response: { 200: BroadcastsOverview },
    })
    .get("/:broadcastId/results", ({ actor, requestId, params }) => run(readResults, { actor, requestId }, params), {
      ...seeing,
      params: ResultParams,
      response: { 200: BroadcastResults },
    })
    .get(
      "/:broadcastId/recipients",
      ({ actor, requestId, params, query }) =>
        run(listBroadcastRecipients, { actor, requestId }, { ...query, ...params }),
      { ...seeing, params: ResultParams, query: RecipientQuery, response: { 200: RecipientPage } },
    )
    .get(
      "/:broadcastId/export",
      ({ actor, requestId, params, query, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportResults, { actor, requestId }, { ...query, ...params });
      },
      {
        ...seeing,
        params: ResultParams,
        query: ResultExportQuery,
        response: { 200: t.Any({ description: "The file." }) },
      },
    )
    .get(
      "/:broadcastId/plan/results",
      ({ actor, requestId, params }) => run(readPlanResults, { actor, requestId }, params),
      { ...seeing, params: ResultParams, response: { 200: PlanResults } },
    )
    .get(
      "/:broadcastId/plan/runs",
      ({ actor, requestId, params, query }) => run(listPlanResults, { actor, requestId }, { ...query, ...params }),
      { ...seeing, params: ResultParams, query: PlanRunQuery, response: { 200: PlanRunPage } },
    )
    .get(
      "/:broadcastId/plan/export",
      ({ actor, requestId, params, query, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportPlan, { actor, requestId }, { ...query, ...params });
      },
      {
        ...seeing,
        params: ResultParams,
        query: PlanExportQuery,
        response: { 200: t.Any({ description: "The file." }) },
      },
    );

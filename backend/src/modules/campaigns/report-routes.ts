import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { compareSent } from "./actions/compare-sent.ts";
import { exportFigures } from "./actions/export-figures.ts";
import { readAdvice } from "./actions/read-advice.ts";
import { readFigures } from "./actions/read-figures.ts";
import { FlowParams } from "./flow-contracts.ts";
import { TrackerParams } from "./mirror-contracts.ts";
import {
  Advice,
  AdviceQuery,
  FiguresExportQuery,
  FiguresQuery,
  FigureTable,
  SentDay,
  SentQuery,
} from "./report-contracts.ts";

const reading = { access: { permission: "campaigns.read" } } as const;

/** Seconds that a tracker may take over a report before the caller's connection is closed. */
const reportIdleSec = 120;

export const reportRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "campaigns-report", prefix: "/campaigns", detail: { tags: ["Campaigns"] } })
    .use(http)
    .get(
      "/figures",
      ({ actor, requestId, query, request, server }) => {
        server?.timeout(request, reportIdleSec);
        return run(readFigures, { actor, requestId }, query);
      },
      { ...reading, query: FiguresQuery, response: { 200: FigureTable } },
    )
    .get(
      "/figures/export",
      ({ actor, requestId, query, request, server }) => {
        server?.timeout(request, reportIdleSec);
        return run(exportFigures, { actor, requestId }, query);
      },
      { ...reading, query: FiguresExportQuery, response: { 200: t.Any({ description: "The file." }) } },
    )
    .get(
      "/flows/:flowId/advice",
      ({ actor, requestId, params, query, request, server }) => {
        server?.timeout(request, reportIdleSec);
        return run(readAdvice, { actor, requestId }, { ...query, ...params });
      },
      { ...reading, params: FlowParams, query: AdviceQuery, response: { 200: Advice } },
    )
    .get(
      "/trackers/:connectionId/sent",
      ({ actor, requestId, params, query, request, server }) => {
        server?.timeout(request, reportIdleSec);
        return run(compareSent, { actor, requestId }, { ...query, ...params });
      },
      { ...reading, params: TrackerParams, query: SentQuery, response: { 200: SentDay } },
    );

/** HTTP of routes, templates and the lab. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import {
  changeTemplate,
  changeTemplateText,
  createTemplate,
  deleteTemplate,
  listTemplates,
  previewTemplate,
} from "./actions/alert-templates.ts";
import {
  changeAlertRoute,
  createAlertRoute,
  deleteAlertRoute,
  duplicateAlertRoute,
  orderAlertRoutes,
} from "./actions/change-alert-routes.ts";
import { dryRunRoutes } from "./actions/dry-run-routes.ts";
import { findAlertRoute, listAlertRoutes, listFieldValues, readRouteHistory } from "./actions/list-alert-routes.ts";
import { runLab, sendFromLab } from "./actions/run-lab.ts";
import {
  AlertRoute,
  AlertRouteList,
  AlertRouteParams,
  AlertTemplate,
  AlertTemplateList,
  AlertTemplateParams,
  ChangeRouteBody,
  ChangeTemplateBody,
  CreateTemplateBody,
  DryRun,
  DryRunBody,
  FieldValues,
  FieldValuesQuery,
  LabBody,
  LabReport,
  LabSendBody,
  PreviewBody,
  RouteDraftBody,
  RouteHistory,
  RouteHistoryQuery,
  RouteOrderBody,
  TemplatePreview,
  TemplateTextBody,
} from "./alert-contracts.ts";
import { Done } from "./contracts.ts";

const reading = { access: { permission: "connections.read" } } as const;
const managing = { access: { permission: "connections.manage" } } as const;
const seeing = { access: { permission: "conversions.read" } } as const;
/** Sending from the lab writes into a chat of the team. */
const sending = { access: { permission: "conversions.manage" } } as const;

export const alertingRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "conversion-alerts", detail: { tags: ["Alerts"] } })
    .use(http)
    .get("/alert-routes", ({ actor, requestId }) => run(listAlertRoutes, { actor, requestId }, {}), {
      ...reading,
      response: { 200: AlertRouteList },
    })
    .post(
      "/alert-routes",
      ({ actor, requestId, once, body }) => run(createAlertRoute, { actor, requestId, once }, body),
      {
        creates: true,
        ...managing,
        body: RouteDraftBody,
        response: { 200: AlertRoute },
      },
    )
    .put("/alert-routes/order", ({ actor, requestId, body }) => run(orderAlertRoutes, { actor, requestId }, body), {
      ...managing,
      body: RouteOrderBody,
      response: { 200: AlertRouteList },
    })
    .post("/alert-routes/dry-run", ({ actor, requestId, body }) => run(dryRunRoutes, { actor, requestId }, body), {
      ...reading,
      body: DryRunBody,
      response: { 200: DryRun },
    })
    .get("/alert-routes/values", ({ actor, requestId, query }) => run(listFieldValues, { actor, requestId }, query), {
      ...reading,
      query: FieldValuesQuery,
      response: { 200: FieldValues },
    })
    .get(
      "/alert-routes/:alertRouteId",
      ({ actor, requestId, params }) => run(findAlertRoute, { actor, requestId }, params),
      { ...reading, params: AlertRouteParams, response: { 200: AlertRoute } },
    )
    .patch(
      "/alert-routes/:alertRouteId",
      ({ actor, requestId, params, body }) => run(changeAlertRoute, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: AlertRouteParams, body: ChangeRouteBody, response: { 200: AlertRoute } },
    )
    .delete(
      "/alert-routes/:alertRouteId",
      ({ actor, requestId, params }) => run(deleteAlertRoute, { actor, requestId }, params),
      { ...managing, params: AlertRouteParams, response: { 200: Done } },
    )
    .post(
      "/alert-routes/:alertRouteId/duplicate",
      ({ actor, requestId, once, params }) => run(duplicateAlertRoute, { actor, requestId, once }, params),
      { creates: true, ...managing, params: AlertRouteParams, response: { 200: AlertRoute } },
    )
    .get(
      "/alert-routes/:alertRouteId/history",
      ({ actor, requestId, params, query }) => run(readRouteHistory, { actor, requestId }, { ...query, ...params }),
      { ...reading, params: AlertRouteParams, query: RouteHistoryQuery, response: { 200: RouteHistory } },
    )
    .get("/alert-templates", ({ actor, requestId }) => run(listTemplates, { actor, requestId }, {}), {
      ...reading,
      response: { 200: AlertTemplateList },
    })
    .post(
      "/alert-templates",
      ({ actor, requestId, once, body }) => run(createTemplate, { actor, requestId, once }, body),
      { creates: true, ...managing, body: CreateTemplateBody, response: { 200: AlertTemplate } },
    )
    .post(
      "/alert-templates/preview",
      ({ actor, requestId, body }) => run(previewTemplate, { actor, requestId }, body),
      {
        ...reading,
        body: PreviewBody,
        response: { 200: TemplatePreview },
      },
    )
    .patch(
      "/alert-templates/:templateId",
      ({ actor, requestId, params, body }) => run(changeTemplate, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: AlertTemplateParams, body: ChangeTemplateBody, response: { 200: AlertTemplate } },
    )
    .delete(
      "/alert-templates/:templateId",
      ({ actor, requestId, params }) => run(deleteTemplate, { actor, requestId }, params),
      { ...managing, params: AlertTemplateParams, response: { 200: Done } },
    )
    .put(
      "/alert-templates/:templateId/text",
      ({ actor, requestId, params, body }) => run(changeTemplateText, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: AlertTemplateParams, body: TemplateTextBody, response: { 200: AlertTemplate } },
    )
    .post("/conversions/lab", ({ actor, requestId, body }) => run(runLab, { actor, requestId }, body), {
      ...seeing,
      body: LabBody,
      response: { 200: LabReport },
    })
    .post("/conversions/lab/send", ({ actor, requestId, body }) => run(sendFromLab, { actor, requestId }, body), {
      ...sending,
      body: LabSendBody,
      response: { 200: t.Object({ deliveryId: t.String() }) },
    });

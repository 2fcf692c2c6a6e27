/** Elysia: people from files, and people as files. All of it is personal data, so all of it is for whoever manages the audience. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { exportAudience, exportRefusals } from "./actions/export-audience.ts";
import { cancelImport, changeImport, createImport, listImports, readImport, startImport } from "./actions/imports.ts";
import { previewImport } from "./actions/preview-import.ts";
import {
  AudienceExportBody,
  AudienceExportQuery,
  ChangeImportBody,
  ImportContract,
  ImportPage,
  ImportParams,
  ImportPreview,
  ImportsQuery,
  RefusalsQuery,
  StartImportBody,
} from "./import-contracts.ts";

const managing = { access: { permission: "audience.manage" } } as const;
const file = { 200: t.Any({ description: "The file." }) };

/** Seconds that a file may stand still before its connection is closed: a rare match is looked for among a million people. */
const exportIdleSec = 120;

/** Under `/audience`. */
export const importRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience-imports", detail: { tags: ["Audience"] } })
    .use(http)
    .get(
      "/export",
      ({ actor, requestId, query, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportAudience, { actor, requestId }, query);
      },
      { ...managing, query: AudienceExportQuery, response: file },
    )
    .post(
      "/export",
      ({ actor, requestId, body, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportAudience, { actor, requestId }, body);
      },
      { ...managing, body: AudienceExportBody, response: file },
    )
    .get("/imports", ({ actor, requestId, query }) => run(listImports, { actor, requestId }, query), {
      ...managing,
      query: ImportsQuery,
      response: { 200: ImportPage },
    })
    .post("/imports", ({ actor, requestId, once, body }) => run(createImport, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: StartImportBody,
      response: { 200: ImportContract },
    })
    .get("/imports/:importId", ({ actor, requestId, params }) => run(readImport, { actor, requestId }, params), {
      ...managing,
      params: ImportParams,
      response: { 200: ImportContract },
    })
    .patch(
      "/imports/:importId",
      ({ actor, requestId, params, body }) => run(changeImport, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ImportParams, body: ChangeImportBody, response: { 200: ImportContract } },
    )
    .get(
      "/imports/:importId/preview",
      ({ actor, requestId, params }) => run(previewImport, { actor, requestId }, params),
      { ...managing, params: ImportParams, response: { 200: ImportPreview } },
    )
    .post(
      "/imports/:importId/start",
      ({ actor, requestId, params }) => run(startImport, { actor, requestId }, params),
      {
        ...managing,
        params: ImportParams,
        response: { 200: ImportContract },
      },
    )
    .post(
      "/imports/:importId/cancel",
      ({ actor, requestId, params }) => run(cancelImport, { actor, requestId }, params),
      {
        ...managing,
        params: ImportParams,
        response: { 200: ImportContract },
      },
    )
    .get(
      "/imports/:importId/refusals",
      ({ actor, requestId, params, query, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportRefusals, { actor, requestId }, { ...query, ...params });
      },
      { ...managing, params: ImportParams, query: RefusalsQuery, response: file },
    );

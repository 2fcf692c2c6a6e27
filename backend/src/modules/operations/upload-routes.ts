/** Elysia: files, sent in parts. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import {
  completeUpload,
  dropUpload,
  readUploadContent,
  readUploadState,
  startUpload,
  takeUploadPart,
} from "./actions/uploads.ts";
import {
  BeginUploadBody,
  UploadContract,
  UploadDeleted,
  UploadedPart,
  UploadParams,
  UploadPartParams,
} from "./upload-contracts.ts";

const sending = { access: { permission: "uploads.write" } } as const;

/** Under the API's base. What a file is for asks for a right of its own: see `actions/uploads.ts`. */
export const uploadRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "uploads", detail: { tags: ["Uploads"] } })
    .use(http)
    .post("/uploads", ({ actor, requestId, once, body }) => run(startUpload, { actor, requestId, once }, body), {
      creates: true,
      ...sending,
      body: BeginUploadBody,
      response: { 200: UploadContract },
    })
    .get("/uploads/:uploadId", ({ actor, requestId, params }) => run(readUploadState, { actor, requestId }, params), {
      ...sending,
      params: UploadParams,
      response: { 200: UploadContract },
    })
    .put(
      "/uploads/:uploadId/parts/:partNumber",
      async ({ actor, requestId, params, request }) => {
        const bytes = new Uint8Array(await request.arrayBuffer());
        return run(takeUploadPart, { actor, requestId }, { ...params, bytes });
      },
      // Raw bytes: whatever content type they are said to have, nothing reads them but the handler.
      { ...sending, parse: () => ({}), params: UploadPartParams, response: { 200: UploadedPart } },
    )
    .post(
      "/uploads/:uploadId/finish",
      ({ actor, requestId, params }) => run(completeUpload, { actor, requestId }, params),
      {
        ...sending,
        params: UploadParams,
        response: { 200: UploadContract },
      },
    )
    .get(
      "/uploads/:uploadId/content",
      ({ actor, requestId, params }) => run(readUploadContent, { actor, requestId }, params),
      {
        ...sending,
        params: UploadParams,
        response: { 200: t.Any({ description: "The file." }) },
      },
    )
    .delete("/uploads/:uploadId", ({ actor, requestId, params }) => run(dropUpload, { actor, requestId }, params), {
      ...sending,
      params: UploadParams,
      response: { 200: UploadDeleted },
    });

import type { ActionContext, Actor } from "@backend/kit/context.ts";
import { uploadResponse } from "@backend/kit/upload-response.ts";
import {
  beginUpload,
  deleteExpiredUploads,
  deleteUpload,
  findUpload,
  finishUpload,
  putUploadPart,
  receivedParts,
  type UploadPurpose,
  type UploadRow,
  uploadNotFound,
  uploadPartBytes,
} from "@backend/kit/uploads.ts";
import { assertMay } from "@backend/modules/identity/index.ts";
import type { BeginUploadBody, UploadContract, UploadedPart } from "../upload-contracts.ts";

interface OneUpload {
  uploadId: string;
}

/** A table of people is for those who manage people, whoever else may send pictures. */
const rightFor: Readonly<Record<UploadPurpose, string>> = {
  media: "broadcasts.write",
  import: "audience.manage",
  picture: "shop.manage",
};
const assertMayUse = (actor: Actor, purpose: UploadPurpose) => assertMay(actor, { permission: rightFor[purpose] });

async function ownUpload(ctx: ActionContext, uploadId: string): Promise<UploadRow> {
  const upload = await findUpload(ctx.db, ctx.actor.workspaceId, uploadId);
  if (!upload) throw uploadNotFound();
  assertMayUse(ctx.actor, upload.purpose);
  return upload;
}

async function presentUpload(ctx: ActionContext, upload: UploadRow): Promise<UploadContract> {
  const { id, purpose, name, size, state, contentType, facts } = upload;
  const number = (value: unknown) => (typeof value === "number" ? value : null);
  return {
    id,
    purpose,
    name,
    size,
    state,
    partBytes: uploadPartBytes,
    parts: await receivedParts(ctx.db, id),
    contentType,
    sendAs: (facts.sendAs ?? null) as UploadContract["sendAs"],
    width: number(facts.width),
    height: number(facts.height),
    notPhoto: (facts.notPhoto ?? null) as UploadContract["notPhoto"],
    expiresAt: upload.expiresAt?.toISOString() ?? null,
  };
}

export async function startUpload(ctx: ActionContext, input: BeginUploadBody): Promise<UploadContract> {
  const { actor, db, now } = ctx;
  assertMayUse(actor, input.purpose);
  const createdBy = actor.kind === "person" ? actor.personId : null;
  return presentUpload(ctx, await beginUpload(db, { ...input, workspaceId: actor.workspaceId, createdBy, now }));
}

export async function takeUploadPart(
  ctx: ActionContext,
  input: OneUpload & { partNumber: number; bytes: Uint8Array },
): Promise<UploadedPart> {
  const { id } = await ownUpload(ctx, input.uploadId);
  const { partNumber: number, bytes } = input;
  await putUploadPart(ctx.db, { workspaceId: ctx.actor.workspaceId, uploadId: id, number, bytes, now: ctx.now });
  return { part: number };
}

export async function completeUpload(ctx: ActionContext, input: OneUpload): Promise<UploadContract> {
  const { id } = await ownUpload(ctx, input.uploadId);
  return presentUpload(ctx, await finishUpload(ctx.db, ctx.actor.workspaceId, id, ctx.now));
}

export const readUploadState = async (ctx: ActionContext, input: OneUpload): Promise<UploadContract> =>
  presentUpload(ctx, await ownUpload(ctx, input.uploadId));

export async function dropUpload(ctx: ActionContext, input: OneUpload): Promise<{ deleted: true }> {
  const { id } = await ownUpload(ctx, input.uploadId);
  await deleteUpload(ctx.db, ctx.actor.workspaceId, id);
  return { deleted: true };
}

/** The file as it was sent. */
export async function readUploadContent(ctx: ActionContext, input: OneUpload): Promise<Response> {
  const upload = await ownUpload(ctx, input.uploadId);
  if (upload.state !== "ready") throw uploadNotFound();
  return uploadResponse(ctx.db, upload, "private, no-store");
}

/** One firing deletes at most so many batches; the next goes on. */
const batchesAtMost = 500;

/** The hourly job: files that nobody used in time. Safe to stop at any moment and to run twice. */
export async function expireUploads(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  let deleted = 0;
  for (let batch = 0; batch < batchesAtMost; batch++) {
    const count = await deleteExpiredUploads(ctx.db, ctx.now);
    if (count === 0) break;
    deleted += count;
  }
  if (deleted > 0) ctx.log.info({ deleted }, "uploads that nobody used were deleted");
}

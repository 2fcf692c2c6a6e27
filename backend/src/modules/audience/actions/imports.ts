import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { TableError } from "@backend/kit/table-rows.ts";
import { findUpload, keepUpload, releaseUpload, type UploadRow } from "@backend/kit/uploads.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import { cleanName, recordAudit } from "@backend/modules/identity/index.ts";
import { listOwnFields } from "../catalog-queries.ts";
import { guessMapping } from "../domain/import-guess.ts";
import { type ImportTarget, standardTargets } from "../domain/import-row.ts";
import { makeFields, tagIdsByName } from "../import-catalog.ts";
import type {
  ChangeImportBody,
  ImportContract,
  ImportSummary,
  ImportsQuery,
  StartImportBody,
} from "../import-contracts.ts";
import {
  columnsDiffer,
  columnTwice,
  consentMissing,
  fileGone,
  idColumnMissing,
  importBegun,
  importBotNotFound,
  importFileNotFound,
  importNotFound,
  importNotRunning,
  targetUnknown,
  unreadableFile,
  wrongFile,
} from "../import-errors.ts";
import { readingOf } from "../import-file.ts";
import { runImportJob } from "../import-jobs.ts";
import { presentImport, presentSummary, targetName } from "../import-present.ts";
import {
  findOwnImport,
  type ImportRow,
  insertImport,
  listOwnImports,
  lockOwnImport,
  updateImport,
} from "../import-queries.ts";

interface OneImport {
  importId: string;
}

/** A finding of the file as an answer to whoever sent it. */
async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof TableError ? unreadableFile(error.problem) : error;
  }
}

/** Makes a draft of an import: how the file is read and what its columns are, guessed. Nobody is imported yet. */
export async function createImport(ctx: ActionContext, input: StartImportBody): Promise<ImportContract> {
  const { db, actor } = ctx;
  const { workspaceId } = actor;
  const upload = await findUpload(db, workspaceId, input.uploadId);
  if (!upload) throw importFileNotFound();
  if ((await findBotById(db, input.botId))?.workspaceId !== workspaceId) throw importBotNotFound();
  if (upload.purpose !== "import") throw wrongFile();
  if (upload.state !== "ready") throw importFileNotFound();
  const reading = await asked(readingOf(db, upload));
  if (reading.columns.length === 0) throw unreadableFile("empty");
  const row = await insertImport(db, {
    workspaceId,
    botId: input.botId,
    uploadId: upload.id,
    fileName: upload.name,
    reading,
    mapping: guessMapping(reading.columns, await listOwnFields(db, workspaceId)),
    createdBy: actor.kind === "person" ? actor.personId : null,
    createdAt: ctx.now,
  });
  await notifyLive(db, { workspaceId, topic: "imports", id: row.id });
  return presentImport(ctx, row);
}

export async function listImports(ctx: ActionContext, input: ImportsQuery): Promise<Page<ImportSummary>> {
  const limit = input.limit ?? defaultLimit;
  const rows = await listOwnImports(ctx.db, ctx.actor.workspaceId, { ...input, limit });
  return toPage(rows, limit, (row) => [row.createdAt.toISOString(), row.id], presentSummary);
}

export async function ownImport(ctx: ActionContext, { importId }: OneImport): Promise<ImportRow> {
  const row = await findOwnImport(ctx.db, ctx.actor.workspaceId, importId);
  if (!row) throw importNotFound();
  return row;
}

export const readImport = async (ctx: ActionContext, input: OneImport): Promise<ImportContract> =>
  presentImport(ctx, await ownImport(ctx, input));

/** The file of a draft; a day after it came it may be deleted. */
export async function fileOf(ctx: ActionContext, row: ImportRow): Promise<UploadRow> {
  const upload = row.uploadId === null ? null : await findUpload(ctx.db, row.workspaceId, row.uploadId);
  if (upload?.state !== "ready") throw fileGone();
  return upload;
}

async function lockDraft(ctx: ActionContext, { importId }: OneImport): Promise<ImportRow> {
  const row = await lockOwnImport(ctx.db, ctx.actor.workspaceId, importId);
  if (!row) throw importNotFound();
  if (row.state !== "mapping") throw importBegun();
  return row;
}

/** Changes a draft. Another way of reading gives other columns, and these are guessed anew. */
export function changeImport(outer: ActionContext, input: OneImport & ChangeImportBody): Promise<ImportContract> {
  return inTransaction(outer, async (ctx) => {
    let row = await lockDraft(ctx, input);
    const { workspaceId } = row;
    if (input.reading) {
      const reading = await asked(readingOf(ctx.db, await fileOf(ctx, row), { ...row.reading, ...input.reading }));
      const mapping = guessMapping(reading.columns, await listOwnFields(ctx.db, workspaceId));
      row = await updateImport(ctx.db, row, { reading, mapping });
    }
    if (input.mapping || input.newFields) {
      const mapping = [...((input.mapping as ImportTarget[] | undefined) ?? row.mapping)];
      const wanted = (input.newFields ?? []).map(({ name, ...one }) => ({ ...one, name: cleanName(name, 60) }));
      const keys = await makeFields(ctx.db, workspaceId, wanted);
      for (const [index, { column }] of wanted.entries()) mapping[column] = `field:${keys[index]}`;
      await checkMapping(ctx, row, mapping);
      row = await updateImport(ctx.db, row, { mapping });
      if (keys.length > 0) await notifyLive(ctx.db, { workspaceId, topic: "audience" });
    }
    if (input.tags) {
      const names = input.tags.map((name) => cleanName(name, 60)).filter(Boolean);
      const ids = await tagIdsByName(ctx.db, workspaceId, names);
      const tags = names.map((name) => ids.get(name.toLowerCase()) ?? 0);
      row = await updateImport(ctx.db, row, { tags: [...new Set(tags)] });
    }
    if (input.consent !== undefined) row = await updateImport(ctx.db, row, { consent: input.consent.trim() || null });
    return presentImport(ctx, row);
  });
}

async function checkMapping(ctx: ActionContext, row: ImportRow, mapping: readonly ImportTarget[]): Promise<void> {
  if (mapping.length !== row.reading.columns.length) throw columnsDiffer(row.reading.columns.length);
  const fields = await listOwnFields(ctx.db, row.workspaceId);
  const known = new Set<string>([...standardTargets, ...fields.map(({ key }) => `field:${key}`)]);
  const seen = new Set<ImportTarget>();
  for (const target of mapping) {
    if (!known.has(target)) throw targetUnknown();
    // Several columns of tags are one list of tags.
    if (target !== "skip" && target !== "tags" && seen.has(target))
      throw columnTwice(targetName(translator(ctx.actor.locale), target, fields));
    seen.add(target);
  }
}

/** Lets a draft go: from now on a job reads the file. Throws what is missing. */
export function startImport(outer: ActionContext, input: OneImport): Promise<ImportContract> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockDraft(ctx, input);
    const { workspaceId } = row;
    if (!row.mapping.includes("telegram_id")) throw idColumnMissing();
    if (!row.consent) throw consentMissing();
    const isThere = row.uploadId !== null && (await keepUpload(ctx.db, workspaceId, row.uploadId, "import"));
    if (!isThere) throw fileGone();
    const started = await updateImport(ctx.db, row, { state: "running", startedAt: ctx.now });
    await recordAudit(ctx, {
      action: "import.started",
      subjectKind: "import",
      subjectId: row.id,
      // The source of consent is what somebody will be asked for one day.
      after: { botId: row.botId, consent: row.consent, tags: row.tags },
    });
    await enqueue(ctx.db, runImportJob, { importId: row.id, workspaceId });
    return presentImport(ctx, started);
  });
}

/** A draft is thrown away; a running import stops behind the batch it is at, and what was imported stays. */
export function cancelImport(outer: ActionContext, input: OneImport): Promise<ImportContract> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnImport(ctx.db, ctx.actor.workspaceId, input.importId);
    if (!row) throw importNotFound();
    if (row.state === "cancelled") return presentImport(ctx, row);
    if (row.state !== "mapping" && row.state !== "running") throw importNotRunning();
    const cancelled = await updateImport(ctx.db, row, { state: "cancelled", finishedAt: ctx.now });
    if (row.uploadId) await releaseUpload(ctx.db, row.workspaceId, row.uploadId, ctx.now);
    await recordAudit(ctx, {
      action: "import.cancelled",
      subjectKind: "import",
      subjectId: row.id,
      after: { done: row.done, total: row.total },
    });
    return presentImport(ctx, cancelled);
  });
}

import { setImmediate } from "node:timers/promises";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { shortened, TableError, type TableRow } from "@backend/kit/table-rows.ts";
import { createTidying } from "@backend/kit/tidy.ts";
import { findUpload, releaseUpload, type UploadRow } from "@backend/kit/uploads.ts";
import { isTimeZone, personIdsOf } from "@backend/modules/identity/index.ts";
import { privateChatsAt, takeTurnAt } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { type FieldRow, keepCatalog, listOwnFields, ownTagIds } from "../catalog-queries.ts";
import { type ImportPerson, personReader } from "../domain/import-row.ts";
import { SeenIds } from "../domain/seen-ids.ts";
import { stateAfter } from "../domain/subscriber.ts";
import { tagIdsByName } from "../import-catalog.ts";
import { tablePages } from "../import-file.ts";
import { batchesAtOnce, draftDays, reportDays, rowsAtMost, rowsPerBatch } from "../import-limits.ts";
import {
  applyRefusals,
  beginBatch,
  cancelForgottenDrafts,
  deleteOldRefusalsSlice,
  findOwnImport,
  type ImportRow,
  insertRefusals,
  lockOwnImport,
  type Refusal,
  refusalsAtMost,
  saveImportedPeople,
  updateImport,
  waitForBatch,
} from "../import-queries.ts";

/** Ends an import with a sentence; `problem` ends the key `imports.problem.…`. */
class ImportStopped extends Error {
  override readonly name = "ImportStopped";
  constructor(readonly problem: string) {
    super(problem);
  }
}

/** What no other try would change, as a problem of the import; null for everything else. */
function problemOf(error: unknown): string | null {
  if (error instanceof ImportStopped || error instanceof TableError) return error.problem;
  if (!(error instanceof AppError)) return null;
  if (error.code === "imports.too_many_tags") return "too_many_tags";
  return error.code === "uploads.upload_not_found" ? "file_gone" : null;
}

/**
 * The job: the file from its beginning, a batch at a time. People, refused rows, numbers and the checkpoint of a batch are one
 * transaction, so a process killed anywhere loses nothing and does nothing twice: the next one reads up to the checkpoint without
 * writing, only to know which ids have been, and goes on.
 *
 * Several batches are written at once, since one alone leaves a processor idle. They commit in the order of the file: each writes its
 * people, then waits for the one before it moves the checkpoint, and takes all of it back when that one did not get so far.
 */
export async function runImport(ctx: ActionContext, input: { importId: string; workspaceId: string }): Promise<void> {
  let row = await findOwnImport(ctx.db, input.workspaceId, input.importId);
  if (row?.state !== "running") return;
  try {
    const upload = row.uploadId && (await findUpload(ctx.db, row.workspaceId, row.uploadId));
    if (!upload) throw new ImportStopped("file_gone");
    if (row.total === null) row = await updateImport(ctx.db, row, { total: await countRows(ctx, row, upload) });
    if (await importRows(ctx, row, upload)) await end(ctx, row, { state: "done" });
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    await end(ctx, row, { state: "failed", problem });
  }
}

/** The job `audience.run-import`: one whose rows fail every time ends with that, and what was imported by then stays. */
export const runImportOrFail = settingAside(runImport, {
  work: "audience.run-import",
  subjectOf: ({ importId }) => importId,
  async giveUp(ctx, { importId, workspaceId }) {
    const row = await lockOwnImport(ctx.db, workspaceId, importId);
    if (row?.state !== "running") return;
    try {
      await inTransaction(ctx, ({ db }) => applyRefusals(db, row));
    } catch (error) {
      // That may be what fails: the end must not hang on it.
      ctx.log.error({ err: error, importId }, "refusals could not be put on what was imported");
    }
    await updateImport(ctx.db, row, { state: "failed", problem: "stumbled", finishedAt: ctx.now });
    if (row.uploadId) await releaseUpload(ctx.db, workspaceId, row.uploadId, ctx.now);
    await notifyLive(ctx.db, { workspaceId, topic: "imports", id: importId });
    await notifyLive(ctx.db, { workspaceId, topic: "audience" });
  },
});

/** Read once without a look at the cells: too many rows are refused before the first is imported, and progress has an end. */
async function countRows(ctx: ActionContext, { reading }: ImportRow, upload: UploadRow): Promise<number> {
  let total = 0;
  const tidyAfter = createTidying();
  for await (const page of tablePages(ctx.db, upload, reading, rowsPerBatch)) {
    total += page.length;
    if (total > rowsAtMost) throw new ImportStopped("too_many_rows");
    tidyAfter(page.length);
  }
  return total;
}

function end(
  outer: ActionContext,
  { id, workspaceId, uploadId, botId }: ImportRow,
  how: { state: "done" } | { state: "failed"; problem: string },
): Promise<void> {
  return inTransaction(outer, async ({ db, now }) => {
    const row = await lockOwnImport(db, workspaceId, id);
    // Cancelled a moment ago: then that is how it ended.
    if (row?.state !== "running") return;
    await applyRefusals(db, { workspaceId, botId });
    await updateImport(db, row, { ...how, finishedAt: new Date() });
    if (uploadId) await releaseUpload(db, workspaceId, uploadId, now);
    await notifyLive(db, { workspaceId, topic: "audience" });
  });
}

interface Batch {
  people: ImportPerson[];
  refused: { line: number; reasons: Refusal[]; cells: string[] }[];
  /** Rows of the file before the first and behind the last of this batch. */
  from: number;
  to: number;
  /** Where the batch before it began; null for the first of this run. */
  previous: number | null;
}

/** False when it was cancelled, or somebody else goes on with it. */
async function importRows(ctx: ActionContext, row: ImportRow, upload: UploadRow): Promise<boolean> {
  const fields = await listOwnFields(ctx.db, row.workspaceId);
  const judge = createJudge(row, fields);
  const saving: Promise<boolean>[] = [];
  let passed = 0;
  let previous: number | null = null;
  const tidyAfter = createTidying();
  try {
    for await (const page of tablePages(ctx.db, upload, row.reading, rowsPerBatch)) {
      const fresh = await judge(page, passed, row.done);
      const from = Math.max(passed, row.done);
      passed += page.length;
      if (passed <= row.done) continue;
      if (saving.length === batchesAtOnce && !(await saving.shift())) return false;
      const tagIds = await makeTags(ctx, row, fresh.people);
      const begun = Promise.withResolvers<void>();
      const saved = saveBatch(ctx, row, { fields, tagIds }, { ...fresh, from, to: passed, previous }, begun.resolve);
      // Told when it is its turn, above.
      saved.catch(() => {});
      saving.push(saved);
      // The next one waits for this one, and must find it begun.
      await Promise.race([begun.promise, saved]);
      previous = from;
      tidyAfter(page.length);
    }
    for (const saved of saving) if (!(await saved)) return false;
    return true;
  } finally {
    await Promise.allSettled(saving);
  }
}

type Judged = Pick<Batch, "people" | "refused">;

/** Rows are judged in some 5 ms, then the database's answers to the batches before them are let in: its processor idles meanwhile. */
const rowsBetweenAnswers = 500;

/** Who is imported of a page of rows, and who is refused. Of rows before `done` only the ids are remembered. */
function createJudge({ reading, mapping, total }: ImportRow, fields: readonly FieldRow[]) {
  const read = personReader({ mapping, fields, hasSerialDates: reading.format === "xlsx", isTimeZone });
  const seen = new SeenIds(total ?? rowsPerBatch);
  const reasonsOf = ({ line, problem }: TableRow, person: ImportPerson, problems: Refusal[]): Refusal[] => {
    if (problem) return [{ code: problem }];
    if (problems.length > 0) return problems;
    const before = seen.add(person.telegramId, line);
    return before === null ? [] : [{ code: "duplicate", line: before }];
  };
  return async (rows: readonly TableRow[], from: number, done: number): Promise<Judged> => {
    const judged: Judged = { people: [], refused: [] };
    for (const [index, one] of rows.entries()) {
      if (index % rowsBetweenAnswers === 0) await setImmediate();
      const { person, problems } = read(one.cells);
      const reasons = reasonsOf(one, person, problems);
      if (from + index < done) continue;
      if (reasons.length === 0) judged.people.push(person);
      else judged.refused.push({ line: one.line, reasons, cells: storable(one.cells) });
    }
    return judged;
  };
}

const refusedCharsAtMost = 8_000;
const storable = (cells: string[]): string[] =>
  cells.reduce((sum, cell) => sum + cell.length, 0) > refusedCharsAtMost ? shortened(cells) : cells;

/**
 * Ids of the tags that rows name, by the small letters of their names; those that there are not are made, before the batch and apart
 * from it: nobody may wait for a name until thousands of people are written.
 */
function makeTags(ctx: ActionContext, { workspaceId }: ImportRow, people: readonly ImportPerson[]) {
  const names = new Map<string, string>();
  for (const { tags } of people) for (const name of tags) names.set(name.toLowerCase(), name);
  return inTransaction(ctx, ({ db }) => tagIdsByName(db, workspaceId, [...names.values()]));
}

interface Catalog {
  fields: readonly FieldRow[];
  tagIds: ReadonlyMap<string, number>;
}

/**
 * Everybody's tags are those of the import and his own, without what was deleted meanwhile. What is put on a row must still be there
 * when it commits, since a deletion clears only the rows that it finds: tags and fields stay until the transaction ends.
 */
async function dropGone(
  db: Db,
  { workspaceId, tags: everybody }: ImportRow,
  { fields, tagIds }: Catalog,
  people: readonly ImportPerson[],
): Promise<(person: ImportPerson) => number[]> {
  await keepCatalog(db, workspaceId, "tags");
  const living = await ownTagIds(db, workspaceId, [...everybody, ...tagIds.values()]);
  await keepCatalog(db, workspaceId, "fields");
  const there = new Set((await listOwnFields(db, workspaceId)).map(({ id }) => id));
  for (const { id, key } of fields) if (!there.has(id)) for (const { fields: values } of people) delete values[key];
  return ({ tags }) => {
    const ids = new Set(everybody.filter((id) => living.has(id)));
    for (const name of tags) {
      const id = tagIds.get(name.toLowerCase());
      if (id !== undefined && living.has(id)) ids.add(id);
    }
    return [...ids];
  };
}

/** Ends a batch without a trace: the import is no longer where it begins. */
class BatchNotWanted extends Error {
  override readonly name = "BatchNotWanted";
}

/** False when the import was cancelled, or is not where the batch begins: somebody else goes on with it. */
async function saveBatch(
  ctx: ActionContext,
  imported: ImportRow,
  catalog: Catalog,
  batch: Batch,
  onBegun: () => void,
): Promise<boolean> {
  const { id, workspaceId } = imported;
  try {
    await inTransaction(ctx, async ({ db, now }) => {
      await takeTurnAt(db, imported.botId);
      await beginBatch(db, id, batch.from);
      onBegun();
      const { added, updated } = await savePeople(db, now, imported, catalog, batch.people);
      if (batch.previous !== null) await waitForBatch(db, id, batch.previous);
      const row = await lockOwnImport(db, workspaceId, id);
      if (row?.state !== "running" || row.done !== batch.from) throw new BatchNotWanted();
      await insertRefusals(db, id, batch.refused.slice(0, Math.max(0, refusalsAtMost - row.refused)));
      await updateImport(db, row, {
        done: batch.to,
        added: row.added + added,
        updated: row.updated + updated,
        refused: row.refused + batch.refused.length,
      });
      killPoint("import-batch");
    });
  } catch (error) {
    if (error instanceof BatchNotWanted) return false;
    throw error;
  }
  killPoint("import-batch-saved");
  return true;
}

async function savePeople(
  db: Db,
  now: Date,
  imported: ImportRow,
  catalog: Catalog,
  people: readonly ImportPerson[],
): Promise<{ added: number; updated: number }> {
  const { workspaceId, botId } = imported;
  const telegramIds = people.map(({ telegramId }) => telegramId);
  const [tagsOf, persons, chats] = await Promise.all([
    dropGone(db, imported, catalog, people),
    personIdsOf(db, workspaceId, telegramIds),
    // Whoever never came has no chat, and gets none before he comes.
    privateChatsAt(db, botId, telegramIds),
  ]);
  return saveImportedPeople(
    db,
    { workspaceId, botId, now },
    people.map((person) => {
      const chat = chats.get(person.telegramId);
      return {
        ...person,
        chatId: chat?.id ?? null,
        personId: persons.get(person.telegramId) ?? null,
        state: stateAfter(chat?.state ?? "unreachable"),
        tags: tagsOf(person),
      };
    }),
  );
}

const dayMs = 86_400_000;

/** The nightly job: reports of a month ago are deleted a thousand rows at a time, forgotten drafts ended. */
export async function tidyImports({ db, now, log }: ActionContext, _: Record<string, never>): Promise<void> {
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  let deleted = 0;
  for (let count = -1; count !== 0; deleted += count) count = await deleteOldRefusalsSlice(db, before(reportDays));
  await cancelForgottenDrafts(db, before(draftDays));
  if (deleted > 0) log.info({ deleted }, "old reports of imports deleted");
}

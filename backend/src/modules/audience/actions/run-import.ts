import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { shortened, TableError, type TableRow } from "@backend/kit/table-rows.ts";
import { findUpload, releaseUpload, type UploadRow } from "@backend/kit/uploads.ts";
import { isTimeZone, personIdsOf } from "@backend/modules/identity/index.ts";
import { registerImportedChats } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { type FieldRow, listOwnFields, lockCatalog, ownTagIds } from "../catalog-queries.ts";
import { type ImportPerson, personReader } from "../domain/import-row.ts";
import { SeenIds } from "../domain/seen-ids.ts";
import { stateAfter } from "../domain/subscriber.ts";
import { tagIdsByName } from "../import-catalog.ts";
import { tablePages } from "../import-file.ts";
import { draftDays, reportDays, rowsAtMost, rowsPerBatch } from "../import-limits.ts";
import {
  applyRefusals,
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
 */
export async function runImport(ctx: ActionContext, input: { importId: string; workspaceId: string }): Promise<void> {
  const row = await findOwnImport(ctx.db, input.workspaceId, input.importId);
  if (row?.state !== "running") return;
  try {
    const upload = row.uploadId && (await findUpload(ctx.db, row.workspaceId, row.uploadId));
    if (!upload) throw new ImportStopped("file_gone");
    if (row.total === null) await updateImport(ctx.db, row, { total: await countRows(ctx, row, upload) });
    if (await importRows(ctx, row, upload)) await end(ctx, row, { state: "done" });
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    await end(ctx, row, { state: "failed", problem });
  }
}

/** Read once without a look at the cells: too many rows are refused before the first is imported, and progress has an end. */
async function countRows(ctx: ActionContext, { reading }: ImportRow, upload: UploadRow): Promise<number> {
  let total = 0;
  for await (const page of tablePages(ctx.db, upload, reading, rowsPerBatch)) {
    total += page.length;
    if (total > rowsAtMost) throw new ImportStopped("too_many_rows");
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
  /** Rows of the file behind the last of this batch. */
  from: number;
  to: number;
}

/** False when it was cancelled, or somebody else goes on with it. */
async function importRows(ctx: ActionContext, row: ImportRow, upload: UploadRow): Promise<boolean> {
  const fields = await listOwnFields(ctx.db, row.workspaceId);
  const judge = createJudge(row, fields);
  const pages = tablePages(ctx.db, upload, row.reading, rowsPerBatch);
  try {
    let passed = 0;
    for (let reading = pages.next(); ; ) {
      const page = await reading;
      if (page.done) return true;
      const from = passed;
      passed += page.value.length;
      const fresh = judge(page.value, from, row.done);
      // The next page is read while the database stores this one.
      reading = pages.next();
      // Told when it is awaited; a batch that fails awaits nothing.
      reading.catch(() => {});
      if (passed <= row.done) continue;
      if (!(await saveBatch(ctx, row, fields, { ...fresh, from: Math.max(from, row.done), to: passed }))) return false;
      killPoint("import-batch-saved");
    }
  } finally {
    await pages.return();
  }
}

type Judged = Pick<Batch, "people" | "refused">;

/** Who is imported of a page of rows, and who is refused. Of rows before `done` only the ids are remembered. */
function createJudge({ reading, mapping }: ImportRow, fields: readonly FieldRow[]) {
  const read = personReader({ mapping, fields, hasSerialDates: reading.format === "xlsx", isTimeZone });
  const seen = new SeenIds();
  const reasonsOf = ({ line, problem }: TableRow, person: ImportPerson, problems: Refusal[]): Refusal[] => {
    if (problem) return [{ code: problem }];
    if (problems.length > 0) return problems;
    const before = seen.add(person.telegramId, line);
    return before === null ? [] : [{ code: "duplicate", line: before }];
  };
  return (rows: readonly TableRow[], from: number, done: number): Judged => {
    const judged: Judged = { people: [], refused: [] };
    for (const [index, one] of rows.entries()) {
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

/** What everybody's tags are: those of the import and his own, which are made where there are none. */
async function tagger(db: Db, row: ImportRow, people: readonly ImportPerson[]) {
  await lockCatalog(db, row.workspaceId, "tags");
  const everybody = await ownTagIds(db, row.workspaceId, row.tags);
  const names = new Map(people.flatMap(({ tags }) => tags.map((name) => [name.toLowerCase(), name] as const)));
  const ids = await tagIdsByName(db, row.workspaceId, [...names.values()]);
  return ({ tags }: ImportPerson): number[] => [
    ...new Set([...everybody, ...tags.flatMap((name) => ids.get(name.toLowerCase()) ?? [])]),
  ];
}

async function dropGone(
  db: Db,
  { workspaceId }: ImportRow,
  fields: readonly FieldRow[],
  people: readonly ImportPerson[],
): Promise<void> {
  await lockCatalog(db, workspaceId, "fields");
  const there = new Set((await listOwnFields(db, workspaceId)).map(({ id }) => id));
  for (const { id, key } of fields) if (!there.has(id)) for (const { fields: values } of people) delete values[key];
}

const titleOf = ({ firstName, lastName, username, telegramId }: ImportPerson): string =>
  [firstName, lastName].filter(Boolean).join(" ") || (username ? `@${username}` : String(telegramId));

function saveBatch(
  outer: ActionContext,
  { id, workspaceId, botId }: ImportRow,
  fields: readonly FieldRow[],
  batch: Batch,
): Promise<boolean> {
  return inTransaction(outer, async ({ db, now }) => {
    const row = await lockOwnImport(db, workspaceId, id);
    if (row?.state !== "running" || row.done !== batch.from) return false;
    const { people, refused } = batch;
    // What is put on a row must still be there when it commits: a deletion clears only the rows that it finds.
    const tagsOf = await tagger(db, row, people);
    await dropGone(db, row, fields, people);
    const at = { workspaceId, botId, now };
    const ids = people.map(({ telegramId }) => telegramId);
    const persons = await personIdsOf(db, workspaceId, ids);
    const personOf = ({ telegramId }: ImportPerson) => persons.get(telegramId) ?? null;
    const chats = await registerImportedChats(
      db,
      at,
      people.map((person) => ({
        telegramId: person.telegramId,
        title: titleOf(person),
        username: person.username,
        personId: personOf(person),
      })),
    );
    const { added, updated } = await saveImportedPeople(
      db,
      at,
      people.map((person, index) => ({
        ...person,
        chatId: chats[index]?.id ?? "",
        isChatNew: chats[index]?.isNew ?? false,
        personId: personOf(person),
        state: stateAfter(chats[index]?.state ?? "unreachable"),
        tags: tagsOf(person),
      })),
    );
    await insertRefusals(db, id, refused.slice(0, Math.max(0, refusalsAtMost - row.refused)));
    await updateImport(db, row, {
      done: batch.to,
      added: row.added + added,
      updated: row.updated + updated,
      refused: row.refused + refused.length,
    });
    killPoint("import-batch");
    return true;
  });
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

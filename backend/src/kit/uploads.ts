/**
 * Files that people send us. They come in parts, so that no request is larger than half a megabyte and a broken connection costs
 * one part; a part may be sent again, and twice is the same as once. What a file is, is told by its bytes.
 *
 * An upload that nothing uses is deleted a day after its last part (`deleteExpiredUploads`); what uses one says so with `keepUpload`.
 */
import type { Db } from "@db/client.ts";
import { uploads } from "@db/schema/uploads.ts";
import { and, eq, gt, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import { AppError, conflict, invalid, notFound } from "./errors.ts";
import { pgArray } from "./pg-array.ts";
import { type MediaFacts, mediaFacts, sniff } from "./sniff.ts";

export type UploadRow = typeof uploads.$inferSelect;
export type UploadPurpose = UploadRow["purpose"];

/** Every part but the last has this many bytes: half of what one request may carry. */
export const uploadPartBytes = 512 * 1024;
const megabyte = 1024 * 1024;
/** A bot may send 50 MB (Bot API, "Sending files"); a table of a million people has about 80; a picture loads on a phone. */
const largestUpload: Readonly<Record<UploadPurpose, number>> = {
  media: 50 * megabyte,
  import: 100 * megabyte,
  picture: 5 * megabyte,
};
/** Of uploads that nothing uses yet, per workspace: without it a script could fill the disk within an hour. */
export const unusedBytesAtMost = 500 * megabyte;
const unusedForMs = 86_400_000;

interface NewUpload {
  workspaceId: string;
  purpose: UploadPurpose;
  name: string;
  /** In bytes, as the sender says; exactly these are taken. */
  size: number;
  createdBy: string | null;
  now: Date;
}

export const uploadNotFound = () => notFound("uploads.upload_not_found");

/** What people see of a file's name: no path, no control characters or marks that turn the direction of writing. */
const cleanFileName = (name: string): string => {
  const base = name.split(/[/\\]/).at(-1) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const clean = base.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "").trim();
  return clean.slice(0, 200) || "file";
};

/** Makes room for a file. Refuses one that is too large before a byte of it is sent, and when too much lies about unused. */
export async function beginUpload(db: Db, upload: NewUpload): Promise<UploadRow> {
  const { workspaceId, purpose, size, now } = upload;
  const atMost = largestUpload[purpose];
  if (size > atMost) throw new AppError("too_large", "uploads.too_large", { megabytes: atMost / megabyte });
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    // One at a time per workspace: twenty beginnings at once must not all find the same room.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`uploads ${workspaceId}`}, 0))`);
    const [unused] = await tx.execute<{ bytes: string }>(sql`
      select coalesce(sum(size), 0)::text as bytes from uploads where workspace_id = ${workspaceId} and expires_at is not null`);
    if (Number(unused?.bytes) + size > unusedBytesAtMost)
      throw new AppError("too_many", "uploads.no_room", { megabytes: unusedBytesAtMost / megabyte });
    const [row] = await tx
      .insert(uploads)
      .values({
        workspaceId,
        purpose,
        name: cleanFileName(upload.name),
        size,
        createdBy: upload.createdBy,
        createdAt: now,
        expiresAt: new Date(now.getTime() + unusedForMs),
      })
      .returning();
    return row as UploadRow;
  });
}

export async function findUpload(db: Db, workspaceId: string, uploadId: string): Promise<UploadRow | null> {
  const [row] = await db
    .select()
    .from(uploads)
    .where(and(eq(uploads.workspaceId, workspaceId), eq(uploads.id, uploadId)));
  return row ?? null;
}

/** Held until the transaction ends: parts, finish and deletion of one file come one after another. */
async function lockUpload(tx: Db, workspaceId: string, uploadId: string): Promise<UploadRow> {
  const [row] = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.workspaceId, workspaceId), eq(uploads.id, uploadId)))
    .for("update");
  if (!row) throw uploadNotFound();
  return row;
}

const uploadParts = ({ size }: { size: number }): number => Math.ceil(size / uploadPartBytes);
const partSize = (upload: UploadRow, number: number): number =>
  number === uploadParts(upload) - 1 ? upload.size - number * uploadPartBytes : uploadPartBytes;

/** Takes one part, in any order. The same part sent again replaces it; other lengths than its own are refused. */
export async function putUploadPart(
  db: Db,
  part: { workspaceId: string; uploadId: string; number: number; bytes: Uint8Array; now: Date },
): Promise<void> {
  const { workspaceId, uploadId, number, bytes, now } = part;
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const upload = await lockUpload(tx, workspaceId, uploadId);
    if (upload.state !== "receiving") throw conflict("uploads.finished");
    if (number >= uploadParts(upload)) throw invalid("uploads.no_such_part", { parts: uploadParts(upload) });
    const expected = partSize(upload, number);
    if (bytes.length !== expected)
      throw invalid("uploads.wrong_length", { part: number, expected, received: bytes.length });
    const [stored] = await tx.execute<{ is_new: boolean }>(sql`
      insert into upload_parts (upload_id, number, bytes) values (${uploadId}, ${number}, ${bytes})
      on conflict (upload_id, number) do update set bytes = excluded.bytes
      returning xmax = 0 as is_new`);
    const expiresAt = new Date(now.getTime() + unusedForMs);
    await tx
      .update(uploads)
      .set({ expiresAt, ...(stored?.is_new ? { received: upload.received + bytes.length } : {}) })
      .where(eq(uploads.id, uploadId));
  });
}

/** Numbers of the parts that are there, in order: where a sender goes on. */
export async function receivedParts(db: Db, uploadId: string): Promise<number[]> {
  const rows = await db.execute<{ number: number }>(
    sql`select number from upload_parts where upload_id = ${uploadId} order by number`,
  );
  return rows.map(({ number }) => number);
}

/** The file is whole: what it is, is read from its beginning. Finished twice is finished once. */
export async function finishUpload(db: Db, workspaceId: string, uploadId: string, now: Date): Promise<UploadRow> {
  return db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const upload = await lockUpload(tx, workspaceId, uploadId);
    if (upload.state === "ready") return upload;
    const missing = upload.size - upload.received;
    if (missing > 0) throw conflict("uploads.incomplete", { missing: Math.ceil(missing / uploadPartBytes) });
    const beginning = (await readPart(tx, uploadId, 0)) ?? new Uint8Array();
    const contentType = sniff(beginning);
    const facts: MediaFacts | Record<string, never> =
      upload.purpose !== "import" ? mediaFacts(contentType, beginning, upload.size) : {};
    const [row] = await tx
      .update(uploads)
      .set({ state: "ready", contentType, facts: { ...facts }, expiresAt: new Date(now.getTime() + unusedForMs) })
      .where(eq(uploads.id, uploadId))
      .returning();
    return row as UploadRow;
  });
}

async function readPart(db: Db, uploadId: string, number: number): Promise<Uint8Array | null> {
  const [row] = await db.execute<{ bytes: Uint8Array }>(
    sql`select bytes from upload_parts where upload_id = ${uploadId} and number = ${number}`,
  );
  return row?.bytes ?? null;
}

/**
 * The bytes of a finished file, a part at a time, from byte `from` on. Throws `uploads.upload_not_found` when it is not there, not
 * whole, or deleted while it is read.
 */
export async function* readUpload(
  db: Db,
  workspaceId: string,
  uploadId: string,
  from = 0,
): AsyncGenerator<Uint8Array, void, void> {
  const upload = await findUpload(db, workspaceId, uploadId);
  if (upload?.state !== "ready") throw uploadNotFound();
  const first = Math.floor(from / uploadPartBytes);
  for (let number = first; number < uploadParts(upload); number++) {
    const part = await readPart(db, uploadId, number);
    if (!part) throw uploadNotFound();
    yield number === first ? part.subarray(from % uploadPartBytes) : part;
  }
}

/**
 * Something uses the file from now on: retention leaves it alone. False when it is not there, or was sent for another purpose. In the
 * transaction of the use, also for a file that is kept already: its row is held until that use is seen by others.
 */
export async function keepUpload(
  tx: Db,
  workspaceId: string,
  uploadId: string,
  purpose: UploadPurpose,
): Promise<boolean> {
  const isUsable = and(eq(uploads.state, "ready"), eq(uploads.purpose, purpose));
  const rows = await tx
    .update(uploads)
    .set({ expiresAt: null })
    .where(and(eq(uploads.workspaceId, workspaceId), eq(uploads.id, uploadId), isUsable))
    .returning({ id: uploads.id });
  return rows.length > 0;
}

/**
 * As `keepUpload`, for a file that was sent as a medium: nothing uses it yet, and from now on it has this purpose, so that who sweeps
 * media passes it over. False for one that is too large for the purpose, or that something uses already.
 */
export async function adoptUpload(
  tx: Db,
  workspaceId: string,
  uploadId: string,
  purpose: Exclude<UploadPurpose, "media">,
): Promise<boolean> {
  const isFree = and(eq(uploads.purpose, "media"), isNotNull(uploads.expiresAt));
  const rows = await tx
    .update(uploads)
    .set({ purpose, expiresAt: null })
    .where(
      and(
        eq(uploads.workspaceId, workspaceId),
        eq(uploads.id, uploadId),
        eq(uploads.state, "ready"),
        lte(uploads.size, largestUpload[purpose]),
        or(eq(uploads.purpose, purpose), isFree),
      ),
    )
    .returning({ id: uploads.id });
  return rows.length > 0;
}

interface OldKept {
  purpose: UploadPurpose;
  /** Begun before this moment. */
  before: Date;
}

const oldKept = ({ purpose, before }: OldKept) =>
  and(eq(uploads.purpose, purpose), isNull(uploads.expiresAt), lt(uploads.createdAt, before));

/** The workspaces that have such uploads, by id. */
export async function workspacesWithKept(db: Db, which: OldKept): Promise<string[]> {
  const rows = await db
    .selectDistinct({ workspaceId: uploads.workspaceId })
    .from(uploads)
    .where(oldKept(which))
    .orderBy(uploads.workspaceId);
  return rows.map(({ workspaceId }) => workspaceId);
}

/**
 * A page of such uploads of one workspace, by id, held until the transaction ends. One that somebody keeps at this moment is passed
 * over: whether it is used can only be asked once that is seen.
 */
export async function holdKeptUploads(
  tx: Db,
  workspaceId: string,
  which: OldKept & { after: string | null; limit: number },
): Promise<string[]> {
  const isAfter = which.after === null ? undefined : gt(uploads.id, which.after);
  const rows = await tx
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.workspaceId, workspaceId), oldKept(which), isAfter))
    .orderBy(uploads.id)
    .limit(which.limit)
    .for("update", { skipLocked: true });
  return rows.map(({ id }) => id);
}

/** Nothing uses these files any more: they are deleted a day later. */
export async function releaseUploads(tx: Db, workspaceId: string, ids: readonly string[], now: Date): Promise<void> {
  await tx
    .update(uploads)
    .set({ expiresAt: new Date(now.getTime() + unusedForMs) })
    .where(and(eq(uploads.workspaceId, workspaceId), sql`${uploads.id} = any(${pgArray(ids)}::uuid[])`));
}

/** Nothing uses the file any more: it is deleted a day later. */
export const releaseUpload = (tx: Db, workspaceId: string, uploadId: string, now: Date): Promise<void> =>
  releaseUploads(tx, workspaceId, [uploadId], now);

/** Deletes a file that nothing uses; one in use is refused. */
export async function deleteUpload(db: Db, workspaceId: string, uploadId: string): Promise<void> {
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as Db;
    const upload = await lockUpload(tx, workspaceId, uploadId);
    if (upload.expiresAt === null) throw conflict("uploads.in_use");
    await tx.delete(uploads).where(eq(uploads.id, uploadId));
  });
}

/** A few of the uploads that nobody used in time, with their parts; how many were deleted. */
export async function deleteExpiredUploads(db: Db, now: Date, limit = 20): Promise<number> {
  const rows = await db.execute(sql`
    delete from uploads where id in (
      select id from uploads where expires_at < ${now.toISOString()}::timestamptz order by expires_at limit ${limit}
      for update skip locked
    ) returning id`);
  return rows.length;
}

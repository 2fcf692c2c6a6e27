import { findUpload, keepUpload } from "@backend/kit/uploads.ts";
import type { Db } from "@db/client.ts";
import type { Content, Letter } from "../contracts.ts";

/** A half-written letter may hold anything; what is no name of a file is told by `checkLetter`. */
const upload = /^upload:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Files of ours that contents name, each once; in one order for everybody, so that two who keep them do not wait for each other. */
function filesOf(contents: readonly Content[]): string[] {
  const mediaOf = (content: Content) =>
    content.kind === "text" ? [] : content.kind === "album" ? content.items.map(({ media }) => media) : [content.media];
  const names = contents.flatMap(mediaOf);
  return [...new Set(names.flatMap((media) => upload.exec(media)?.[1] ?? []))].sort();
}

/**
 * Says that what these contents carry is in use, in the transaction that keeps them: unused files are deleted after a day. False when
 * one of them is not there (any more), belongs to others, or is no medium; the others are kept all the same.
 */
export async function keepFilesIn(tx: Db, workspaceId: string, contents: readonly Content[]): Promise<boolean> {
  let isWhole = true;
  for (const uploadId of filesOf(contents)) isWhole = (await keepUpload(tx, workspaceId, uploadId, "media")) && isWhole;
  return isWhole;
}

/** `keepFilesIn` for a letter in all its languages. */
export const keepFilesOf = (tx: Db, workspaceId: string, letter: Letter): Promise<boolean> =>
  keepFilesIn(tx, workspaceId, Object.values(letter.messages));

/** Whether everything that a letter carries is there and may be sent. */
export async function hasFilesOf(db: Db, workspaceId: string, letter: Letter): Promise<boolean> {
  for (const uploadId of filesOf(Object.values(letter.messages))) {
    const found = await findUpload(db, workspaceId, uploadId);
    if (found?.state !== "ready" || found.purpose !== "media") return false;
  }
  return true;
}

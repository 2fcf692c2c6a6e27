import { keepUpload } from "@backend/kit/uploads.ts";
import type { Db } from "@db/client.ts";
import type { Content, Letter } from "../contracts.ts";

const prefix = "upload:";

/** Files of ours that a letter names, each once. */
function filesOf(letter: Letter): string[] {
  const mediaOf = (content: Content) =>
    content.kind === "text" ? [] : content.kind === "album" ? content.items.map(({ media }) => media) : [content.media];
  const names = Object.values(letter.messages).flatMap(mediaOf);
  return [...new Set(names.filter((media) => media.startsWith(prefix)).map((media) => media.slice(prefix.length)))];
}

/**
 * Says that what a letter carries is in use, in the transaction that keeps the letter: unused files are deleted after a day. False
 * when one of them is not there (any more), or belongs to others.
 */
export async function keepFilesOf(tx: Db, workspaceId: string, letter: Letter): Promise<boolean> {
  for (const uploadId of filesOf(letter)) if (!(await keepUpload(tx, workspaceId, uploadId))) return false;
  return true;
}

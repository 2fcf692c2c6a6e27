import type { ActionContext } from "@backend/kit/context.ts";
import { listFieldKeys } from "@backend/modules/audience/index.ts";
import { checkLetter, keepFilesOf, type Letter } from "@backend/modules/messaging/index.ts";
import { letterFileGone, letterUnsound } from "./letter-errors.ts";

/**
 * Refuses a letter that Telegram would refuse, with the first reason and its place; and says that its files are in use. In the
 * transaction that keeps the letter. Throws a code of `checkLetter`, or letters.file_gone.
 */
export async function requireSoundLetter(tx: ActionContext, letter: Letter): Promise<void> {
  const { workspaceId } = tx.actor;
  const fields = (await listFieldKeys(tx.db, workspaceId)).map(({ key }) => key);
  const problem = checkLetter(letter, { fields }).find(({ isWarning }) => !isWarning);
  if (problem) throw letterUnsound(problem);
  if (!(await keepFilesOf(tx.db, workspaceId, letter))) throw letterFileGone();
}

/** The attention of one human, for rooms that send him something of their own accord beside broadcasts and sequences. */
import type { Db } from "@db/client.ts";
import { findSettings } from "./queries.ts";
import { insertAttention, listWeary, lockAttention } from "./recipients-queries.ts";

/** One message to one human of a workspace. */
export interface OwnAccord {
  workspaceId: string;
  telegramId: number;
  now: Date;
}

/**
 * Whether he may get one more by the workspace's limit. Until the transaction ends nobody else counts what he got, so that two do not both
 * see room for one more.
 */
export async function hasAttention(db: Db, { workspaceId, telegramId, now }: OwnAccord): Promise<boolean> {
  const attention = (await findSettings(db, workspaceId))?.attention ?? null;
  if (attention === null) return true;
  await lockAttention(db, workspaceId);
  return !(await listWeary(db, workspaceId, [telegramId], attention, now)).has(telegramId);
}

/** Counts a message that he gets, in the transaction of its delivery; also without a limit, since one may be set later. */
export const takeAttention = (db: Db, message: OwnAccord): Promise<void> => insertAttention(db, message);

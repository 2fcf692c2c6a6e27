import { enqueueAll } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import { letBackJob, settleAccessJob } from "../jobs.ts";
import { type AccessRow, listOpenOf, listRemovedOf } from "../queries.ts";

/**
 * Reaction to `personBlocked`: whom the workspace refuses is shown out once the block is committed, whatever he has. When the block is
 * lifted he stays where nobody has removed him yet, and may come back to what he still has.
 */
export async function followBlocks(db: Db, facts: readonly { personId: string; isBlocked: boolean }[]): Promise<void> {
  const open = await listOpenOf(
    db,
    facts.map(({ personId }) => personId),
  );
  await enqueueAll(db, settleAccessJob, open.map(named));
  const removed = await listRemovedOf(
    db,
    facts.flatMap(({ personId, isBlocked }) => (isBlocked ? [] : [personId])),
  );
  await enqueueAll(db, letBackJob, removed.map(named));
}

const named = ({ workspaceId, chatId, botId, personId }: AccessRow) => ({ workspaceId, chatId, botId, personId });

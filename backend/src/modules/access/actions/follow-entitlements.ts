import { enqueueAll } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import { settleAccessJob } from "../jobs.ts";
import { listOpenOf } from "../queries.ts";

/** Reaction to `entitlementMoved`: whoever may be in a chat is looked at again once the move is committed. */
export async function followEntitlements(db: Db, facts: readonly { personId: string }[]): Promise<void> {
  const open = await listOpenOf(db, [...new Set(facts.map(({ personId }) => personId))]);
  await enqueueAll(
    db,
    settleAccessJob,
    open.map(({ workspaceId, chatId, botId, personId }) => ({ workspaceId, chatId, botId, personId })),
  );
}

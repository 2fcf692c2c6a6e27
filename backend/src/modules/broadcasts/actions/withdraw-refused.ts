import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { withdraw } from "../engine/take-back.ts";
import { skipReasons } from "../errors.ts";
import { lockOwnBroadcast } from "../queries.ts";
import { listOpenOf } from "../recipients-queries.ts";

/**
 * The job: somebody asks for no more while messages to him wait in a lane, a few seconds from going out. They are taken back. What
 * is planned for later is asked again when its time comes.
 */
export async function withdrawRefused(
  outer: ActionContext,
  input: { workspaceId: string; telegramId: number; categoryId: number },
): Promise<void> {
  const open = await listOpenOf(outer.db, input.workspaceId, input.telegramId, input.categoryId);
  for (const broadcastId of new Set(open.map((one) => one.broadcastId)))
    await inTransaction(outer, async (ctx) => {
      if (!(await lockOwnBroadcast(ctx.db, input.workspaceId, broadcastId))) return;
      const own = open.filter((one) => one.broadcastId === broadcastId);
      await withdraw(ctx, broadcastId, own, { state: "skipped", reason: skipReasons.optedOut });
    });
}

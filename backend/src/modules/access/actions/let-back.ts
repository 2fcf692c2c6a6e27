import { inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { lockTill } from "@backend/modules/payments/index.ts";
import type { Static } from "elysia";
import { type Ctx, findGate } from "../gate.ts";
import type { letBackJob } from "../jobs.ts";
import { inviteHolder } from "../keeps.ts";
import { lockAccess } from "../queries.ts";
import { tellBack } from "../tell.ts";

/**
 * The job: whoever was shown out and still has something that opens the chat is invited again, and told once. Telegram lets a bot put nobody
 * into a chat: he comes in by a link of his own, as the first time.
 */
export async function letBack(outer: Ctx, about: Static<(typeof letBackJob)["payload"]>): Promise<void> {
  const { workspaceId, chatId, personId } = about;
  const gate = await findGate(outer, workspaceId, chatId);
  if (!gate) return;
  await inTransaction(outer, async (ctx) => {
    await lockTill(ctx.db, workspaceId);
    const row = await lockAccess(ctx.db, chatId, personId);
    if (row?.state !== "removed" || !(await inviteHolder(ctx.db, { ...gate.at, personId }, ctx.now))) return;
    await tellBack(ctx, gate, row, row.endedAt);
    await notifyLive(ctx.db, { workspaceId, topic: "mine", id: personId, personId });
    await notifyLive(ctx.db, { workspaceId, topic: "access" });
  });
}

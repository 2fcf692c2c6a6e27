import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { botNotFound } from "../errors.ts";
import { setUpBotJob } from "../jobs.ts";
import { findOwnBot } from "../queries.ts";

/** A member asks that Telegram be told everything anew, for instance to take back a webhook. */
export function requestBotSetUp(outer: ActionContext, input: { botId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const bot = await findOwnBot(ctx.db, workspaceId, input.botId);
    if (!bot) throw botNotFound();
    await enqueue(ctx.db, setUpBotJob, { workspaceId, botId: bot.id });
    await recordAudit(ctx, { action: "bot.set_up_requested", subjectKind: "bot", subjectId: bot.id });
    return { ok: true };
  });
}

import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { noteAnswerOfLatest } from "../attribution-queries.ts";
import { countAnswersJob, countAnswersSoon } from "../result-jobs.ts";

/** Later than this nobody answers a broadcast: he writes for reasons of his own. */
const answerHours = 72;

/**
 * The job: somebody wrote to a bot, or refused messages. The broadcast that this bot delivered to him last gets the credit, or the
 * blame; his first answer of a kind counts, further ones change nothing.
 */
export async function noteAnswer(
  ctx: ActionContext,
  input: { workspaceId: string; botId: string; telegramId: number; answer: "reply" | "opt_out" },
): Promise<void> {
  const { workspaceId } = input;
  const since = new Date(ctx.now.getTime() - answerHours * 3_600_000);
  await inTransaction(ctx, async (within) => {
    const broadcastId = await noteAnswerOfLatest(within.db, { ...input, since, at: ctx.now });
    if (broadcastId !== null)
      await enqueue(within.db, countAnswersJob, { workspaceId, broadcastId }, { runAt: countAnswersSoon(ctx.now) });
  });
}

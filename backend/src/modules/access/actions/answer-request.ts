import { inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Static } from "elysia";
import { letsIn } from "../domain/gate.ts";
import { type Ctx, findGate, type Gate, lookAgain, wasDone } from "../gate.ts";
import { answerRequestJob, settleAccessJob } from "../jobs.ts";
import { keepsIn } from "../keeps.ts";
import { inviteGuest, updateAccess } from "../queries.ts";
import { tellDeclined } from "../tell.ts";

const dayMs = 86_400_000;
/** How soon a request is tried again that the bot had no right to answer. */
const againMs = 10 * 60_000;

type Request = Static<(typeof answerRequestJob)["payload"]>;

/**
 * The job. Whoever has something that opens the chat is let in, by whatever link he asks. Of the others those are declined who came by a
 * link of ours, and hear where to buy; who came by another one is left to the chat's administrators.
 */
export async function answerRequest(ctx: Ctx, request: Request): Promise<void> {
  const { workspaceId, chatId, personId, telegramId } = request;
  const gate = await findGate(ctx, workspaceId, chatId);
  if (!gate || gate.bot.token === null) return;
  const holding = personId && (await keepsIn(ctx.db, { workspaceId, chatId, personId, now: ctx.now }));
  if (personId && holding) {
    const isAnswered = await letIn(ctx, gate, { personId, telegramId, productId: holding.productId });
    const isFresh = ctx.now.getTime() - Date.parse(request.requestedAt) < dayMs;
    // The bot has lost a right, and the team hears of it; whoever has paid is let in as soon as it has it again.
    const runAt = new Date(ctx.now.getTime() + againMs);
    if (!isAnswered && isFresh) await enqueue(ctx.db, answerRequestJob, request, { runAt });
    return;
  }
  if (!request.isByOurLink) return;
  const guest = { telegramChatId: gate.telegramChatId, telegramId };
  // Refused: he took his request back, or somebody was faster.
  if (!(await wasDone(ctx.ports.chatGates.decline(gate.bot.token, guest)))) return;
  if (personId) await tellDeclined(ctx, gate, { ...request, personId });
}

/**
 * False when the bot may not. That he is in is written down before Telegram lets him in: so whoever is in by our deed is known, and shown
 * out when his time is over, although we may die in between. Refused may mean that he is in already: an earlier try got so far, or an
 * administrator was faster.
 */
async function letIn(
  ctx: Ctx,
  gate: Gate,
  { personId, telegramId, productId }: { personId: string; telegramId: number; productId: string },
): Promise<boolean> {
  const { workspaceId, chatId, botId } = gate.at;
  const guest = { telegramChatId: gate.telegramChatId, telegramId };
  const token = gate.bot.token ?? "";
  const { id } = await inTransaction(ctx, async ({ db, now }) => {
    const row = await inviteGuest(db, { ...gate.at, personId, telegramId, productId });
    await updateAccess(db, row.id, { state: "joined", joinedAt: now, productId });
    // What he has may end before this is committed, when nobody would look at a row that is not there yet.
    await enqueue(db, settleAccessJob, { workspaceId, chatId, botId, personId });
    return row;
  });
  let isAnswered = true;
  if (!(await wasDone(ctx.ports.chatGates.approve(token, guest)))) {
    isAnswered = letsIn(await lookAgain(ctx, gate));
    const isIn = isAnswered && (await ctx.ports.chatGates.standingOf(token, guest)) === "in";
    if (!isIn) await updateAccess(ctx.db, id, { state: "invited", joinedAt: null });
  }
  await notifyLive(ctx.db, { workspaceId, topic: "mine", id: personId, personId });
  await notifyLive(ctx.db, { workspaceId, topic: "access" });
  return isAnswered;
}

import { inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Static } from "elysia";
import { letsIn } from "../domain/gate.ts";
import { type Ctx, findGate, type Gate, lookAgain, wasDone } from "../gate.ts";
import { answerRequestJob, settleAccessJob } from "../jobs.ts";
import { inviteHolder } from "../keeps.ts";
import { type AccessRow, updateAccess } from "../queries.ts";
import { tellDeclined } from "../tell.ts";
import { standingOf } from "./settle-access.ts";

const dayMs = 86_400_000;
/** How soon a request is tried again that the bot could not answer, being off or without the right. */
const againMs = 10 * 60_000;

type Request = Static<(typeof answerRequestJob)["payload"]>;

/**
 * The job. Whoever has something that opens the chat is let in, by whatever link he asks. Of the others those are declined who came by a
 * link of ours, and hear where to buy; who came by another one is left to the chat's administrators.
 */
export async function answerRequest(ctx: Ctx, request: Request): Promise<void> {
  const { workspaceId, chatId, personId, telegramId } = request;
  const gate = await findGate(ctx, workspaceId, chatId);
  if (!gate) return;
  const isFresh = ctx.now.getTime() - Date.parse(request.requestedAt) < dayMs;
  // Telegram tells of a request once: whoever has paid is let in as soon as the bot is on again, or has the right that it lost.
  const runAt = new Date(ctx.now.getTime() + againMs);
  const again = async () => {
    if (isFresh) await enqueue(ctx.db, answerRequestJob, request, { runAt });
  };
  if (gate.bot.token === null) return again();
  const access = personId && (await admit(ctx, gate, personId));
  if (access) {
    if (!(await letIn(ctx, gate, access))) await again();
    return;
  }
  if (!request.isByOurLink) return;
  const guest = { telegramChatId: gate.telegramChatId, telegramId };
  // Refused: somebody let him in before us, or an earlier try of ours was done and its answer lost. The latter is told all the same.
  if (!(await wasDone(ctx.ports.chatGates.decline(gate.bot.token, guest)))) {
    if ((await standingOf(ctx, gate.bot.token, guest)) !== "out") return;
  }
  if (personId) await tellDeclined(ctx, gate, { ...request, personId });
}

/**
 * Writes down that somebody is in, before Telegram lets him in: so whoever is in by our deed is known, and shown out when his time is over,
 * although we may die in between. Null for whoever may not come in.
 */
function admit(outer: Ctx, gate: Gate, personId: string): Promise<AccessRow | null> {
  const { workspaceId, chatId, botId } = gate.at;
  return inTransaction(outer, async ({ db, now }) => {
    const invited = await inviteHolder(db, { ...gate.at, personId }, now);
    if (!invited) return null;
    const { row, holding } = invited;
    await updateAccess(db, row.id, { state: "joined", joinedAt: now, productId: holding.productId });
    // What he has may end before this is committed, when nobody would look at a row that is not there yet.
    await enqueue(db, settleAccessJob, { workspaceId, chatId, botId, personId });
    return row;
  });
}

/** False when the bot may not. Refused may mean that he is in already: an earlier try got so far, or an administrator was faster. */
async function letIn(ctx: Ctx, gate: Gate, { id, personId, telegramId }: AccessRow): Promise<boolean> {
  const { workspaceId } = gate.at;
  const guest = { telegramChatId: gate.telegramChatId, telegramId };
  const token = gate.bot.token ?? "";
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

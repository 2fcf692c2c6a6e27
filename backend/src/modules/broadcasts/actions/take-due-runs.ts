/** The steps of sequences whose time has come: sent, skipped, or put off, and everybody moved on to his next one. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { isPassing } from "@backend/kit/errors.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { stepOver, triesAtMost } from "@backend/kit/set-aside.ts";
import { type AudienceMember, type Condition, stillInAudience } from "@backend/modules/audience/index.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import { type Letter, type NewDelivery, queueDeliveries, renderLetter } from "@backend/modules/messaging/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import type { Options } from "../contracts.ts";
import { type QuietHours, quietUntil } from "../domain/quiet.ts";
import { clockToWaitFor, stepAt } from "../domain/sequence.ts";
import { sequenceLinkerOf } from "../links.ts";
import { findSettings } from "../queries.ts";
import { type AttentionLimit, listWeary, lockAttention, takeRecipientIds } from "../recipients-queries.ts";
import {
  countRunTry,
  countSteps,
  insertMessages,
  listDueSequences,
  listSteps,
  lockDueRuns,
  type Move,
  moveOn,
  type NewMessage,
  type RunRow,
  type SequenceInForce,
  type StepRow,
  shareSequence,
  stopRuns,
} from "../sequence-queries.ts";

const batchSize = 200;
/** The job stops taking more after this long; the next minute goes on. */
const longestMs = 50_000;

/** The job of every minute. Sequences take turns, a batch each, so that a large one holds up none. */
export async function takeDueRuns(ctx: ActionContext<ClickPorts>, _: Record<string, never>): Promise<void> {
  const startedAt = performance.now();
  let waiting = await listDueSequences(ctx.db, ctx.now);
  while (waiting.length > 0 && performance.now() - startedAt < longestMs) {
    const further: string[] = [];
    for (const sequenceId of waiting)
      await stepOver(ctx, { sequenceId }, "the steps of a sequence could not be taken", async () => {
        if ((await takeSafely(ctx, sequenceId)) > 0) further.push(sequenceId);
      });
    waiting = further;
  }
}

/** As the job does, for people who have just come in: their first step may be due at once. */
export async function takeRunsNow(
  ctx: ActionContext<ClickPorts>,
  sequenceId: string,
  runIds: readonly bigint[],
): Promise<void> {
  if (runIds.length > 0) await takeSafely(ctx, sequenceId, runIds);
}

/**
 * One batch; when it fails, its people one by one, so that only those are set aside who make it fail. Answers how many it moved on: whose
 * place cannot be written at all waits for the next minute, or the job would come to him again and again.
 */
async function takeSafely(
  ctx: ActionContext<ClickPorts>,
  sequenceId: string,
  only?: readonly bigint[],
): Promise<number> {
  const taken: RunRow[] = [];
  try {
    return await takeBatch(ctx, sequenceId, taken, only);
  } catch (error) {
    if (isPassing(error) || taken.length === 0) throw error;
    ctx.log.error({ err: error, sequenceId, runs: taken.length }, "a batch of a sequence failed");
  }
  let moved = 0;
  for (const { id, tries } of taken) {
    const run = { sequenceId, runId: String(id) };
    let isMoved = true;
    try {
      await takeBatch(ctx, sequenceId, [], [id]);
    } catch (error) {
      if (isPassing(error)) throw error;
      ctx.log.error({ err: error, ...run }, "a step of a sequence failed");
      isMoved = await stepOver(ctx, run, "a failed step could not be counted", () => noteFailure(ctx, id, tries));
    }
    if (isMoved) moved++;
  }
  return moved;
}

function noteFailure(outer: ActionContext, id: bigint, triesBefore: number): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const nextAt = new Date(ctx.now.getTime() + 60_000 * 2 ** triesBefore);
    if ((await countRunTry(ctx.db, id, nextAt)) >= triesAtMost) await stopRuns(ctx.db, [id], "failed", ctx.now);
  });
}

/** What everybody of one batch has in common. */
interface Scene {
  sequence: SequenceInForce;
  steps: readonly StepRow[];
  members: ReadonlyMap<number, AudienceMember>;
  /** Both null for urgent sequences. */
  quiet: QuietHours | null;
  attention: AttentionLimit | null;
  timeZone: string;
  now: Date;
}

/** Messages and moves are one transaction: a process that dies has done all of a batch or nothing. Answers how many it took. */
function takeBatch(
  outer: ActionContext<ClickPorts>,
  sequenceId: string,
  taken: RunRow[],
  only?: readonly bigint[],
): Promise<number> {
  return inTransaction(outer, async (ctx) => {
    const sequence = await shareSequence(ctx.db, sequenceId);
    if (sequence?.state !== "active") return 0;
    const runs = await lockDueRuns(ctx.db, sequenceId, ctx.now, batchSize, only);
    if (runs.length === 0) return 0;
    taken.push(...runs);
    const { workspaceId, categoryId } = sequence;
    const timeZone = await timeZoneOfWorkspace(ctx.db, workspaceId);
    const ask = { workspaceId, categoryId, now: ctx.now, timeZone };
    const members = await stillInAudience(
      ctx.db,
      { ...ask, condition: null },
      runs.map(({ subscriberId }) => subscriberId),
    );
    const isUrgent = (sequence.options as Options).isUrgent === true;
    const settings = isUrgent ? null : await findSettings(ctx.db, workspaceId);
    const steps = await listSteps(ctx.db, [sequenceId]);
    const scene: Scene = {
      ...{ sequence, steps, members, timeZone, now: ctx.now },
      quiet: settings?.quietHours ?? null,
      attention: settings?.attention ?? null,
    };

    const ready: RunRow[] = [];
    const moves: Move[] = [];
    for (const run of runs) {
      const move = withoutSending(scene, run);
      if (move) moves.push(move);
      else ready.push(run);
    }
    const isFitting = await fitting(ctx, ask, steps, ready);
    const laterFor = await wearyUntil(ctx, scene, ready.filter(isFitting));
    const counts = new Map<string, { sent: number; skipped: number }>();
    const deliveries: NewDelivery[] = [];
    const messages: NewMessage[] = [];
    const link = await sequenceLinkerOf(ctx, sequenceId);
    const messageIds = await takeRecipientIds(ctx.db, ready.length);
    const bots = new Map<string, { username: string; name: string }>();
    for (const [n, run] of ready.entries()) {
      const nextAt = laterFor.get(run.id);
      if (nextAt) {
        moves.push({ id: run.id, state: "active", reason: null, position: run.position, nextAt });
        continue;
      }
      const step = steps[run.position];
      const member = members.get(run.subscriberId);
      if (!step || !member) throw new Error("a run that is ready has no step or no person");
      const count = counts.get(step.id) ?? { sent: 0, skipped: 0 };
      counts.set(step.id, count);
      if (isFitting(run)) {
        count.sent++;
        const bot = bots.get(member.botId) ?? (await findBotById(ctx.db, member.botId));
        if (!bot) throw new Error("a subscriber's bot is not there");
        bots.set(member.botId, { username: bot.username, name: bot.name });
        const messageId = messageIds[n] ?? 0n;
        deliveries.push({
          workspaceId,
          chatId: member.chatId,
          lane: "sequence",
          content: link(renderLetter(step.letter as Letter, { ...member, bot }), messageId),
          subject: { kind: "sequence", id: sequenceId },
          dedupeKey: `sequence:${run.id}:${step.id}`,
        });
        messages.push({
          ...{ id: messageId, workspaceId, sequenceId, stepId: step.id, isUrgent, queuedAt: ctx.now },
          ...{ subscriberId: run.subscriberId, telegramId: member.telegramId },
        });
      } else count.skipped++;
      moves.push(onward(scene, run, zoneOf(scene, run)));
    }
    const queued = await queueDeliveries(ctx.db, deliveries);
    await insertMessages(
      ctx.db,
      messages.filter((_, n) => queued[n]?.id != null),
    );
    killPoint("sequences.queued");
    await countSteps(ctx.db, counts);
    await moveOn(ctx.db, moves, ctx.now);
    await notifyLive(ctx.db, { workspaceId, topic: "sequences", id: sequenceId });
    return runs.length;
  });
}

const zoneOf = ({ members, timeZone }: Scene, { subscriberId }: RunRow): string =>
  members.get(subscriberId)?.timeZone ?? timeZone;

/** Where somebody goes to whom nothing is sent now; null when his step may go out. */
function withoutSending(scene: Scene, run: RunRow): Move | null {
  const { id, position } = run;
  const stay = { id, position, reason: null };
  const member = scene.members.get(run.subscriberId);
  if (!member) return { ...stay, state: "stopped", reason: "lost", nextAt: null };
  if (member.isOptedOut) return { ...stay, state: "stopped", reason: "opted_out", nextAt: null };
  const step = scene.steps[position];
  if (!step) return { ...stay, state: "finished", nextAt: null };
  const zone = zoneOf(scene, run);
  const later = clockToWaitFor(step, scene.quiet, scene.now, zone) ?? quietUntil(scene.now, scene.quiet, zone);
  return later && { ...stay, state: "active", nextAt: later };
}

/**
 * Of those whom a message would go to now, who has had as many as one may get, and until when he waits: late is better than never in a story
 * of several parts. One human gets one message of a batch at most, through whatever bots he is in it, and waits a minute for another.
 */
async function wearyUntil(
  ctx: ActionContext,
  { sequence: { workspaceId }, attention, members, now }: Scene,
  runs: readonly RunRow[],
): Promise<Map<bigint, Date>> {
  const later = new Map<bigint, Date>();
  if (attention === null || runs.length === 0) return later;
  await lockAttention(ctx.db, workspaceId);
  const humanOf = ({ subscriberId }: RunRow) => members.get(subscriberId)?.telegramId ?? null;
  const humans = runs.map(humanOf).filter((human) => human !== null);
  const weary = await listWeary(ctx.db, workspaceId, humans, attention, now);
  const served = new Set<number>();
  for (const run of runs) {
    const human = humanOf(run);
    if (human === null) continue;
    const until = weary.get(human) ?? (served.has(human) ? new Date(now.getTime() + 60_000) : null);
    if (until) later.set(run.id, until);
    served.add(human);
  }
  return later;
}

/** The next step, or the end. */
function onward({ steps, now }: Scene, { id, position }: RunRow, zone: string): Move {
  const next = steps[position + 1];
  return next
    ? { id, state: "active", reason: null, position: position + 1, nextAt: stepAt(next, now, zone) }
    : { id, state: "finished", reason: null, position: position + 1, nextAt: null };
}

/** Conditions are asked when a step's time has come, once for everybody who stands before it. */
async function fitting(
  ctx: ActionContext,
  ask: Omit<Parameters<typeof stillInAudience>[1], "condition">,
  steps: readonly StepRow[],
  runs: readonly RunRow[],
): Promise<(run: RunRow) => boolean> {
  const byStep = new Map<number, Set<number>>();
  for (const [position, step] of steps.entries()) {
    if (step.condition === null) continue;
    const ids = runs.filter((run) => run.position === position).map(({ subscriberId }) => subscriberId);
    const found = await stillInAudience(ctx.db, { ...ask, condition: step.condition as Condition }, ids);
    byStep.set(position, new Set(found.keys()));
  }
  return ({ position, subscriberId }) => byStep.get(position)?.has(subscriberId) ?? true;
}

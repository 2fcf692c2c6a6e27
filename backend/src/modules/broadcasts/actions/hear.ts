/** Something happened to a person: sequences that end by it end, and those that begin by it begin. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type AudienceMember, stillInAudience } from "@backend/modules/audience/index.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import { begins, endedBy, type Happening, type StopRule, stepAt, type Trigger } from "../domain/sequence.ts";
import {
  hasRun,
  insertRunOf,
  listActiveByTrigger,
  listRunning,
  listSteps,
  lockPerson,
  type SequenceInForce,
  stopRuns,
} from "../sequence-queries.ts";
import { takeRunsNow } from "./take-due-runs.ts";

export interface Heard {
  workspaceId: string;
  subscriberId: number;
  /** Of fields their keys; their values are read when it is heard. */
  happening: Exclude<Happening, { kind: "field_changed" }> | { kind: "field_changed"; keys: readonly string[] };
}

/** The job of every happening that some sequence may know. Steps that are due at once go out before it ends. */
export async function hear(outer: ActionContext<ClickPorts>, input: Heard): Promise<void> {
  const entered = await inTransaction(outer, async (ctx) => {
    await lockPerson(ctx.db, input.subscriberId);
    const happening = await completed(ctx, input);
    await leave(ctx, input, happening);
    const begun: { sequenceId: string; runId: bigint }[] = [];
    const candidates = (await listActiveByTrigger(ctx.db, input.workspaceId, happening.kind)).filter(({ trigger }) =>
      begins(trigger as Trigger, happening),
    );
    for (const sequence of candidates) {
      const entry = await enter(ctx, sequence, input.subscriberId);
      if (entry.kind === "entered") begun.push({ sequenceId: sequence.id, runId: entry.runId });
    }
    return begun;
  });
  for (const { sequenceId, runId } of entered) await takeRunsNow(outer, sequenceId, [runId]);
}

/** With what the fields are now. Of somebody who cannot be written to nothing is known, and he would begin nothing. */
async function completed(ctx: ActionContext, { workspaceId, subscriberId, happening }: Heard): Promise<Happening> {
  if (happening.kind !== "field_changed") return happening;
  const everybody = { workspaceId, condition: null, categoryId: null, now: ctx.now, timeZone: ctx.actor.timeZone };
  const fields = (await stillInAudience(ctx.db, everybody, [subscriberId])).get(subscriberId)?.fields ?? {};
  return {
    kind: "field_changed",
    changed: Object.fromEntries(happening.keys.map((key) => [key, fields[key] ?? null])),
  };
}

async function leave(ctx: ActionContext, { workspaceId, subscriberId }: Heard, happening: Happening): Promise<void> {
  for (const { run, sequence } of await listRunning(ctx.db, workspaceId, subscriberId)) {
    const reason = endedBy(sequence.stops as StopRule[], sequence.categoryId, happening);
    if (reason === null) continue;
    await stopRuns(ctx.db, [run.id], reason, ctx.now);
    await notifyLive(ctx.db, { workspaceId, topic: "sequences", id: sequence.id });
  }
}

export type Entry = { kind: "entered"; runId: bigint } | { kind: "already" } | { kind: "unreachable" };

/** The member's lock must be held: entries at once would both find nobody. */
export async function enter(ctx: ActionContext, sequence: SequenceInForce, subscriberId: number): Promise<Entry> {
  const { workspaceId, categoryId } = sequence;
  const timeZone = await timeZoneOfWorkspace(ctx.db, workspaceId);
  const ask = { workspaceId, categoryId, condition: null, now: ctx.now, timeZone };
  const member = (await stillInAudience(ctx.db, ask, [subscriberId])).get(subscriberId);
  if (!member || member.isOptedOut || !isThroughIts(sequence, member)) return { kind: "unreachable" };
  if (!sequence.isRepeatable && (await hasRun(ctx.db, sequence.id, subscriberId))) return { kind: "already" };
  const [first] = await listSteps(ctx.db, [sequence.id]);
  const runId = await insertRunOf(ctx.db, {
    sequenceId: sequence.id,
    workspaceId,
    subscriberId,
    enteredAt: ctx.now,
    nextAt: first ? stepAt(first, ctx.now, member.timeZone ?? timeZone) : ctx.now,
  });
  if (runId === null) return { kind: "already" };
  await notifyLive(ctx.db, { workspaceId, topic: "sequences", id: sequence.id });
  return { kind: "entered", runId };
}

const isThroughIts = ({ botIds }: SequenceInForce, { botId }: AudienceMember): boolean =>
  botIds.length === 0 || botIds.includes(botId);

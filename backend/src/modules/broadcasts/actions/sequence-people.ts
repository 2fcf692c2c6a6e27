/** The people in a sequence: looked at, put in by hand, taken out by hand. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { findSubscribersLike, namesOfSubscribers, type SubscriberName } from "@backend/modules/audience/index.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import { type StopReason, stopReasons } from "../domain/sequence.ts";
import type { SequenceRun, SequenceRunQuery } from "../sequence-contracts.ts";
import {
  findOwnRun,
  findOwnSequence,
  listRunsOfPerson,
  listRunsOfSequence,
  lockPerson,
  type RunRow,
  stopRuns,
} from "../sequence-queries.ts";
import {
  alreadyIn,
  personNotFound,
  personUnreachable,
  runNotFound,
  sequenceNotActive,
  sequenceNotFound,
} from "../timing-errors.ts";
import { enter } from "./hear.ts";
import { takeRunsNow } from "./take-due-runs.ts";

/** A search names so many people at most: whoever has more looks for a longer name. */
const foundAtMost = 500;
/** Of one person: he may have gone through repeatable ones for years. */
const shownOfPerson = 50;

const present = (run: RunRow, sequenceName: string, names: ReadonlyMap<number, SubscriberName>): SequenceRun => {
  const person = names.get(run.subscriberId);
  const name = [person?.firstName, person?.lastName].filter(Boolean).join(" ");
  return {
    id: String(run.id),
    sequenceId: run.sequenceId,
    sequenceName,
    subscriberId: run.subscriberId,
    name: name === "" ? null : name,
    username: person?.username ?? null,
    state: run.state,
    reason: stopReasons.find((reason): reason is StopReason => reason === run.reason) ?? null,
    position: run.position,
    nextAt: run.nextAt?.toISOString() ?? null,
    enteredAt: run.enteredAt.toISOString(),
    endedAt: run.endedAt?.toISOString() ?? null,
  };
};

export async function listSequenceRuns(
  ctx: ActionContext,
  input: SequenceRunQuery & { sequenceId: string },
): Promise<Page<SequenceRun>> {
  const { workspaceId } = ctx.actor;
  const sequence = await findOwnSequence(ctx.db, workspaceId, input.sequenceId);
  if (!sequence) throw sequenceNotFound();
  const search = input.search?.trim();
  const found = search ? await findSubscribersLike(ctx.db, workspaceId, search, foundAtMost) : undefined;
  const subscriberIds = found?.map(({ id }) => id);
  const limit = input.limit ?? defaultLimit;
  const rows = await listRunsOfSequence(
    ctx.db,
    sequence.id,
    { state: input.state, subscriberIds },
    { cursor: input.cursor, limit },
  );
  const names = await namesOfSubscribers(
    ctx.db,
    workspaceId,
    rows.map(({ subscriberId }) => subscriberId),
  );
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (run) => present(run, sequence.name, names),
  );
}

/** The sequences that a person is in or was in, for his own page; none for a stranger's. */
export async function listRunsOfSubscriber(
  ctx: ActionContext,
  input: { subscriberId: string },
): Promise<{ items: SequenceRun[] }> {
  const { workspaceId } = ctx.actor;
  const subscriberId = Number(input.subscriberId);
  const names = await namesOfSubscribers(ctx.db, workspaceId, [subscriberId]);
  if (!names.has(subscriberId)) throw personNotFound();
  const rows = await listRunsOfPerson(ctx.db, workspaceId, subscriberId, shownOfPerson);
  return { items: rows.map(({ run, name }) => present(run, name, names)) };
}

/** As if the event had happened to him; what is due at once goes out at once. */
export async function addPerson(
  outer: ActionContext<ClickPorts>,
  input: { sequenceId: string; subscriberId: number },
): Promise<SequenceRun> {
  const { workspaceId } = outer.actor;
  const { runId, name } = await inTransaction(outer, async (ctx) => {
    const sequence = await findOwnSequence(ctx.db, workspaceId, input.sequenceId);
    if (!sequence) throw sequenceNotFound();
    const isOwn = (await namesOfSubscribers(ctx.db, workspaceId, [input.subscriberId])).has(input.subscriberId);
    if (!isOwn) throw personNotFound();
    if (sequence.state !== "active") throw sequenceNotActive();
    await lockPerson(ctx.db, input.subscriberId);
    const entry = await enter(ctx, sequence, input.subscriberId);
    if (entry.kind === "already") throw alreadyIn();
    if (entry.kind === "unreachable") throw personUnreachable();
    await recordAudit(ctx, {
      action: "sequence.person_added",
      subjectKind: "sequence",
      subjectId: sequence.id,
      after: { subscriberId: input.subscriberId },
    });
    return { runId: entry.runId, name: sequence.name };
  });
  await takeRunsNow(outer, input.sequenceId, [runId]);
  const run = await findOwnRun(outer.db, workspaceId, runId);
  if (!run) throw runNotFound();
  return present(run, name, await namesOfSubscribers(outer.db, workspaceId, [input.subscriberId]));
}

/** He gets nothing more of it. Whoever has ended stays as he ended. */
export function removePerson(outer: ActionContext, input: { runId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const run = await findOwnRun(ctx.db, workspaceId, BigInt(input.runId));
    if (!run) throw runNotFound();
    if ((await stopRuns(ctx.db, [run.id], "removed", ctx.now)) > 0) {
      await recordAudit(ctx, {
        action: "sequence.person_removed",
        subjectKind: "sequence",
        subjectId: run.sequenceId,
        after: { subscriberId: run.subscriberId },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "sequences", id: run.sequenceId });
    }
    return { ok: true as const };
  });
}

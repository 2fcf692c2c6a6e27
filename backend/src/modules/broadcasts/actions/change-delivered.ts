/** A person decides that what was delivered becomes something else, or goes away. The work itself: `run-change.ts`. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { cancelDeliveries, type Letter } from "@backend/modules/messaging/index.ts";
import type { Static } from "elysia";
import { runChangeJob } from "../change-jobs.ts";
import {
  type ChangeRow,
  insertChange,
  listOwnChanges,
  lockOwnChange,
  measureDelivered,
  updateChange,
} from "../change-queries.ts";
import { languageThatCannot } from "../domain/kind-change.ts";
import { broadcastNotFound, editNeedsOwner } from "../errors.ts";
import type { SentChange, SentChangeList } from "../letter-contracts.ts";
import {
  cannotBecome,
  changeEnded,
  changeNotFound,
  changeRunning,
  noSuchVariant,
  nothingDelivered,
  pauseFirst,
} from "../letter-errors.ts";
import { keepLinks } from "../links.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { rewordsAlone } from "../present.ts";
import { type Broadcast, findSettings, lockOwnBroadcast, updateBroadcast } from "../queries.ts";
import { requireSoundLetter } from "../sound-letter.ts";
import { ownBroadcast } from "./own-broadcast.ts";

export const changeSubject = (changeId: string) => ({ kind: "broadcast-change", id: changeId });

export const presentChange = (row: ChangeRow): SentChange => ({
  id: row.id,
  act: row.act,
  state: row.state,
  total: row.total,
  done: row.done,
  failed: row.failed,
  skipped: row.skipped,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

async function lockSettled(tx: ActionContext<BroadcastsPorts>, broadcastId: string): Promise<Broadcast> {
  const broadcast = await lockOwnBroadcast(tx.db, tx.actor.workspaceId, broadcastId);
  if (!broadcast) throw broadcastNotFound();
  // While messages go out, some would be passed over by the walk and keep the old words.
  if (broadcast.state === "sending") throw pauseFirst();
  return broadcast;
}

/** Indexes of the variants that are meant. */
function chosen({ variants }: Broadcast, key: string | undefined): number[] {
  const all = variants.map((_, index) => index);
  if (key === undefined) return all;
  const found = all.filter((index) => variants[index]?.key === key);
  if (found.length === 0) throw noSuchVariant();
  return found;
}

async function begin(
  tx: ActionContext<BroadcastsPorts>,
  broadcastId: string,
  change: { act: "edit" | "delete"; variants: number[]; letter: Letter | null },
): Promise<SentChange> {
  const { actor, now } = tx;
  const { count, ceiling } = await measureDelivered(tx.db, broadcastId, change.variants);
  if (count === 0) throw nothingDelivered();
  const row = await insertChange(tx.db, {
    ...change,
    workspaceId: actor.workspaceId,
    broadcastId,
    ceiling,
    total: count,
    requestedBy: actor.kind === "person" ? actor.personId : null,
    createdAt: now,
  });
  if (!row) throw changeRunning();
  await recordAudit(tx, {
    action: change.act === "edit" ? "broadcast.edit_started" : "broadcast.delete_started",
    subjectKind: "broadcast",
    subjectId: broadcastId,
    after: { change: row.id, messages: count, variants: change.variants },
  });
  await enqueue(tx.db, runChangeJob, { workspaceId: actor.workspaceId, changeId: row.id });
  await notifyLive(tx.db, { workspaceId: actor.workspaceId, topic: "broadcasts", id: broadcastId });
  return presentChange(row);
}

/** Throws broadcasts.edit_needs_owner. */
async function assertMayReword({ db, actor }: ActionContext): Promise<void> {
  const settings = await findSettings(db, actor.workspaceId);
  if (!rewordsAlone(actor, settings?.needsFourEyes ?? false)) throw editNeedsOwner();
}

/**
 * Gives what was delivered another letter, rendered for each recipient anew; what is sent later of these variants has it too.
 * Throws broadcasts.broadcast_not_found, letters.pause_first, letters.no_such_variant, letters.cannot_become (a message cannot lose
 * its file), letters.nothing_delivered, letters.change_running, broadcasts.edit_needs_owner, and what `requireSoundLetter` does.
 */
export function editDelivered(
  ctx: ActionContext<BroadcastsPorts>,
  input: { broadcastId: string; variant?: string; letter: Letter },
): Promise<SentChange> {
  return inTransaction(ctx, async (tx) => {
    const broadcast = await lockSettled(tx, input.broadcastId);
    await assertMayReword(tx);
    const variants = chosen(broadcast, input.variant);
    await requireSoundLetter(tx, input.letter);
    refuseImpossible(broadcast, variants, input.letter);
    const next = broadcast.variants.map((variant, index) =>
      variants.includes(index) ? { ...variant, letter: input.letter } : variant,
    );
    await keepLinks(tx, await updateBroadcast(tx.db, broadcast.id, { variants: next }));
    return begin(tx, broadcast.id, { act: "edit", variants, letter: input.letter });
  });
}

/** What was delivered of the losing variants becomes the winner (its index). Null when nobody got another. */
export function editLosers(
  ctx: ActionContext<BroadcastsPorts>,
  input: { broadcastId: string; variant: number },
): Promise<SentChange | null> {
  return inTransaction(ctx, async (tx) => {
    const broadcast = await lockOwnBroadcast(tx.db, tx.actor.workspaceId, input.broadcastId);
    const winner = broadcast?.variants[input.variant];
    if (!broadcast || !winner) throw broadcastNotFound();
    const losers = broadcast.variants.flatMap((_, index) => (index === input.variant ? [] : [index]));
    refuseImpossible(broadcast, losers, winner.letter);
    if ((await measureDelivered(tx.db, broadcast.id, losers)).count === 0) return null;
    return begin(tx, broadcast.id, { act: "edit", variants: losers, letter: winner.letter });
  });
}

function refuseImpossible({ variants }: Broadcast, chosenOnes: readonly number[], letter: Letter): void {
  for (const index of chosenOnes) {
    const before = variants[index]?.letter;
    const language = before ? languageThatCannot(before, letter) : null;
    if (language !== null) throw cannotBecome(language);
  }
}

/**
 * Takes away what was delivered within the last 48 hours; Telegram deletes nothing older, and older ones are counted as skipped.
 * Throws as `editDelivered`.
 */
export function deleteDelivered(
  ctx: ActionContext<BroadcastsPorts>,
  input: { broadcastId: string; variant?: string },
): Promise<SentChange> {
  return inTransaction(ctx, async (tx) => {
    const broadcast = await lockSettled(tx, input.broadcastId);
    return begin(tx, broadcast.id, { act: "delete", variants: chosen(broadcast, input.variant), letter: null });
  });
}

/** What was changed stays changed; nothing more is. Throws letters.change_not_found, letters.change_ended. */
export function stopChange(ctx: ActionContext<BroadcastsPorts>, input: { changeId: string }): Promise<SentChange> {
  return inTransaction(ctx, async (tx) => {
    const { workspaceId } = tx.actor;
    const row = await lockOwnChange(tx.db, workspaceId, input.changeId);
    if (!row) throw changeNotFound();
    if (row.state !== "running") throw changeEnded();
    await cancelDeliveries(tx.db, workspaceId, changeSubject(row.id));
    const stopped = await updateChange(tx.db, row.id, {
      state: "stopped",
      finishedAt: tx.now,
      skipped: Math.max(row.skipped, row.total - row.done - row.failed - row.open.length),
    });
    // Some of what is open may be on its way to Telegram: the job counts it as it ends.
    await enqueue(tx.db, runChangeJob, { workspaceId, changeId: row.id });
    await recordAudit(tx, {
      action: "broadcast.change_stopped",
      subjectKind: "broadcast",
      subjectId: row.broadcastId,
      after: { change: row.id, done: row.done },
    });
    await notifyLive(tx.db, { workspaceId, topic: "broadcasts", id: row.broadcastId });
    return presentChange(stopped);
  });
}

/** Throws broadcasts.broadcast_not_found. */
export async function listChanges(
  ctx: ActionContext<BroadcastsPorts>,
  input: { broadcastId: string },
): Promise<Static<typeof SentChangeList>> {
  const { id, workspaceId } = await ownBroadcast(ctx, input.broadcastId);
  return { items: (await listOwnChanges(ctx.db, workspaceId, id)).map(presentChange) };
}

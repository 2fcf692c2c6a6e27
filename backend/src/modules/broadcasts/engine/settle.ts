/** From outcomes of deliveries to states of recipients and counters of their broadcast: one transaction each time. */
import type { ActionContext } from "@backend/kit/context.ts";
import { type Settled, settledOf } from "@backend/modules/messaging/index.ts";
import { batchRows, isWorthAnotherPage } from "../domain/ahead.ts";
import type { Broadcast } from "../queries.ts";
import {
  type Change,
  count,
  listOpen,
  listUnknown,
  type Moves,
  moveRecipients,
  type Open,
  type Outcome,
} from "../recipients-queries.ts";

/** The chat is lost because of the person: what a broadcast is judged by. */
export const turnedAway = new Set(["messaging.failed.chat_blocked", "messaging.failed.chat_deactivated"]);
const takenBack = "messaging.cancelled.no_longer_needed";

/** What the end of a delivery means for whoever it was for. */
export function outcomeOf(id: bigint, settled: Settled): Outcome {
  const { state, code, doneAt: at } = settled;
  if (state === "sent") return { id, state, reason: null, at };
  if (state !== "cancelled") return { id, state, reason: code, at };
  // Lost before its turn came: nothing was tried, so it says nothing about this broadcast.
  if (code?.startsWith("messaging.failed.")) return { id, state: "skipped", reason: code, at };
  // Taken back by a transaction whose other half was not ours to see (a person's erasure): planned anew.
  if (code === takenBack) return { id, state: "planned", reason: null, at };
  return { id, state: "cancelled", reason: code, at };
}

/** Changes per bot, from the state that they were in to what came of them. */
export function changesOf(
  from: "queued" | "unknown",
  open: readonly Open[],
  outcomes: ReadonlyMap<bigint, Outcome>,
  moved: ReadonlySet<bigint>,
): Change[] {
  const changes = new Map<string, { moves: Moves; blocked: number }>();
  for (const { id, botId } of open) {
    const outcome = outcomes.get(id);
    if (!outcome || !moved.has(id)) continue;
    const change = changes.get(botId) ?? { moves: {}, blocked: 0 };
    change.moves[from] = (change.moves[from] ?? 0) - 1;
    change.moves[outcome.state] = (change.moves[outcome.state] ?? 0) + 1;
    if (outcome.state === "failed" && turnedAway.has(outcome.reason ?? "")) change.blocked++;
    changes.set(botId, change);
  }
  return [...changes].map(([botId, change]) => ({ botId, ...change }));
}

/** Writes down what came of some recipients; answers with how many. The caller holds the lock of the broadcast. */
export async function apply(
  ctx: ActionContext,
  broadcastId: string,
  from: "queued" | "unknown",
  open: readonly Open[],
  outcomes: readonly Outcome[],
): Promise<number> {
  const moved = await moveRecipients(ctx.db, from, outcomes);
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  await count(ctx.db, broadcastId, changesOf(from, open, byId, moved));
  return moved.size;
}

async function settlePage(
  ctx: ActionContext,
  broadcastId: string,
  from: "queued" | "unknown",
  open: readonly Open[],
): Promise<Map<string, number>> {
  const byDelivery = new Map(open.map((one) => [one.deliveryId, one]));
  const settled = await settledOf(
    ctx.db,
    open.map(({ deliveryId }) => deliveryId),
  );
  const outcomes: Outcome[] = [];
  const perBot = new Map<string, number>();
  for (const one of settled) {
    const recipient = byDelivery.get(one.id);
    if (!recipient || one.state === from) continue;
    outcomes.push(outcomeOf(recipient.id, one));
    perBot.set(recipient.botId, (perBot.get(recipient.botId) ?? 0) + 1);
  }
  if (outcomes.length > 0) await apply(ctx, broadcastId, from, open, outcomes);
  return perBot;
}

/** Rows of one statement over all bots. */
const pageOf = (bots: number) => Math.max(50, Math.floor(4_000 / Math.max(1, bots)));

/**
 * One page of the oldest messages that wait or are under way, of each of these bots. Answers with the bots whose page had ended
 * for the most part, so that the next one is worth reading.
 */
export async function settleQueued(
  ctx: ActionContext,
  { id }: Pick<Broadcast, "id">,
  botIds: readonly string[],
): Promise<string[]> {
  const limit = Math.min(batchRows, pageOf(botIds.length));
  const open = await listOpen(ctx.db, id, botIds, "oldest", limit);
  if (open.length === 0) return [];
  const asked = new Map<string, number>();
  for (const { botId } of open) asked.set(botId, (asked.get(botId) ?? 0) + 1);
  const perBot = await settlePage(ctx, id, "queued", open);
  return botIds.filter((botId) =>
    isWorthAnotherPage({ asked: asked.get(botId) ?? 0, settled: perBot.get(botId) ?? 0, limit }),
  );
}

/** Unknown ones that became known: a late answer was written down, or somebody sent them again. Returns the next page's start. */
export async function settleUnknown(
  ctx: ActionContext,
  { id }: Pick<Broadcast, "id">,
  afterId: bigint,
): Promise<bigint | null> {
  const open = await listUnknown(ctx.db, id, afterId, batchRows);
  await settlePage(ctx, id, "unknown", open);
  return open.length === batchRows ? (open.at(-1)?.id ?? null) : null;
}

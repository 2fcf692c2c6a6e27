import type { ActionContext } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import Big from "big.js";
import { perThousand, rateOf, ratesOf } from "../domain/rates.ts";
import { broadcastNotFound } from "../errors.ts";
import type { AnswerCounts, BroadcastsOverview, ComparedBroadcast } from "../result-contracts.ts";
import { type FiguresRow, findOwnBroadcasts, listOwnSentSince, moneyOfBroadcasts } from "../result-queries.ts";
import { aboutOf, earnedBy } from "./read-results.ts";

const leastCompared = 2;
const mostCompared = 5;
const usualDays = 30;
const dayMs = 86_400_000;
const bestShown = 5;
const newestShown = 100;
/** Of fewer, two who clicked say nothing about the message. */
const enoughToTell = 50;

/** Two to five broadcasts side by side, in the order asked for, by the counters of their rows. */
export async function compareBroadcasts(
  ctx: ActionContext,
  input: { ids: string },
): Promise<{ items: ComparedBroadcast[] }> {
  const ids = [...new Set(input.ids.split(","))];
  if (ids.length < leastCompared || ids.length > mostCompared || !ids.every(isUuid))
    throw invalid("results.compare_some", { least: leastCompared, most: mostCompared });
  const rows = await findOwnBroadcasts(ctx.db, ctx.actor.workspaceId, ids);
  if (rows.length < ids.length) throw broadcastNotFound();
  const shown = await presentCompared(ctx, rows);
  return { items: ids.flatMap((id) => shown.find((one) => one.id === id) ?? []) };
}

/** All broadcasts of the last days together, and the best of them. */
export async function readOverview(ctx: ActionContext, input: { days?: number }): Promise<BroadcastsOverview> {
  const days = input.days ?? usualDays;
  const since = new Date(ctx.now.getTime() - days * dayMs);
  const items = await presentCompared(ctx, await listOwnSentSince(ctx.db, ctx.actor.workspaceId, since));
  const counts: AnswerCounts = { sent: 0, failed: 0, blocked: 0, clicked: 0, replied: 0, converted: 0, optedOut: 0 };
  const money = new Map<string | null, Big>();
  for (const item of items) {
    for (const name of Object.keys(counts) as (keyof AnswerCounts)[]) counts[name] += item.counts[name];
    for (const { currency, amount } of item.money)
      money.set(currency, (money.get(currency) ?? new Big(0)).plus(amount));
  }
  return {
    days,
    broadcasts: items.length,
    counts,
    rates: ratesOf(counts),
    money: [...money].map(([currency, sum]) => ({
      currency,
      amount: sum.toFixed(),
      perThousand: perThousand(sum.toFixed(), counts.sent),
    })),
    best: items
      .filter((item) => item.counts.sent >= enoughToTell && item.counts.clicked > 0)
      .sort((a, b) => clickRate(b) - clickRate(a) || b.counts.sent - a.counts.sent)
      .slice(0, bestShown),
    items: items.slice(0, newestShown),
  };
}

const clickRate = ({ counts }: ComparedBroadcast) => rateOf(counts.clicked, counts.sent) ?? 0;

/** By the counters of their rows, in the order of the rows. */
export async function presentCompared(ctx: ActionContext, rows: readonly FiguresRow[]): Promise<ComparedBroadcast[]> {
  const ids = rows.map(({ id }) => id);
  const money = ids.length > 0 ? await moneyOfBroadcasts(ctx.db, ids) : [];
  return rows.map((row) => {
    const { sent, failed, blocked, clicked, replied, converted, optedOut } = row;
    const counts = { sent, failed, blocked, clicked, replied, converted, optedOut };
    return { ...aboutOf(row), counts, rates: ratesOf(counts), money: earnedBy(money, row.id, sent) };
  });
}

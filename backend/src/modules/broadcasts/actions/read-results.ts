import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { perThousand, ratesOf, sumMoney } from "../domain/rates.ts";
import { turnedAway } from "../engine/settle.ts";
import type { Broadcast } from "../queries.ts";
import type { AnswerCounts, BroadcastResults, EarnedMoney } from "../result-contracts.ts";
import {
  clicksOverTime,
  type FiguresRow,
  listLinks,
  type MoneySlice,
  moneyOfBroadcasts,
  type Slice,
  sliceMoney,
  sliceRecipients,
} from "../result-queries.ts";
import { reasonSentence } from "../result-words.ts";
import { ownBroadcast } from "./own-broadcast.ts";

const hoursShown = 72;
const daysShown = 60;

/** Everything that a broadcast brought so far, counted from its recipients; the row's own counters lag behind by a second or two. */
export async function readResults(ctx: ActionContext, input: { broadcastId: string }): Promise<BroadcastResults> {
  const { db, actor } = ctx;
  const broadcast = await ownBroadcast(ctx, input.broadcastId);
  const { timeZone } = await findWorkspace(db, actor.workspaceId);
  const slices = await sliceRecipients(db, broadcast.id);
  const earned = await sliceMoney(db, broadcast.id);
  const botNames = await namesOfBots(ctx);
  const counts = countsOf(slices);
  const t = translator(actor.locale);
  const inState = (...states: Slice["state"][]) =>
    slices.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
  return {
    ...aboutOf(broadcast),
    counts: {
      ...counts,
      // Until everybody was walked, the reach at launch; more than that only when people joined meanwhile.
      total: Math.max(
        broadcast.total,
        inState("planned", "queued", "sent", "failed", "unknown", "skipped", "cancelled"),
      ),
      waiting: inState("planned", "queued"),
      unknown: inState("unknown"),
      skipped: inState("skipped"),
      cancelled: inState("cancelled"),
    },
    rates: ratesOf(counts),
    money: earnedBy(await moneyOfBroadcasts(db, [broadcast.id]), broadcast.id, counts.sent),
    failures: reasonsOf(slices, "failed", (reason) => reasonSentence(t, reason)),
    skips: reasonsOf(slices, "skipped", (reason) => reasonSentence(t, reason)),
    bots: partsOf(slices, earned, ({ botId }) => botId).map(({ of, counts: own, money }) => ({
      ...own,
      botId: of,
      name: botNames.get(of) ?? "",
      money,
    })),
    languages: partsOf(slices, earned, ({ language }) => language).map(({ of, counts: own, money }) => ({
      ...own,
      language: of,
      money,
    })),
    countries: countriesOf(earned),
    variants: broadcast.variants.map(({ key, share }, at) => ({
      ...countsOf(slices.filter(({ variant }) => variant === at)),
      key,
      share,
    })),
    links: (await listLinks(db, broadcast.id)).map(({ number, url, clicks, people }) => ({
      number,
      url,
      clicks,
      people,
    })),
    clicks: await readClicks(ctx, broadcast, timeZone),
    countsClicks: broadcast.options.countsClicks !== false,
    timeZone,
  };
}

export const aboutOf = ({ id, name, state, startedAt, finishedAt }: FiguresRow) => ({
  id,
  name,
  state,
  startedAt: startedAt?.toISOString() ?? null,
  finishedAt: finishedAt?.toISOString() ?? null,
});

/** Usernames by id, of the bots that the workspace has now. */
export async function namesOfBots(ctx: ActionContext): Promise<Map<string, string>> {
  return new Map((await listOwnBots(ctx.db, ctx.actor.workspaceId)).map(({ id, username }) => [id, username]));
}

/** Money of one broadcast among that of several. */
export const earnedBy = (
  money: Awaited<ReturnType<typeof moneyOfBroadcasts>>,
  broadcastId: string,
  sent: number,
): EarnedMoney[] =>
  money
    .filter((line) => line.broadcastId === broadcastId)
    .map(({ currency, amount }) => ({ currency, amount, perThousand: perThousand(amount, sent) }));

function countsOf(slices: readonly Slice[]): AnswerCounts {
  const counts = { sent: 0, failed: 0, blocked: 0, clicked: 0, replied: 0, converted: 0, optedOut: 0 };
  for (const slice of slices) {
    if (slice.state === "sent") counts.sent += slice.count;
    if (slice.state === "failed") counts.failed += slice.count;
    if (slice.state === "failed" && turnedAway.has(slice.reason ?? "")) counts.blocked += slice.count;
    for (const answer of ["clicked", "replied", "converted", "optedOut"] as const) counts[answer] += slice[answer];
  }
  return counts;
}

/** Recipients and money told apart by one thing, what was sent most first. */
function partsOf<Of>(
  slices: readonly Slice[],
  earned: readonly MoneySlice[],
  by: (slice: Pick<Slice, "botId" | "language">) => Of,
): { of: Of; counts: AnswerCounts; money: EarnedMoney[] }[] {
  return [...Map.groupBy(slices, by)]
    .map(([of, own]) => {
      const counts = countsOf(own);
      const money = sumMoney(earned.filter((line) => by(line) === of));
      return {
        of,
        counts,
        money: money.map((line) => ({ ...line, perThousand: perThousand(line.amount, counts.sent) })),
      };
    })
    .sort((a, b) => b.counts.sent - a.counts.sent);
}

/** Nothing but purchases is known by country; those of the most purchases first. */
const countriesOf = (earned: readonly MoneySlice[]): BroadcastResults["countries"] =>
  [...Map.groupBy(earned, ({ country }) => country)]
    .map(([country, lines]) => ({
      country,
      conversions: lines.reduce((sum, { conversions }) => sum + conversions, 0),
      money: sumMoney(lines),
    }))
    .sort((a, b) => b.conversions - a.conversions);

function reasonsOf(slices: readonly Slice[], state: Slice["state"], say: (reason: string) => string) {
  const counts = new Map<string, number>();
  for (const slice of slices)
    if (slice.state === state) counts.set(slice.reason ?? "", (counts.get(slice.reason ?? "") ?? 0) + slice.count);
  return [...counts]
    .map(([reason, count]) => ({ reason, message: say(reason), count }))
    .sort((a, b) => b.count - a.count);
}

/** Hours in which nobody clicked are part of the picture, and so are the days after three of hours. */
async function readClicks(
  ctx: ActionContext,
  { id, startedAt, createdAt }: Broadcast,
  timeZone: string,
): Promise<BroadcastResults["clicks"]> {
  const since = startedAt ?? createdAt;
  const hours = await clicksOverTime(ctx.db, id, { step: "hour", timeZone, since, limit: hoursShown + 1 });
  if (hours.length <= hoursShown) return { step: "hour", items: hours };
  return { step: "day", items: await clicksOverTime(ctx.db, id, { step: "day", timeZone, since, limit: daysShown }) };
}

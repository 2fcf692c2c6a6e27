import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import { firstSentOf } from "@backend/modules/messaging/index.ts";
import { dayAfter, dayIn, daysBetween, isDay } from "../domain/calendar.ts";
import { distributionOf, toChatBars, toUsBars } from "../domain/delays.ts";
import { daysInvalid } from "../errors.ts";
import { conversionSubject } from "../tell.ts";
import type { Delays, MissedRow, PullDays, PullRun } from "../tracker-log-contracts.ts";
import { presentMissed, presentRun } from "../tracker-log-present.ts";
import { countDays, delaysToUs, listMissed, listRuns, newestConversions } from "../tracker-log-queries.ts";
import { seeConnection } from "./own-pull.ts";

const defaultDays = 14;
const mostDays = 62;
/** Conversions that a distribution is drawn from: the newest ones say how things are. */
const sampleSize = 5_000;

/** What the tracker has for each day beside what we have, in the workspace's zone. Days without anything are there too. */
export async function compareDays(
  ctx: ActionContext,
  input: { connectionId: string; from?: string; to?: string },
): Promise<PullDays> {
  const connection = await seeConnection(ctx, input.connectionId);
  const timeZone = await timeZoneOfWorkspace(ctx.db, ctx.actor.workspaceId);
  const to = input.to ?? dayIn(ctx.now, timeZone);
  if (!isDay(to)) throw daysInvalid();
  const from = input.from ?? dayAfter(to, 1 - defaultDays);
  if (!isDay(from) || from > to) throw daysInvalid();
  const days = daysBetween(from, to, mostDays);
  const counts = await countDays(ctx.db, connection.id, { from: days.at(-1) ?? from, to, timeZone });
  const byDay = new Map(counts.map((count) => [count.day, count]));
  return {
    timeZone,
    days: days.map((day) => {
      const { delivered = 0, recovered = 0, waiting = 0, elsewhere = 0 } = byDay.get(day) ?? {};
      return { day, theirs: delivered + recovered + waiting, delivered, recovered, waiting, elsewhere };
    }),
  };
}

interface PageInput {
  connectionId: string;
  cursor?: string;
  limit?: number;
}

/** Looks into the log, newest first. */
export async function listPullRuns(ctx: ActionContext, input: PageInput): Promise<Page<PullRun>> {
  const connection = await seeConnection(ctx, input.connectionId);
  const limit = input.limit ?? defaultLimit;
  const rows = await listRuns(ctx.db, connection.id, { cursor: input.cursor, limit });
  return toPage(
    rows,
    limit,
    (row) => [row.startedAt.toISOString(), row.id],
    (row) => presentRun(row, ctx.actor.locale),
  );
}

/** What no postback told: still on its way, or recovered. Newest first. */
export async function listMissing(ctx: ActionContext, input: PageInput): Promise<Page<MissedRow>> {
  const connection = await seeConnection(ctx, input.connectionId);
  const limit = input.limit ?? defaultLimit;
  const rows = await listMissed(ctx.db, connection.id, { cursor: input.cursor, limit });
  return toPage(rows, limit, (row) => [row.happenedAt.toISOString(), row.rowKey], presentMissed);
}

/** How long conversions took from the tracker to us, and from us to the first chat. */
export async function readDelays(ctx: ActionContext, input: { connectionId: string; days?: number }): Promise<Delays> {
  const connection = await seeConnection(ctx, input.connectionId);
  const days = input.days ?? 7;
  const since = new Date(ctx.now.getTime() - days * 86_400_000);
  const newest = await newestConversions(ctx.db, connection.id, since, sampleSize);
  const sent = await firstSentOf(ctx.db, ctx.actor.workspaceId, {
    kind: conversionSubject,
    ids: newest.map(({ id }) => id),
  });
  const toChat = newest.flatMap(({ id, receivedAt }) => {
    const at = sent.get(id);
    return at ? [at.getTime() - receivedAt.getTime()] : [];
  });
  return {
    days,
    toUs: distributionOf(await delaysToUs(ctx.db, connection.id, since, sampleSize), toUsBars),
    toChat: distributionOf(toChat, toChatBars),
  };
}

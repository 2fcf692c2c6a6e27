/** What posts and their workers come to. */
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { keyRefsOf, timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { PushHealth, TaskStatistics, TaskStatisticsQuery, Worker, Workers } from "../contracts.ts";
import { platforms } from "../domain/address.ts";
import type { Outcome } from "../domain/task.ts";
import { nothingIsPushed } from "../errors.ts";
import type { FulfilmentPorts } from "../ports.ts";
import { countByDay, countByWorker, countHeld, readQueue } from "../queries.ts";

const dayMs = 86_400_000;
const workerDays = 30;

/** Keys that may work or have worked, busy ones first, and the queue that they work on. */
export async function readWorkers(ctx: ActionContext<FulfilmentPorts>): Promise<Workers> {
  const { db, now } = ctx;
  const { workspaceId } = ctx.actor;
  const keys = (await keyRefsOf(db, workspaceId)).filter(({ scopes }) => scopes.includes("tasks"));
  const since = new Date(now.getTime() - workerDays * dayMs);
  const figures = await countByWorker(
    db,
    workspaceId,
    keys.map(({ id }) => id),
    since,
  );
  const held = await countHeld(db, workspaceId);
  const queue = await readQueue(db, workspaceId);
  const items = keys.map(({ id, name, isRevoked, lastUsedAt }): Worker => {
    const { done = 0, failed = 0, lost = 0, medianSec = null } = figures.get(id) ?? {};
    const seenAt = lastUsedAt?.toISOString() ?? null;
    return { id, name, isRevoked, done, failed, lost, medianSec, holds: held.get(id) ?? 0, seenAt };
  });
  return {
    items: items
      .filter(({ isRevoked, done, failed, holds }) => !isRevoked || done + failed + holds > 0)
      .sort((a, b) => b.done - a.done),
    queue: { ...queue, oldestAt: queue.oldestAt?.toISOString() ?? null },
    pushedTo: ctx.ports.mainBot?.host ?? null,
  };
}

/** Asks the worker that posts are pushed to, now. Throws fulfilment.nothing_is_pushed. */
export async function readPushHealth(ctx: ActionContext<FulfilmentPorts>): Promise<PushHealth> {
  const { mainBot } = ctx.ports;
  if (!mainBot) throw nothingIsPushed();
  const checkedAt = ctx.now.toISOString();
  try {
    await mainBot.check();
    return { isHealthy: true, problem: null, checkedAt };
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const problem = translator(ctx.actor.locale).find(`fulfilment.push.${error.options.problem}`, {}) ?? null;
    return { isHealthy: false, problem, checkedAt };
  }
}

const usualDays = 14;

/** Posts of the last `days` days of the workspace's zone, today among them, by day and by platform, and what became of them. */
export async function readStatistics(ctx: ActionContext, input: TaskStatisticsQuery): Promise<TaskStatistics> {
  const { db, now } = ctx;
  const { workspaceId } = ctx.actor;
  const days = input.days ?? usualDays;
  const timeZone = await timeZoneOfWorkspace(db, workspaceId);
  const dayOf = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  // Noon of the day in UTC, so that counting days back meets no change of the clocks.
  const noon = Date.parse(`${dayOf.format(now)}T12:00:00Z`);
  const names = Array.from({ length: days }, (_, n) =>
    new Date(noon - (days - 1 - n) * dayMs).toISOString().slice(0, 10),
  );
  // A day more than is shown: the first of them begins somewhere within it, and what is before it falls out below.
  const since = new Date(now.getTime() - (days + 1) * dayMs);
  const counted = await countByDay(db, workspaceId, since, timeZone);
  const shown = counted.filter(({ day }) => names.includes(day));
  const ofPlatforms = platforms
    .map((platform) => ({ platform, rows: shown.filter((row) => row.platform === platform) }))
    .filter(({ rows }) => rows.length > 0);
  return {
    days: names.map((day) => {
      const rows = shown.filter((row) => row.day === day);
      const counts = platforms.map((platform) => ({
        platform,
        count: sum(rows.filter((row) => row.platform === platform)),
      }));
      return { day, ...byOutcome(rows), platforms: counts.filter(({ count }) => count > 0) };
    }),
    platforms: ofPlatforms
      .map(({ platform, rows }) => ({ platform, total: sum(rows), ...byOutcome(rows) }))
      .sort((a, b) => b.total - a.total),
    total: sum(shown),
    ...byOutcome(shown),
  };
}

const sum = (rows: readonly { count: number }[]) => rows.reduce((all, { count }) => all + count, 0);
const byOutcome = (rows: readonly { outcome: Outcome; count: number }[]) => {
  const of = (wanted: Outcome) => sum(rows.filter(({ outcome }) => outcome === wanted));
  return {
    completed: of("completed"),
    open: of("open"),
    failed: of("failed"),
    returned: of("returned"),
    cancelled: of("cancelled"),
  };
};

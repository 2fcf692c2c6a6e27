/** What posts and their workers come to. */
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { keyRefsOf, timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { PushHealth, TaskStatistics, TaskStatisticsQuery, Worker, Workers } from "../contracts.ts";
import { platforms } from "../domain/address.ts";
import type { TaskState } from "../domain/task.ts";
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

/**
 * Posts by platform on each of the last `days` days of the workspace's zone, today among them, and what became of them: for dashboards.
 */
export async function postsByDay(
  db: Db,
  { workspaceId, now, days }: { workspaceId: string; now: Date; days: number },
): Promise<TaskStatistics> {
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
  const sum = (rows: readonly { count: number }[]) => rows.reduce((all, { count }) => all + count, 0);
  const inStates = (...states: TaskState[]) => sum(shown.filter(({ state }) => states.includes(state)));
  return {
    days: names.map((day) => ({
      day,
      platforms: platforms.flatMap((platform) => {
        const count = sum(shown.filter((row) => row.day === day && row.platform === platform));
        return count > 0 ? [{ platform, count }] : [];
      }),
    })),
    total: sum(shown),
    completed: inStates("completed"),
    failed: inStates("failed"),
    processing: inStates("sent", "processing"),
  };
}

const usualDays = 14;

export const readStatistics = (ctx: ActionContext, input: TaskStatisticsQuery): Promise<TaskStatistics> =>
  postsByDay(ctx.db, { workspaceId: ctx.actor.workspaceId, now: ctx.now, days: input.days ?? usualDays });

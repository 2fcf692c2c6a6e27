import type { ActionContext } from "@backend/kit/context.ts";
import { scrub } from "@backend/kit/log.ts";
import { readLaneNumbers } from "@backend/modules/messaging/index.ts";
import { salesTotals } from "@backend/modules/shop/index.ts";
import type { AdminStats, BotStatus } from "../contracts.ts";
import { readTroubles } from "../facts.ts";
import { countConversions, countTotals, readDay, sumRevenue } from "../queries.ts";

/** Totals of the workspace, for programs. */
export async function readAdminStats(ctx: ActionContext): Promise<AdminStats> {
  const { workspaceId } = ctx.actor;
  const { db, now } = ctx;
  const day = await readDay(db, workspaceId, now);
  const totals = await countTotals(db, workspaceId, day);
  const byStatus = await countConversions(db, workspaceId, day, now, []);
  const revenue = await sumRevenue(db, workspaceId, day, now, []);
  const [troubles] = await readTroubles(db, workspaceId, now);
  const sales = await salesTotals(db, { workspaceId, now });
  return {
    total_users: totals.persons,
    active_users: totals.active,
    new_users_today: totals.fresh,
    total_chats: totals.chats,
    total_connections: totals.connections,
    conversions_today: byStatus.reduce((sum, { today }) => sum + today, 0),
    conversions_total: totals.conversions,
    revenue_today: revenue.map(({ currency, today }) => ({ currency, amount: today })),
    deliveries_queued: totals.queued,
    deliveries_unknown: troubles?.unknown ?? 0,
    dead_letters: troubles?.deadLetters ?? 0,
    total_orders: sales.orders,
    paid_orders: sales.paid,
    total_revenue: sales.revenue,
    paying_users: sales.paying,
    packages_count: sales.onSale,
    recent_orders: sales.recent.map(({ number, state, person, product, amount, currency, at }) => ({
      number,
      status: state,
      user: person,
      package: product,
      amount,
      currency,
      created_at: at.toISOString(),
    })),
    timestamp: now.toISOString(),
  };
}

/** Whether the workspace's bots work, for programs. */
export async function readBotStatus(ctx: ActionContext): Promise<BotStatus> {
  const { db, now } = ctx;
  const { workspaceId } = ctx.actor;
  const [troubles] = await readTroubles(db, workspaceId, now);
  const lanes = new Map((await readLaneNumbers(db, workspaceId)).map((lane) => [lane.botId, lane]));
  const bots = (troubles?.bots ?? []).map((bot) => {
    const lane = lanes.get(bot.botId);
    return {
      id: bot.botId,
      username: bot.username,
      state: bot.state,
      // A lane without work has no owner to need.
      is_sending:
        bot.state === "active" &&
        bot.pausedReason === null &&
        (lane === undefined || lane.hasOwner || lane.queued === 0),
      paused_until: bot.pausedUntil?.toISOString() ?? null,
      pending_updates: bot.health?.pendingUpdates ?? null,
      last_error: bot.health?.lastError ? scrub(bot.health.lastError).slice(0, 300) : null,
      checked_at: bot.health?.checkedAt ?? null,
      queued: lane?.queued ?? 0,
    };
  });
  const wanted = bots.filter(({ state }) => state !== "inactive");
  const working = wanted.filter((bot) => bot.is_sending);
  const status = working.length === 0 ? "offline" : working.length < wanted.length ? "degraded" : "online";
  return { status, bots, timestamp: now.toISOString() };
}

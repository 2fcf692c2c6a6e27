import { type ActionContext, inSnapshot } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { approvedStatuses, rejectingStatuses } from "@backend/modules/conversions/index.ts";
import { addAmounts, approvalRate, changeOf, changeOfAmount, type Money } from "../domain/figures.ts";
import { daysOf, longestDays, longestHourlyDays, type Period, problemOf } from "../domain/periods.ts";
import type { Statistics, StatisticsFigures, StatisticsQuery } from "../statistics-contracts.ts";
import { type Plan, planStatistics } from "../statistics-plan.ts";
import {
  countBy,
  readConnectionNames,
  type Scope,
  type StatisticsBy,
  type Tallies,
  type Tally,
} from "../statistics-queries.ts";
import { visibleConnections } from "../visible-connections.ts";

const defaultLimit = 50;
const hourMs = 3_600_000;
/** More points than any series has. */
const wholeSeries = { limit: 10_000, search: null };

/**
 * Conversions of a period by one thing, with totals and the period before. Read in one snapshot: a roll that is written meanwhile
 * moves conversions from one side of the sum to the other.
 */
export async function readStatistics(ctx: ActionContext, query: StatisticsQuery): Promise<Statistics> {
  const by = query.by ?? "day";
  const period = { from: query.from, to: query.to };
  const problem = problemOf(period, by === "hour");
  if (problem)
    throw invalid(`reports.statistics.${problem}`, { days: by === "hour" ? longestHourlyDays : longestDays });
  const visible = await visibleConnections(ctx);
  return inSnapshot(ctx, (at) => read(at, { ...query, by }, period, visible));
}

async function read(
  { db: tx, actor, now }: ActionContext,
  query: StatisticsQuery & { by: StatisticsBy },
  period: Period,
  visible: readonly string[] | null,
): Promise<Statistics> {
  const { by } = query;
  const plan = await planStatistics(tx, actor.workspaceId, period, now);
  const scope: Scope = {
    workspaceId: actor.workspaceId,
    timeZone: plan.timeZone,
    connectionIds: wanted(query.connectionId, visible),
    status: query.status ?? null,
    currency: query.currency ?? null,
  };
  const isSeries = by === "day" || by === "hour" || by === "hour_of_day";
  const seriesBy = isSeries ? by : "day";
  const series = await countBy(tx, scope, plan.current, seriesBy, wholeSeries);
  const before = await countBy(tx, scope, plan.previous, seriesBy, wholeSeries);
  const page = { limit: query.limit ?? defaultLimit, search: query.search?.replaceAll("\0", "").trim() || null };
  const shown: Tallies = isSeries ? series : await countBy(tx, scope, plan.current, by, page);
  const names = by === "connection" ? await readConnectionNames(tx, actor.workspaceId) : null;
  const figuresOf = figures(scope.status !== null);
  const rowsOf = (tallies: readonly Tally[]) =>
    [...grouped(tallies)].map(([key, group]) => ({
      key,
      label: names?.get(key) ?? group[0]?.label ?? null,
      figures: figuresOf(group),
    }));
  const filled = (tallies: readonly Tally[], keys: readonly string[]) => {
    const groups = grouped(tallies);
    return keys.map((key) => ({ key, label: null, figures: figuresOf(groups.get(key) ?? []) }));
  };
  const totals = figuresOf(series.tallies);
  const totalsBefore = figuresOf(before.tallies);
  return {
    ...period,
    by,
    timeZone: plan.timeZone,
    countedAt: now.toISOString(),
    rows: isSeries ? filled(series.tallies, placesOf(plan, period, by)) : rowsOf(shown.tallies),
    moreRows: isSeries ? 0 : Math.max(0, shown.keys - page.limit),
    totals,
    previous: {
      ...plan.previousPeriod,
      until: plan.previousUntil?.toISOString() ?? null,
      totals: totalsBefore,
      rows: isSeries ? filled(before.tallies, placesOf(plan, plan.previousPeriod, by)) : [],
    },
    change: change(totals, totalsBefore),
    pendingDays: plan.pendingDays,
    recountingDays: plan.recountingDays,
  };
}

/** A connection that the caller may not see counts as one without conversions. */
function wanted(connectionId: string | undefined, visible: readonly string[] | null): readonly string[] | null {
  if (connectionId === undefined) return visible;
  return visible === null || visible.includes(connectionId) ? [connectionId] : [];
}

function grouped(tallies: readonly Tally[]): ReadonlyMap<string, Tally[]> {
  const groups = new Map<string, Tally[]>();
  for (const tally of tallies) {
    const group = groups.get(tally.key);
    if (group) group.push(tally);
    else groups.set(tally.key, [tally]);
  }
  return groups;
}

/** Every place of a series, empty ones too. The hours of a day are 23 or 25 when the clock changes. */
function placesOf(plan: Plan, period: Period, by: StatisticsBy): string[] {
  const days = daysOf(period);
  if (by === "day") return days;
  if (by === "hour_of_day") return Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  return days.flatMap((day) => {
    const starts = plan.starts.get(day);
    const ends = plan.ends.get(day);
    if (!starts || !ends) return [];
    const hours = Math.ceil((ends.getTime() - starts.getTime()) / hourMs);
    return Array.from(
      { length: hours },
      (_, hour) => `${new Date(starts.getTime() + hour * hourMs).toISOString().slice(0, 16)}Z`,
    );
  });
}

const figures =
  (isOneStatus: boolean) =>
  (tallies: readonly Tally[]): StatisticsFigures => {
    const byStatus = new Map<StatisticsFigures["byStatus"][number]["status"], number>();
    const money = new Map<string, Money>();
    for (const { status, currency, count, revenue, takenBack } of tallies) {
      byStatus.set(status, (byStatus.get(status) ?? 0) + count);
      if (revenue === "0" && takenBack === "0") continue;
      const known = money.get(currency);
      money.set(currency, {
        currency: currency === "" ? null : currency,
        revenue: known ? addAmounts(known.revenue, revenue) : revenue,
        takenBack: known ? addAmounts(known.takenBack, takenBack) : takenBack,
      });
    }
    const count = (statuses: readonly StatisticsFigures["byStatus"][number]["status"][]) =>
      statuses.reduce((sum, status) => sum + (byStatus.get(status) ?? 0), 0);
    const approved = count(approvedStatuses);
    const rejected = count(rejectingStatuses);
    return {
      conversions: [...byStatus.values()].reduce((sum, one) => sum + one, 0),
      byStatus: [...byStatus]
        .map(([status, count]) => ({ status, count }))
        .sort((a, b) => b.count - a.count || (a.status < b.status ? -1 : 1)),
      approved,
      rejected,
      approvalRate: isOneStatus ? null : approvalRate(approved, rejected),
      money: [...money.values()].sort(
        (a, b) => Number(b.revenue) - Number(a.revenue) || ((a.currency ?? "") < (b.currency ?? "") ? -1 : 1),
      ),
    };
  };

function change(now: StatisticsFigures, before: StatisticsFigures): Statistics["change"] {
  const revenueBefore = new Map(before.money.map(({ currency, revenue }) => [currency, revenue]));
  return {
    conversions: changeOf(now.conversions, before.conversions),
    approved: changeOf(now.approved, before.approved),
    rejected: changeOf(now.rejected, before.rejected),
    approvalRate:
      now.approvalRate === null || before.approvalRate === null ? null : now.approvalRate - before.approvalRate,
    revenue: now.money.map(({ currency, revenue }) => ({
      currency,
      share: changeOfAmount(revenue, revenueBefore.get(currency) ?? "0"),
    })),
  };
}

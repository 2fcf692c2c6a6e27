/** Shapes of statistics that cross HTTP. Days are text in the workspace's zone, moments ISO 8601 in UTC, amounts exact decimal text. */
import { oneOf } from "@backend/kit/one-of.ts";
import { StatusName } from "@backend/modules/conversions/index.ts";
import { type Static, t } from "elysia";
import { statisticsBy } from "./statistics-queries.ts";

const Count = t.Integer();
const Day = t.String({ maxLength: 10 });

export const StatisticsQuery = t.Object({
  /** First and last day, both included, in the workspace's zone: "2026-11-21". */
  from: Day,
  to: Day,
  /** What the rows are; by day when it is not named. "hour" is a series of at most three days, "hour_of_day" sums days up. */
  by: t.Optional(oneOf(statisticsBy)),
  connectionId: t.Optional(t.String({ format: "uuid" })),
  status: t.Optional(StatusName),
  currency: t.Optional(t.String({ pattern: "^[A-Z]{3,5}$" })),
  /** Rows at most, of those that are no series; 50 by default. */
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 500 })),
  /** A part of a value or of its name. */
  search: t.Optional(t.String({ maxLength: 200 })),
});
export type StatisticsQuery = Static<typeof StatisticsQuery>;

export const StatisticsFigures = t.Object({
  conversions: Count,
  byStatus: t.Array(t.Object({ status: StatusName, count: Count })),
  /** Sales and deposits. */
  approved: Count,
  /** Rejected and trash. */
  rejected: Count,
  /** approved ÷ (approved + rejected); null while there are neither, and when only one status was asked for. */
  approvalRate: t.Nullable(t.Number()),
  /** By currency, null when none was named: sales, rebills and deposits that were not taken back later, and what was. */
  money: t.Array(t.Object({ currency: t.Nullable(t.String()), revenue: t.String(), takenBack: t.String() })),
});
export type StatisticsFigures = Static<typeof StatisticsFigures>;

const Row = t.Object({
  /** A day, the beginning of an hour, "00" to "23", a status, a connection's id, or the value itself: '' when the tracker sent none. */
  key: t.String(),
  /** A name for a key that is an id. */
  label: t.Nullable(t.String()),
  figures: StatisticsFigures,
});

/** A share of the earlier figure: 0.2 is a fifth more. Null when there was none before. */
const Share = t.Nullable(t.Number());

export const Statistics = t.Object({
  from: Day,
  to: Day,
  by: oneOf(statisticsBy),
  timeZone: t.String(),
  /** What has happened until then is counted. */
  countedAt: t.String(),
  rows: t.Array(Row),
  /** Rows that the limit left out. */
  moreRows: Count,
  totals: StatisticsFigures,
  previous: t.Object({
    from: Day,
    to: Day,
    /** Where it ends while the current period is not over: at the same time of day. Null: with its last day. */
    until: t.Nullable(t.String()),
    totals: StatisticsFigures,
    /** Of a series: the same places one period earlier. Empty otherwise. */
    rows: t.Array(Row),
  }),
  change: t.Object({
    conversions: Share,
    approved: Share,
    rejected: Share,
    /** Difference of the two rates. */
    approvalRate: Share,
    revenue: t.Array(t.Object({ currency: t.Nullable(t.String()), share: Share })),
  }),
  /** Days that are left out because they are not counted yet, and days as they were counted some minutes ago. Both pass by themselves. */
  pendingDays: Count,
  recountingDays: Count,
});
export type Statistics = Static<typeof Statistics>;

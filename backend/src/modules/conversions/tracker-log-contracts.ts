/** Shapes of trackers' logs that cross HTTP. Those of connections and conversions: contracts.ts. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { logArrivals } from "@db/schema/tracker-logs.ts";
import { type Static, t } from "elysia";
import { trackerProblems } from "./domain/tracker-log.ts";

const Instant = t.String();
const Moment = t.Nullable(Instant);
export const pullScopes = ["seen", "all"] as const;

/** What is wrong, as a code and as a sentence in the reader's language. */
const Problem = t.Object({ code: oneOf(trackerProblems), message: t.String() });

/** How a tracker is asked for its log. The key is never shown. */
export const TrackerPull = t.Object({
  apiUrl: t.String(),
  isOn: t.Boolean(),
  everyMinutes: t.Number(),
  /** "seen": campaigns that have sent a postback. "all": every campaign of the tracker. */
  scope: oneOf(pullScopes),
  /** Everything logged before this moment of the tracker's clock has been compared. */
  checkedUntil: Moment,
  nextRunAt: Instant,
  lastRunAt: Moment,
  lastOkAt: Moment,
  /** Null when the last run went well. */
  problem: t.Nullable(Problem),
  problemSince: Moment,
  isRunning: t.Boolean(),
});
export type TrackerPull = Static<typeof TrackerPull>;

export const PullState = t.Object({
  /** Null until the tracker's log is connected. */
  pull: t.Nullable(TrackerPull),
  /** Whether this kind of tracker has a log that can be read. */
  isSupported: t.Boolean(),
});
export type PullState = Static<typeof PullState>;

export const ConnectPullBody = t.Object({
  /** Whatever was copied from the browser; the tracker's address is found in it. */
  apiUrl: t.String({ maxLength: 500 }),
  /** May be left out where one is stored for the same address. */
  apiKey: t.Optional(t.String({ maxLength: 500 })),
  isOn: t.Optional(t.Boolean()),
  everyMinutes: t.Optional(t.Integer({ minimum: 1, maximum: 1_440 })),
  scope: t.Optional(oneOf(pullScopes)),
});
export type ConnectPull = Static<typeof ConnectPullBody>;

export const PullRun = t.Object({
  id: t.String(),
  startedAt: Instant,
  /** Null while it runs. */
  finishedAt: Moment,
  windowFrom: Instant,
  windowTo: Instant,
  /** Rows that the tracker gave, and how many of them no postback had told. */
  rows: t.Number(),
  missing: t.Number(),
  problem: t.Nullable(Problem),
});
export type PullRun = Static<typeof PullRun>;
export const PullRunPage = pageOf(PullRun);
export const PullPageQuery = t.Object({ ...pageQuery });

/** Days in the workspace's zone, newest first. */
export const PullDays = t.Object({
  timeZone: t.String(),
  days: t.Array(
    t.Object({
      day: t.String(),
      /** What the tracker has for campaigns in scope: the next three together. */
      theirs: t.Number(),
      delivered: t.Number(),
      recovered: t.Number(),
      waiting: t.Number(),
      /** Of campaigns out of scope. */
      elsewhere: t.Number(),
    }),
  ),
});
export type PullDays = Static<typeof PullDays>;
export const PullDaysQuery = t.Object({
  from: t.Optional(t.String({ maxLength: 10 })),
  to: t.Optional(t.String({ maxLength: 10 })),
});

/** A row of the log that no postback told us of. */
export const MissedRow = t.Object({
  key: t.String(),
  /** The tracker's id of the conversion and its word for the status. */
  trackerId: t.String(),
  status: t.String(),
  happenedAt: Instant,
  arrival: oneOf(logArrivals),
  /** Ours, once it is recovered. */
  conversionId: t.Nullable(t.String()),
});
export type MissedRow = Static<typeof MissedRow>;
export const MissedPage = pageOf(MissedRow);

const DistributionContract = t.Object({
  count: t.Number(),
  p50Ms: t.Nullable(t.Number()),
  p95Ms: t.Nullable(t.Number()),
  bars: t.Array(t.Object({ upToMs: t.Nullable(t.Number()), count: t.Number() })),
});
export const Delays = t.Object({
  days: t.Number(),
  /** From the tracker to us; known for what its log has. */
  toUs: DistributionContract,
  /** From us to the first chat. */
  toChat: DistributionContract,
});
export type Delays = Static<typeof Delays>;
export const DelaysQuery = t.Object({ days: t.Optional(t.Integer({ minimum: 1, maximum: 30 })) });

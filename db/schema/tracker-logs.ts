/** What trackers say of themselves: their own log of conversions, read to find what no postback told. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, timestamps } from "./columns.ts";
import { trackerConnections } from "./conversions.ts";
import { workspaces } from "./identity.ts";

/** How a connection's tracker is asked. One row for each connection that was given an API key. */
export const trackerPulls = pgTable(
  "tracker_pulls",
  {
    connectionId: uuid("connection_id")
      .primaryKey()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** The tracker's address up to and without /admin_api. */
    apiUrl: text("api_url").notNull(),
    apiKeySealed: text("api_key_sealed").notNull(),
    isOn: boolean("is_on").notNull().default(true),
    everyMinutes: integer("every_minutes").notNull().default(10),
    /** "seen": campaigns that have sent us a postback. "all": every campaign of the tracker. */
    scope: text("scope").$type<"seen" | "all">().notNull().default("seen"),
    /** Which spelling of queries it understands; null = not found out yet. */
    dialect: text("dialect").$type<"new" | "old">(),
    /** Everything the tracker logged before this moment has been looked at. */
    checkedUntil: instant("checked_until"),
    nextRunAt: instant("next_run_at").notNull().defaultNow(),
    lastRunAt: instant("last_run_at"),
    lastOkAt: instant("last_ok_at"),
    /** Code of a sentence; null = the last run went well. */
    problem: text("problem"),
    problemSince: instant("problem_since"),
    failures: smallint("failures").notNull().default(0),
    ...timestamps(),
  },
  (t) => [
    index("tracker_pulls_by_workspace").on(t.workspaceId),
    index("tracker_pulls_due").on(t.nextRunAt).where(sql`${t.isOn}`),
    check("tracker_pulls_scope_known", sql`${t.scope} in ('seen','all')`),
    check("tracker_pulls_every_sane", sql`${t.everyMinutes} between 1 and 1440`),
  ],
);

export const trackerPullRuns = pgTable(
  "tracker_pull_runs",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    windowFrom: instant("window_from").notNull(),
    windowTo: instant("window_to").notNull(),
    rows: integer("rows").notNull().default(0),
    missing: integer("missing").notNull().default(0),
    problem: text("problem"),
    startedAt: instant("started_at").notNull(),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    index("tracker_pull_runs_by_connection").on(t.connectionId, t.startedAt),
    index("tracker_pull_runs_by_workspace").on(t.workspaceId),
  ],
);

/** How a row of a tracker's log stands with us. "waiting": missing, on its way through the inbox. "elsewhere": of a campaign out of scope. */
export const logArrivals = ["delivered", "recovered", "waiting", "elsewhere"] as const;
export type LogArrival = (typeof logArrivals)[number];

/**
 * One conversion in one status, as the tracker's log has it. Written by the pull, read to compare counts per day and to show the
 * way of one conversion from the tracker to the chat. Leaves with old calls.
 */
export const trackerLogRows = pgTable(
  "tracker_log_rows",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    /** The tracker's id of the conversion and its status: a status change is a row of its own. */
    rowKey: text("row_key").notNull(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    happenedAt: instant("happened_at").notNull(),
    arrival: text("arrival").$type<LogArrival>().notNull(),
    /** Ours, once it is known. */
    conversionId: bigint("conversion_id", { mode: "bigint" }),
    seenAt: instant("seen_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "tracker_log_rows_key", columns: [t.connectionId, t.rowKey] }),
    index("tracker_log_rows_by_time").on(t.connectionId, t.happenedAt),
    index("tracker_log_rows_by_conversion").on(t.conversionId).where(sql`${t.conversionId} is not null`),
    index("tracker_log_rows_by_workspace").on(t.workspaceId),
    check("tracker_log_rows_arrival_known", sql`${t.arrival} in ('delivered','recovered','waiting','elsewhere')`),
  ],
);

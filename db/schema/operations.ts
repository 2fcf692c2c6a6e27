/** What the installation knows about its own health, and long replays of received calls. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, rowId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";

export type AlertPhase = "pending" | "firing" | "clear";

/**
 * One row per trouble that may be told: a rule and the thing it is about. Written by `operations.check-alerts` alone, in the
 * transaction that queues the messages, so a trouble is told once however often the job runs.
 */
export const alertStates = pgTable(
  "alert_states",
  {
    ...rowId(),
    rule: text("rule").notNull(),
    /** Id of the bot, connection or workspace it is about; "installation" for the whole. Unique over all workspaces. */
    subject: text("subject").notNull(),
    /** Null = the installation's own: told to its operators and to no workspace. */
    workspaceId: uuid("workspace_id").references(() => workspaces.id, { onDelete: "cascade" }),
    phase: text("phase").$type<AlertPhase>().notNull(),
    /** When the trouble was first seen, this time. */
    since: instant("since").notNull(),
    /** Whether people heard of this firing; a trouble that comes back within the cool-down is not told again. */
    isTold: boolean("is_told").notNull().default(false),
    /** When people last heard that it fired. */
    toldAt: instant("told_at"),
    clearedAt: instant("cleared_at"),
    /** Figures of its sentence at the last change. */
    params: jsonb("params").$type<Record<string, string | number>>().notNull().default({}),
    ...timestamps(),
  },
  (t) => [
    unique("alert_states_once").on(t.rule, t.subject),
    index("alert_states_by_workspace").on(t.workspaceId, t.phase),
    check("alert_states_phase_known", sql`${t.phase} in ('pending','firing','clear')`),
  ],
);

/**
 * Running processes, each writing its own row every few seconds and deleting it when it stops in order. A row that is no longer
 * written is a process that died. Errors, disk and database answers are measured where they happen and judged from here.
 */
export const processes = pgTable(
  "processes",
  {
    id: text("id").primaryKey(),
    host: text("host").notNull(),
    roles: text("roles").array().notNull(),
    startedAt: instant("started_at").notNull(),
    seenAt: instant("seen_at").notNull(),
    /** Requests answered with 5xx and jobs that threw, in the last minute. */
    errorsPerMinute: integer("errors_per_minute").notNull().default(0),
    /** Free bytes where DATA_DIR is; null when the system does not tell. */
    diskFreeBytes: bigint("disk_free_bytes", { mode: "number" }),
    /** How long the smallest statement took, waiting for a connection included. */
    databaseMs: integer("database_ms").notNull().default(0),
    memoryBytes: bigint("memory_bytes", { mode: "number" }).notNull().default(0),
    /** The last time the database could not be reached from here. */
    awayFrom: instant("away_from"),
    awayUntil: instant("away_until"),
  },
  (t) => [index("processes_by_age").on(t.seenAt)],
);

/** `failed`: every try threw; it was set aside. */
export type ReplayState = "running" | "done" | "stopped" | "failed";

/**
 * A replay of everything that matched a filter. The job walks ids upwards from `checkpointId` to `ceilingId`, which was the
 * newest id when it was asked for, so the copies it makes are never copied again.
 */
export const inboxReplays = pgTable(
  "inbox_replays",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    filter: jsonb("filter").notNull(),
    state: text("state").$type<ReplayState>().notNull().default("running"),
    firstId: bigint("first_id", { mode: "bigint" }).notNull(),
    checkpointId: bigint("checkpoint_id", { mode: "bigint" }).notNull(),
    ceilingId: bigint("ceiling_id", { mode: "bigint" }).notNull(),
    /** Calls stored again so far. */
    stored: integer("stored").notNull().default(0),
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    finishedAt: instant("finished_at"),
    ...timestamps(),
  },
  (t) => [
    index("inbox_replays_by_workspace").on(t.workspaceId, t.createdAt),
    uniqueIndex("inbox_replays_one_running").on(t.workspaceId).where(sql`${t.state} = 'running'`),
    index("inbox_replays_by_requester").on(t.requestedBy),
    check("inbox_replays_state_known", sql`${t.state} in ('running','done','stopped','failed')`),
  ],
);

/**
 * Work that threw, and how often in a row: after five it is set aside. A row goes with the next success, with the end of its work, or when
 * a person begins it again; so the table is as long as what stumbles at this moment. Written by `kit/set-aside.ts` alone.
 */
export const stumbles = pgTable(
  "stumbles",
  {
    /** What is done, e.g. `broadcasts.step`. */
    work: text("work").notNull(),
    /** What it is done to: the id of a broadcast, an import. */
    subject: text("subject").notNull(),
    tries: smallint("tries").notNull().default(1),
    stumbledAt: instant("stumbled_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "stumbles_once", columns: [t.work, t.subject] }),
    index("stumbles_by_age").on(t.stumbledAt),
  ],
);

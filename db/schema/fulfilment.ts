/** Posts that customers add, and the outside workers who carry them out. */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, rowId, serialId } from "./columns.ts";
import { apiKeys, persons, workspaces } from "./identity.ts";
import { entitlements, orders, type PackageDetails } from "./shop.ts";

export const platforms = ["telegram", "instagram", "tiktok", "youtube", "x", "facebook", "vk"] as const;
export type Platform = (typeof platforms)[number];

/** `created` waits for a worker, `sent` is held by one that has said nothing yet. The last three are final. */
export const taskStates = ["created", "sent", "processing", "completed", "failed", "cancelled"] as const;
export type TaskState = (typeof taskStates)[number];

/** A post to be worked on: what the customer calls his post is the worker's task. */
export const tasks = pgTable(
  "tasks",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    orderId: uuid("order_id")
      .notNull()
      .references(() => orders.id),
    entitlementId: uuid("entitlement_id")
      .notNull()
      .references(() => entitlements.id),
    platform: text("platform").$type<Platform>().notNull(),
    /** As it was typed. */
    url: text("url").notNull(),
    /** One spelling for one post: what duplicates are found by. */
    address: text("address").notNull(),
    /** What the package promised when the post was added: a worker gets it with the post. */
    promises: jsonb("promises")
      .$type<Pick<PackageDetails, "views" | "reactions" | "comments" | "reposts">>()
      .notNull()
      .default({}),
    state: text("state").$type<TaskState>().notNull().default("created"),
    attempts: smallint("attempts").notNull().default(0),
    /** The key of the worker that holds it, and until when; null = nobody. */
    workerKeyId: uuid("worker_key_id").references(() => apiKeys.id, { onDelete: "set null" }),
    leaseUntil: instant("lease_until"),
    /** Counts holders: an answer that names an earlier one is late. */
    lease: integer("lease").notNull().default(0),
    /** Seconds that each word of the holder prolongs it by; the worker chooses when it takes the task. */
    leaseSec: integer("lease_sec").notNull().default(60),
    /** When its holder was last heard of. Null while one holds it: it was pushed, and nobody knows yet whether that arrived. */
    heardAt: instant("heard_at"),
    externalTaskId: text("external_task_id"),
    /** Percent, and counts such as views_added, as the worker says them. */
    progress: jsonb("progress").$type<Record<string, number>>().notNull().default({}),
    /** What the worker proves it with; shown to the customer. */
    proof: jsonb("proof").$type<Record<string, unknown>>(),
    /** Code or words of the last failure. */
    problem: text("problem"),
    /** What one post of this package is worth, for a return; null = there is nothing to return. */
    worth: numeric("worth", { precision: 38, scale: 18 }),
    currency: text("currency"),
    deadlineAt: instant("deadline_at").notNull(),
    /** When its worth went back to the balance. */
    returnedAt: instant("returned_at"),
    /** It was not done, and a refund under way may take what it is worth: decided when that has gone, or has failed. */
    returnWaits: boolean("return_waits").notNull().default(false),
    createdAt: instant("created_at").notNull().defaultNow(),
    startedAt: instant("started_at"),
    endedAt: instant("ended_at"),
  },
  (t) => [
    index("tasks_by_workspace").on(t.workspaceId, t.createdAt.desc(), t.id),
    index("tasks_by_state").on(t.workspaceId, t.state, t.createdAt.desc(), t.id),
    index("tasks_by_person").on(t.personId, t.createdAt.desc()),
    index("tasks_by_order").on(t.orderId),
    index("tasks_by_entitlement").on(t.entitlementId),
    index("tasks_by_worker").on(t.workerKeyId),
    // The queue: who may be taken now, oldest first.
    index("tasks_to_take").on(t.workspaceId, t.createdAt, t.id).where(sql`${t.state} = 'created'`),
    index("tasks_leased").on(t.leaseUntil).where(sql`${t.state} in ('sent','processing')`),
    // What a deadline ends: work that is not done, and failed work whose worth is still to be returned.
    index("tasks_due")
      .on(t.deadlineAt)
      .where(
        sql`${t.state} in ('created','sent','processing') or (${t.state} = 'failed' and ${t.worth} is not null and ${t.returnedAt} is null)`,
      ),
    index("tasks_return_waits").on(t.orderId).where(sql`${t.returnWaits}`),
    // Whether somebody had this post before, and where a whole address that the team looks for is.
    index("tasks_by_post").on(t.address, t.personId),
    // The same post is not worked on twice at the same time for one person.
    uniqueIndex("tasks_one_open_per_post")
      .on(t.personId, t.address)
      .where(sql`${t.state} in ('created','sent','processing')`),
    check("tasks_state_known", sql`${t.state} in ('created','sent','processing','completed','failed','cancelled')`),
    check("tasks_attempts_within", sql`${t.attempts} between 0 and 3`),
  ],
);

/** What happened to a task: taken, moved, released, judged. */
export const taskEvents = pgTable(
  "task_events",
  {
    ...serialId(),
    taskId: uuid("task_id")
      .notNull()
      .references(() => tasks.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id").notNull(),
    at: instant("at").notNull().defaultNow(),
    kind: text("kind").notNull(),
    workerKeyId: uuid("worker_key_id").references(() => apiKeys.id, { onDelete: "set null" }),
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    details: jsonb("details").$type<Record<string, string | number>>().notNull().default({}),
  },
  (t) => [
    index("task_events_by_task").on(t.taskId, t.id),
    index("task_events_by_worker").on(t.workerKeyId, t.at),
    index("task_events_by_person").on(t.personId),
  ],
);

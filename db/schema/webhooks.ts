/** Calls that we owe other systems when something happens here, and answers kept for programs that repeat a call. */
import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, serialId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";

/** An address of somebody else's that hears events of a workspace. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    url: text("url").notNull(),
    secretSealed: text("secret_sealed").notNull(),
    /** Signs too until `previousUntil`, so that a rotation interrupts nobody. */
    previousSecretSealed: text("previous_secret_sealed"),
    previousUntil: instant("previous_until"),
    /** Names of events; empty = all. */
    events: text("events").array().notNull(),
    state: text("state").$type<"active" | "inactive" | "disabled">().notNull().default("active"),
    /** Since when every call fails; five days of it disable the endpoint. */
    failingSince: instant("failing_since"),
    /** The last failure: after two days without another a new row of failures begins. */
    failedAt: instant("failed_at"),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    index("webhook_endpoints_by_workspace").on(t.workspaceId),
    index("webhook_endpoints_by_creator").on(t.createdBy),
    check("webhook_endpoints_state_known", sql`${t.state} in ('active','inactive','disabled')`),
  ],
);

/** One event for one endpoint: written with the fact, called by a job, tried again for a day, kept for the inspector. */
export const webhookCalls = pgTable(
  "webhook_calls",
  {
    ...serialId(),
    endpointId: uuid("endpoint_id")
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Same for every try and for a replay: `webhook-id` of Standard Webhooks. */
    messageId: text("message_id").notNull(),
    event: text("event").notNull(),
    payload: jsonb("payload").notNull(),
    state: text("state").$type<"waiting" | "delivered" | "failed">().notNull().default("waiting"),
    attempts: smallint("attempts").notNull().default(0),
    nextAt: instant("next_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    doneAt: instant("done_at"),
  },
  (t) => [
    index("webhook_calls_by_endpoint").on(t.endpointId, t.id),
    index("webhook_calls_by_workspace").on(t.workspaceId, t.id),
    // Calls of the last day by what became of them, counted on every page of endpoints: the table keeps a month.
    index("webhook_calls_by_day").on(t.endpointId, t.createdAt, t.state),
    index("webhook_calls_waiting").on(t.nextAt).where(sql`${t.state} = 'waiting'`),
    check("webhook_calls_state_known", sql`${t.state} in ('waiting','delivered','failed')`),
  ],
);

/** One try of a call. */
export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    ...serialId(),
    callId: bigint("call_id", { mode: "bigint" })
      .notNull()
      .references(() => webhookCalls.id, { onDelete: "cascade" }),
    at: instant("at").notNull().defaultNow(),
    tookMs: integer("took_ms").notNull(),
    /** Null when no answer came. */
    status: smallint("status"),
    /** Why there was no answer: a word of the way out ("timed_out"). */
    problem: text("problem"),
    /** The first part of the answer. */
    answer: text("answer"),
  },
  (t) => [index("webhook_attempts_by_call").on(t.callId, t.id)],
);

/**
 * The answer to a creating call with an Idempotency-Key: the same key with the same body gets it again for a day. Written in the
 * transaction of the call itself, so a key stands for exactly what was done, and a refused call leaves none. Sealed: answers hold
 * secrets that are shown once.
 */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Of whom: the API key or the person. */
    callerId: uuid("caller_id").notNull(),
    key: text("key").notNull(),
    /** Digest of method, path and body. */
    requestHash: text("request_hash").notNull(),
    answerSealed: text("answer_sealed"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "idempotency_keys_once", columns: [t.workspaceId, t.callerId, t.key] }),
    index("idempotency_keys_by_age").on(t.createdAt),
  ],
);

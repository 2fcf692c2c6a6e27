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
    index("webhook_calls_waiting").on(t.nextAt).where(sql`${t.state} = 'waiting'`),
    check("webhook_calls_state_known", sql`${t.state} in ('waiting','delivered','failed')`),
  ],
);

export const webhookAttempts = pgTable(
  "webhook_attempts",
  {
    callId: bigint("call_id", { mode: "bigint" })
      .notNull()
      .references(() => webhookCalls.id, { onDelete: "cascade" }),
    number: smallint("number").notNull(),
    at: instant("at").notNull().defaultNow(),
    tookMs: integer("took_ms").notNull(),
    status: smallint("status"),
    /** Why there was no answer, or the first part of it. */
    problem: text("problem"),
    answer: text("answer"),
  },
  (t) => [primaryKey({ name: "webhook_attempts_once", columns: [t.callId, t.number] })],
);

/** The answer to a creating call with an Idempotency-Key: the same key with the same body gets it again for a day. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Of whom: the API key or the person. */
    callerId: uuid("caller_id").notNull(),
    key: text("key").notNull(),
    /** Method, route and body. */
    requestHash: text("request_hash").notNull(),
    /** Null while the first call is under way. */
    status: smallint("status"),
    answer: jsonb("answer"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "idempotency_keys_once", columns: [t.workspaceId, t.callerId, t.key] }),
    index("idempotency_keys_by_age").on(t.createdAt),
  ],
);

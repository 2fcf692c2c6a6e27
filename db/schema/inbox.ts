/** Every call that others make to us, as it came, before anyone has thought about it. */
import { sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

export type InboundStatus = "received" | "handled" | "ignored" | "malformed" | "failed";

/**
 * Partitioned by month of `received_at` (see db/partitions.ts), so retention is a dropped partition. Writers: the intake
 * (group commit). Drained by the job `inbox.process`; a backlog of `received` rows means that workers are down or behind.
 * `failed` rows are the dead letters: five tries, then set aside for a person.
 */
export const inboundEvents = pgTable(
  "inbound_events",
  {
    // A sequence default, not an identity column: PostgreSQL before 17 knows no identity on partitioned tables.
    id: bigserial("id", { mode: "bigint" }).notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
    workspaceId: uuid("workspace_id").notNull(),
    /** "tracker" | "telegram" | …: which reader understands it. */
    source: text("source").notNull(),
    /** The connection or bot it came in through. */
    sourceId: uuid("source_id"),
    externalId: text("external_id"),
    method: text("method").notNull(),
    /** Without the secret: addresses that carry one are stored with it cut out. */
    path: text("path").notNull(),
    query: text("query").notNull().default(""),
    headers: jsonb("headers").$type<Record<string, string>>().notNull().default({}),
    body: bytea("body"),
    bodyBytes: integer("body_bytes").notNull().default(0),
    senderAddress: text("sender_address"),
    requestId: text("request_id"),
    status: text("status").$type<InboundStatus>().notNull().default("received"),
    attempts: smallint("attempts").notNull().default(0),
    /** What became of it, in the reader's words; shown in the inspector. */
    outcome: jsonb("outcome").$type<Record<string, unknown>>(),
    error: text("error"),
    processedAt: instant("processed_at"),
    replayOf: bigint("replay_of", { mode: "bigint" }),
    isTest: boolean("is_test").notNull().default(false),
  },
  (t) => [
    primaryKey({ name: "inbound_events_pkey", columns: [t.receivedAt, t.id] }),
    index("inbound_events_by_workspace").on(t.workspaceId, t.id),
    index("inbound_events_by_source").on(t.sourceId, t.id),
    index("inbound_events_waiting").on(t.receivedAt).where(sql`${t.status} = 'received'`),
    index("inbound_events_dead").on(t.workspaceId, t.id).where(sql`${t.status} = 'failed'`),
    // The rare outcomes, so that asking for them does not walk past a million handled calls. Nothing is added at intake.
    index("inbound_events_odd").on(t.workspaceId, t.status, t.id).where(sql`${t.status} in ('ignored', 'malformed')`),
    index("inbound_events_replays").on(t.replayOf).where(sql`${t.replayOf} is not null`),
    check("inbound_events_status_known", sql`${t.status} in ('received','handled','ignored','malformed','failed')`),
  ],
);

/**
 * The uniqueness that a partitioned table cannot give across partitions: a sender's own id of a call (Telegram's update_id),
 * once per source. Kept as long as the sender may repeat itself, then deleted in batches.
 */
export const inboundKeys = pgTable(
  "inbound_keys",
  {
    source: text("source").notNull(),
    sourceId: uuid("source_id").notNull(),
    externalId: text("external_id").notNull(),
    receivedAt: instant("received_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "inbound_keys_pkey", columns: [t.source, t.sourceId, t.externalId] }),
    index("inbound_keys_by_age").on(t.receivedAt),
  ],
);

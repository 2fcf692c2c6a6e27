/** Trackers that call us, and the conversions that their calls speak of. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, rowId, serialId, telegramId, timestamps } from "./columns.ts";
import { type Locale, persons, type Role, workspaces } from "./identity.ts";
import { chats } from "./messaging.ts";

export const connectionStates = ["active", "paused"] as const;
export type ConnectionState = (typeof connectionStates)[number];
export const trackerKinds = ["keitaro", "binom", "voluum", "redtrack", "bemob", "generic"] as const;
export type TrackerKind = (typeof trackerKinds)[number];

/** How a sender that can sign proves its calls. The key is sealed beside it. */
export interface StoredSigning {
  /** Where the signature stands. */
  in: "header" | "parameter";
  name: string;
  /** Header or parameter with the moment of signing; null = signatures do not age. */
  timestampName: string | null;
  /** How far that moment may lie from ours. */
  windowSec: number;
}

/**
 * One address that a tracker calls. Its secret is kept twice: hashed with a key to be looked up, sealed to be shown on demand.
 * After a rotation the previous secret is accepted until `previous_secret_until`. Deletion empties the secrets and keeps the
 * row, since its conversions stay.
 */
export const trackerConnections = pgTable(
  "tracker_connections",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    kind: text("kind").$type<TrackerKind>().notNull(),
    state: text("state").$type<ConnectionState>().notNull().default("active"),
    /** Whose connection it is; null when nobody's, as of those made by a program. */
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    /** Roles that see it besides its owner and the workspace's owners and admins; null = every role that reads connections. */
    sharedWith: text("shared_with").array().$type<Role[]>(),
    /** Fact → parameter of this tracker's calls, asked before the names that are known for its kind. */
    parameterMap: jsonb("parameter_map").$type<Record<string, string>>().notNull().default({}),
    signing: jsonb("signing").$type<StoredSigning>(),
    signingSealed: text("signing_sealed"),
    /** Addresses and networks that may call; null = anybody who knows the secret. */
    allowedSenders: text("allowed_senders").array(),
    secretHash: text("secret_hash").unique("tracker_connections_secret_hash"),
    secretSealed: text("secret_sealed"),
    previousSecretHash: text("previous_secret_hash").unique("tracker_connections_previous_secret_hash"),
    previousSecretUntil: instant("previous_secret_until"),
    secretRotatedAt: instant("secret_rotated_at"),
    /** The tracker's own words for statuses, folded; everything else is read by the default map. */
    statusMap: jsonb("status_map").$type<Record<string, string>>().notNull().default({}),
    /** Assumed for amounts that come without one. */
    defaultCurrency: text("default_currency"),
    /** Language of its alerts. */
    locale: text("locale").$type<Locale>().notNull(),
    /** Where alerts go. A chat row is a chat as one bot sees it, so it names the bot too. Null: conversions are kept, nobody is told. */
    chatId: uuid("chat_id").references(() => chats.id, { onDelete: "set null" }),
    threadId: telegramId("thread_id"),
    /** Calls per second, sustained and at once; null follows the installation's limits. */
    intakePerSecond: integer("intake_per_second"),
    intakeBurst: integer("intake_burst"),
    /** First and last call that was a conversion. The last is written at most every few seconds: it is a hot row. */
    firstEventAt: instant("first_event_at"),
    lastEventAt: instant("last_event_at"),
    /** The last call that was none, and why; tells "nothing arrives" from "it arrives and cannot be read". */
    lastRefusedAt: instant("last_refused_at"),
    lastRefusal: text("last_refusal"),
    deletedAt: instant("deleted_at"),
    ...timestamps(),
  },
  (t) => [
    uniqueIndex("tracker_connections_name_once")
      .on(t.workspaceId, sql`lower(${t.name})`)
      .where(sql`${t.deletedAt} is null`),
    index("tracker_connections_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("tracker_connections_by_chat").on(t.chatId),
    index("tracker_connections_by_owner").on(t.createdBy),
    check(
      "tracker_connections_kind_known",
      sql`${t.kind} in ('keitaro','binom','voluum','redtrack','bemob','generic')`,
    ),
    check("tracker_connections_signing_whole", sql`(${t.signing} is null) = (${t.signingSealed} is null)`),
    check("tracker_connections_state_known", sql`${t.state} in ('active','paused')`),
    check("tracker_connections_limits_positive", sql`${t.intakePerSecond} > 0 and ${t.intakeBurst} > 0`),
    check("tracker_connections_secret_unless_deleted", sql`(${t.secretHash} is null) = (${t.deletedAt} is not null)`),
  ],
);

/** A change of a conversion's amount, as its row keeps it. */
export interface StoredCorrection {
  at: string;
  /** The call that brought it. */
  eventId: string;
  from: { amount: string | null; currency: string | null };
  to: { amount: string | null; currency: string | null };
}

/**
 * What a tracker reported, once. One click has several rows: lead, then sale, then each rebill. Written by the reader of
 * tracker calls (`conversions_once` makes a repeat find the row instead of adding one), read by lists and reports, deleted with
 * its workspace, or by retention where the workspace asked for it.
 */
export const conversions = pgTable(
  "conversions",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    /** Digest of subid, tid or nothing, and status; of all facts where there is neither id. See domain/identity.ts. */
    identityKey: text("identity_key").notNull(),
    subid: text("subid").notNull().default(""),
    tid: text("tid").notNull().default(""),
    status: text("status").notNull(),
    rawStatus: text("raw_status"),
    /** As the tracker wrote it, exact; the last correction's after a correction. */
    amount: numeric("amount"),
    currency: text("currency"),
    campaignId: text("campaign_id"),
    campaignName: text("campaign_name"),
    country: text("country"),
    /** Everything that was read, as domain/read-call.ts shapes it. */
    facts: jsonb("facts").$type<Record<string, unknown>>().notNull(),
    notes: jsonb("notes").$type<{ kind: string; field?: string }[]>().notNull().default([]),
    corrections: jsonb("corrections").$type<StoredCorrection[]>().notNull().default([]),
    correctionCount: smallint("correction_count").notNull().default(0),
    /** Found in the tracker's log after its call was missed. */
    isRecovered: boolean("is_recovered").notNull().default(false),
    /** When its call arrived, or when it was found in the tracker's log. */
    receivedAt: instant("received_at").notNull(),
    /** The tracker's own moment of those found in its log; null = when it was received. Statistics count by it. */
    happenedAt: instant("happened_at"),
    /** The call it was read from, gone when the inbox's retention has passed. */
    eventId: bigint("event_id", { mode: "bigint" }),
    /** The call that the amount is from: an older one, read late, does not take it back. */
    amountEventId: bigint("amount_event_id", { mode: "bigint" }),
    ...timestamps(),
  },
  (t) => [
    unique("conversions_once").on(t.connectionId, t.identityKey),
    index("conversions_by_workspace").on(t.workspaceId, t.id),
    index("conversions_by_status").on(t.workspaceId, t.status, t.id),
    index("conversions_by_connection").on(t.connectionId, t.id),
    index("conversions_by_time").on(t.workspaceId, t.receivedAt),
    index("conversions_by_moment").on(t.workspaceId, sql`(coalesce(${t.happenedAt}, ${t.receivedAt}))`),
    // Hash: ids of trackers may be longer than a btree takes.
    index("conversions_by_subid").using("hash", t.subid).where(sql`${t.subid} <> ''`),
    index("conversions_by_tid").using("hash", t.tid).where(sql`${t.tid} <> ''`),
    check(
      "conversions_status_known",
      sql`${t.status} in ('lead','sale','rejected','rebill','registration','deposit','trash','other')`,
    ),
  ],
);

/**
 * Conversions of one day in the workspace's zone, counted by one dimension at a time ("total" holds all under one value, "hour"
 * is counted for charts of a day; "week:…" and "month:…" are sums of the days that begin with `day`), connection, status and currency. Written by `conversions.roll-days` from the rows above and thrown away as a whole day, read
 * by statistics; what a day's mark below does not cover yet is counted from the rows themselves.
 */
export const conversionDays = pgTable(
  "conversion_days",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    day: date("day").notNull(),
    /** "total" | "hour" | "campaign" | "offer" | "landing" | "country" | "source" | "creative" | "sub_1". */
    dimension: text("dimension").notNull(),
    /** Id or name; '' when the tracker sent none, "…" for those beyond the thousand most frequent of the day. Long ones are cut: it is part of a key. */
    value: text("value").notNull(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    status: text("status").notNull(),
    /** '' when none was named. */
    currency: text("currency").notNull(),
    count: integer("count").notNull(),
    /** Sum of the amounts, and the part of it that was taken back later (sales that were rejected). */
    amount: numeric("amount").notNull(),
    takenBack: numeric("taken_back").notNull(),
    /** A name for the value, where the value is an id. */
    label: text("label"),
  },
  (t) => [
    primaryKey({
      name: "conversion_days_key",
      columns: [t.workspaceId, t.dimension, t.day, t.value, t.connectionId, t.status, t.currency],
    }),
    index("conversion_days_by_connection").on(t.connectionId),
  ],
);

/**
 * Which days are counted in `conversion_days`, and until when. Whoever writes a conversion of an hour that has passed sets the
 * mark of its day back to 1970 in the same transaction, so that the day is counted anew; its old figures stay until then.
 */
export const conversionDayRolls = pgTable(
  "conversion_day_rolls",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    day: date("day").notNull(),
    /** Moments before this one are counted. */
    rolledUntil: instant("rolled_until").notNull(),
    /** The zone in which the day was cut; a workspace that moves has its days counted anew. */
    timeZone: text("time_zone").notNull(),
  },
  (t) => [primaryKey({ name: "conversion_day_rolls_key", columns: [t.workspaceId, t.day] })],
);

/** What a member asked to be done with many conversions: walked by a job from checkpoint to ceiling, a slice at a time. */
export const conversionBatches = pgTable(
  "conversion_batches",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** "replay": read the stored calls again. "reroute": tell by today's routes whoever was not told. */
    kind: text("kind").$type<"replay" | "reroute">().notNull(),
    /** These conversions, or null: those of the filter. */
    ids: jsonb("ids").$type<string[]>(),
    filter: jsonb("filter").$type<Record<string, unknown>>(),
    /** `failed`: every try threw; it was set aside. */
    state: text("state").$type<"running" | "done" | "stopped" | "failed">().notNull().default("running"),
    checkpointId: bigint("checkpoint_id", { mode: "bigint" }).notNull(),
    ceilingId: bigint("ceiling_id", { mode: "bigint" }).notNull(),
    total: integer("total").notNull(),
    doneCount: integer("done_count").notNull().default(0),
    /** Calls stored again, or messages queued. */
    madeCount: integer("made_count").notNull().default(0),
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    finishedAt: instant("finished_at"),
    ...timestamps(),
  },
  (t) => [
    index("conversion_batches_by_workspace").on(t.workspaceId, t.createdAt),
    index("conversion_batches_by_person").on(t.requestedBy),
    uniqueIndex("conversion_batches_one_running").on(t.workspaceId).where(sql`${t.state} = 'running'`),
    check("conversion_batches_kind_known", sql`${t.kind} in ('replay','reroute')`),
    check("conversion_batches_state_known", sql`${t.state} in ('running','done','stopped','failed')`),
  ],
);

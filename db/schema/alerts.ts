/** Who is told of a conversion, in which words, and what waits to be told together. */
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
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, rowId, serialId, telegramId, timestamps } from "./columns.ts";
import { trackerConnections } from "./conversions.ts";
import { type Locale, persons, workspaces } from "./identity.ts";
import { chats } from "./messaging.ts";

/**
 * One rule of the workspace's ordered list: conversions that meet all conditions are told to all targets. The shapes of
 * `conditions`, `targets`, `pace` and `quiet` are those of modules/conversions/domain; the history of a route is its audit trail.
 */
export const alertRoutes = pgTable(
  "alert_routes",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    name: text("name").notNull(),
    isOn: boolean("is_on").notNull().default(true),
    /** Asked only when no route before it has matched. */
    isFallback: boolean("is_fallback").notNull().default(false),
    /** Routes after it are not asked when it has matched. */
    stops: boolean("stops").notNull().default(false),
    conditions: jsonb("conditions").$type<unknown[]>().notNull(),
    targets: jsonb("targets").$type<unknown[]>().notNull(),
    pace: jsonb("pace").$type<Record<string, unknown>>().notNull(),
    quiet: jsonb("quiet").$type<Record<string, unknown>>(),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    index("alert_routes_by_workspace").on(t.workspaceId, t.position, t.id),
    index("alert_routes_by_creator").on(t.createdBy),
  ],
);

/** A set of texts for alerts. The default one is made when it is first changed; until then it says what comes with the product. */
export const alertTemplates = pgTable(
  "alert_templates",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    isDefault: boolean("is_default").notNull().default(false),
    /** "open", "campaign", "mute", in the order in which they stand under the message. */
    buttons: text("buttons").array().notNull(),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    uniqueIndex("alert_templates_name_once").on(t.workspaceId, sql`lower(${t.name})`),
    uniqueIndex("alert_templates_one_default").on(t.workspaceId).where(sql`${t.isDefault}`),
    index("alert_templates_by_creator").on(t.createdBy),
  ],
);

/** One text of a set. What a set has no text for is said in the words that come with the product. */
export const alertTemplateTexts = pgTable(
  "alert_template_texts",
  {
    templateId: uuid("template_id")
      .notNull()
      .references(() => alertTemplates.id, { onDelete: "cascade" }),
    /** A status, or "any" for all that have no text of their own. */
    status: text("status").notNull(),
    locale: text("locale").$type<Locale>().notNull(),
    /** Telegram HTML with {variables}. */
    body: text("body").notNull(),
    ...timestamps(),
  },
  (t) => [primaryKey({ name: "alert_template_texts_key", columns: [t.templateId, t.status, t.locale] })],
);

/** Alerts of one route (or of a connection without routes) that one chat does not want for a while. They are held, not lost. */
export const alertMutes = pgTable(
  "alert_mutes",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    /** "route:<id>" or "connection:<id>". */
    scope: text("scope").notNull(),
    until: instant("until").notNull(),
    mutedBy: uuid("muted_by").references(() => persons.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "alert_mutes_key", columns: [t.chatId, t.scope] }),
    index("alert_mutes_by_workspace").on(t.workspaceId),
    index("alert_mutes_by_person").on(t.mutedBy),
  ],
);

/** How many alerts a route has sent to a target in the present window, for routes that have a limit. */
export const alertCounters = pgTable(
  "alert_counters",
  {
    routeId: uuid("route_id")
      .notNull()
      .references(() => alertRoutes.id, { onDelete: "cascade" }),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    /** 0: no topic. */
    threadId: telegramId("thread_id").notNull(),
    windowEnds: instant("window_ends").notNull(),
    count: integer("count").notNull(),
  },
  (t) => [
    primaryKey({ name: "alert_counters_key", columns: [t.routeId, t.chatId, t.threadId] }),
    index("alert_counters_by_chat").on(t.chatId),
  ],
);

export const holdReasons = ["digest", "quiet", "cap", "mute"] as const;
export type HoldReason = (typeof holdReasons)[number];

/**
 * Alerts that wait on purpose. Written with the conversion, drained every minute by `conversions.tell-held`: what is due for one
 * chat, topic and route leaves as one digest. The rows stay to show where a conversion went, and leave with old deliveries.
 */
export const heldAlerts = pgTable(
  "held_alerts",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    conversionId: bigint("conversion_id", { mode: "bigint" }).notNull(),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    /** Null: of no route, told by the connection. Without reference, since the alert is owed even when the route is gone. */
    routeId: uuid("route_id"),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    threadId: telegramId("thread_id"),
    reason: text("reason").$type<HoldReason>().notNull(),
    dueAt: instant("due_at").notNull(),
    /** What its digest must know, as domain/digest.ts shapes it. */
    item: jsonb("item").notNull(),
    locale: text("locale").$type<Locale>().notNull(),
    isSilent: boolean("is_silent").notNull(),
    /** Makes a conversion that is read twice wait once. */
    dedupeKey: text("dedupe_key").notNull(),
    state: text("state").$type<"held" | "told" | "cancelled">().notNull().default("held"),
    /** The digest that told it. */
    deliveryId: bigint("delivery_id", { mode: "bigint" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    unique("held_alerts_once").on(t.workspaceId, t.dedupeKey),
    index("held_alerts_due").on(t.dueAt).where(sql`${t.state} = 'held'`),
    index("held_alerts_by_conversion").on(t.workspaceId, t.conversionId),
    index("held_alerts_by_connection").on(t.connectionId),
    index("held_alerts_by_chat").on(t.chatId),
    check("held_alerts_reason_known", sql`${t.reason} in ('digest','quiet','cap','mute')`),
    check("held_alerts_state_known", sql`${t.state} in ('held','told','cancelled')`),
  ],
);

/** What reports remember: whom to write to when, and what is watched. The figures themselves are read from the other rooms. */
import { sql } from "drizzle-orm";
import { boolean, check, date, index, integer, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, telegramId, timestamps } from "./columns.ts";
import { trackerConnections } from "./conversions.ts";
import { type Locale, persons, workspaces } from "./identity.ts";
import { chats } from "./messaging.ts";

/** A figure that is compared, every hour, with the same hour of past days. */
export const reportWatches = pgTable(
  "report_watches",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    isOn: boolean("is_on").notNull().default(true),
    /** Null: conversions of every status. */
    status: text("status"),
    /** Null: of every connection. */
    connectionId: uuid("connection_id").references(() => trackerConnections.id, { onDelete: "cascade" }),
    direction: text("direction").$type<"drop" | "spike" | "both">().notNull(),
    /** How far from the usual, in percent. */
    percent: integer("percent").notNull(),
    /** Hours in which the usual (of a drop) or the present (of a spike) is less are not judged. */
    minVolume: integer("min_volume").notNull(),
    /** Silence after an alert. */
    coolDownMinutes: integer("cool_down_minutes").notNull(),
    chatId: uuid("chat_id").references(() => chats.id, { onDelete: "set null" }),
    threadId: telegramId("thread_id"),
    locale: text("locale").$type<Locale>().notNull(),
    /** The last hour that was judged, and the last alert. */
    judgedUntil: instant("judged_until"),
    firedAt: instant("fired_at"),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    index("report_watches_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("report_watches_by_connection").on(t.connectionId),
    index("report_watches_by_chat").on(t.chatId),
    index("report_watches_by_creator").on(t.createdBy),
    check("report_watches_direction_known", sql`${t.direction} in ('drop','spike','both')`),
    check("report_watches_sane", sql`${t.percent} > 0 and ${t.minVolume} > 0 and ${t.coolDownMinutes} >= 0`),
  ],
);

/** A summary that a chat gets every day or week, at a time of the workspace's clock. */
export const reportSummaries = pgTable(
  "report_summaries",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    period: text("period").$type<"day" | "week">().notNull(),
    isOn: boolean("is_on").notNull().default(true),
    /** "09:00" by the workspace's clock. */
    at: text("at").notNull(),
    /** 1 = Monday; of weekly ones. */
    weekday: smallint("weekday").notNull().default(1),
    connectionId: uuid("connection_id").references(() => trackerConnections.id, { onDelete: "cascade" }),
    chatId: uuid("chat_id").references(() => chats.id, { onDelete: "set null" }),
    threadId: telegramId("thread_id"),
    locale: text("locale").$type<Locale>().notNull(),
    /** The first day of the last period that was told: a firing that runs twice tells once. */
    toldFor: date("told_for"),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    index("report_summaries_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("report_summaries_by_connection").on(t.connectionId),
    index("report_summaries_by_chat").on(t.chatId),
    index("report_summaries_by_creator").on(t.createdBy),
    check("report_summaries_period_known", sql`${t.period} in ('day','week')`),
    check("report_summaries_weekday_known", sql`${t.weekday} between 1 and 7`),
    check("report_summaries_time_known", sql`${t.at} ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`),
  ],
);

/** Chats that bots can write to, and everything we owe them. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bots } from "./bots.ts";
import { instant, rowId, serialId, telegramId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";

export type ChatKind = "private" | "group" | "supergroup" | "channel";
/** `active` can be written to; every other state says why not. */
export type ChatState = "active" | "blocked" | "deactivated" | "kicked" | "deleted" | "no_rights" | "unreachable";

/** One chat as one bot sees it. */
export const chats = pgTable(
  "chats",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    telegramChatId: telegramId("telegram_chat_id").notNull(),
    kind: text("kind").$type<ChatKind>().notNull(),
    title: text("title").notNull(),
    username: text("username"),
    isForum: boolean("is_forum").notNull().default(false),
    /** Set for private chats. */
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    /** Who added the bot to a group or channel: the natural person to tell when it breaks. */
    addedBy: uuid("added_by").references(() => persons.id, { onDelete: "set null" }),
    state: text("state").$type<ChatState>().notNull().default("active"),
    stateReason: text("state_reason"),
    stateSince: instant("state_since").notNull().defaultNow(),
    locale: text("locale"),
    ...timestamps(),
  },
  (t) => [
    unique("chats_once_per_bot").on(t.botId, t.telegramChatId),
    index("chats_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("chats_by_person").on(t.personId),
    index("chats_by_adder").on(t.addedBy),
    check("chats_kind_known", sql`${t.kind} in ('private','group','supergroup','channel')`),
  ],
);

/** Forum topics we have seen; the Bot API cannot list them. */
export const chatTopics = pgTable(
  "chat_topics",
  {
    ...rowId(),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    threadId: telegramId("thread_id").notNull(),
    name: text("name").notNull(),
    isClosed: boolean("is_closed").notNull().default(false),
    ...timestamps(),
  },
  (t) => [unique("chat_topics_once_per_chat").on(t.chatId, t.threadId)],
);

/**
 * Who sends for a bot. A lane is leased to one process at a time; `fence` grows with every take-over, and every claim of
 * deliveries names the fence it holds, so a process that lost its lease cannot mark anything.
 */
export const lanes = pgTable("lanes", {
  botId: uuid("bot_id")
    .primaryKey()
    .references(() => bots.id, { onDelete: "cascade" }),
  ownerId: text("owner_id"),
  fence: bigint("fence", { mode: "number" }).notNull().default(0),
  heartbeatAt: instant("heartbeat_at"),
  /** No call for this bot before this time (429 retry_after, or a storm of ambiguous failures). */
  pausedUntil: instant("paused_until"),
  pausedReason: text("paused_reason"),
  /** What the server was seen to allow: learned from 429s, null means the published limits. */
  learnedPerSecond: integer("learned_per_second"),
  ...timestamps(),
});

export type DeliveryState = "queued" | "sending" | "sent" | "failed" | "unknown" | "cancelled" | "folded";
/** Priority order of the lanes: a smaller number goes first. */
export const laneRank = { service: 0, alert: 1, sequence: 2, broadcast: 3 } as const;
export type LaneName = keyof typeof laneRank;

/**
 * One message to one chat. Written in the transaction that owes it, drained by the lane of its bot. A backlog means the lane
 * is paused, behind its pace, or has no owner (see `lanes`). `queued` rows are read through the partial index below; done
 * rows leave by retention.
 */
export const deliveries = pgTable(
  "deliveries",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    threadId: telegramId("thread_id"),
    /** laneRank: 0 service, 1 alert, 2 sequence, 3 broadcast. */
    rank: smallint("rank").notNull(),
    content: jsonb("content").notNull(),
    /** What a digest needs to fold this message into a sum; null = never folded. */
    fold: jsonb("fold"),
    /** The delivery whose text includes this one. */
    foldedInto: bigint("folded_into", { mode: "bigint" }),
    /** What this message is about: "conversion" + id, "invitation" + id … */
    subjectKind: text("subject_kind"),
    subjectId: text("subject_id"),
    /** Makes a reaction that runs twice write once. */
    dedupeKey: text("dedupe_key"),
    state: text("state").$type<DeliveryState>().notNull().default("queued"),
    notBefore: instant("not_before").notNull().defaultNow(),
    attempts: smallint("attempts").notNull().default(0),
    fence: bigint("fence", { mode: "number" }),
    telegramMessageId: telegramId("telegram_message_id"),
    errorCode: text("error_code"),
    errorText: text("error_text"),
    sendingAt: instant("sending_at"),
    doneAt: instant("done_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    unique("deliveries_dedupe").on(t.workspaceId, t.dedupeKey),
    index("deliveries_queue").on(t.botId, t.rank, t.id).where(sql`${t.state} = 'queued'`),
    index("deliveries_in_flight").on(t.botId).where(sql`${t.state} = 'sending'`),
    index("deliveries_by_chat").on(t.chatId, t.id),
    index("deliveries_by_subject").on(t.workspaceId, t.subjectKind, t.subjectId),
    index("deliveries_by_workspace").on(t.workspaceId, t.id),
    index("deliveries_unknown").on(t.workspaceId, t.id).where(sql`${t.state} = 'unknown'`),
    check(
      "deliveries_state_known",
      sql`${t.state} in ('queued','sending','sent','failed','unknown','cancelled','folded')`,
    ),
    check("deliveries_rank_known", sql`${t.rank} between 0 and 3`),
  ],
);

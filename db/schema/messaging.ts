/** Chats that bots can write to, and everything we owe them. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
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
import { bots } from "./bots.ts";
import { instant, rowId, serialId, telegramId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";
import { uploads } from "./uploads.ts";

export type ChatKind = "private" | "group" | "supergroup" | "channel";
/** `active` can be written to; every other state says why not. `removed` = taken out of the workspace by a member. */
export const chatStates = [
  "active",
  "blocked",
  "deactivated",
  "kicked",
  "deleted",
  "no_rights",
  "unreachable",
  "removed",
] as const;
export type ChatState = (typeof chatStates)[number];

/** One chat as one bot sees it. */
export const chats = pgTable(
  "chats",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id").notNull(),
    botId: uuid("bot_id").notNull(),
    telegramChatId: telegramId("telegram_chat_id").notNull(),
    kind: text("kind").$type<ChatKind>().notNull(),
    /** What Telegram calls it; follows changes there. */
    title: text("title").notNull(),
    /** What the workspace calls it, when a member gave it a name of its own. */
    label: text("label"),
    username: text("username"),
    isForum: boolean("is_forum").notNull().default(false),
    /** Set for private chats. */
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    /** Who added the bot to a group or channel: the natural person to tell when it breaks. */
    addedBy: uuid("added_by").references(() => persons.id, { onDelete: "set null" }),
    state: text("state").$type<ChatState>().notNull().default("active"),
    stateReason: text("state_reason"),
    stateSince: instant("state_since").notNull().defaultNow(),
    /** Nothing is sent here before this time: a 429 for this chat alone, or a pause after a failed try. */
    pausedUntil: instant("paused_until"),
    locale: text("locale"),
    ...timestamps(),
  },
  (t) => [
    // The bot is there and is this workspace's; the chat goes with either of them.
    foreignKey({
      name: "chats_of_bot",
      columns: [t.botId, t.workspaceId],
      foreignColumns: [bots.id, bots.workspaceId],
    }).onDelete("cascade"),
    // For what belongs to a chat and names its bot and workspace too (`subscribers_of_chat`).
    unique("chats_owner").on(t.id, t.botId, t.workspaceId),
    unique("chats_once_per_bot").on(t.botId, t.telegramChatId),
    index("chats_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("chats_by_person").on(t.personId).where(sql`${t.personId} is not null`),
    index("chats_by_adder").on(t.addedBy).where(sql`${t.addedBy} is not null`),
    check("chats_kind_known", sql`${t.kind} in ('private','group','supergroup','channel')`),
    check(
      "chats_state_known",
      sql`${t.state} in ('active','blocked','deactivated','kicked','deleted','no_rights','unreachable','removed')`,
    ),
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
 * A process that sends. Its row is its life: every process deletes rows whose heartbeat is too old, and a process whose row
 * is gone has lost all its lanes, whatever it believes. One row per process instead of one heartbeat per lane keeps hundreds
 * of bots as cheap as one.
 */
export const laneHosts = pgTable("lane_hosts", {
  id: text("id").primaryKey(),
  startedAt: instant("started_at").notNull().defaultNow(),
  heartbeatAt: instant("heartbeat_at").notNull().defaultNow(),
});

/**
 * Who sends for a bot. A lane belongs to one living host at a time; `fence` grows with every change of hands, and every claim
 * and result of a delivery names the fence it was made under, so a process that lost its lane cannot mark anything.
 */
export const lanes = pgTable(
  "lanes",
  {
    botId: uuid("bot_id")
      .primaryKey()
      .references(() => bots.id, { onDelete: "cascade" }),
    /** `lane_hosts.id`; no foreign key, since a dead host's lanes must stay readable as such. */
    ownerId: text("owner_id"),
    fence: bigint("fence", { mode: "number" }).notNull().default(0),
    takenAt: instant("taken_at"),
    /** No call for this bot before this time; set by a 429, a storm of failures, or a refused token ("infinity"). */
    pausedUntil: instant("paused_until"),
    /** "flood" | "storm" | "token"; "off" and "gone" when the bot was switched off or disconnected. */
    pausedReason: text("paused_reason"),
    /** Messages per second the server was seen to allow: learned from 429s, null means the published limits. */
    learnedPerSecond: integer("learned_per_second"),
    ...timestamps(),
  },
  (t) => [index("lanes_by_owner").on(t.ownerId)],
);

export type DeliveryState = "queued" | "sending" | "sent" | "failed" | "unknown" | "cancelled" | "folded";
export type DeliveryAct = "send" | "edit" | "delete";
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
    /** What went out instead of `content` when this message also stood for the messages folded into it. */
    digest: jsonb("digest"),
    /** "send" makes a message, "edit" gives the message `targetMessageId` this content, "delete" takes it away. */
    act: text("act").$type<DeliveryAct>().notNull().default("send"),
    /** Telegram's number of the message that is edited or deleted. */
    targetMessageId: telegramId("target_message_id"),
    /** Sent with allow_paid_broadcast: Telegram's paid pace, and its price. */
    isPaid: boolean("is_paid").notNull().default(false),
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
    /** False until `notBefore` has come: keeps what is planned for later out of the index that the lanes read. */
    isDue: boolean("is_due").notNull().default(true),
    attempts: smallint("attempts").notNull().default(0),
    fence: bigint("fence", { mode: "number" }),
    telegramMessageId: telegramId("telegram_message_id"),
    /** Of an album: the numbers of all its messages. On a row that deletes one: what it deletes. */
    albumMessageIds: bigint("album_message_ids", { mode: "number" }).array(),
    errorCode: text("error_code"),
    /** Telegram's own words. */
    errorText: text("error_text"),
    sendingAt: instant("sending_at"),
    doneAt: instant("done_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    // Partial, so that the many rows without a key (broadcasts) cost no index entry at each change of state.
    uniqueIndex("deliveries_dedupe").on(t.workspaceId, t.dedupeKey).where(sql`${t.dedupeKey} is not null`),
    index("deliveries_queue").on(t.botId, t.rank, t.id).where(sql`${t.state} = 'queued' and ${t.isDue}`),
    index("deliveries_chat_queue").on(t.chatId, t.rank, t.id).where(sql`${t.state} = 'queued' and ${t.isDue}`),
    index("deliveries_planned").on(t.notBefore).where(sql`${t.state} = 'queued' and not ${t.isDue}`),
    index("deliveries_in_flight").on(t.botId).where(sql`${t.state} = 'sending'`),
    index("deliveries_by_chat").on(t.chatId, t.id),
    // With the id, since lists go down by it and a broadcast has a million under one subject: of an older one a page of fifty reads 5
    // blocks; without the id it walked the key over 80,000 younger rows (1,760 blocks, 65 ms).
    index("deliveries_by_subject")
      .on(t.workspaceId, t.subjectKind, t.subjectId, t.id)
      .where(sql`${t.subjectId} is not null`),
    index("deliveries_folded_into").on(t.foldedInto).where(sql`${t.foldedInto} is not null`),
    index("deliveries_by_workspace").on(t.workspaceId, t.id),
    index("deliveries_unknown").on(t.workspaceId, t.id).where(sql`${t.state} = 'unknown'`),
    check(
      "deliveries_state_known",
      sql`${t.state} in ('queued','sending','sent','failed','unknown','cancelled','folded')`,
    ),
    check("deliveries_rank_known", sql`${t.rank} between 0 and 3`),
    check("deliveries_act_known", sql`${t.act} in ('send','edit','delete')`),
  ],
);

/** A file of ours as one bot knows it at Telegram: uploaded once, then named by its id (ids are the bot's own). */
export const telegramFiles = pgTable(
  "telegram_files",
  {
    uploadId: uuid("upload_id")
      .notNull()
      .references(() => uploads.id, { onDelete: "cascade" }),
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    /** "photo", "video" or "document": an id of one kind is no id of another. */
    kind: text("kind").notNull(),
    fileId: text("file_id").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "telegram_files_once", columns: [t.uploadId, t.botId, t.kind] }),
    index("telegram_files_by_bot").on(t.botId),
  ],
);

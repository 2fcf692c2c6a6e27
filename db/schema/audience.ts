/** Who can be written to through which bot: subscribers, what is known of them, what they do not want, and segments of them. */
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
  serial,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bots } from "./bots.ts";
import { instant, rowId, searchWords, serialId, telegramId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";
import { chats } from "./messaging.ts";
import { uploads } from "./uploads.ts";

/** `unreachable`: imported, and never pressed Start. The others follow the state of the private chat. */
export const subscriberStates = ["active", "blocked", "deactivated", "unreachable"] as const;
export type SubscriberState = (typeof subscriberStates)[number];
export const fieldKinds = ["text", "number", "date", "boolean", "choice"] as const;
export type FieldKind = (typeof fieldKinds)[number];

/** Categories of messages that a person may refuse one by one: "News", "Offers". Service messages have none. */
export const audienceCategories = pgTable(
  "audience_categories",
  {
    id: serial("id").primaryKey(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** By language: {"en": "Offers", "ru": "Предложения"}; people see theirs, or the first. */
    names: jsonb("names").$type<Partial<Record<"en" | "ru" | "uk", string>>>().notNull(),
    position: integer("position").notNull().default(0),
    archivedAt: instant("archived_at"),
    ...timestamps(),
  },
  (t) => [index("audience_categories_by_workspace").on(t.workspaceId, t.position, t.id)],
);

export const audienceTags = pgTable(
  "audience_tags",
  {
    id: serial("id").primaryKey(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    ...timestamps(),
  },
  (t) => [uniqueIndex("audience_tags_once").on(t.workspaceId, sql`lower(${t.name})`)],
);

/** Typed facts that a workspace keeps of its people. `key` is what variables and files name: `{field:city}`. */
export const audienceFields = pgTable(
  "audience_fields",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    key: text("key").notNull(),
    name: text("name").notNull(),
    kind: text("kind").$type<FieldKind>().notNull(),
    /** Of `choice`. */
    choices: text("choices").array().notNull().default(sql`'{}'::text[]`),
    position: integer("position").notNull().default(0),
    ...timestamps(),
  },
  (t) => [
    unique("audience_fields_once").on(t.workspaceId, t.key),
    check("audience_fields_kind_known", sql`${t.kind} in ('text','number','date','boolean','choice')`),
  ],
);

/**
 * One person in one bot's audience. What segments ask is kept in the row itself, so that a million are counted by one scan.
 * `id` grows, and broadcasts walk by it. Written by the bot's edge, by imports and by whoever counts clicks and conversions.
 */
export const subscribers = pgTable(
  "subscribers",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id").notNull(),
    botId: uuid("bot_id").notNull(),
    /** Null until he comes: whoever was imported and never pressed Start has no chat with the bot. */
    chatId: uuid("chat_id"),
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    telegramId: telegramId("telegram_id").notNull(),
    state: text("state").$type<SubscriberState>().notNull().default("active"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    username: text("username"),
    /** Two letters, as Telegram or an import says; of any language. */
    language: text("language"),
    /** IANA; null = the workspace's. */
    timeZone: text("time_zone"),
    /** "start", "import" or "other" (wrote without /start, came through the app). */
    origin: text("origin").$type<"start" | "import" | "other">().notNull(),
    /** Payload of the first /start that had one, or what the import said. */
    source: text("source"),
    /** Since when the bot may write; null for those who were imported and never came. */
    subscribedAt: instant("subscribed_at"),
    lastSeenAt: instant("last_seen_at"),
    /** When he blocked the bot or was found gone; null again when he is back. */
    lostAt: instant("lost_at"),
    tags: integer("tags").array().notNull().default(sql`'{}'::int[]`),
    fields: jsonb("fields").$type<Record<string, string | number | boolean>>().notNull().default({}),
    note: text("note"),
    /** Refuses everything but service messages. */
    isOptedOut: boolean("is_opted_out").notNull().default(false),
    /** Refused categories. */
    optedOutOf: integer("opted_out_of").array().notNull().default(sql`'{}'::int[]`),
    clicks: integer("clicks").notNull().default(0),
    lastClickAt: instant("last_click_at"),
    conversions: integer("conversions").notNull().default(0),
    lastConversionAt: instant("last_conversion_at"),
    orders: integer("orders").notNull().default(0),
    lastOrderAt: instant("last_order_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** What a search looks in: " oksana koval @oksana 700000001". */
    searchText: text("search_text")
      .notNull()
      .generatedAlwaysAs(
        sql`lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' @' || coalesce(username, '') || ' ' || telegram_id)`,
      ),
  },
  (t) => [
    // The chat is this bot's and this workspace's, and the row goes with it. Of whoever has no chat PostgreSQL looks nothing up here.
    foreignKey({
      name: "subscribers_of_chat",
      columns: [t.chatId, t.botId, t.workspaceId],
      foreignColumns: [chats.id, chats.botId, chats.workspaceId],
    }).onDelete("cascade"),
    // Of those without a chat too the bot is there and is this workspace's, and they go with it. Triggers see to that
    // (subscribers_of_bot, in the migrations): a foreign key looks the bot up for every row, a fifth of an import's work.
    unique("subscribers_once_per_bot").on(t.botId, t.telegramId),
    uniqueIndex("subscribers_once_per_chat").on(t.chatId).where(sql`${t.chatId} is not null`),
    // Broadcasts walk a bot's audience in this order.
    index("subscribers_walk").on(t.botId, t.id),
    index("subscribers_by_workspace").on(t.workspaceId, t.id),
    // Whoever was imported and never came is nobody's person.
    index("subscribers_by_person").on(t.personId).where(sql`${t.personId} is not null`),
    // One human in several bots: opt-outs and the attention budget are his, not a bot's.
    index("subscribers_by_telegram_id").on(t.workspaceId, t.telegramId),
    index("subscribers_by_tag").using("gin", t.tags),
    // The beginnings of words, without reading a million rows.
    index("subscribers_search").using("gin", searchWords(t.searchText)),
    index("subscribers_by_last_seen").on(t.workspaceId, t.lastSeenAt, t.id).where(sql`${t.lastSeenAt} is not null`),
    // Those who cannot be written to are few, and a list of them must not read all the others.
    index("subscribers_lost").on(t.workspaceId, t.state, t.id).where(sql`${t.state} <> 'active'`),
    check("subscribers_state_known", sql`${t.state} in ('active','blocked','deactivated','unreachable')`),
    check("subscribers_origin_known", sql`${t.origin} in ('start','import','other')`),
    // So that whoever reads only those who can be written to may take the chat for granted.
    check(
      "subscribers_chat_known",
      sql`${t.chatId} is not null or (${t.state} = 'unreachable' and ${t.subscribedAt} is null)`,
    ),
  ],
);

/**
 * What a human refused, in all bots of the workspace; it outlives erasure and imports, so that a stop stays a stop. Row 0 of
 * `category_id` = everything. `ended_at`: he took it back himself.
 */
export const optOuts = pgTable(
  "opt_outs",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    telegramId: telegramId("telegram_id").notNull(),
    categoryId: integer("category_id").notNull().default(0),
    via: text("via").$type<"command" | "screen" | "message" | "member" | "import">().notNull(),
    at: instant("at").notNull().defaultNow(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    primaryKey({ name: "opt_outs_once", columns: [t.workspaceId, t.telegramId, t.categoryId] }),
    check("opt_outs_via_known", sql`${t.via} in ('command','screen','message','member','import')`),
  ],
);

/**
 * A change to many subscribers, made in slices by a job from `checkpointId` to `ceilingId`. `tags` puts tags on and takes them
 * off, of chosen ones or of all that match a filter; `forget_tag` and `forget_field` clear the rows of what was deleted.
 */
export const audienceChanges = pgTable(
  "audience_changes",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    kind: text("kind").$type<"tags" | "forget_tag" | "forget_field">().notNull(),
    /** `failed`: every try threw; it was set aside, and what was changed by then stays changed. */
    state: text("state").$type<"running" | "done" | "failed">().notNull().default("running"),
    /** Whose tags change; null once it is done, since a search may be somebody's name. */
    filter: jsonb("filter"),
    added: integer("added").array().notNull().default(sql`'{}'::int[]`),
    removed: integer("removed").array().notNull().default(sql`'{}'::int[]`),
    /** Key of the field that is forgotten. */
    fieldKey: text("field_key"),
    total: integer("total").notNull(),
    done: integer("done").notNull().default(0),
    checkpointId: bigint("checkpoint_id", { mode: "number" }).notNull().default(0),
    ceilingId: bigint("ceiling_id", { mode: "number" }).notNull(),
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    index("audience_changes_by_workspace").on(t.workspaceId, t.createdAt),
    index("audience_changes_by_requester").on(t.requestedBy),
    check("audience_changes_kind_known", sql`${t.kind} in ('tags','forget_tag','forget_field')`),
    check("audience_changes_state_known", sql`${t.state} in ('running','done','failed')`),
  ],
);

/** A named condition over subscribers, evaluated whenever it is used. */
export const segments = pgTable(
  "segments",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** Shape: `modules/audience/domain/segment.ts`. */
    condition: jsonb("condition").notNull(),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    uniqueIndex("segments_once").on(t.workspaceId, sql`lower(${t.name})`),
    index("segments_by_creator").on(t.createdBy),
  ],
);

/** An import of people from a file: mapped, looked through, then run in batches with a checkpoint. */
export const audienceImports = pgTable(
  "audience_imports",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    uploadId: uuid("upload_id").references(() => uploads.id, { onDelete: "set null" }),
    fileName: text("file_name").notNull(),
    state: text("state").$type<"mapping" | "running" | "done" | "cancelled" | "failed">().notNull().default("mapping"),
    /** How the file is read and what its columns say (`modules/audience/import-file.ts`), and what each of them is. */
    reading: jsonb("reading").notNull().default({}),
    mapping: jsonb("mapping").notNull().default({}),
    /** Tags that everybody gets, and where their consent comes from. */
    tags: integer("tags").array().notNull().default(sql`'{}'::int[]`),
    consent: text("consent"),
    total: integer("total"),
    /** Rows read so far: the checkpoint. */
    done: integer("done").notNull().default(0),
    added: integer("added").notNull().default(0),
    updated: integer("updated").notNull().default(0),
    refused: integer("refused").notNull().default(0),
    problem: text("problem"),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    ...timestamps(),
  },
  (t) => [
    index("audience_imports_by_workspace").on(t.workspaceId, t.createdAt),
    index("audience_imports_by_bot").on(t.botId),
    index("audience_imports_by_upload").on(t.uploadId),
    index("audience_imports_by_creator").on(t.createdBy),
    check("audience_imports_state_known", sql`${t.state} in ('mapping','running','done','cancelled','failed')`),
  ],
);

/** Rows of an import that were refused, as they stood in the file, with the reason. */
export const importRefusals = pgTable(
  "import_refusals",
  {
    importId: uuid("import_id")
      .notNull()
      .references(() => audienceImports.id, { onDelete: "cascade" }),
    /** Line of the file as spreadsheets number it: 1 is the heading, where there is one. */
    line: bigint("line", { mode: "number" }).notNull(),
    reason: text("reason").notNull(),
    cells: jsonb("cells").$type<string[]>().notNull(),
  },
  (t) => [primaryKey({ name: "import_refusals_once", columns: [t.importId, t.line] })],
);

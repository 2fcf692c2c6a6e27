/** Workspaces, the people known in them, what members may do, and the trace of what they did. */
import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, searchWords, serialId, telegramId, timestamps } from "./columns.ts";

export const roles = ["owner", "admin", "manager", "media_buyer", "finance", "support"] as const;
export type Role = (typeof roles)[number];
export const locales = ["en", "ru", "uk"] as const;
export type Locale = (typeof locales)[number];

export const workspaces = pgTable(
  "workspaces",
  {
    ...rowId(),
    name: text("name").notNull(),
    locale: text("locale").$type<Locale>().notNull().default("en"),
    /** IANA zone: days of reports, quotas and quiet hours are counted in it. */
    timeZone: text("time_zone").notNull().default("UTC"),
    /** True for the workspace that BOT_TOKEN belongs to; the first start makes exactly one. */
    isFirst: boolean("is_first").notNull().default(false),
    settings: jsonb("settings").$type<Record<string, unknown>>().notNull().default({}),
    ...timestamps(),
  },
  (t) => [uniqueIndex("workspaces_one_first").on(t.isFirst).where(sql`${t.isFirst}`)],
);

/**
 * Anyone a workspace knows: one Telegram user, or a lead before Telegram. Facets (member, subscriber, customer…) live in
 * other tables and point here. Erasure empties the personal columns and sets `erasedAt`; the row stays so that money and
 * audit keep their references.
 */
export const persons = pgTable(
  "persons",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    telegramId: telegramId("telegram_id"),
    username: text("username"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    /** What the person chose; null follows Telegram's language_code, kept in `telegramLocale`. */
    locale: text("locale").$type<Locale>(),
    telegramLocale: text("telegram_locale"),
    timeZone: text("time_zone"),
    email: text("email"),
    phone: text("phone"),
    blockedAt: instant("blocked_at"),
    blockedReason: text("blocked_reason"),
    erasedAt: instant("erased_at"),
    lastSeenAt: instant("last_seen_at"),
    /** What a search looks in: " oksana koval @oksana 700000001", as of subscribers. Nobody's words are left of whoever was erased. */
    searchText: text("search_text")
      .notNull()
      .generatedAlwaysAs(
        sql`lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' @' || coalesce(username, '') || ' ' || coalesce(telegram_id::text, ''))`,
      ),
    ...timestamps(),
  },
  (t) => [
    unique("persons_once_per_workspace").on(t.workspaceId, t.telegramId),
    // The blocked are few, and a list of them must not read all the others.
    index("persons_blocked").on(t.workspaceId, t.createdAt, t.id).where(sql`${t.blockedAt} is not null`),
    // As of subscribers: a name among a million.
    index("persons_search").using("gin", searchWords(t.searchText)),
    index("persons_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    // In which workspaces a Telegram user is known: asked by every start of the app.
    index("persons_by_telegram_id").on(t.telegramId).where(sql`${t.telegramId} is not null`),
  ],
);

export const members = pgTable(
  "members",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
    role: text("role").$type<Role>().notNull(),
    ...timestamps(),
  },
  (t) => [
    unique("members_once_per_person").on(t.personId),
    index("members_by_workspace").on(t.workspaceId),
    check("members_role_known", sql`${t.role} in ('owner','admin','manager','media_buyer','finance','support')`),
  ],
);

/** A link that makes its opener a member. Single use, expiring, optionally bound to one Telegram user. */
export const invitations = pgTable(
  "invitations",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    role: text("role").$type<Role>().notNull(),
    tokenHash: text("token_hash").notNull().unique("invitations_token_hash"),
    forTelegramId: telegramId("for_telegram_id"),
    note: text("note"),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
    usedBy: uuid("used_by").references(() => persons.id, { onDelete: "set null" }),
    revokedAt: instant("revoked_at"),
    ...timestamps(),
  },
  (t) => [
    index("invitations_by_workspace").on(t.workspaceId, t.createdAt),
    index("invitations_by_creator").on(t.createdBy),
    index("invitations_by_user").on(t.usedBy),
    check("invitations_role_known", sql`${t.role} in ('owner','admin','manager','media_buyer','finance','support')`),
  ],
);

/** Keys for programs. Only a keyed hash is kept; `prefix` is what a person recognises the key by. */
export const apiKeys = pgTable(
  "api_keys",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    prefix: text("prefix").notNull(),
    keyHash: text("key_hash").notNull().unique("api_keys_key_hash"),
    scopes: text("scopes").array().notNull(),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    ...timestamps(),
  },
  (t) => [index("api_keys_by_workspace").on(t.workspaceId), index("api_keys_by_creator").on(t.createdBy)],
);

/** Append-only (a trigger refuses update and delete, retention excepted). One row per change made by a member or key. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    actorKind: text("actor_kind").notNull(),
    actorId: uuid("actor_id"),
    action: text("action").notNull(),
    subjectKind: text("subject_kind").notNull(),
    subjectId: text("subject_id").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    requestId: text("request_id"),
    at: instant("at").notNull().defaultNow(),
  },
  (t) => [
    index("audit_entries_by_workspace").on(t.workspaceId, t.id),
    index("audit_entries_by_subject").on(t.workspaceId, t.subjectKind, t.subjectId),
  ],
);

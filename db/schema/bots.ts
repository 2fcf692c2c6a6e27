/** Bots connected to a workspace. */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, rowId, telegramId, timestamps } from "./columns.ts";
import { workspaces } from "./identity.ts";

export interface BotHealth {
  checkedAt: string;
  problem: string | null;
  pendingUpdates?: number;
  /** Telegram's words about the last update that it could not deliver, and when that was. */
  lastError?: string | null;
  lastErrorAt?: string | null;
}

/**
 * One row per bot. The token is sealed (AES-256-GCM) and never leaves the server; `id` is what addresses name
 * (`/app/<id>/`, `/telegram/webhook/<id>`), so that no URL holds a token.
 */
export const bots = pgTable(
  "bots",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    telegramId: telegramId("telegram_id").notNull(),
    username: text("username").notNull(),
    name: text("name").notNull(),
    tokenSealed: text("token_sealed").notNull(),
    webhookSecretSealed: text("webhook_secret_sealed").notNull(),
    /** The bot of BOT_TOKEN. */
    isPlatform: boolean("is_platform").notNull().default(false),
    state: text("state").$type<"active" | "inactive" | "disconnected">().notNull().default("active"),
    health: jsonb("health").$type<BotHealth>(),
    /** getUpdates offset: the next update id to ask for. Only used in polling mode. */
    pollOffset: telegramId("poll_offset").notNull().default(0),
    /** The process that polls this bot, and until when it may: one poller per token (409 otherwise). */
    pollerId: text("poller_id"),
    pollerUntil: instant("poller_until"),
    /** Its owner lets it make and manage other bots (@BotFather, Bot Management Mode). */
    canManageBots: boolean("can_manage_bots").notNull().default(false),
    /** Made by one of our bots for its owner (Telegram's managed bots): that bot can ask for the token again. */
    managedBy: uuid("managed_by"),
    /** When it was disconnected, or its token brought to another workspace: the row stays for its history, silent, unless it is connected here again. */
    releasedAt: instant("released_at"),
    ...timestamps(),
  },
  (t) => [
    // One living row per Telegram bot in the whole installation.
    uniqueIndex("bots_telegram_id").on(t.telegramId).where(sql`${t.releasedAt} is null`),
    index("bots_by_workspace").on(t.workspaceId),
    // For what belongs to a bot and names its workspace too (`chats_of_bot`).
    unique("bots_owner").on(t.id, t.workspaceId),
    uniqueIndex("bots_one_platform").on(t.isPlatform).where(sql`${t.isPlatform}`),
    check("bots_state_known", sql`${t.state} in ('active','inactive','disconnected')`),
  ],
);

/**
 * What a bot says of itself and says first, by language: '' is for every language without a row of its own. Null = as it is at
 * Telegram, or our own words; an empty name or description = taken away from Telegram, so that its general one shows.
 */
export const botTexts = pgTable(
  "bot_texts",
  {
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    language: text("language").notNull(),
    name: text("name"),
    description: text("description"),
    shortDescription: text("short_description"),
    menuButton: text("menu_button"),
    commands: jsonb("commands").$type<{ command: string; description: string }[]>(),
    /** A message (`Content` of messaging) that answers /start in place of our greeting. */
    welcome: jsonb("welcome"),
    /** Telegram's words when it refused one of the texts; null when it has them all or was not told yet. */
    problem: text("problem"),
    /** Telegram lets a bot's name change seldom: not tried again before. */
    nextTryAt: instant("next_try_at"),
    ...timestamps(),
  },
  (t) => [primaryKey({ name: "bot_texts_once", columns: [t.botId, t.language] })],
);

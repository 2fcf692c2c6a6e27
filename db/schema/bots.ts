/** Bots connected to a workspace. */
import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, telegramId, timestamps } from "./columns.ts";
import { workspaces } from "./identity.ts";

export interface BotHealth {
  checkedAt: string;
  problem: string | null;
  pendingUpdates?: number;
  lastError?: string | null;
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
    ...timestamps(),
  },
  (t) => [
    unique("bots_telegram_id").on(t.telegramId),
    index("bots_by_workspace").on(t.workspaceId),
    uniqueIndex("bots_one_platform").on(t.isPlatform).where(sql`${t.isPlatform}`),
    check("bots_state_known", sql`${t.state} in ('active','inactive','disconnected')`),
  ],
);

/** Closed chats that products open, and whom we let into them. */
import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, telegramId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";
import { chats } from "./messaging.ts";
import { products } from "./shop.ts";

/** What a bot may do in a group or channel, as Telegram last said. A chat without a row was not looked at yet. */
export const chatRights = pgTable(
  "chat_rights",
  {
    chatId: uuid("chat_id").primaryKey(),
    botId: uuid("bot_id").notNull(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** `can_invite_users`: to make links and to answer who asks to join. */
    mayInvite: boolean("may_invite").notNull(),
    /** `can_restrict_members`: to show somebody out. */
    mayRemove: boolean("may_remove").notNull(),
    checkedAt: instant("checked_at").notNull(),
  },
  (t) => [
    foreignKey({
      name: "chat_rights_of_chat",
      columns: [t.chatId, t.botId, t.workspaceId],
      foreignColumns: [chats.id, chats.botId, chats.workspaceId],
    }).onDelete("cascade"),
    index("chat_rights_by_workspace").on(t.workspaceId),
  ],
);

/** Which product opens which chats, through which bot. */
export const productChats = pgTable(
  "product_chats",
  {
    productId: uuid("product_id").notNull(),
    chatId: uuid("chat_id").notNull(),
    botId: uuid("bot_id").notNull(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "product_chats_once", columns: [t.productId, t.chatId] }),
    // Product and chat are of one workspace, and the link goes with either.
    foreignKey({
      name: "product_chats_of_product",
      columns: [t.productId, t.workspaceId],
      foreignColumns: [products.id, products.workspaceId],
    }).onDelete("cascade"),
    foreignKey({
      name: "product_chats_of_chat",
      columns: [t.chatId, t.botId, t.workspaceId],
      foreignColumns: [chats.id, chats.botId, chats.workspaceId],
    }).onDelete("cascade"),
    index("product_chats_by_chat").on(t.chatId),
    index("product_chats_by_workspace").on(t.workspaceId),
  ],
);

/**
 * `invited`: he may come in, and perhaps has a link. `joined`: we let him in. The other three are ends: he went by himself, we showed him
 * out, or he rules in the chat and stays.
 */
export const accessStates = ["invited", "joined", "left", "removed", "kept"] as const;
export type AccessState = (typeof accessStates)[number];

/** One person and one chat that something he bought opens. Whoever was added by hand has no row, and is let alone. */
export const chatAccesses = pgTable(
  "chat_accesses",
  {
    /** Without its hyphens it is the name of his invite link: 32 characters, as many as Telegram takes. */
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    chatId: uuid("chat_id").notNull(),
    botId: uuid("bot_id").notNull(),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
    telegramId: telegramId("telegram_id").notNull(),
    state: text("state").$type<AccessState>().notNull().default("invited"),
    /** What he was let in by: it keeps him in although it opens the chat to nobody else any more. */
    productId: uuid("product_id").references(() => products.id, { onDelete: "set null" }),
    /** His link, and until when Telegram takes it. */
    link: text("link"),
    linkUntil: instant("link_until"),
    joinedAt: instant("joined_at"),
    /** Since when he should be out. A backlog of these means that a bot has lost its rights, or that Telegram does not answer. */
    dueSince: instant("due_since"),
    /** We are showing him out: written before Telegram is told, so that a ban of ours is known from one by the team. */
    removingSince: instant("removing_since"),
    endedAt: instant("ended_at"),
    ...timestamps(),
  },
  (t) => [
    unique("chat_accesses_once").on(t.chatId, t.personId),
    foreignKey({
      name: "chat_accesses_of_chat",
      columns: [t.chatId, t.botId, t.workspaceId],
      foreignColumns: [chats.id, chats.botId, chats.workspaceId],
    }).onDelete("cascade"),
    index("chat_accesses_by_person").on(t.personId),
    index("chat_accesses_by_workspace").on(t.workspaceId),
    index("chat_accesses_by_product").on(t.productId),
    // How many are in, and how many of them should not be.
    index("chat_accesses_inside").on(t.chatId).where(sql`${t.state} = 'joined'`),
    index("chat_accesses_due").on(t.dueSince).where(sql`${t.dueSince} is not null`),
    index("chat_accesses_ended").on(t.endedAt).where(sql`${t.endedAt} is not null`),
    check("chat_accesses_state_known", sql`${t.state} in ('invited','joined','left','removed','kept')`),
    check("chat_accesses_link_ends", sql`(${t.link} is null) = (${t.linkUntil} is null)`),
    check("chat_accesses_end_dated", sql`(${t.state} in ('left','removed','kept')) = (${t.endedAt} is not null)`),
  ],
);

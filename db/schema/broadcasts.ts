/** Mailings: one message to many, its runs, recipients, links, results; sequences of messages to one person over time. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { audienceCategories, segments } from "./audience.ts";
import { bots } from "./bots.ts";
import { instant, rowId, serialId, telegramId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";
import { chats } from "./messaging.ts";

export const broadcastStates = ["draft", "scheduled", "sending", "paused", "sent", "cancelled", "failed"] as const;
export type BroadcastState = (typeof broadcastStates)[number];
/** `planned` waits for its time, `queued` has a delivery, `skipped` got none and `reason` says why. */
export const recipientStates = ["planned", "queued", "sent", "failed", "unknown", "skipped", "cancelled"] as const;
export type RecipientState = (typeof recipientStates)[number];

/** A message kept for later use, with variables. Shared by everybody in the workspace. */
export const messageTemplates = pgTable(
  "message_templates",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** `Letter`: a message by language (`modules/broadcasts/contracts.ts`). */
    letter: jsonb("letter").notNull(),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    uniqueIndex("message_templates_once").on(t.workspaceId, sql`lower(${t.name})`),
    index("message_templates_by_creator").on(t.createdBy),
  ],
);

/**
 * One mailing. Status, checkpoint (`broadcast_bots`) and counters are the row's; pause is a status. Counters change only in the
 * transaction that changes a recipient, so `total = planned + queued + sent + failed + unknown + skipped + cancelled + not yet
 * walked` at any moment.
 */
export const broadcasts = pgTable(
  "broadcasts",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** `recurring` is a plan that makes a `run` each time; a run is sent like any `once`. */
    kind: text("kind").$type<"once" | "recurring" | "run">().notNull().default("once"),
    parentId: uuid("parent_id").references((): AnyPgColumn => broadcasts.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    state: text("state").$type<BroadcastState>().notNull().default("draft"),
    /** Why it paused or failed by itself; key of a sentence. */
    stateReason: text("state_reason"),
    // ── What is said, to whom, when ──
    botIds: uuid("bot_ids").array().notNull().default(sql`'{}'::uuid[]`),
    /** Groups and channels that get it too. */
    chatIds: uuid("chat_ids").array().notNull().default(sql`'{}'::uuid[]`),
    segmentId: uuid("segment_id").references(() => segments.id, { onDelete: "restrict" }),
    /** A condition of its own, when no saved segment is chosen; null = everybody. */
    condition: jsonb("condition"),
    categoryId: integer("category_id").references(() => audienceCategories.id, { onDelete: "restrict" }),
    /** `Variant[]`, one to four: key, share, letter. */
    variants: jsonb("variants").notNull().default([]),
    /** `Schedule`: now, at, local, cron. */
    schedule: jsonb("schedule").notNull().default({ kind: "now" }),
    /** `Experiment` or null: sample, measure, when and how a winner is chosen. */
    experiment: jsonb("experiment"),
    /** `Options`: paid pace, quiet hours, attention budget, self-stop. */
    options: jsonb("options").notNull().default({}),
    /** Next start of a scheduled or recurring one. */
    runAt: instant("run_at"),
    /** How often in a row starting it has failed: after five it is set aside. */
    tries: smallint("tries").notNull().default(0),
    // ── Who decided ──
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    /** Four eyes: asked for by one, released by another. */
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    requestedAt: instant("requested_at"),
    launchedBy: uuid("launched_by").references(() => persons.id, { onDelete: "set null" }),
    launchedAt: instant("launched_at"),
    startedAt: instant("started_at"),
    pausedAt: instant("paused_at"),
    finishedAt: instant("finished_at"),
    // ── How it goes ──
    /** Splits recipients over variants, the same for ever. */
    seed: bigint("seed", { mode: "number" }).notNull().default(0),
    /** 1 = everybody, or the sample of an experiment; 2 = the rest, with the winner. */
    phase: smallint("phase").notNull().default(1),
    winner: text("winner"),
    decidedAt: instant("decided_at"),
    /** When a person was asked to choose, because the figures did not. */
    askedAt: instant("asked_at"),
    /** Reach when it was launched; exact once everybody was walked. */
    total: integer("total").notNull().default(0),
    planned: integer("planned").notNull().default(0),
    queued: integer("queued").notNull().default(0),
    sent: integer("sent").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    unknown: integer("unknown").notNull().default(0),
    skipped: integer("skipped").notNull().default(0),
    cancelled: integer("cancelled").notNull().default(0),
    /** Of the failed: the bot was blocked, or the account is gone. */
    blocked: integer("blocked").notNull().default(0),
    optedOut: integer("opted_out").notNull().default(0),
    clicked: integer("clicked").notNull().default(0),
    replied: integer("replied").notNull().default(0),
    converted: integer("converted").notNull().default(0),
    /** When it pauses itself, fixed at its launch and by whoever resumes it (`Limits` of `domain/self-stop.ts`); null = never. */
    selfStop: jsonb("self_stop").$type<{
      blockedPercent: number;
      optedOutPercent: number;
      afterSent: number;
      seen?: { sent: number; blocked: number; optedOut: number };
    } | null>(),
    /** Messages a second as last measured, and the count and moment that the next measuring begins from. */
    perSecond: real("per_second").notNull().default(0),
    measuredDone: integer("measured_done").notNull().default(0),
    measuredAt: instant("measured_at"),
    ...timestamps(),
  },
  (t) => [
    index("broadcasts_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("broadcasts_due").on(t.runAt).where(sql`${t.state} = 'scheduled'`),
    index("broadcasts_active").on(t.state).where(sql`${t.state} in ('sending','paused')`),
    // Experiments whose winner is still to be found; few at any time.
    index("broadcasts_undecided")
      .on(t.startedAt)
      .where(sql`${t.experiment} is not null and ${t.decidedAt} is null and ${t.askedAt} is null`),
    index("broadcasts_by_parent").on(t.parentId).where(sql`${t.parentId} is not null`),
    // One run of a plan for one moment, however many processes see that it is due.
    uniqueIndex("broadcasts_one_run").on(t.parentId, t.runAt).where(sql`${t.kind} = 'run'`),
    index("broadcasts_by_segment").on(t.segmentId),
    index("broadcasts_by_category").on(t.categoryId),
    index("broadcasts_by_creator").on(t.createdBy),
    index("broadcasts_by_requester").on(t.requestedBy),
    index("broadcasts_by_launcher").on(t.launchedBy),
    // Outcomes that may still become known, also after the end: an answer comes late, or somebody sends again.
    index("broadcasts_unsettled").on(t.startedAt).where(sql`${t.unknown} > 0 or ${t.queued} > 0`),
    check("broadcasts_kind_known", sql`${t.kind} in ('once','recurring','run')`),
    check(
      "broadcasts_state_known",
      sql`${t.state} in ('draft','scheduled','sending','paused','sent','cancelled','failed')`,
    ),
  ],
);

/**
 * How far one bot's audience has been walked: subscribers with ids in (checkpoint, ceiling] are still to come. Its counters are
 * this bot's part of the broadcast's, and change together with them.
 */
export const broadcastBots = pgTable(
  "broadcast_bots",
  {
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    checkpoint: bigint("checkpoint", { mode: "number" }).notNull().default(0),
    ceiling: bigint("ceiling", { mode: "number" }).notNull(),
    isWalked: boolean("is_walked").notNull().default(false),
    /** Why this bot does not send while others go on: key of a sentence. */
    problem: text("problem"),
    /** Reach through this bot when it was launched; exact once everybody was walked. */
    total: integer("total").notNull().default(0),
    planned: integer("planned").notNull().default(0),
    queued: integer("queued").notNull().default(0),
    sent: integer("sent").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    unknown: integer("unknown").notNull().default(0),
    skipped: integer("skipped").notNull().default(0),
    cancelled: integer("cancelled").notNull().default(0),
  },
  (t) => [
    primaryKey({ name: "broadcast_bots_once", columns: [t.broadcastId, t.botId] }),
    index("broadcast_bots_by_bot").on(t.botId),
  ],
);

/**
 * One recipient of one broadcast: the constraint that makes it exactly one. Filled a few seconds ahead of the lane; `queued` and
 * `unknown` ones are compared with their deliveries until those have ended.
 */
export const broadcastRecipients = pgTable(
  "broadcast_recipients",
  {
    ...serialId(),
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    botId: uuid("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    chatId: uuid("chat_id")
      .notNull()
      .references(() => chats.id, { onDelete: "cascade" }),
    /** Null for groups and channels. No foreign key: an erased subscriber leaves the counts as they were. */
    subscriberId: bigint("subscriber_id", { mode: "number" }),
    /** The human, over all bots: whose attention it takes. Null for groups. */
    telegramId: telegramId("telegram_id"),
    /** Index into `variants`. */
    variant: smallint("variant").notNull().default(0),
    /** Two letters: what he reads, as it was known when his message was made. Null where nobody knows, and in rows from before this was kept. */
    language: text("language"),
    state: text("state").$type<RecipientState>().notNull(),
    reason: text("reason"),
    /** When it may be sent; null for what needs no waiting. */
    dueAt: instant("due_at"),
    deliveryId: bigint("delivery_id", { mode: "bigint" }),
    queuedAt: instant("queued_at"),
    doneAt: instant("done_at"),
    clicks: smallint("clicks").notNull().default(0),
    clickedAt: instant("clicked_at"),
    repliedAt: instant("replied_at"),
    optedOutAt: instant("opted_out_at"),
    convertedAt: instant("converted_at"),
  },
  (t) => [
    unique("broadcast_recipients_once").on(t.broadcastId, t.chatId),
    index("broadcast_recipients_by_broadcast").on(t.broadcastId, t.state, t.id),
    index("broadcast_recipients_due").on(t.broadcastId, t.botId, t.dueAt).where(sql`${t.state} = 'planned'`),
    // Oldest first, as the lane of the bot sends them.
    index("broadcast_recipients_open").on(t.broadcastId, t.botId, t.id).where(sql`${t.state} = 'queued'`),
    index("broadcast_recipients_unknown").on(t.broadcastId, t.id).where(sql`${t.state} = 'unknown'`),
    // The attention budget, replies and opt-outs: what this human got lately.
    index("broadcast_recipients_of_human").on(t.workspaceId, t.telegramId, t.queuedAt),
    // Few answer: results count them, and lists find them, without a look at the others.
    index("broadcast_recipients_answered")
      .on(t.broadcastId, t.id)
      .where(
        sql`${t.clickedAt} is not null or ${t.repliedAt} is not null or ${t.optedOutAt} is not null or ${t.convertedAt} is not null`,
      ),
    index("broadcast_recipients_by_chat").on(t.chatId),
    index("broadcast_recipients_by_bot").on(t.botId),
    check(
      "broadcast_recipients_state_known",
      sql`${t.state} in ('planned','queued','sent','failed','unknown','skipped','cancelled')`,
    ),
  ],
);

/**
 * A change of what a broadcast has delivered already: the same messages with other words, or taken away. Walks the recipients by
 * id up to a ceiling, a few ahead of the lanes: `open` are the deliveries under way, so counters and checkpoint move in one
 * transaction and a killed worker goes on where it was.
 */
export const broadcastChanges = pgTable(
  "broadcast_changes",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    act: text("act").$type<"edit" | "delete">().notNull(),
    /** Indexes into `variants`; what others got stays as it is. */
    variants: smallint("variants").array().notNull(),
    /** What an edit puts in their place. */
    letter: jsonb("letter"),
    /** `failed`: every try threw; it was set aside. */
    state: text("state").$type<"running" | "done" | "stopped" | "failed">().notNull().default("running"),
    checkpoint: bigint("checkpoint", { mode: "bigint" }).notNull().default(sql`0`),
    ceiling: bigint("ceiling", { mode: "bigint" }).notNull(),
    /** Messages to change; `total = done + failed + skipped + still to come`. */
    total: integer("total").notNull(),
    done: integer("done").notNull().default(0),
    failed: integer("failed").notNull().default(0),
    /** Too old to delete, forgotten by retention, or the person has left. */
    skipped: integer("skipped").notNull().default(0),
    open: bigint("open", { mode: "bigint" }).array().notNull().default(sql`'{}'::bigint[]`),
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    index("broadcast_changes_by_broadcast").on(t.broadcastId, t.createdAt),
    index("broadcast_changes_by_workspace").on(t.workspaceId),
    index("broadcast_changes_by_requester").on(t.requestedBy),
    // Two at once would overtake each other in the same messages.
    uniqueIndex("broadcast_changes_one_running").on(t.broadcastId).where(sql`${t.state} = 'running'`),
    check("broadcast_changes_act_known", sql`${t.act} in ('edit','delete')`),
    check("broadcast_changes_state_known", sql`${t.state} in ('running','done','stopped','failed')`),
  ],
);

/** Addresses of a broadcast that are counted. A recipient's link names one by its number. */
export const broadcastLinks = pgTable(
  "broadcast_links",
  {
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    number: smallint("number").notNull(),
    url: text("url").notNull(),
    clicks: integer("clicks").notNull().default(0),
    /** Recipients who used it at least once. */
    people: integer("people").notNull().default(0),
  },
  (t) => [primaryKey({ name: "broadcast_links_once", columns: [t.broadcastId, t.number] })],
);

/** The first click of a recipient on each link, and how many came after it. */
export const broadcastClicks = pgTable(
  "broadcast_clicks",
  {
    recipientId: bigint("recipient_id", { mode: "bigint" })
      .notNull()
      .references(() => broadcastRecipients.id, { onDelete: "cascade" }),
    number: smallint("number").notNull(),
    count: integer("count").notNull().default(1),
    at: instant("at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: "broadcast_clicks_once", columns: [t.recipientId, t.number] })],
);

/** What a message earned: a conversion that came with the id of the click. Corrections replace the amount. */
export const broadcastConversions = pgTable(
  "broadcast_conversions",
  {
    conversionId: bigint("conversion_id", { mode: "bigint" }).primaryKey(),
    recipientId: bigint("recipient_id", { mode: "bigint" })
      .notNull()
      .references(() => broadcastRecipients.id, { onDelete: "cascade" }),
    broadcastId: uuid("broadcast_id")
      .notNull()
      .references(() => broadcasts.id, { onDelete: "cascade" }),
    status: text("status").notNull(),
    /** Money came and was not taken back; the others are kept for the day on which that changes. */
    isEarned: boolean("is_earned").notNull(),
    /** Exact decimal text. */
    amount: text("amount"),
    currency: text("currency"),
    /** Where the tracker says that it happened, in the tracker's word; null where it says nothing. */
    country: text("country"),
    at: instant("at").notNull(),
  },
  (t) => [
    index("broadcast_conversions_by_broadcast").on(t.broadcastId),
    index("broadcast_conversions_by_recipient").on(t.recipientId),
  ],
);

/** How a workspace sends: four eyes, quiet hours, what one human may get, when a broadcast stops itself. */
export const broadcastSettings = pgTable("broadcast_settings", {
  workspaceId: uuid("workspace_id")
    .primaryKey()
    .references(() => workspaces.id, { onDelete: "cascade" }),
  needsFourEyes: boolean("needs_four_eyes").notNull().default(false),
  /** {from: "22:00", to: "08:00"} by the recipient's clock, or null. */
  quietHours: jsonb("quiet_hours").$type<{ from: string; to: string } | null>(),
  /** {messages, hours}: at most so many per human over all bots, or null. */
  attention: jsonb("attention").$type<{ messages: number; hours: number } | null>(),
  /** Percent of what was sent, and from how many on it is judged; null = never stops itself. */
  selfStop: jsonb("self_stop").$type<{ blockedPercent: number; optedOutPercent: number; afterSent: number } | null>(),
  ...timestamps(),
});

// ── Sequences ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Several messages to one person over time, begun by an event and stopped by events. A triggered message is one of one step. */
export const sequences = pgTable(
  "sequences",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    state: text("state").$type<"draft" | "active" | "paused">().notNull().default("draft"),
    botIds: uuid("bot_ids").array().notNull().default(sql`'{}'::uuid[]`),
    /** `Trigger`: which event begins it, for whom. */
    trigger: jsonb("trigger").notNull(),
    /** `StopRule[]`: which events end it. */
    stops: jsonb("stops").notNull().default([]),
    categoryId: integer("category_id").references(() => audienceCategories.id, { onDelete: "restrict" }),
    options: jsonb("options").notNull().default({}),
    /** Whether somebody who went through it may begin again. */
    isRepeatable: boolean("is_repeatable").notNull().default(false),
    /** Four eyes: the whole of it as it shall be (`Waiting`), once another has released that; the rest of the row is in force. */
    waiting: jsonb("waiting"),
    /** Put away: it is in no list and never active; its figures and the links in its messages live on. */
    archivedAt: instant("archived_at"),
    createdBy: uuid("created_by").references(() => persons.id, { onDelete: "set null" }),
    /** Whose words stand there; null: a program's, or those of somebody who is gone. */
    changedBy: uuid("changed_by").references(() => persons.id, { onDelete: "set null" }),
    /** As of `broadcasts`: asked for by one, released by another. */
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    requestedAt: instant("requested_at"),
    ...timestamps(),
  },
  (t) => [
    index("sequences_by_workspace").on(t.workspaceId, t.createdAt, t.id),
    index("sequences_by_category").on(t.categoryId),
    index("sequences_by_creator").on(t.createdBy),
    index("sequences_by_changer").on(t.changedBy),
    index("sequences_by_requester").on(t.requestedBy),
    check("sequences_state_known", sql`${t.state} in ('draft','active','paused')`),
    check("sequences_archived_sleep", sql`${t.archivedAt} is null or ${t.state} <> 'active'`),
  ],
);

export const sequenceSteps = pgTable(
  "sequence_steps",
  {
    ...rowId(),
    sequenceId: uuid("sequence_id")
      .notNull()
      .references(() => sequences.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    /** After the step before it, or after the start. */
    delayMinutes: integer("delay_minutes").notNull().default(0),
    /** "HH:MM" by the recipient's clock: waits for it after the delay. */
    atClock: text("at_clock"),
    /** Asked when its time has come: who does not fit goes on without it. */
    condition: jsonb("condition"),
    letter: jsonb("letter").notNull(),
    sent: integer("sent").notNull().default(0),
    skipped: integer("skipped").notNull().default(0),
    ...timestamps(),
  },
  (t) => [unique("sequence_steps_order").on(t.sequenceId, t.position)],
);

/** One person on the way through a sequence. `next_at` is when the step at `position` is looked at. */
export const sequenceRuns = pgTable(
  "sequence_runs",
  {
    ...serialId(),
    sequenceId: uuid("sequence_id")
      .notNull()
      .references(() => sequences.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    subscriberId: bigint("subscriber_id", { mode: "number" }).notNull(),
    state: text("state").$type<"active" | "finished" | "stopped">().notNull().default("active"),
    /** Why it stopped: key of a sentence. */
    reason: text("reason"),
    position: integer("position").notNull().default(0),
    nextAt: instant("next_at"),
    /** How often in a row its step has failed: after five the run is set aside. */
    tries: smallint("tries").notNull().default(0),
    enteredAt: instant("entered_at").notNull().defaultNow(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    uniqueIndex("sequence_runs_one_active").on(t.sequenceId, t.subscriberId).where(sql`${t.state} = 'active'`),
    index("sequence_runs_due").on(t.sequenceId, t.nextAt).where(sql`${t.state} = 'active'`),
    index("sequence_runs_by_subscriber").on(t.subscriberId),
    index("sequence_runs_by_sequence").on(t.sequenceId, t.id),
    index("sequence_runs_by_workspace").on(t.workspaceId),
    check("sequence_runs_state_known", sql`${t.state} in ('active','finished','stopped')`),
  ],
);

/**
 * One message of a sequence to one person: what it took of his attention, and what he did with it. Written with its delivery. Its id is
 * drawn from the ids of `broadcast_recipients`, so that the code of a counted link names one row of the two tables.
 */
export const sequenceMessages = pgTable(
  "sequence_messages",
  {
    id: bigint("id", { mode: "bigint" }).primaryKey(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    sequenceId: uuid("sequence_id")
      .notNull()
      .references(() => sequences.id, { onDelete: "cascade" }),
    /** Null once the step is deleted: what he got stays in his budget. */
    stepId: uuid("step_id").references(() => sequenceSteps.id, { onDelete: "set null" }),
    subscriberId: bigint("subscriber_id", { mode: "number" }).notNull(),
    /** The human, over all bots; null once he is erased. */
    telegramId: telegramId("telegram_id"),
    /** Was sent whatever he had got, and takes nothing of his attention. */
    isUrgent: boolean("is_urgent").notNull(),
    queuedAt: instant("queued_at").notNull(),
    clicks: smallint("clicks").notNull().default(0),
    clickedAt: instant("clicked_at"),
    convertedAt: instant("converted_at"),
  },
  (t) => [
    // The attention budget: what this human got lately.
    index("sequence_messages_of_human").on(t.workspaceId, t.telegramId, t.queuedAt),
    index("sequence_messages_by_sequence").on(t.sequenceId),
    index("sequence_messages_by_step").on(t.stepId),
    // Few answer: figures of steps count them without a look at the others.
    index("sequence_messages_answered")
      .on(t.stepId)
      .where(sql`${t.clickedAt} is not null or ${t.convertedAt} is not null`),
  ],
);

/** Addresses in a sequence's messages that are counted. What is kept stays: links of messages that were sent name it by its number. */
export const sequenceLinks = pgTable(
  "sequence_links",
  {
    sequenceId: uuid("sequence_id")
      .notNull()
      .references(() => sequences.id, { onDelete: "cascade" }),
    number: smallint("number").notNull(),
    url: text("url").notNull(),
  },
  (t) => [primaryKey({ name: "sequence_links_once", columns: [t.sequenceId, t.number] })],
);

/** What a message of a sequence earned; as `broadcast_conversions`. */
export const sequenceConversions = pgTable(
  "sequence_conversions",
  {
    conversionId: bigint("conversion_id", { mode: "bigint" }).primaryKey(),
    messageId: bigint("message_id", { mode: "bigint" })
      .notNull()
      .references(() => sequenceMessages.id, { onDelete: "cascade" }),
    status: text("status").notNull(),
    isEarned: boolean("is_earned").notNull(),
    /** Exact decimal text. */
    amount: text("amount"),
    currency: text("currency"),
    at: instant("at").notNull(),
  },
  (t) => [index("sequence_conversions_by_message").on(t.messageId)],
);

/**
 * What other rooms sent of their own accord, as asking customers back: it takes of the same attention as broadcasts. Written with its
 * delivery; what no limit reaches back to goes when its human gets the next.
 */
export const attentionMessages = pgTable(
  "attention_messages",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    telegramId: telegramId("telegram_id").notNull(),
    queuedAt: instant("queued_at").notNull(),
  },
  (t) => [index("attention_messages_of_human").on(t.workspaceId, t.telegramId, t.queuedAt)],
);

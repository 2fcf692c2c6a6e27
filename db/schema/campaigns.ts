/** Trackers' campaigns as they were last read, and what our people are about to change in them. */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
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
import { instant, rowId, timestamps } from "./columns.ts";
import { trackerConnections } from "./conversions.ts";
import { persons, workspaces } from "./identity.ts";

/** One offer or landing in a flow, as a tracker has it: any state and any share survive. */
export interface StoredShare {
  id: string;
  share: number;
  state: string;
}

/** A row of a draft: what the tracker will have, and the pin, which is ours. */
export interface StoredDraftShare extends StoredShare {
  isPinned: boolean;
}

export interface StoredParts<Row> {
  offers: Row[];
  landings: Row[];
}

/** A filter of a flow in words that survive unknown kinds: "country", "accept", ["AU"]. */
export interface StoredFilter {
  name: string;
  mode: string;
  values: string[];
}

/** What is read of a connection's tracker, and how that stands. One row for each connection whose campaigns were asked for. */
export const trackerMirrors = pgTable(
  "tracker_mirrors",
  {
    connectionId: uuid("connection_id")
      .primaryKey()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Of which tracker it is: the host of its address, kept for as long as the mirror is. Null = not known yet. */
    host: text("host"),
    isOn: boolean("is_on").notNull().default(true),
    everyMinutes: integer("every_minutes").notNull().default(60),
    nextRunAt: instant("next_run_at").notNull().defaultNow(),
    /** While a run works; another may begin when this has passed, since the first was killed. */
    runningUntil: instant("running_until"),
    startedAt: instant("started_at"),
    /** Campaigns whose flows were read, of all that there are; null before the list is known. */
    done: integer("done").notNull().default(0),
    total: integer("total"),
    lastOkAt: instant("last_ok_at"),
    /** Code of a sentence; null = the last run went well. */
    problem: text("problem"),
    problemSince: instant("problem_since"),
    failures: smallint("failures").notNull().default(0),
    /** Which spelling of reports it understands; null = not found out yet. */
    reportDialect: text("report_dialect").$type<"new" | "old">(),
    /** IANA; reports are asked for in it. Null = the workspace's. */
    timeZone: text("time_zone"),
    /** Tell the connection's chat when a flow was changed in the tracker. */
    tellsDrift: boolean("tells_drift").notNull().default(false),
    ...timestamps(),
  },
  (t) => [
    index("tracker_mirrors_by_workspace").on(t.workspaceId),
    index("tracker_mirrors_due").on(t.nextRunAt).where(sql`${t.isOn}`),
    check("tracker_mirrors_every_sane", sql`${t.everyMinutes} between 5 and 10080`),
  ],
);

/** Things of a tracker that have a name: what flows and campaigns refer to by id. */
export const trackerThingKinds = ["offer", "landing", "source", "network", "group", "offer_group"] as const;
export type TrackerThingKind = (typeof trackerThingKinds)[number];

/** Offers, landings, sources, networks and groups. A restricted key does not see all of them: what is missing here keeps its number. */
export const trackerThings = pgTable(
  "tracker_things",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    kind: text("kind").$type<TrackerThingKind>().notNull(),
    /** The tracker's id, as text. */
    ref: text("ref").notNull(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    state: text("state").notNull().default("active"),
    groupRef: text("group_ref"),
    networkRef: text("network_ref"),
    /** Of an offer, as its tracker spells them. */
    countries: text("countries").array().notNull().default(sql`'{}'::text[]`),
    readAt: instant("read_at").notNull(),
    /** When a reading no longer brought it; null while it is there. */
    goneAt: instant("gone_at"),
  },
  (t) => [
    primaryKey({ name: "tracker_things_once", columns: [t.connectionId, t.kind, t.ref] }),
    index("tracker_things_by_workspace").on(t.workspaceId),
    check("tracker_things_kind_known", sql`${t.kind} in ('offer','landing','source','network','group','offer_group')`),
  ],
);

/** A campaign as its tracker last had it. Its secrets (click token, postback addresses) are never kept. */
export const campaigns = pgTable(
  "campaigns",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    /** The tracker's id, as text: conversions name it as `campaign_id`. */
    ref: text("ref").notNull(),
    name: text("name").notNull(),
    alias: text("alias"),
    /** "active", "disabled", "deleted" or what a newer build says. */
    state: text("state").notNull(),
    /** "position" or "weight": how flows are chosen. */
    type: text("type"),
    groupRef: text("group_ref"),
    sourceRef: text("source_ref"),
    /** "slo": a visitor stays with his offer, so that a share of 0 stops only new ones. */
    bindsVisitors: text("binds_visitors"),
    /** Where it stands in the tracker's list. */
    position: integer("position"),
    /** As the tracker wrote it, without a zone; only compared, to know what changed. */
    changedText: text("changed_text"),
    flowsReadAt: instant("flows_read_at"),
    readAt: instant("read_at").notNull(),
    goneAt: instant("gone_at"),
    ...timestamps(),
  },
  (t) => [
    unique("campaigns_once_per_connection").on(t.connectionId, t.ref),
    index("campaigns_by_name").on(t.workspaceId, sql`lower(${t.name})`, t.id),
  ],
);

/** A flow of a campaign, with its offers and landings as the tracker last had them. */
export const flows = pgTable(
  "flows",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    campaignId: uuid("campaign_id")
      .notNull()
      .references(() => campaigns.id, { onDelete: "cascade" }),
    ref: text("ref").notNull(),
    name: text("name").notNull(),
    /** "forced", "regular", "default". */
    type: text("type"),
    state: text("state").notNull(),
    /** Only "landings" carries offers. */
    schema: text("schema").notNull(),
    position: integer("position"),
    weight: integer("weight"),
    filters: jsonb("filters").$type<StoredFilter[]>().notNull().default([]),
    offers: jsonb("offers").$type<StoredShare[]>().notNull().default([]),
    landings: jsonb("landings").$type<StoredShare[]>().notNull().default([]),
    /** Ids of offers and landings whose share stays. Trackers know no pins: they are ours alone. */
    pins: jsonb("pins").$type<StoredParts<string>>().notNull().default({ offers: [], landings: [] }),
    /** What our people last knew, where the tracker was changed behind their back; null = nothing was. */
    driftFrom: jsonb("drift_from").$type<StoredParts<StoredShare>>(),
    driftSince: instant("drift_since"),
    /** The last version that a draft of this flow had: the next draft goes on from it, so that none is taken for an ended one. */
    draftVersion: integer("draft_version").notNull().default(0),
    readAt: instant("read_at").notNull(),
    goneAt: instant("gone_at"),
    ...timestamps(),
  },
  (t) => [
    unique("flows_once_per_campaign").on(t.campaignId, t.ref),
    index("flows_by_workspace").on(t.workspaceId),
    index("flows_drifted").on(t.workspaceId).where(sql`${t.driftSince} is not null`),
    index("flows_by_offer").using("gin", sql`${t.offers} jsonb_path_ops`),
    check("flows_drift_whole", sql`(${t.driftFrom} is null) = (${t.driftSince} is null)`),
  ],
);

/** Shares that somebody changed and nobody pushed yet: one per flow, shared by the team. */
export const flowDrafts = pgTable(
  "flow_drafts",
  {
    flowId: uuid("flow_id")
      .primaryKey()
      .references(() => flows.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Grows with every change; whoever changes an older one is told. */
    version: integer("version").notNull().default(1),
    /** The tracker's state that the draft began from: a push goes out only while the tracker still has it. */
    base: jsonb("base").$type<StoredParts<StoredShare>>().notNull(),
    /** States of the draft, oldest first, and which of them is now: undo and redo walk along it. */
    history: jsonb("history").$type<StoredParts<StoredDraftShare>[]>().notNull(),
    cursor: integer("cursor").notNull().default(0),
    changedBy: uuid("changed_by").references(() => persons.id, { onDelete: "set null" }),
    ...timestamps(),
  },
  (t) => [
    index("flow_drafts_by_workspace").on(t.workspaceId),
    index("flow_drafts_by_changer").on(t.changedBy),
    check("flow_drafts_cursor_inside", sql`${t.cursor} >= 0 and ${t.cursor} < jsonb_array_length(${t.history})`),
  ],
);

export const pushStates = ["waiting", "writing", "done", "conflict", "failed"] as const;
export type PushState = (typeof pushStates)[number];

/**
 * One writing of shares into a tracker. `before` and `after` are snapshots: what was read just before the write and just after
 * it. Kept for undo and as history, deleted by retention.
 */
export const flowPushes = pgTable(
  "flow_pushes",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    flowId: uuid("flow_id")
      .notNull()
      .references(() => flows.id, { onDelete: "cascade" }),
    state: text("state").$type<PushState>().notNull().default("waiting"),
    /** The push whose snapshot this one puts back. */
    undoes: uuid("undoes"),
    /** What the tracker must still have. */
    base: jsonb("base").$type<StoredParts<StoredShare>>().notNull(),
    target: jsonb("target").$type<StoredParts<StoredShare>>().notNull(),
    /** Null: not read yet. In a conflict: what the tracker has instead of `base`. */
    before: jsonb("before").$type<StoredParts<StoredShare>>(),
    after: jsonb("after").$type<StoredParts<StoredShare>>(),
    /** Set just before the write goes out: a job that finds it set reads before it writes again. */
    writtenAt: instant("written_at"),
    /** Code of a sentence. */
    problem: text("problem"),
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
    finishedAt: instant("finished_at"),
    /** When somebody took note of its end; until then the flow shows it. */
    seenAt: instant("seen_at"),
  },
  (t) => [
    index("flow_pushes_old").on(t.createdAt),
    index("flow_pushes_by_flow").on(t.flowId, t.createdAt),
    index("flow_pushes_by_workspace").on(t.workspaceId),
    index("flow_pushes_by_requester").on(t.requestedBy),
    // Pushes of one flow never overlap.
    uniqueIndex("flow_pushes_one_open").on(t.flowId).where(sql`${t.state} in ('waiting','writing')`),
    check("flow_pushes_state_known", sql`${t.state} in ('waiting','writing','done','conflict','failed')`),
  ],
);

export const postbackStates = ["installed", "missing", "removed"] as const;
export type PostbackState = (typeof postbackStates)[number];

/**
 * Campaigns that were given our postback address, and whether they still have it. "missing": somebody took it out in the tracker;
 * "removed": we did. The address itself holds a secret and is not kept here.
 */
export const campaignPostbacks = pgTable(
  "campaign_postbacks",
  {
    campaignId: uuid("campaign_id")
      .primaryKey()
      .references(() => campaigns.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    state: text("state").$type<PostbackState>().notNull(),
    /** When the tracker was last asked. */
    checkedAt: instant("checked_at").notNull(),
    /** Since when the state is what it is. */
    changedAt: instant("changed_at").notNull(),
    ...timestamps(),
  },
  (t) => [
    index("campaign_postbacks_by_workspace").on(t.workspaceId),
    index("campaign_postbacks_watched").on(t.checkedAt).where(sql`${t.state} <> 'removed'`),
    check("campaign_postbacks_state_known", sql`${t.state} in ('installed','missing','removed')`),
  ],
);

export const favouriteCampaigns = pgTable(
  "favourite_campaigns",
  {
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id, { onDelete: "cascade" }),
    campaignId: uuid("campaign_id")
      .notNull()
      .references(() => campaigns.id, { onDelete: "cascade" }),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "favourite_campaigns_once", columns: [t.personId, t.campaignId] }),
    index("favourite_campaigns_by_campaign").on(t.campaignId),
  ],
);

/** Answers of a tracker's reports, so that the last figures are there with their age when it is away. */
export const trackerReports = pgTable(
  "tracker_reports",
  {
    connectionId: uuid("connection_id")
      .notNull()
      .references(() => trackerConnections.id, { onDelete: "cascade" }),
    /** Digest of the question. */
    questionKey: text("question_key").notNull(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    answer: jsonb("answer").notNull(),
    readAt: instant("read_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "tracker_reports_once", columns: [t.connectionId, t.questionKey] }),
    index("tracker_reports_by_workspace").on(t.workspaceId),
    index("tracker_reports_old").on(t.readAt),
  ],
);

/** Shapes of trackers, campaigns and their names, as they cross HTTP. */
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { type Static, t } from "elysia";

/** A tracker whose campaigns are kept here, and how fresh they are. */
export const TrackerMirror = t.Object({
  connectionId: t.String(),
  name: t.String(),
  apiUrl: t.String(),
  isOn: t.Boolean(),
  everyMinutes: t.Integer(),
  timeZone: t.Nullable(t.String()),
  tellsDrift: t.Boolean(),
  isRunning: t.Boolean(),
  /** Campaigns read, of all; total null before the list is known. */
  done: t.Integer(),
  total: t.Nullable(t.Integer()),
  lastOkAt: t.Nullable(t.String()),
  /** A sentence in the reader's language; null when all is well. */
  problem: t.Nullable(t.String()),
  problemSince: t.Nullable(t.String()),
  campaigns: t.Integer(),
});
export type TrackerMirror = Static<typeof TrackerMirror>;
export const TrackerMirrorList = t.Object({ items: t.Array(TrackerMirror) });
export const TrackerParams = t.Object({ connectionId: t.String({ format: "uuid" }) });
export const ChangeMirrorBody = t.Object({
  isOn: t.Optional(t.Boolean()),
  everyMinutes: t.Optional(t.Integer({ minimum: 5, maximum: 10_080 })),
  timeZone: t.Optional(t.Nullable(t.String({ maxLength: 60 }))),
  tellsDrift: t.Optional(t.Boolean()),
});
export type ChangeMirror = Static<typeof ChangeMirrorBody>;

export const CampaignSummary = t.Object({
  id: t.String(),
  ref: t.String(),
  name: t.String(),
  state: t.String(),
  type: t.Nullable(t.String()),
  connection: t.Object({ id: t.String(), name: t.String() }),
  group: t.Nullable(t.String()),
  source: t.Nullable(t.String()),
  flows: t.Integer(),
  isFavourite: t.Boolean(),
  /** Flows with a draft that nobody pushed, and flows that were changed in the tracker. */
  drafts: t.Integer(),
  drifted: t.Integer(),
  readAt: t.String(),
});
export type CampaignSummary = Static<typeof CampaignSummary>;
export const CampaignPage = pageOf(CampaignSummary);
export const CampaignListQuery = t.Object({
  ...pageQuery,
  search: t.Optional(t.String({ maxLength: 100 })),
  connectionId: t.Optional(t.String({ format: "uuid" })),
  groupRef: t.Optional(t.String({ maxLength: 40 })),
  sourceRef: t.Optional(t.String({ maxLength: 40 })),
  /** "active", "disabled" or "deleted"; without it everything but the archived. */
  state: t.Optional(t.String({ maxLength: 20 })),
  isFavourite: t.Optional(t.Boolean()),
  hasDraft: t.Optional(t.Boolean()),
  isDrifted: t.Optional(t.Boolean()),
});
export type CampaignList = Static<typeof CampaignListQuery>;

/** A flow in its campaign's list. */
export const FlowSummary = t.Object({
  id: t.String(),
  ref: t.String(),
  name: t.String(),
  type: t.Nullable(t.String()),
  state: t.String(),
  schema: t.String(),
  weight: t.Nullable(t.Number()),
  filters: t.Array(t.Object({ name: t.String(), mode: t.String(), values: t.Array(t.String()) })),
  /** Active rows, largest share first; names null where the key may not see them. */
  offers: t.Array(t.Object({ id: t.String(), name: t.Nullable(t.String()), share: t.Number(), state: t.String() })),
  landings: t.Integer(),
  /** What the active offers come to; null where the flow has none. */
  total: t.Nullable(t.Number()),
  hasDraft: t.Boolean(),
  isDrifted: t.Boolean(),
});
export type FlowSummary = Static<typeof FlowSummary>;
export const CampaignDetail = t.Object({
  campaign: CampaignSummary,
  bindsVisitors: t.Nullable(t.String()),
  flows: t.Array(FlowSummary),
  flowsReadAt: t.Nullable(t.String()),
  /** Why the flows could not be read anew, as a sentence; null when they were. */
  problem: t.Nullable(t.String()),
});
export type CampaignDetail = Static<typeof CampaignDetail>;
export const CampaignParams = t.Object({ campaignId: t.String({ format: "uuid" }) });
export const CampaignByRefQuery = t.Object({
  connectionId: t.String({ format: "uuid" }),
  ref: t.String({ minLength: 1, maxLength: 40 }),
  /** The tracker's id of one of its flows. */
  flowRef: t.Optional(t.String({ minLength: 1, maxLength: 40 })),
});
/** An answer also where nothing is known: whoever asks does so before there is anything to show. */
export const CampaignByRef = t.Object({
  /** Whether this connection's tracker is read at all, as far as the asker is shown it. */
  isTracker: t.Boolean(),
  campaign: t.Nullable(CampaignSummary),
  /** Of that campaign; null where it was not asked for, or is not known. */
  flow: t.Nullable(t.Object({ id: t.String(), name: t.String() })),
});
export type CampaignByRef = Static<typeof CampaignByRef>;
export const FavouriteBody = t.Object({ isFavourite: t.Boolean() });

/** What can be chosen from a tracker: offers and landings to add, groups and sources to filter by. */
export const TrackerThingItem = t.Object({
  ref: t.String(),
  name: t.String(),
  state: t.String(),
  countries: t.Array(t.String()),
  network: t.Nullable(t.String()),
});
export const TrackerThingPage = pageOf(TrackerThingItem);
export const TrackerThingQuery = t.Object({
  ...pageQuery,
  kind: t.Union([t.Literal("offer"), t.Literal("landing"), t.Literal("source"), t.Literal("group")]),
  search: t.Optional(t.String({ maxLength: 100 })),
});

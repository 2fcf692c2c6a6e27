/** Shapes of one flow and its shares, as they cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { pushStates } from "@db/schema/campaigns.ts";
import { type Static, t } from "elysia";

export const partNames = ["offers", "landings"] as const;
export type PartName = (typeof partNames)[number];

/** A row as the tracker has it. */
export const TrackerShare = t.Object({ id: t.String(), share: t.Number(), state: t.String() });
export const DraftShare = t.Object({ ...TrackerShare.properties, isPinned: t.Boolean() });
const TrackerParts = t.Object({ offers: t.Array(TrackerShare), landings: t.Array(TrackerShare) });
const DraftParts = t.Object({ offers: t.Array(DraftShare), landings: t.Array(DraftShare) });
export type TrackerParts = Static<typeof TrackerParts>;
export type DraftParts = Static<typeof DraftParts>;

/** What stands behind an id. `name` null: the key may not see it, and it is shown by its number. */
export const ThingName = t.Object({
  id: t.String(),
  name: t.Nullable(t.String()),
  state: t.Nullable(t.String()),
  countries: t.Array(t.String()),
});
export type ThingName = Static<typeof ThingName>;

export const Push = t.Object({
  id: t.String(),
  state: oneOf(pushStates),
  isUndo: t.Boolean(),
  /** A sentence in the reader's language. */
  problem: t.Nullable(t.String()),
  base: TrackerParts,
  target: TrackerParts,
  /** In a conflict: what the tracker has instead of `base`. */
  theirs: t.Nullable(TrackerParts),
  requestedBy: t.Nullable(t.String()),
  createdAt: t.String(),
  finishedAt: t.Nullable(t.String()),
  canUndo: t.Boolean(),
});
export type Push = Static<typeof Push>;

export const Flow = t.Object({
  id: t.String(),
  ref: t.String(),
  name: t.String(),
  type: t.Nullable(t.String()),
  state: t.String(),
  schema: t.String(),
  weight: t.Nullable(t.Number()),
  filters: t.Array(t.Object({ name: t.String(), mode: t.String(), values: t.Array(t.String()) })),
  campaign: t.Object({ id: t.String(), ref: t.String(), name: t.String(), type: t.Nullable(t.String()) }),
  connection: t.Object({ id: t.String(), name: t.String() }),
  /** Why its shares cannot be changed, as a sentence; null when they can. */
  readOnly: t.Nullable(t.String()),
  /** "slo": a share of 0 does not stop visitors who are bound to the offer already. */
  bindsOffers: t.Boolean(),
  theirs: TrackerParts,
  pins: t.Object({ offers: t.Array(t.String()), landings: t.Array(t.String()) }),
  draft: t.Nullable(
    t.Object({
      version: t.Integer(),
      rows: DraftParts,
      canUndo: t.Boolean(),
      canRedo: t.Boolean(),
      /** The tracker has moved on since the draft began. */
      isOutdated: t.Boolean(),
      changedBy: t.Nullable(t.String()),
      changedAt: t.String(),
    }),
  ),
  /** Somebody changed the flow in the tracker: what our people last knew, and since when. */
  drift: t.Nullable(t.Object({ from: TrackerParts, since: t.String() })),
  /** The newest one, when it is open or its end was not seen yet; null otherwise. */
  push: t.Nullable(Push),
  /** Of every id above. */
  names: t.Object({ offers: t.Array(ThingName), landings: t.Array(ThingName) }),
  readAt: t.String(),
  /** The tracker did not let itself be read when this was asked: what is shown is as old as `readAt` says. */
  isStale: t.Boolean(),
});
export type Flow = Static<typeof Flow>;

export const FlowParams = t.Object({ flowId: t.String({ format: "uuid" }) });
export const PushParams = t.Object({ flowId: t.String({ format: "uuid" }), pushId: t.String({ format: "uuid" }) });

const id = t.String({ minLength: 1, maxLength: 40 });
export const ShareChangeBody = t.Union([
  t.Object({ kind: t.Literal("add"), ids: t.Array(id, { minItems: 1, maxItems: 100, uniqueItems: true }) }),
  t.Object({ kind: t.Literal("remove"), id }),
  t.Object({ kind: t.Literal("set"), id, share: t.Integer({ minimum: 0, maximum: 100 }) }),
  t.Object({
    kind: t.Literal("assign"),
    shares: t.Array(t.Object({ id, share: t.Integer({ minimum: 0, maximum: 100 }) }), { minItems: 1, maxItems: 500 }),
  }),
  t.Object({ kind: t.Literal("pin"), id, isPinned: t.Boolean() }),
  t.Object({ kind: t.Literal("switch"), id, isActive: t.Boolean() }),
  t.Object({ kind: t.Literal("even") }),
]);

/** `version`: of the draft that was changed; 0 when there was none. Another one is a conflict, and nothing is changed. */
const version = t.Integer({ minimum: 0 });
export const ChangeSharesBody = t.Object({ version, part: oneOf(partNames), change: ShareChangeBody });
export type ChangeShares = Static<typeof ChangeSharesBody>;
export const DraftVersionBody = t.Object({ version });
export type DraftVersion = Static<typeof DraftVersionBody>;

/** Of every row that differs: whose is taken. What is not named is taken from the tracker. */
export const ResolveBody = t.Object({
  version,
  ours: t.Object({ offers: t.Array(id, { maxItems: 500 }), landings: t.Array(id, { maxItems: 500 }) }),
});
export type Resolve = Static<typeof ResolveBody>;

/** What somebody has read; what is newer stays to be read. */
export const SeenBody = t.Object({
  /** What the tracker had when it was seen that somebody changed it; null when that was not shown. */
  theirs: t.Nullable(TrackerParts),
  /** The push whose end was seen. */
  pushId: t.Nullable(t.String({ format: "uuid" })),
});
export type Seen = Static<typeof SeenBody>;

export const PushList = t.Object({ items: t.Array(Push) });

/** Flows of a tracker that hold an offer, as the tracker has them. */
export const OfferFlowQuery = t.Object({
  ...pageQuery,
  connectionId: t.String({ format: "uuid" }),
  /** The tracker's id of the offer. */
  offerRef: id,
});
export type OfferFlowList = Static<typeof OfferFlowQuery>;
export const OfferFlow = t.Object({
  id: t.String(),
  name: t.String(),
  state: t.String(),
  campaign: t.Object({ id: t.String(), name: t.String() }),
  /** Of the offer, in percents, and whether it is on. */
  share: t.Number(),
  shareState: t.String(),
  hasDraft: t.Boolean(),
});
export type OfferFlow = Static<typeof OfferFlow>;
export const OfferFlowPage = t.Object({ ...pageOf(OfferFlow).properties, offer: ThingName });
export type OfferFlowPage = Static<typeof OfferFlowPage>;

const manyAtMost = { minItems: 1, maxItems: 200 };
const manyChange = {
  part: oneOf(partNames),
  change: t.Union([
    ShareChangeBody,
    /** One offer takes the place and the share of another. */
    t.Object({ kind: t.Literal("replace"), id, by: id }),
  ]),
};
/** One change, as it would be made in each of these flows of one tracker. */
export const ManyPreviewBody = t.Object({
  flowIds: t.Array(t.String({ format: "uuid" }), { ...manyAtMost, uniqueItems: true }),
  ...manyChange,
});
export type ManyPreview = Static<typeof ManyPreviewBody>;
export type ManyChange = Omit<ManyPreview, "flowIds">;
export const ManyFlowsPreview = t.Object({
  items: t.Array(
    t.Object({
      flowId: t.String(),
      name: t.String(),
      campaignName: t.String(),
      /** Of the draft that was looked at; 0 when there was none. */
      version,
      /** As the tracker has it. */
      before: DraftParts,
      /** What an earlier draft wants already, and a push would send as well. */
      draft: t.Nullable(DraftParts),
      after: t.Nullable(DraftParts),
      /** Why it is left out, as a sentence. */
      problem: t.Nullable(t.String()),
    }),
  ),
  names: Flow.properties.names,
});
export type ManyFlowsPreview = Static<typeof ManyFlowsPreview>;

/** A flow with the draft that somebody saw: with another one nothing is done. */
const SeenDraft = t.Object({ flowId: t.String({ format: "uuid" }), version });
export const ManyFlowsBody = t.Object({ flows: t.Array(SeenDraft, manyAtMost), ...manyChange });
export type ManyFlows = Static<typeof ManyFlowsBody>;
/** Drafts that are to go out. */
export const ManyPushBody = t.Object({ flows: ManyFlowsBody.properties.flows });
export type ManyPush = Static<typeof ManyPushBody>;
/** What became of each, in the order asked. */
export const ManyFlowsDone = t.Object({
  items: t.Array(
    t.Object({
      flowId: t.String(),
      /** Of the draft that can be pushed now; null when there is none. */
      version: t.Nullable(version),
      /** Why nothing was done, as a sentence. */
      problem: t.Nullable(t.String()),
    }),
  ),
});
export type ManyFlowsDone = Static<typeof ManyFlowsDone>;

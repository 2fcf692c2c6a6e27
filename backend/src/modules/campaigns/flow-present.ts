/** Rows → what leaves the server. */
import { translator } from "@backend/i18n/index.ts";
import type { Actor } from "@backend/kit/context.ts";
import type { Tracker } from "@backend/modules/conversions/index.ts";
import { sameParts } from "./domain/drift.ts";
import type { Flow, Push, ThingName, TrackerParts } from "./flow-contracts.ts";
import type { CampaignRow, DraftRow, FlowRow, FlowWithCampaign, PushRow, ThingRow } from "./flow-queries.ts";
import { partsOf, rowsOfDraft } from "./flow-rows.ts";

type Locale = Actor["locale"];

/** Code of the sentence that says why a flow's shares cannot be changed; null when they can. */
export function whyReadOnly(
  flow: Pick<FlowRow, "goneAt" | "state" | "schema">,
  campaign: Pick<CampaignRow, "goneAt">,
): string | null {
  if (campaign.goneAt !== null) return "campaigns.campaign_is_gone";
  if (flow.goneAt !== null || flow.state === "deleted") return "campaigns.flow_is_gone";
  return flow.schema === "landings" ? null : "campaigns.flow_has_no_offers";
}

/** A push can be undone while both snapshots are there and differ. */
export const canUndo = ({ state, before, after }: Pick<PushRow, "state" | "before" | "after">): boolean =>
  state === "done" && before !== null && after !== null && !sameParts(before, after);

/** What the tracker had instead of what was expected. */
const theirsOf = ({ state, before, after }: PushRow): TrackerParts | null =>
  state === "conflict" ? before : state === "failed" ? after : null;

export const presentPush = (row: PushRow, requestedBy: string | null, locale: Locale): Push => ({
  id: row.id,
  state: row.state,
  isUndo: row.undoes !== null,
  problem: row.problem === null ? null : (translator(locale).find(row.problem) ?? row.problem),
  base: row.base,
  target: row.target,
  theirs: theirsOf(row),
  requestedBy,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  canUndo: canUndo(row),
});

/** An id that no thing is known for is shown by its number. */
export const presentNames = (ids: readonly string[], things: ReadonlyMap<string, ThingRow>): ThingName[] =>
  [...new Set(ids)].map((id) => {
    const thing = things.get(id);
    return {
      id,
      name: thing?.name ?? null,
      state: thing ? (thing.goneAt === null ? thing.state : "deleted") : null,
      countries: thing?.countries ?? [],
    };
  });

export interface FlowView extends FlowWithCampaign {
  tracker: Tracker;
  draft: DraftRow | null;
  /** The newest, unless its end was seen. */
  push: PushRow | null;
  /** By person. */
  people: ReadonlyMap<string, { name: string }>;
  names: Flow["names"];
}

export function presentFlow(view: FlowView, locale: Locale): Flow {
  const { flow, campaign, tracker, draft, push } = view;
  const nameOf = (personId: string | null) => (personId === null ? null : (view.people.get(personId)?.name ?? null));
  const readOnly = whyReadOnly(flow, campaign);
  return {
    id: flow.id,
    ref: flow.ref,
    name: flow.name,
    type: flow.type,
    state: flow.state,
    schema: flow.schema,
    weight: flow.weight,
    filters: flow.filters,
    campaign: { id: campaign.id, ref: campaign.ref, name: campaign.name, type: campaign.type },
    connection: { id: tracker.connectionId, name: tracker.name },
    readOnly: readOnly === null ? null : (translator(locale).find(readOnly) ?? readOnly),
    bindsOffers: campaign.bindsVisitors === "slo",
    theirs: partsOf(flow),
    pins: flow.pins,
    draft: draft && {
      version: draft.version,
      rows: rowsOfDraft(draft),
      canUndo: draft.cursor > 0,
      canRedo: draft.cursor < draft.history.length - 1,
      isOutdated: !sameParts(draft.base, flow),
      changedBy: nameOf(draft.changedBy),
      changedAt: draft.updatedAt.toISOString(),
    },
    drift: flow.driftFrom && flow.driftSince && { from: flow.driftFrom, since: flow.driftSince.toISOString() },
    push: push && presentPush(push, nameOf(push.requestedBy), locale),
    names: view.names,
    readAt: flow.readAt.toISOString(),
    isStale: false,
  };
}

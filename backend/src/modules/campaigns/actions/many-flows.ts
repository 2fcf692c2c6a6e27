/** One change in many flows: what would become of each, then drafts, then pushes; each through the action that does one. */
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { listTrackers } from "@backend/modules/conversions/index.ts";
import { flowReadOnly, pushIsOpen, severalTrackers } from "../errors.ts";
import type { ManyFlows, ManyFlowsDone, ManyFlowsPreview, ManyPreview, ManyPush, PartName } from "../flow-contracts.ts";
import { presentNames, whyReadOnly } from "../flow-present.ts";
import {
  type FlowWithCampaign,
  findDrafts,
  findThings,
  flowsWithOpenPush,
  kindOfPart,
  listOwnFlows,
  type ThingRow,
} from "../flow-queries.ts";
import { type DraftRows, rowsOfDraft } from "../flow-rows.ts";
import { changeOneOfMany, currentRows, namedIn, rowsAfter } from "./edit-draft.ts";
import { pushOneOfMany } from "./request-push.ts";

type Item = ManyFlowsPreview["items"][number];

/**
 * Flows that the actor is shown, in the order asked; others do not exist for him. They are of one tracker: two trackers number their
 * offers alike and mean others.
 */
async function listVisibleFlows(ctx: ActionContext, flowIds: readonly string[]): Promise<FlowWithCampaign[]> {
  const shown = new Set((await listTrackers(ctx)).map(({ connectionId }) => connectionId));
  const rows = await listOwnFlows(ctx.db, ctx.actor.workspaceId, flowIds);
  const byId = new Map(rows.map((row) => [row.flow.id, row]));
  const found = flowIds.flatMap((id) => byId.get(id) ?? []).filter(({ campaign }) => shown.has(campaign.connectionId));
  if (new Set(found.map(({ campaign }) => campaign.connectionId)).size > 1) throw severalTrackers();
  return found;
}

/** Changes nothing. A flow that would be left out says why. */
export async function previewManyFlows(ctx: ActionContext, input: ManyPreview): Promise<ManyFlowsPreview> {
  const found = await listVisibleFlows(ctx, input.flowIds);
  const flowIds = found.map(({ flow }) => flow.id);
  const drafts = await findDrafts(ctx.db, flowIds);
  const pushed = await flowsWithOpenPush(ctx.db, flowIds);
  const flows = found.map((one) => {
    const draft = drafts.get(one.flow.id);
    return {
      ...one,
      isPushed: pushed.has(one.flow.id),
      version: draft?.version ?? 0,
      before: currentRows(one.flow, null),
      draft: draft ? rowsOfDraft(draft) : null,
    };
  });
  const known = async (part: PartName) => {
    const rows = flows.flatMap(({ before, draft }) => [...before[part], ...(draft?.[part] ?? [])]);
    const ids = [...rows.map(({ id }) => id), ...(part === input.part ? namedIn(input) : [])];
    const connectionId = found[0]?.campaign.connectionId;
    return { ids, things: connectionId ? await findThings(ctx.db, connectionId, kindOfPart[part], ids) : new Map() };
  };
  const [offers, landings] = [await known("offers"), await known("landings")];
  const { things } = { offers, landings }[input.part];
  return {
    items: flows.map((one) => previewOne(ctx, one, input, things)),
    names: {
      offers: presentNames(offers.ids, offers.things),
      landings: presentNames(landings.ids, landings.things),
    },
  };
}

interface Looked extends FlowWithCampaign, Pick<Item, "version"> {
  isPushed: boolean;
  before: DraftRows;
  draft: DraftRows | null;
}

function previewOne(
  ctx: ActionContext,
  { flow, campaign, isPushed, version, before, draft }: Looked,
  input: ManyPreview,
  things: ReadonlyMap<string, ThingRow>,
): Item {
  const item = { flowId: flow.id, name: flow.name, campaignName: campaign.name, version, before, draft };
  try {
    const readOnly = whyReadOnly(flow, campaign);
    if (readOnly !== null) throw flowReadOnly(readOnly);
    if (isPushed) throw pushIsOpen();
    return { ...item, after: rowsAfter(draft ?? before, input, things), problem: null };
  } catch (error) {
    return { ...item, after: null, problem: sentenceOf(ctx, error) };
  }
}

/** Each flow by itself: what one refuses keeps no other from its draft. */
export async function changeManyFlows(ctx: ActionContext, { flows, ...change }: ManyFlows): Promise<ManyFlowsDone> {
  await listVisibleFlows(
    ctx,
    flows.map(({ flowId }) => flowId),
  );
  return each(ctx, flows, (one) => changeOneOfMany(ctx, { ...one, ...change }));
}

/** Lets these drafts go out, as far as they are still the ones that were seen. */
export const pushManyFlows = (ctx: ActionContext, { flows }: ManyPush): Promise<ManyFlowsDone> =>
  each(ctx, flows, async (one) => {
    await pushOneOfMany(ctx, one);
    return null;
  });

type Seen = ManyPush["flows"][number];

async function each(
  ctx: ActionContext,
  flows: readonly Seen[],
  work: (one: Seen) => Promise<number | null>,
): Promise<ManyFlowsDone> {
  const items: ManyFlowsDone["items"] = [];
  for (const one of flows)
    try {
      items.push({ flowId: one.flowId, version: await work(one), problem: null });
    } catch (error) {
      items.push({ flowId: one.flowId, version: null, problem: sentenceOf(ctx, error) });
    }
  return { items };
}

/** Why a flow is left out; what is no refusal is thrown on. */
function sentenceOf({ actor }: ActionContext, error: unknown): string {
  if (!(error instanceof AppError)) throw error;
  return translator(actor.locale).find(error.code, error.params) ?? error.code;
}

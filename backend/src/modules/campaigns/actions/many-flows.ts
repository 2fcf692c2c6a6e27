/** One change in many flows: what would become of each, then drafts, then pushes; each through the action that does one. */
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { listTrackers } from "@backend/modules/conversions/index.ts";
import { flowReadOnly, pushIsOpen } from "../errors.ts";
import type { ManyFlows, ManyFlowsPreview, ManyPush } from "../flow-contracts.ts";
import { presentNames, whyReadOnly } from "../flow-present.ts";
import {
  type DraftRow,
  type FlowWithCampaign,
  findDrafts,
  findOpenPush,
  findThings,
  kindOfPart,
  listOwnFlows,
} from "../flow-queries.ts";
import { changedRows, changeOneOfMany, currentRows } from "./edit-draft.ts";
import { pushOneOfMany } from "./request-push.ts";

type Item = ManyFlowsPreview["items"][number];
type Done = { changed: number; leftOut: number };

/** Flows that the actor is shown, in the order asked; others do not exist for him. */
async function listVisibleFlows(ctx: ActionContext, flowIds: readonly string[]): Promise<FlowWithCampaign[]> {
  const shown = new Set((await listTrackers(ctx)).map(({ connectionId }) => connectionId));
  const rows = await listOwnFlows(ctx.db, ctx.actor.workspaceId, flowIds);
  const byId = new Map(rows.map((row) => [row.flow.id, row]));
  return flowIds.flatMap((id) => byId.get(id) ?? []).filter(({ campaign }) => shown.has(campaign.connectionId));
}

/** Changes nothing. A flow that would be left out says why. */
export async function previewManyFlows(ctx: ActionContext, input: ManyFlows): Promise<ManyFlowsPreview> {
  const found = await listVisibleFlows(ctx, input.flowIds);
  const drafts = await findDrafts(ctx.db, input.flowIds);
  const items: Item[] = [];
  const names = new Map<string, ManyFlowsPreview["names"][number]>();
  for (const one of found) {
    const item = await previewOne(ctx, one, drafts.get(one.flow.id) ?? null, input);
    items.push(item);
    const ids = [...item.before, ...(item.after ?? [])].map(({ id }) => id);
    const things = await findThings(ctx.db, one.campaign.connectionId, kindOfPart[input.part], ids);
    for (const name of presentNames(ids, things)) if (names.get(name.id)?.name == null) names.set(name.id, name);
  }
  return { items, names: [...names.values()] };
}

async function previewOne(
  ctx: ActionContext,
  { flow, campaign }: FlowWithCampaign,
  draft: DraftRow | null,
  input: ManyFlows,
): Promise<Item> {
  const rows = currentRows(flow, draft);
  const item = { flowId: flow.id, name: flow.name, campaignName: campaign.name, before: rows[input.part] };
  try {
    const readOnly = whyReadOnly(flow, campaign);
    if (readOnly !== null) throw flowReadOnly(readOnly);
    if (await findOpenPush(ctx.db, flow.id)) throw pushIsOpen();
    const changed = await changedRows(ctx, { campaign }, rows, input);
    return { ...item, after: changed[input.part], problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...item, after: null, problem: sentenceOf(ctx, error) };
  }
}

const sentenceOf = ({ actor }: ActionContext, { code, params }: AppError): string =>
  translator(actor.locale).find(code, params) ?? code;

/** Each flow by itself: what one refuses keeps no other from its draft. */
export const changeManyFlows = (ctx: ActionContext, { flowIds, ...change }: ManyFlows): Promise<Done> =>
  each(flowIds, (flowId) => changeOneOfMany(ctx, flowId, change));

/** Lets the drafts of these flows go out. */
export const pushManyFlows = (ctx: ActionContext, { flowIds }: ManyPush): Promise<Done> =>
  each(flowIds, (flowId) => pushOneOfMany(ctx, flowId));

async function each(flowIds: readonly string[], work: (flowId: string) => Promise<boolean>): Promise<Done> {
  let changed = 0;
  for (const flowId of flowIds)
    try {
      if (await work(flowId)) changed++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  return { changed, leftOut: flowIds.length - changed };
}

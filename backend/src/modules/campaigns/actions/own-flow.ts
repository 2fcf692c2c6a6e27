/** Steps that the actions on flows share. */
import type { ActionContext } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findTracker, type Tracker } from "@backend/modules/conversions/index.ts";
import { personRefsOf } from "@backend/modules/identity/index.ts";
import { flowNotFound, flowReadOnly, pushIsOpen } from "../errors.ts";
import type { Flow, PartName } from "../flow-contracts.ts";
import { presentFlow, presentNames, whyReadOnly } from "../flow-present.ts";
import {
  type DraftRow,
  type FlowRow,
  type FlowWithCampaign,
  findDraft,
  findOpenPush,
  findOwnFlow,
  findThings,
  kindOfPart,
  listPushesOf,
  lockOwnFlow,
  type PushRow,
} from "../flow-queries.ts";
import { rowsOfDraft } from "../flow-rows.ts";

export interface SeenFlow extends FlowWithCampaign {
  tracker: Tracker;
}

async function seen(ctx: ActionContext, found: FlowWithCampaign | null): Promise<SeenFlow> {
  const tracker = found && (await findTracker(ctx, found.campaign.connectionId));
  if (!tracker) throw flowNotFound();
  return { ...found, tracker };
}

/** A stranger's flow, and one of a connection that the actor is not shown, are not found. */
export const seeFlow = async (ctx: ActionContext, flowId: string): Promise<SeenFlow> =>
  seen(ctx, await findOwnFlow(ctx.db, ctx.actor.workspaceId, flowId));

/** The same, locked for this transaction. */
export const lockFlow = async (ctx: ActionContext, flowId: string): Promise<SeenFlow> =>
  seen(ctx, await lockOwnFlow(ctx.db, ctx.actor.workspaceId, flowId));

/**
 * Locked, and its shares may be changed now: not while a push is under way, which would end a draft that is no longer the one it
 * took out.
 */
export async function lockForChange(ctx: ActionContext, flowId: string): Promise<SeenFlow> {
  const found = await lockFlow(ctx, flowId);
  const readOnly = whyReadOnly(found.flow, found.campaign);
  if (readOnly !== null) throw flowReadOnly(readOnly);
  await refuseWhilePushed(ctx, flowId);
  return found;
}

export async function refuseWhilePushed(ctx: ActionContext, flowId: string): Promise<void> {
  if (await findOpenPush(ctx.db, flowId)) throw pushIsOpen();
}

/** A flow as its screen shows it. Read anew: whoever asks has just changed it. */
export async function showFlow(ctx: ActionContext, flowId: string): Promise<Flow> {
  const { db, actor } = ctx;
  const { flow, campaign, tracker } = await seeFlow(ctx, flowId);
  const draft = await findDraft(db, flowId);
  const [newest] = await listPushesOf(db, flowId, 1);
  const push = newest && newest.seenAt === null ? newest : null;
  const personIds = [draft?.changedBy, push?.requestedBy].filter((id) => typeof id === "string");
  const people = await personRefsOf(db, actor.workspaceId, personIds);
  const names = await namesOf(ctx, campaign.connectionId, flow, draft, push ? [push] : []);
  return presentFlow({ flow, campaign, tracker, draft, push, people, names }, actor.locale);
}

/** Names of every offer and landing that a flow's screen speaks of. */
async function namesOf(
  ctx: ActionContext,
  connectionId: string,
  flow: FlowRow,
  draft: DraftRow | null,
  pushes: readonly PushRow[],
): Promise<Flow["names"]> {
  const states = [
    flow,
    flow.driftFrom,
    draft && rowsOfDraft(draft),
    draft?.base,
    ...pushes.flatMap(({ base, target, before, after }) => [base, target, before, after]),
  ].filter((state) => state != null);
  const named = async (part: PartName) => {
    const ids = states.flatMap((state) => state[part].map(({ id }) => id));
    return presentNames(ids, await findThings(ctx.db, connectionId, kindOfPart[part], ids));
  };
  return { offers: await named("offers"), landings: await named("landings") };
}

/** Tells open screens that a flow changed. */
export const tellScreens = ({ db, actor }: Pick<ActionContext, "db" | "actor">, flowId: string) =>
  notifyLive(db, { workspaceId: actor.workspaceId, topic: "campaigns", id: flowId });

/** `start` as it goes on: what takes seconds must not look as if it had been read when it was asked for. */
export function clockFrom(start: Date): () => Date {
  const began = performance.now();
  return () => new Date(start.getTime() + Math.round(performance.now() - began));
}

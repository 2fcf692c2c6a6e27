import { pause } from "@backend/kit/clock.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { openTracker } from "@backend/modules/conversions/index.ts";
import type { Flow } from "../flow-contracts.ts";
import { findOpenPush, updateFlow } from "../flow-queries.ts";
import { storeFlows } from "../flow-store.ts";
import type { CampaignsPorts } from "../ports.ts";
import { lockFlow, type SeenFlow, seeFlow, showFlow, tellScreens } from "./own-flow.ts";
import { tellDrift } from "./tell-drift.ts";

type Ctx = ActionContext<Pick<CampaignsPorts, "vault" | "trackerCampaigns">>;

/** What was read less than this long ago is shown as it is. */
const freshMs = 20_000;
/** What is older although it was just asked for could not be read: the phone's clock is not asked, it may be wrong. */
const staleMs = 120_000;
/** How long a person waits for a tracker before he gets what was read last. */
const patienceMs = 4_000;
/** A tracker that failed, or was slow, is left alone for so long: nobody waits for it again and again. */
const restMs = 30_000;
const restingUntil = new Map<string, number>();
const restingAtMost = 1_000;

/**
 * A flow as its tracker has it now, where the tracker answers within a few seconds; else as it was read last, which `readAt`
 * tells. This is the check for drift that happens whenever somebody opens the screen. While a push is under way it is the one that
 * reads.
 */
export async function readFlow(ctx: Ctx, input: { flowId: string }): Promise<Flow> {
  const found = await seeFlow(ctx, input.flowId);
  const isOld = ctx.now.getTime() - found.flow.readAt.getTime() > freshMs;
  if (isOld && !isResting(ctx, found.campaign.connectionId) && !(await findOpenPush(ctx.db, input.flowId)))
    await readAnew(ctx, found);
  const flow = await showFlow(ctx, input.flowId);
  return { ...flow, isStale: ctx.now.getTime() - Date.parse(flow.readAt) > staleMs };
}

async function readAnew(ctx: Ctx, { flow, campaign }: SeenFlow): Promise<void> {
  const { connectionId } = campaign;
  const patience = new AbortController();
  const late = pause(patienceMs, patience.signal).then(() => "late" as const);
  const answer = await Promise.race([askTracker(ctx, connectionId, flow.ref), late]);
  patience.abort();
  if (answer === "late" || answer === "failed") return letRest(ctx, connectionId);
  await inTransaction(ctx, async (tx) => {
    if (answer === null) return noteGone(tx, flow.id);
    const readings = [{ campaign, flows: [answer] }];
    const drifted = await storeFlows(tx.db, readings, { readAt: ctx.now, isWhole: false });
    await tellDrift(tx, connectionId, drifted);
    if (drifted.length > 0) await tellScreens(tx, flow.id);
  });
}

/** What was stored after the tracker began to be asked is newer and stays; a push that is under way finds out by itself. */
async function noteGone(ctx: Ctx, flowId: string): Promise<void> {
  const { flow } = await lockFlow(ctx, flowId);
  if (flow.readAt > ctx.now || (await findOpenPush(ctx.db, flowId))) return;
  await updateFlow(ctx.db, flowId, { goneAt: flow.goneAt ?? ctx.now, readAt: ctx.now });
  if (flow.goneAt === null) await tellScreens(ctx, flowId);
}

/** Never fails: a tracker that cannot be asked leaves the screen with what is known. */
async function askTracker(ctx: Ctx, connectionId: string, flowRef: string) {
  try {
    const access = await openTracker(ctx, connectionId);
    return access ? await ctx.ports.trackerCampaigns.readFlow(access, flowRef) : ("failed" as const);
  } catch (error) {
    if (!(error instanceof IntegrationError)) ctx.log.error({ err: error, connectionId }, "a flow could not be read");
    return "failed" as const;
  }
}

const isResting = ({ now }: Ctx, connectionId: string) => (restingUntil.get(connectionId) ?? 0) > now.getTime();

function letRest({ now }: Ctx, connectionId: string): void {
  if (restingUntil.size >= restingAtMost) restingUntil.clear();
  restingUntil.set(connectionId, now.getTime() + restMs);
}

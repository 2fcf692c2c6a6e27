/** Our postback in a campaign of a tracker: put in, taken out, looked for. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import {
  type ConversionsPorts,
  openTracker,
  postbackOf,
  type TrackerPostback,
} from "@backend/modules/conversions/index.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { CampaignRow } from "../campaign-queries.ts";
import { hasOurs, keepsOthers, withOurs, withoutOurs } from "../domain/postbacks.ts";
import { campaignNotFound, othersChanged, postbackNotTaken, trackerRefused } from "../errors.ts";
import type { CampaignPostback, CampaignsPorts, TrackerAccess } from "../ports.ts";
import type { CampaignPostbackStatus } from "../postback-contracts.ts";
import { findPostback, type PostbackRow, savePostback } from "../postback-queries.ts";
import { problemOf } from "../tracker-problems.ts";
import { seeCampaign } from "./own-campaign.ts";

type Ctx = ActionContext<Pick<CampaignsPorts, "vault" | "trackerCampaigns"> & Pick<ConversionsPorts, "publicUrl">>;

interface Place {
  campaign: CampaignRow;
  access: TrackerAccess;
  ours: TrackerPostback;
}

/** What was found when the tracker was last asked. */
export async function readPostback(ctx: ActionContext, input: { campaignId: string }): Promise<CampaignPostbackStatus> {
  const { campaign } = await seeCampaign(ctx, input.campaignId);
  return present(await findPostback(ctx.db, campaign.id));
}

/** Puts our address behind what the campaign sends already. */
export async function installPostback(ctx: Ctx, input: { campaignId: string }): Promise<CampaignPostbackStatus> {
  const place = await openPlace(ctx, input.campaignId);
  return rewrite(ctx, place, "installed", (list) => withOurs(list, place.ours));
}

/** Takes our address out; what is not ours stays. */
export async function removePostback(ctx: Ctx, input: { campaignId: string }): Promise<CampaignPostbackStatus> {
  const place = await openPlace(ctx, input.campaignId);
  return rewrite(ctx, place, "removed", (list) => withoutOurs(list, place.ours));
}

/** Asks the tracker whether our address is there. A campaign that never had it is left without a trace. */
export async function checkPostback(ctx: Ctx, input: { campaignId: string }): Promise<CampaignPostbackStatus> {
  const place = await openPlace(ctx, input.campaignId);
  const isThere = hasOurs(await asked(() => listOf(ctx, place)), place.ours.address);
  const known = await findPostback(ctx.db, place.campaign.id);
  if (!isThere && (known === null || known.state === "removed")) return present(known);
  const state = isThere ? "installed" : "missing";
  const row = await savePostback(ctx.db, place.campaign, state, ctx.now);
  await tellScreens(ctx, place.campaign);
  return present(row);
}

async function openPlace(ctx: Ctx, campaignId: string): Promise<Place> {
  const { campaign } = await seeCampaign(ctx, campaignId);
  const access = await asked(() => openTracker(ctx, campaign.connectionId));
  const ours = await postbackOf(ctx, campaign.connectionId);
  if (!access || !ours || campaign.goneAt !== null) throw campaignNotFound();
  return { campaign, access, ours };
}

const listOf = (ctx: Ctx, { access, campaign }: Place): Promise<CampaignPostback[]> =>
  ctx.ports.trackerCampaigns.listPostbacks(access, campaign.ref);

/**
 * Reads, writes once, reads back. A lost answer is no failure where nothing is left to change; where the others' entries are not what
 * they were, that is said, since nobody here can know what they were for.
 */
async function rewrite(
  ctx: Ctx,
  place: Place,
  state: "installed" | "removed",
  change: (list: CampaignPostback[]) => CampaignPostback[] | null,
): Promise<CampaignPostbackStatus> {
  const before = await asked(() => listOf(ctx, place));
  const list = change(before);
  if (list === null) return record(ctx, place.campaign, state);
  const refusal = await writeOnce(ctx, place, list);
  const after = await asked(() => listOf(ctx, place));
  if (change(after) !== null) throw refusal ? refused(refusal) : postbackNotTaken();
  const status = await record(ctx, place.campaign, state);
  if (!keepsOthers(before, after, place.ours)) throw othersChanged();
  return status;
}

async function writeOnce(
  ctx: Ctx,
  { access, campaign }: Place,
  list: readonly CampaignPostback[],
): Promise<IntegrationError | null> {
  try {
    await ctx.ports.trackerCampaigns.writePostbacks(access, campaign.ref, list);
    return null;
  } catch (error) {
    if (error instanceof IntegrationError) return error;
    throw error;
  }
}

const refused = (error: unknown) => trackerRefused(problemOf(error), error);

/** A tracker's failure as a refusal that whoever waits can read. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof IntegrationError ? refused(error) : error;
  }
}

function record(outer: Ctx, campaign: CampaignRow, state: "installed" | "removed"): Promise<CampaignPostbackStatus> {
  return inTransaction(outer, async (ctx) => {
    const before = await findPostback(ctx.db, campaign.id);
    const row = await savePostback(ctx.db, campaign, state, ctx.now);
    await recordAudit(ctx, {
      action: `campaign.postback-${state}`,
      subjectKind: "campaign",
      subjectId: campaign.id,
      before: before && { state: before.state },
      after: { state },
    });
    await tellScreens(ctx, campaign);
    return present(row);
  });
}

const tellScreens = ({ db }: Pick<ActionContext, "db">, { workspaceId, id }: CampaignRow) =>
  notifyLive(db, { workspaceId, topic: "campaigns", id });

const present = (row: PostbackRow | null): CampaignPostbackStatus => ({
  state: row?.state ?? null,
  checkedAt: row?.checkedAt.toISOString() ?? null,
  changedAt: row?.changedAt.toISOString() ?? null,
});

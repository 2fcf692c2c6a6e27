/** Every day: do the campaigns that were given our address still have it? */
import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type ConversionsPorts, chatOfTracker, openTracker, postbackOf } from "@backend/modules/conversions/index.ts";
import { plainHtml, queueDeliveries } from "@backend/modules/messaging/index.ts";
import type { CampaignRow } from "../campaign-queries.ts";
import { hasOurs } from "../domain/postbacks.ts";
import type { CampaignsPorts, TrackerAccess, TrackerProblem } from "../ports.ts";
import { watchTrackerJob } from "../postback-jobs.ts";
import {
  listCampaignsToWatch,
  listConnectionsToWatch,
  lockPostback,
  type PostbackRow,
  passPostback,
  savePostback,
} from "../postback-queries.ts";
import { problemOf } from "../tracker-problems.ts";

type Ctx = ActionContext<Pick<CampaignsPorts, "vault" | "trackerCampaigns"> & Pick<ConversionsPorts, "publicUrl">>;

/** Less than a day, so that a job that is a little early leaves nothing for tomorrow. */
const lookedAtLately = 20 * 60 * 60_000;
const atOnce = 2_000;
/** After so many failures in a row that are the tracker's own it is left alone. */
const awayAt = 3;
/** Said of one campaign: the others are looked at all the same. */
const ofOneCampaign: readonly TrackerProblem[] = ["not_allowed", "request_refused", "too_large", "unreadable"];

const sinceWhen = ({ now }: ActionContext) => new Date(now.getTime() - lookedAtLately);

/** The job of every day. */
export async function watchPostbacks(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  for (const tracker of await listConnectionsToWatch(ctx.db, sinceWhen(ctx)))
    await enqueue(ctx.db, watchTrackerJob, tracker);
}

/**
 * One tracker. A campaign that cannot be read is left for tomorrow, and so are all of a tracker that does not answer: whether an
 * address is there, only its tracker can say.
 */
export async function watchTrackerPostbacks(
  ctx: Ctx,
  input: { connectionId: string; workspaceId: string },
): Promise<void> {
  const { connectionId } = input;
  const look = async ({ access, address }: { access: TrackerAccess; address: string }, campaign: CampaignRow) =>
    note(ctx, campaign, hasOurs(await ctx.ports.trackerCampaigns.listPostbacks(access, campaign.ref), address));
  let failures = 0;
  try {
    const access = await openTracker(ctx, connectionId);
    const ours = await postbackOf(ctx, connectionId);
    if (!access || !ours) return;
    for (const campaign of await listCampaignsToWatch(ctx.db, connectionId, sinceWhen(ctx), atOnce))
      try {
        await look({ access, address: ours.address }, campaign);
        failures = 0;
      } catch (error) {
        const isOfOne = ofOneCampaign.includes(problemOf(error));
        await passPostback(ctx.db, campaign.id, ctx.now);
        if (!isOfOne && ++failures === awayAt) throw error;
      }
  } catch (error) {
    const problem = problemOf(error);
    ctx.log.warn({ err: error, connectionId, problem }, "a tracker's postbacks could not be looked at");
  }
}

/** Writes what was found; the connection's chat hears once that it is missing. What we took out meanwhile is not missed. */
function note(outer: Ctx, campaign: CampaignRow, isThere: boolean): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const before = await lockPostback(ctx.db, campaign.id);
    if (!before || before.state === "removed") return;
    const row = await savePostback(ctx.db, campaign, isThere ? "installed" : "missing", ctx.now);
    if (row.state === before.state) return;
    await notifyLive(ctx.db, { workspaceId: campaign.workspaceId, topic: "campaigns", id: campaign.id });
    if (row.state === "missing") await tellMissing(ctx, campaign, row);
  });
}

async function tellMissing(ctx: Ctx, campaign: CampaignRow, { changedAt }: PostbackRow): Promise<void> {
  const chat = await chatOfTracker(ctx, campaign.connectionId);
  if (!chat) return;
  const t = translator(chat.locale);
  await queueDeliveries(ctx.db, [
    {
      workspaceId: campaign.workspaceId,
      chatId: chat.chatId,
      threadId: chat.threadId,
      lane: "alert",
      content: {
        kind: "text",
        html: plainHtml(t("campaigns.postback.missing", { campaign: campaign.name })),
        buttons: [[{ text: t("campaigns.postback.open"), app: `campaigns/${campaign.id}` }]],
      },
      subject: { kind: "campaign", id: campaign.id },
      dedupeKey: `postback-missing:${campaign.id}:${changedAt.toISOString()}`,
    },
  ]);
}

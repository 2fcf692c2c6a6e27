import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { noteConversions } from "@backend/modules/audience/index.ts";
import { type Earning, earningsOf } from "@backend/modules/conversions/index.ts";
import {
  type Carrier,
  listEarnings,
  lockCarrier,
  markConverted,
  ownerOfConversion,
  saveEarning,
} from "../attribution-queries.ts";
import type { ClickPorts } from "../click-ports.ts";
import { messageConverted, sequenceConverted } from "../events.ts";
import { clickCodesOf } from "../links.ts";
import { countAnswersJob, countAnswersSoon } from "../result-jobs.ts";

/**
 * The job: gives a conversion to the message it came from. What the conversion is worth is asked of its own room now, so that a
 * job which runs twice, late or before another still leaves the truth; with it everything that this message brought is asked
 * again, since one refusal takes an earlier sale back. A code of another workspace brings nothing.
 */
export async function attribute(
  ctx: ActionContext<ClickPorts>,
  input: { workspaceId: string; conversionId: string; click: string },
): Promise<void> {
  const click = clickCodesOf(ctx.ports.vault).read(input.click);
  if (click === null) return;
  await inTransaction(ctx, async (within) => {
    // Whoever brought it first keeps it, and its corrections with it.
    const owner = await ownerOfConversion(within.db, input.conversionId);
    const carrier = await lockCarrier(within.db, input.workspaceId, owner ?? click.recipientId);
    if (carrier === null) return;
    const known = await listEarnings(within.db, carrier);
    const ids = [...new Set([...known.map(({ conversionId }) => String(conversionId)), input.conversionId])];
    const earnings = await earningsOf(within.db, input.workspaceId, ids);
    const before = new Set(known.filter(({ isEarned }) => isEarned).map(({ conversionId }) => String(conversionId)));
    for (const earning of earnings) await saveEarning(within.db, carrier, earning);
    await settle(within, input.workspaceId, carrier, earnings, before);
  });
}

/** The message's own mark, counters, and whoever waits for conversions. */
async function settle(
  ctx: ActionContext,
  workspaceId: string,
  carrier: Carrier,
  earnings: readonly Earning[],
  before: ReadonlySet<string>,
): Promise<void> {
  const { subscriberId } = carrier;
  const count = await markConverted(ctx.db, carrier);
  const fresh = earnings.filter(({ isEarned, conversionId }) => isEarned && !before.has(conversionId));
  if (subscriberId !== null && count !== before.size) {
    const latest = Math.max(0, ...fresh.map(({ at }) => at.getTime()));
    await noteConversions(ctx.db, subscriberId, count - before.size, new Date(latest));
  }
  for (const { conversionId, status } of fresh) await tell(ctx, workspaceId, carrier, { conversionId, status });
  if (carrier.kind === "sequence")
    await notifyLive(ctx.db, { workspaceId, topic: "sequences", id: carrier.sequenceId });
  else
    await enqueue(
      ctx.db,
      countAnswersJob,
      { workspaceId, broadcastId: carrier.broadcastId },
      { runAt: countAnswersSoon(ctx.now) },
    );
}

async function tell(
  ctx: ActionContext,
  workspaceId: string,
  carrier: Carrier,
  conversion: { conversionId: string; status: string },
): Promise<void> {
  if (carrier.kind === "broadcast") {
    const { id, broadcastId, subscriberId } = carrier;
    const fact = { workspaceId, broadcastId, recipientId: String(id), subscriberId, ...conversion };
    await publish(ctx.db, messageConverted, fact);
  } else {
    const { id, sequenceId, subscriberId } = carrier;
    const fact = { workspaceId, sequenceId, messageId: String(id), subscriberId, ...conversion };
    await publish(ctx.db, sequenceConverted, fact);
  }
}

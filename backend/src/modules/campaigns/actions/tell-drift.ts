import { createHash } from "node:crypto";
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { chatOfTracker } from "@backend/modules/conversions/index.ts";
import { plainHtml, queueDeliveries } from "@backend/modules/messaging/index.ts";
import { listDrifted, tellsDrift } from "../flow-queries.ts";
import type { FlowParts } from "../flow-rows.ts";
import type { DriftedFlow } from "../flow-store.ts";

/**
 * Tells the connection's chat of flows that were changed in the tracker, where that is wanted, in the transaction that stored them.
 * Once for each state that a flow drifted to, until somebody takes note of it.
 */
export async function tellDrift(
  ctx: ActionContext,
  connectionId: string,
  drifted: readonly Pick<DriftedFlow, "flowId">[],
): Promise<void> {
  if (drifted.length === 0 || !(await tellsDrift(ctx.db, connectionId))) return;
  const chat = await chatOfTracker(ctx, connectionId);
  if (!chat) return;
  const t = translator(chat.locale);
  const flowIds = drifted.map(({ flowId }) => flowId);
  const deliveries = (await listDrifted(ctx.db, flowIds)).map(({ flow, campaign }) => ({
    workspaceId: flow.workspaceId,
    chatId: chat.chatId,
    threadId: chat.threadId,
    lane: "alert" as const,
    content: {
      kind: "text" as const,
      html: plainHtml(t("campaigns.drift.text", { flow: flow.name, campaign: campaign.name })),
      buttons: [[{ text: t("campaigns.drift.open"), app: `campaigns/flows/${flow.id}` }]],
    },
    subject: { kind: "flow", id: flow.id },
    dedupeKey: `drift:${flow.id}:${flow.driftSince?.toISOString()}:${digestOf(flow)}`,
  }));
  await queueDeliveries(ctx.db, deliveries);
}

/** The same for the same rows in any order. */
function digestOf({ offers, landings }: FlowParts): string {
  const rows = (part: FlowParts["offers"]) => part.map(({ id, share, state }) => [id, share, state].join(" ")).sort();
  return createHash("sha256")
    .update(JSON.stringify([rows(offers), rows(landings)]))
    .digest("hex")
    .slice(0, 24);
}

import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue, enqueueAll } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type OutboundAnswer, OutboundError } from "@backend/kit/outbound.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { failAt, judge } from "../domain/retry-plan.ts";
import { signedHeaders } from "../domain/signature.ts";
import { callEndpointJob } from "../jobs.ts";
import type { WebhooksPorts } from "../ports.ts";
import {
  deleteOldCalls,
  type EndpointRow,
  findOwnCall,
  findOwnEndpoint,
  insertAttempt,
  listOverdue,
  lockCall,
  lockOwnEndpoint,
  updateCall,
  updateEndpoint,
} from "../queries.ts";
import { forgetAudible } from "../tell-endpoints.ts";

const timeoutMs = 10_000;
const answerKept = 2_000;
const overdueAtOnce = 500;
const keepMs = 30 * 86_400_000;
const deletesAtMost = 200;

interface Tried {
  status: number | null;
  problem: string | null;
  answer: string | null;
  retryAfterMs: number | null;
  tookMs: number;
}

/**
 * The job: one try of one call. Nothing is open in the database while the receiver is asked. A crash between the answer and its
 * record makes the call once more under the same `webhook-id`, which is what that id is for.
 */
export async function callEndpoint(
  ctx: ActionContext<WebhooksPorts>,
  input: { workspaceId: string; endpointId: string; callId: string },
): Promise<void> {
  const callId = BigInt(input.callId);
  const call = await findOwnCall(ctx.db, input.workspaceId, callId);
  const endpoint = await findOwnEndpoint(ctx.db, input.workspaceId, input.endpointId);
  // An earlier job may have done it, or a replay may have put it off.
  if (!endpoint || call?.state !== "waiting") return;
  if (endpoint.state !== "active")
    return inTransaction(ctx, async ({ db }) => {
      await updateCall(db, callId, { state: "failed", nextAt: null, doneAt: ctx.now });
      await notifyLive(db, { workspaceId: endpoint.workspaceId, topic: "webhooks", id: endpoint.id });
    });
  const tried = await post(ctx, endpoint, call.messageId, JSON.stringify(call.payload));
  killPoint("webhooks.answered");
  // A slow receiver takes up to ten seconds: pauses are counted from its answer, the try from when it began.
  const answeredAt = new Date(ctx.now.getTime() + tried.tookMs);
  await inTransaction({ ...ctx, now: answeredAt }, (tx) => record(tx, endpoint, callId, { ...tried, at: ctx.now }));
}

async function post(
  ctx: ActionContext<WebhooksPorts>,
  endpoint: EndpointRow,
  messageId: string,
  body: string,
): Promise<Tried> {
  const at = new Date();
  const startedAt = performance.now();
  const tookMs = () => Math.round(performance.now() - startedAt);
  try {
    const headers = signedHeaders({ messageId, body, at }, secretsOf(ctx, endpoint));
    const answer = await ctx.ports.outbound({
      method: "POST",
      url: endpoint.url,
      headers: { "content-type": "application/json", ...headers },
      body,
      timeoutMs,
      // The status is the answer, however much is written under it.
      cutAt: answerKept,
    });
    return {
      status: answer.status,
      problem: null,
      answer: textOf(answer),
      retryAfterMs: retryAfterOf(answer),
      tookMs: tookMs(),
    };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { status: null, problem: error.problem, answer: null, retryAfterMs: null, tookMs: tookMs() };
  }
}

function secretsOf({ ports, now }: ActionContext<WebhooksPorts>, endpoint: EndpointRow): string[] {
  const secrets = [ports.vault.open(endpoint.secretSealed)];
  if (endpoint.previousSecretSealed !== null && endpoint.previousUntil !== null && endpoint.previousUntil > now)
    secrets.push(ports.vault.open(endpoint.previousSecretSealed));
  return secrets;
}

/** PostgreSQL's text holds no NUL, and bytes that are no UTF-8 are no text. */
const textOf = ({ body }: OutboundAnswer): string | null =>
  new TextDecoder().decode(body.subarray(0, answerKept)).replaceAll("\0", "") || null;

const retryAfterOf = ({ headers }: OutboundAnswer): number | null => {
  const seconds = headers["retry-after"] ?? "";
  return /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : null;
};

async function record(
  ctx: ActionContext<WebhooksPorts>,
  { id: endpointId, workspaceId }: EndpointRow,
  callId: bigint,
  { retryAfterMs, ...attempt }: Tried & { at: Date },
): Promise<void> {
  const endpoint = await lockOwnEndpoint(ctx.db, workspaceId, endpointId);
  const call = endpoint && (await lockCall(ctx.db, callId));
  if (!endpoint || !call) return;
  const attempts = call.attempts + 1;
  const verdict = judge(attempt.status, attempts, retryAfterMs);
  await insertAttempt(ctx.db, { callId, ...attempt });
  const isDelivered = verdict.kind === "delivered";
  const failing = isDelivered ? null : failAt({ since: endpoint.failingSince, last: endpoint.failedAt }, ctx.now);
  const isHopeless = verdict.kind === "gone" || failing?.isHopeless === true;
  if (failing) await updateEndpoint(ctx.db, endpointId, { failingSince: failing.since, failedAt: ctx.now });
  else if (endpoint.failingSince) await updateEndpoint(ctx.db, endpointId, { failingSince: null, failedAt: null });
  if (isHopeless && endpoint.state === "active") await disable(ctx, endpoint, attempt.status, failing?.since ?? null);
  if (verdict.kind === "again" && !isHopeless) {
    const nextAt = new Date(ctx.now.getTime() + verdict.afterMs);
    await updateCall(ctx.db, callId, { attempts, nextAt });
    const payload = { workspaceId, endpointId, callId: String(callId) };
    await enqueue(ctx.db, callEndpointJob, payload, { runAt: nextAt });
  } else {
    const state = isDelivered ? "delivered" : "failed";
    await updateCall(ctx.db, callId, { attempts, state, nextAt: null, doneAt: ctx.now });
  }
  await notifyLive(ctx.db, { workspaceId, topic: "webhooks", id: endpointId });
}

/** Its workspace hears of it as of every trouble: the alert rule `endpoint_disabled` of operations looks at the state. */
async function disable(
  ctx: ActionContext<WebhooksPorts>,
  endpoint: EndpointRow,
  status: number | null,
  failingSince: Date | null,
): Promise<void> {
  await updateEndpoint(ctx.db, endpoint.id, { state: "disabled" });
  forgetAudible(endpoint.workspaceId);
  ctx.log.warn({ endpointId: endpoint.id, status }, "webhook endpoint switched off");
  await recordAudit(ctx, {
    action: "webhook.disabled",
    subjectKind: "webhook",
    subjectId: endpoint.id,
    after: { status, failingSince: failingSince?.toISOString() ?? null },
  });
}

/** The job of every five minutes: calls whose job was lost get one again, calls older than a month are forgotten. */
export async function sweepCalls(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const overdue = await listOverdue(ctx.db, ctx.now, overdueAtOnce);
  await enqueueAll(
    ctx.db,
    callEndpointJob,
    overdue.map(({ id, ...call }) => ({ ...call, callId: String(id) })),
  );
  const before = new Date(ctx.now.getTime() - keepMs);
  for (let n = 0; n < deletesAtMost; n++) if ((await deleteOldCalls(ctx.db, before)) === 0) break;
}

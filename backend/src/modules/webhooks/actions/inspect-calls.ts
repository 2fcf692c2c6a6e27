/** The inspector: what was sent, what was answered, and sending it again. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { decodeIdCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Call, CallListQuery, CallWithAttempts } from "../contracts.ts";
import { callNotFound, endpointIsOff, endpointNotFound } from "../errors.ts";
import { callEndpointJob } from "../jobs.ts";
import { presentAttempt, presentCall } from "../present.ts";
import {
  type EndpointRow,
  findOwnCall,
  findOwnEndpoint,
  listAttempts,
  listOwnCalls,
  lockCall,
  reviveFailed,
  updateCall,
} from "../queries.ts";
import { oweCalls } from "../tell-endpoints.ts";
import { assertMayHear } from "./manage-endpoints.ts";

/** So many failed calls are revived by one order. */
const revivedAtOnce = 1_000;

async function find(ctx: ActionContext, endpointId: string): Promise<EndpointRow> {
  const row = await findOwnEndpoint(ctx.db, ctx.actor.workspaceId, endpointId);
  if (!row) throw endpointNotFound();
  return row;
}

async function findActive(ctx: ActionContext, endpointId: string): Promise<EndpointRow> {
  const row = await find(ctx, endpointId);
  if (row.state !== "active") throw endpointIsOff();
  return row;
}

/** Calls of an endpoint, newest first. */
export async function listCalls(
  ctx: ActionContext,
  input: CallListQuery & { endpointId: string },
): Promise<Page<Call>> {
  const endpoint = await find(ctx, input.endpointId);
  const limit = input.limit ?? defaultLimit;
  const rows = await listOwnCalls(ctx.db, endpoint.workspaceId, {
    endpointId: endpoint.id,
    state: input.state,
    event: input.event,
    before: decodeIdCursor(input.cursor),
    limit,
  });
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => presentCall(row, row.lastStatus),
  );
}

/** One call with the body that is sent and every try of it. Throws 403 for a caller who may not read what it carries. */
export async function readCall(ctx: ActionContext, input: { callId: string }): Promise<CallWithAttempts> {
  const row = await findOwnCall(ctx.db, ctx.actor.workspaceId, BigInt(input.callId));
  if (!row) throw callNotFound();
  assertMayHear(ctx, [row.event]);
  const tries = await listAttempts(ctx.db, row.id);
  return {
    call: presentCall(row, tries.at(-1)?.status ?? null),
    body: JSON.stringify(row.payload),
    tries: tries.map((attempt) => presentAttempt(attempt, ctx.actor.locale)),
  };
}

/** Makes a call again with the same `webhook-id`, whatever came of it; its plan of retries begins anew. */
export function replayCall(outer: ActionContext, input: { callId: string }): Promise<Call> {
  return inTransaction(outer, async (ctx) => {
    const own = await findOwnCall(ctx.db, ctx.actor.workspaceId, BigInt(input.callId));
    const call = own && (await lockCall(ctx.db, own.id));
    if (!call) throw callNotFound();
    const endpoint = await findActive(ctx, call.endpointId);
    const waiting = { state: "waiting", attempts: 0, nextAt: ctx.now, doneAt: null } as const;
    await updateCall(ctx.db, call.id, waiting);
    await enqueueCalls(ctx, endpoint, [call.id]);
    await told(ctx, endpoint, { callId: input.callId });
    return presentCall({ ...call, ...waiting }, null);
  });
}

/** Makes the calls again that have failed since a moment, a thousand at most; answers with how many. */
export function replayFailedCalls(
  outer: ActionContext,
  input: { endpointId: string; since: string },
): Promise<{ count: number }> {
  return inTransaction(outer, async (ctx) => {
    const endpoint = await findActive(ctx, input.endpointId);
    const ids = await reviveFailed(ctx.db, endpoint.id, new Date(input.since), revivedAtOnce);
    await enqueueCalls(ctx, endpoint, ids);
    await told(ctx, endpoint, { since: input.since, count: ids.length });
    return { count: ids.length };
  });
}

/** A call that says only that it is a test. */
export function testEndpoint(outer: ActionContext, input: { endpointId: string }): Promise<{ callId: string }> {
  return inTransaction(outer, async (ctx) => {
    const endpoint = await findActive(ctx, input.endpointId);
    const data = { endpointId: endpoint.id, name: endpoint.name };
    const [callId] = await oweCalls(ctx.db, "endpoint.test", [{ endpoint, data }]);
    if (callId === undefined) throw endpointIsOff();
    await notifyLive(ctx.db, { workspaceId: endpoint.workspaceId, topic: "webhooks", id: endpoint.id });
    return { callId: String(callId) };
  });
}

const enqueueCalls = (ctx: ActionContext, { id, workspaceId }: EndpointRow, callIds: readonly bigint[]) =>
  enqueueAll(
    ctx.db,
    callEndpointJob,
    callIds.map((callId) => ({ workspaceId, endpointId: id, callId: String(callId) })),
  );

async function told(ctx: ActionContext, endpoint: EndpointRow, after: Record<string, unknown>): Promise<void> {
  await recordAudit(ctx, { action: "webhook.replayed", subjectKind: "webhook", subjectId: endpoint.id, after });
  await notifyLive(ctx.db, { workspaceId: endpoint.workspaceId, topic: "webhooks", id: endpoint.id });
}

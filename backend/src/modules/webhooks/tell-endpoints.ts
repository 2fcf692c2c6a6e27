/** From a fact to the calls that tell it: rows, in the transaction of the fact. */
import { enqueue } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import type { EventName } from "./domain/catalog.ts";
import { callEndpointJob } from "./jobs.ts";
import { insertCall, listAudible } from "./queries.ts";

/** How long a process believes what it read of a workspace's endpoints: a new one hears events within it. */
const believeMs = 2_000;
const rememberAtMost = 10_000;
const remembered = new Map<string, { until: number; endpoints: { id: string; events: string[] }[] }>();

/** Most workspaces have no endpoint, and conversions come by the hundred a second: those must not cost a query each. */
async function audibleOf(db: Db, workspaceId: string): Promise<{ id: string; events: string[] }[]> {
  const now = performance.now();
  const known = remembered.get(workspaceId);
  if (known && known.until > now) return known.endpoints;
  const endpoints = await listAudible(db, workspaceId);
  if (remembered.size >= rememberAtMost) remembered.clear();
  remembered.set(workspaceId, { until: now + believeMs, endpoints });
  return endpoints;
}

/** What was read of a workspace is not believed any more in this process: its endpoints were changed here. */
export const forgetAudible = (workspaceId: string): void => void remembered.delete(workspaceId);

/** Owes one call to one endpoint, and leaves a job for it. Null, and nothing, when the endpoint is off or gone by now. */
export async function oweCall(
  db: Db,
  endpoint: { id: string; workspaceId: string },
  event: EventName,
  data: object,
): Promise<bigint | null> {
  const at = new Date();
  const callId = await insertCall(db, {
    endpointId: endpoint.id,
    workspaceId: endpoint.workspaceId,
    messageId: `msg_${crypto.randomUUID().replaceAll("-", "")}`,
    event,
    payload: { type: event, timestamp: at.toISOString(), data },
    at,
  });
  if (callId === null) return null;
  await enqueue(db, callEndpointJob, {
    workspaceId: endpoint.workspaceId,
    endpointId: endpoint.id,
    callId: String(callId),
  });
  return callId;
}

/** For one line of reactions.ts: every active endpoint that hears `event` is owed a call with what `dataOf` makes of the fact. */
export const tellEndpoints =
  <Fact extends { workspaceId: string }>(event: EventName, dataOf: (fact: Fact) => object) =>
  async (db: Db, fact: Fact): Promise<void> => {
    for (const endpoint of await audibleOf(db, fact.workspaceId))
      if (endpoint.events.length === 0 || endpoint.events.includes(event))
        await oweCall(db, { id: endpoint.id, workspaceId: fact.workspaceId }, event, dataOf(fact));
  };

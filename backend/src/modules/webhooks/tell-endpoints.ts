/** From a fact to the calls that tell it: rows, in the transaction of the fact. */
import { enqueueAll } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import type { EventName } from "./domain/catalog.ts";
import { callEndpointJob } from "./jobs.ts";
import { insertCalls, listAudible } from "./queries.ts";

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

/**
 * Owes calls of one event to endpoints, and leaves a job for each. Answers with their ids, in the order asked and without those to
 * endpoints that are off or gone by now.
 */
export async function oweCalls(
  db: Db,
  event: EventName,
  calls: readonly { endpoint: { id: string; workspaceId: string }; data: object }[],
): Promise<bigint[]> {
  if (calls.length === 0) return [];
  const at = new Date();
  const stored = await insertCalls(
    db,
    calls.map(({ endpoint, data }) => ({
      endpointId: endpoint.id,
      workspaceId: endpoint.workspaceId,
      messageId: `msg_${crypto.randomUUID().replaceAll("-", "")}`,
      payload: { type: event, timestamp: at.toISOString(), data },
    })),
    { event, at },
  );
  await enqueueAll(
    db,
    callEndpointJob,
    stored.map(({ callId, ...call }) => ({ ...call, callId: String(callId) })),
  );
  return stored.map(({ callId }) => callId);
}

/** For one line of reactions.ts: every active endpoint that hears `event` is owed a call with what `dataOf` makes of each fact. */
export const tellEndpoints =
  <Fact extends { workspaceId: string }>(event: EventName, dataOf: (fact: Fact) => object) =>
  async (db: Db, facts: readonly Fact[]): Promise<void> => {
    const calls: { endpoint: { id: string; workspaceId: string }; data: object }[] = [];
    for (const fact of facts)
      for (const { id, events } of await audibleOf(db, fact.workspaceId))
        if (events.length === 0 || events.includes(event))
          calls.push({ endpoint: { id, workspaceId: fact.workspaceId }, data: dataOf(fact) });
    await oweCalls(db, event, calls);
  };

import type { ActionContext } from "@backend/kit/context.ts";
import type { CallReadings, ReadingsInput } from "../contracts.ts";
import { explainCall } from "../domain/read-call.ts";
import { mayManage } from "../domain/visibility.ts";
import { connectionNotFound, notYours } from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { findVisibleConnection, type InboundEventRow, listCallsOfConnection } from "../queries.ts";
import { readingRulesOf } from "../reading-rules.ts";
import { parametersFrom } from "./own-connection.ts";

/** Enough to meet a lead, a sale and a rejection of most senders. */
const callsShown = 10;
const sampleLength = 120;

/**
 * The connection's last calls, each parameter with what it is read as; by the stored map, or by the one that somebody is about to
 * save. Nothing is changed by looking.
 */
export async function previewReadings(
  ctx: ActionContext<ConversionsPorts>,
  input: ReadingsInput & { connectionId: string },
): Promise<CallReadings> {
  const connection = await findVisibleConnection(ctx.db, ctx.actor, input.connectionId);
  if (!connection) throw connectionNotFound();
  if (!mayManage(connection, ctx.actor)) throw notYours();
  const draft = input.parameterMap === undefined ? undefined : parametersFrom(input.parameterMap);
  const rules = readingRulesOf(connection, ctx.ports.vault, draft);
  const calls = await listCallsOfConnection(ctx.db, connection, callsShown);
  return { calls: calls.map((call) => read(call, rules)) };
}

function read(call: InboundEventRow, rules: Parameters<typeof explainCall>[1]): CallReadings["calls"][number] {
  const { method, query, headers, body } = call;
  const { reading, parameters } = explainCall(
    { method, query, contentType: headers["content-type"] ?? null, body },
    rules,
  );
  const facts = reading.outcome === "conversion" ? reading.facts : null;
  return {
    id: String(call.id),
    receivedAt: call.receivedAt.toISOString(),
    outcome: reading.outcome,
    reason: reading.outcome === "conversion" ? null : reading.reason,
    parameters: parameters.map(({ name, value, readAs, isResolved }) => ({
      name,
      sample: value.length > sampleLength ? `${value.slice(0, sampleLength).toWellFormed()}…` : value,
      readAs,
      isResolved,
    })),
    facts: facts && {
      status: facts.status,
      rawStatus: facts.rawStatus,
      amount: facts.amount,
      currency: facts.currency,
      subid: facts.subid,
      tid: facts.tid,
      campaign: facts.campaignName ?? facts.campaignId,
      country: facts.country,
    },
  };
}

import type { ActionContext } from "@backend/kit/context.ts";
import { sampleQuery } from "../domain/postback-url.ts";
import { mayManage } from "../domain/visibility.ts";
import { connectionNotFound, connectionPaused, noTarget, notYours } from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { samplePostback } from "../present.ts";
import { findVisibleConnection } from "../queries.ts";
import { trackerSource } from "./handle-postback.ts";

/**
 * Sends a sample call the way of every call: intake, inbox, reading, delivery. Its alert says that it is a test, and nothing
 * is recorded. Refused where it could not be seen: paused, or without a chat.
 */
export async function sendTest(
  ctx: ActionContext<ConversionsPorts>,
  input: { connectionId: string },
): Promise<{ ok: true }> {
  const connection = await findVisibleConnection(ctx.db, ctx.actor, input.connectionId);
  if (!connection) throw connectionNotFound();
  if (!mayManage(connection, ctx.actor)) throw notYours();
  if (connection.state === "paused") throw connectionPaused();
  if (connection.chatId === null) throw noTarget();
  await ctx.ports.intake.store({
    workspaceId: connection.workspaceId,
    source: trackerSource,
    sourceId: connection.id,
    externalId: null,
    orderKey: null,
    method: "GET",
    path: "/in/…",
    query: sampleQuery(samplePostback(connection.defaultCurrency, ctx.now)),
    headers: {},
    body: null,
    senderAddress: null,
    requestId: ctx.requestId,
    isTest: true,
  });
  return { ok: true };
}

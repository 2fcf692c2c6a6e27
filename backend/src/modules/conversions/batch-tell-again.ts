/** The seam between bulk work and routing: telling people of a conversion that they have not heard of. */
import { translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { deliveriesOf, queueDeliveries } from "@backend/modules/messaging/index.ts";
import { conversionFold, conversionSubject } from "./actions/record-conversion.ts";
import { alertButtons, alertText } from "./domain/alert.ts";
import type { ConversionFacts } from "./domain/read-call.ts";
import type { ConversionsPorts } from "./ports.ts";
import { presentFacts } from "./present.ts";
import { findOwnConnection, findOwnConversion } from "./queries.ts";

/** Messages that reached nobody, and count as not told. */
const untold: ReadonlySet<string> = new Set(["failed", "cancelled"]);

/**
 * Tells by today's settings whoever has not been told of a conversion, in the caller's transaction, and marks the message as one
 * that is told again. Answers with the number of messages. `key` names the occasion: on one occasion a chat is told once.
 */
export async function tellAgain(
  ctx: ActionContext<ConversionsPorts>,
  conversionId: bigint,
  key: string,
): Promise<number> {
  const { workspaceId } = ctx.actor;
  const row = await findOwnConversion(ctx.db, workspaceId, conversionId);
  const connection = row && (await findOwnConnection(ctx.db, workspaceId, row.connectionId));
  if (!row || !connection || connection.chatId === null || connection.state === "paused") return 0;
  const { chatId, threadId, locale } = connection;
  const id = String(row.id);
  const sent = await deliveriesOf(ctx.db, workspaceId, { kind: conversionSubject, ids: [id] });
  const isTold = sent.some(
    ({ delivery }) => delivery.chatId === chatId && delivery.threadId === threadId && !untold.has(delivery.state),
  );
  if (isTold) return 0;
  const t = translator(locale);
  const facts: ConversionFacts = { ...presentFacts(row), amount: row.amount, currency: row.currency };
  const { markup } = ctx.ports;
  const alert = alertText({ facts, correctedFrom: null, isRecovered: row.isRecovered, isTest: false }, t, markup);
  const { status, rawStatus, amount, currency } = facts;
  const queued = await queueDeliveries(ctx.db, [
    {
      workspaceId,
      chatId,
      threadId,
      lane: "alert",
      content: {
        kind: "text",
        html: `${alert}\n\n${markup.plain(t("reporting.told_again"))}`,
        buttons: alertButtons(id, t),
      },
      fold: { kind: conversionFold, item: { status, rawStatus, amount, currency, isCorrection: false }, locale },
      subject: { kind: conversionSubject, id },
      dedupeKey: `conversion:${id}:again:${key}:${chatId}:${threadId ?? 0}`,
    },
  ]);
  return queued.filter((one) => one.id !== null).length;
}

/** The seam between bulk work and routing: telling people of a conversion that they have not heard of. */
import type { ActionContext } from "@backend/kit/context.ts";
import { deliveriesOf } from "@backend/modules/messaging/index.ts";
import { alertOf } from "./actions/dry-run-routes.ts";
import { readAlertBook } from "./alert-book.ts";
import { listHeldOf } from "./alert-queries.ts";
import type { ConversionsPorts } from "./ports.ts";
import { findOwnConnection, findOwnConversions } from "./queries.ts";
import { conversionSubject, placeOf, tell } from "./tell.ts";

/** Messages that reached nobody, and count as not told. */
const untold: ReadonlySet<string> = new Set(["failed", "cancelled"]);

/**
 * Tells by today's routes whoever has not been told of a conversion, in the caller's transaction, and marks the message as one
 * that is told again. Answers with the number of messages, held ones included. `key` names the occasion: on one occasion a chat is
 * told once.
 */
export async function tellAgain(
  ctx: ActionContext<ConversionsPorts>,
  conversionId: bigint,
  key: string,
): Promise<number> {
  const { workspaceId } = ctx.actor;
  const [row] = await findOwnConversions(ctx.db, workspaceId, [conversionId]);
  const connection = row && (await findOwnConnection(ctx.db, workspaceId, row.connectionId));
  if (!row || !connection || connection.state === "paused") return 0;
  const id = String(row.id);
  const sent = await deliveriesOf(ctx.db, workspaceId, { kind: conversionSubject, ids: [id] });
  const held = await listHeldOf(ctx.db, workspaceId, [row.id]);
  const except = new Set([
    ...sent
      .filter(({ delivery }) => !untold.has(delivery.state))
      .map(({ delivery }) => placeOf(delivery.chatId, delivery.threadId)),
    ...held.filter(({ state }) => state !== "cancelled").map(({ chatId, threadId }) => placeOf(chatId, threadId)),
  ]);
  const told = await tell(ctx, await readAlertBook(ctx.db, workspaceId), {
    connection,
    alert: { ...alertOf(row), isReplay: true },
    receivedAt: row.receivedAt,
    conversionId: row.id,
    dedupeKey: `conversion:${id}:again:${key}`,
    except,
  });
  return told.deliveryIds.length + told.heldIds.length;
}

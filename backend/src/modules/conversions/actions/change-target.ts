import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { ChangeTarget, Connection } from "../contracts.ts";
import { updateConnection } from "../queries.ts";
import { lockConnection, recordChange, showConnection, targetFrom } from "./own-connection.ts";

/** Sends a connection's alerts to another chat or topic from now on; without a chat nobody is told. */
export function changeTarget(ctx: ActionContext, input: ChangeTarget & { connectionId: string }): Promise<Connection> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, input.connectionId);
    const after = await updateConnection(tx.db, before.id, await targetFrom(tx, input));
    await recordChange(tx, "target-changed", { before, after });
    return showConnection(tx, after);
  });
}

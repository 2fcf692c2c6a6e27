import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { updateConnection } from "../queries.ts";
import { lockConnection, recordChange } from "./own-connection.ts";

/** Ends an address for good: its secrets are forgotten at once, its conversions stay. */
export function deleteConnection(ctx: ActionContext, input: { connectionId: string }): Promise<{ ok: true }> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, input.connectionId);
    const after = await updateConnection(tx.db, before.id, {
      deletedAt: tx.now,
      secretHash: null,
      secretSealed: null,
      previousSecretHash: null,
      previousSecretUntil: null,
      signing: null,
      signingSealed: null,
      chatId: null,
      threadId: null,
    });
    await recordChange(tx, "deleted", { before, after });
    return { ok: true };
  });
}

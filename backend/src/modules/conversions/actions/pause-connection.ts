import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { ConnectionState } from "@db/schema/conversions.ts";
import type { Connection } from "../contracts.ts";
import { updateConnection } from "../queries.ts";
import { lockConnection, recordChange, showConnection } from "./own-connection.ts";

/** Calls of a paused connection are stored and ignored; they can be replayed from the inbox after it is resumed. */
export const pauseConnection = (ctx: ActionContext, input: { connectionId: string }): Promise<Connection> =>
  setState(ctx, input.connectionId, "paused");

export const resumeConnection = (ctx: ActionContext, input: { connectionId: string }): Promise<Connection> =>
  setState(ctx, input.connectionId, "active");

function setState(ctx: ActionContext, connectionId: string, state: ConnectionState): Promise<Connection> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, connectionId);
    if (before.state === state) return showConnection(tx, before);
    const after = await updateConnection(tx.db, before.id, { state });
    await recordChange(tx, state === "paused" ? "paused" : "resumed", { before, after });
    return showConnection(tx, after);
  });
}

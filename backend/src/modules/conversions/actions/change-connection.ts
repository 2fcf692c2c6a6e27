import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { ChangeConnection, Connection } from "../contracts.ts";
import { updateConnection } from "../queries.ts";
import { lockConnection, recordChange, refusingTakenNames, settingsFrom, showConnection } from "./own-connection.ts";

/** Renames a connection or changes how its calls are read; fields left out stay. Conversions already recorded keep their status. */
export function changeConnection(
  ctx: ActionContext,
  input: ChangeConnection & { connectionId: string },
): Promise<Connection> {
  return inTransaction(ctx, async (tx) => {
    const { connectionId, ...changes } = input;
    const before = await lockConnection(tx, connectionId);
    const values = settingsFrom(changes);
    const after = await refusingTakenNames(() => updateConnection(tx.db, before.id, values));
    await recordChange(tx, "changed", { before, after });
    return showConnection(tx, after);
  });
}

import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { roleOfPerson } from "@backend/modules/identity/index.ts";
import type { ChangeOwner, Connection } from "../contracts.ts";
import { ownerNotMember } from "../errors.ts";
import { updateConnection } from "../queries.ts";
import { lockConnection, recordChange, showConnection } from "./own-connection.ts";

/** Hands a connection to another member: of a buyer who leaves, say. Only whoever manages all connections may. */
export function changeOwner(ctx: ActionContext, input: ChangeOwner & { connectionId: string }): Promise<Connection> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, input.connectionId);
    if ((await roleOfPerson(tx.db, tx.actor.workspaceId, input.personId)) === null) throw ownerNotMember();
    const after = await updateConnection(tx.db, before.id, { createdBy: input.personId });
    await recordChange(tx, "owner-changed", { before, after });
    return showConnection(tx, after);
  });
}

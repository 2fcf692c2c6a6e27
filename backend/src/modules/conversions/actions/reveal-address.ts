import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { PostbackAddress } from "../contracts.ts";
import type { ConversionsPorts } from "../ports.ts";
import { presentAddress } from "../present.ts";
import { lockConnection, openSecret } from "./own-connection.ts";

/** Shows the postback address, secret and all. Whoever looks leaves a trace. */
export function revealAddress(
  ctx: ActionContext<ConversionsPorts>,
  input: { connectionId: string },
): Promise<PostbackAddress> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockConnection(tx, input.connectionId);
    const secret = openSecret(tx.ports, row);
    await recordAudit(tx, {
      action: "connection.address-revealed",
      subjectKind: "connection",
      subjectId: row.id,
      before: null,
      after: null,
    });
    return presentAddress(row, secret, tx.ports.publicUrl, tx.now);
  });
}

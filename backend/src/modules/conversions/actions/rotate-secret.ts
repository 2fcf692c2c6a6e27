import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import type { PostbackAddress, RotateSecret } from "../contracts.ts";
import { defaultOverlapHours } from "../domain/connection-settings.ts";
import type { ConversionsPorts } from "../ports.ts";
import { presentAddress } from "../present.ts";
import { updateConnection } from "../queries.ts";
import { secretPurpose } from "../secret-lookup.ts";
import { lockConnection, recordChange } from "./own-connection.ts";

const hourMs = 60 * 60 * 1000;

/**
 * Gives a connection a new address. The old one is accepted for `overlapHours` more, so that a tracker's hundred campaigns can
 * be changed without losing a call; 0 ends it at once (a leak). Only one old address lives at a time.
 */
export function rotateSecret(
  ctx: ActionContext<ConversionsPorts>,
  input: RotateSecret & { connectionId: string },
): Promise<PostbackAddress> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockConnection(tx, input.connectionId);
    const { vault, publicUrl } = tx.ports;
    const overlapMs = (input.overlapHours ?? defaultOverlapHours) * hourMs;
    const secret = randomToken();
    const after = await updateConnection(tx.db, before.id, {
      secretHash: vault.lookupHash(secretPurpose, secret),
      secretSealed: vault.seal(secret),
      secretRotatedAt: tx.now,
      previousSecretHash: overlapMs > 0 ? before.secretHash : null,
      previousSecretUntil: overlapMs > 0 ? new Date(tx.now.getTime() + overlapMs) : null,
    });
    await recordChange(tx, "address-rotated", { before, after });
    return presentAddress(after, secret, publicUrl, tx.now);
  });
}

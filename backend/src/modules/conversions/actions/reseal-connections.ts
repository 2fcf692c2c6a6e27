import type { Vault } from "@backend/kit/crypto.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { listSealedSecrets, replaceSealedKeys, replaceSealedSecret } from "../queries.ts";
import { secretPurpose } from "../secret-lookup.ts";

const batchSize = 200;

/**
 * Seals every stored secret that an older key sealed with the newest one, and hashes it anew, so that the older key can leave
 * SECRETS_KEY. Safe to run again and while calls come in: both hashes are looked up as long as both keys are listed. A secret
 * whose key is gone is left as it is and logged. A previous secret within its overlap keeps its old hash: wait for its end.
 * Answers with how many were changed.
 */
export async function resealConnections(ctx: { db: Db; log: Logger; ports: { vault: Vault } }): Promise<number> {
  const { vault } = ctx.ports;
  let changed = 0;
  let afterId: string | null = null;
  for (;;) {
    const batch: Awaited<ReturnType<typeof listSealedSecrets>> = await listSealedSecrets(ctx.db, afterId, batchSize);
    for (const { id, sealed, signingSealed } of batch) {
      afterId = id;
      try {
        if (vault.isStale(sealed)) {
          const secret = vault.open(sealed);
          const anew = { sealed: vault.seal(secret), hash: vault.lookupHash(secretPurpose, secret) };
          if (await replaceSealedSecret(ctx.db, id, sealed, anew)) changed++;
        }
        if (signingSealed !== null && vault.isStale(signingSealed)) {
          const anew = vault.seal(vault.open(signingSealed));
          if (await replaceSealedKeys(ctx.db, id, signingSealed, anew)) changed++;
        }
      } catch (error) {
        ctx.log.warn({ err: error, connectionId: id }, "a connection's secret could not be sealed anew");
      }
    }
    if (batch.length < batchSize) return changed;
  }
}

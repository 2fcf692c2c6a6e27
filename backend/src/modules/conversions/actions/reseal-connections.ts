import type { Vault } from "@backend/kit/crypto.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { listSealedSecrets, listSealedSigningKeys, replaceSealedSecret, replaceSealedSigningKey } from "../queries.ts";
import { secretPurpose } from "../secret-lookup.ts";
import { listSealedKeys, replaceSealedKey } from "../tracker-log-queries.ts";

const batchSize = 200;

type Context = { db: Db; log: Logger; ports: { vault: Vault } };

/**
 * Seals every stored secret that an older key sealed with the newest one, and hashes it anew, so that the older key can leave
 * SECRETS_KEY. Safe to run again and while calls come in: both hashes are looked up as long as both keys are listed. A secret
 * whose key is gone is left as it is and logged. A previous secret within its overlap keeps its old hash: wait for its end.
 * Keys of signatures and of trackers' logs are sealed anew with them. Answers with how many were changed.
 */
export async function resealConnections(ctx: Context): Promise<number> {
  const { vault } = ctx.ports;
  const secrets = await resealAll(ctx, listSealedSecrets, (id, sealed, secret) =>
    replaceSealedSecret(ctx.db, id, sealed, {
      sealed: vault.seal(secret),
      hash: vault.lookupHash(secretPurpose, secret),
    }),
  );
  const signing = await resealAll(ctx, listSealedSigningKeys, (id, sealed, key) =>
    replaceSealedSigningKey(ctx.db, id, sealed, vault.seal(key)),
  );
  const logs = await resealAll(ctx, listSealedKeys, (id, sealed, key) =>
    replaceSealedKey(ctx.db, id, sealed, vault.seal(key)),
  );
  return secrets + signing + logs;
}

async function resealAll(
  ctx: Context,
  list: (db: Db, afterId: string | null, limit: number) => Promise<{ id: string; sealed: string }[]>,
  replace: (id: string, sealed: string, secret: string) => Promise<boolean>,
): Promise<number> {
  const { vault } = ctx.ports;
  let changed = 0;
  let afterId: string | null = null;
  for (;;) {
    const batch: { id: string; sealed: string }[] = await list(ctx.db, afterId, batchSize);
    for (const { id, sealed } of batch) {
      afterId = id;
      if (!vault.isStale(sealed)) continue;
      try {
        if (await replace(id, sealed, vault.open(sealed))) changed++;
      } catch (error) {
        ctx.log.warn({ err: error, connectionId: id }, "a connection's secret could not be sealed anew");
      }
    }
    if (batch.length < batchSize) return changed;
  }
}

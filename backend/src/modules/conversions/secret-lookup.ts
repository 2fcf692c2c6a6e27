/** From the secret in an address to its connection: what the intake asks before it stores a call. */
import { addressList } from "@backend/kit/address.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";
import { type SigningKeys, unpackKeys } from "./domain/signing.ts";
import type { IntakeConnection } from "./intake-routes.ts";
import { findConnectionBySecret, findConnectionsBySecrets } from "./queries.ts";

/** Separates hashes of these secrets from hashes of others. */
export const secretPurpose = "tracker-connection";

/**
 * Looks a secret up by its hash under every known key: the connection's current secret, or the previous one within its overlap.
 * Null for anything else. A paused connection is found: its calls are kept and ignored, so that pausing loses nothing unseen.
 */
export const connectionBySecret =
  (db: Db, vault: Vault, clock: () => Date = () => new Date()) =>
  async (secret: string): Promise<IntakeConnection | null> => {
    const row = await findConnectionBySecret(db, vault.lookupHashes(secretPurpose, secret), clock());
    return (
      row && {
        connectionId: row.id,
        workspaceId: row.workspaceId,
        isPaused: row.state === "paused",
        perSecond: row.intakePerSecond,
        burst: row.intakeBurst,
        senders: row.allowedSenders && addressList(row.allowedSenders),
        signing: row.signing && { how: row.signing, keys: openKeys(vault, row.signingSealed) },
      }
    );
  };

/** The same for many secrets in one statement: each with its connection's id. What is nobody's is absent. */
export async function connectionsBySecrets(
  db: Db,
  vault: Vault,
  secrets: readonly string[],
  now: Date,
): Promise<Map<string, string>> {
  const secretOf = new Map(
    secrets.flatMap((secret) => vault.lookupHashes(secretPurpose, secret).map((hash) => [hash, secret] as const)),
  );
  const found = await findConnectionsBySecrets(db, [...secretOf.keys()], now);
  return new Map(found.map(({ id, hash }) => [secretOf.get(hash) ?? "", id]));
}

/** Null for keys that SECRETS_KEY no longer opens: then no call is signed right, which is better than any being. */
function openKeys(vault: Vault, sealed: string | null): SigningKeys | null {
  try {
    return sealed === null ? null : unpackKeys(vault.open(sealed));
  } catch {
    return null;
  }
}

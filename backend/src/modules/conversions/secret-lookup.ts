/** From the secret in an address to its connection: what the intake asks before it stores a call. */
import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";
import type { IntakeConnection } from "./intake-routes.ts";
import { findConnectionBySecret } from "./queries.ts";

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
      }
    );
  };

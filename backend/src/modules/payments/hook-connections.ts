/** What the doors for providers ask of the database: a connection with its key, and a note of who was turned away. */

import type { Vault } from "@backend/kit/crypto.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Logger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { addRefusals, findConnection, findFirstConnection } from "./queries.ts";
import type { HookDeps } from "./webhook-routes.ts";

/** A key that SECRETS_KEY no longer opens is none: its webhooks are refused, which is better than believing any. */
export const hookConnections =
  (db: Db, vault: Vault): HookDeps["find"] =>
  async (provider, connectionId) => {
    const row = await (connectionId === null ? findFirstConnection(db, provider) : findConnection(db, connectionId));
    if (row?.provider !== provider || row.disconnectedAt !== null) return null;
    try {
      return { connectionId: row.id, workspaceId: row.workspaceId, access: vault.open(row.credentialsSealed ?? "") };
    } catch {
      return null;
    }
  };

/** One write in this time per connection, however many calls are turned away; all are counted. */
const quietMs = 5_000;

/** Counts refusals behind the caller's back: he has his answer already, and a flood of his must cost us nothing. */
export function noteHookRefusals(db: Db, log: Pick<Logger, "warn">): HookDeps["noteRefusal"] {
  const waiting = new Map<string, number>();
  return ({ connectionId, workspaceId }, why) => {
    const known = waiting.get(connectionId);
    waiting.set(connectionId, (known ?? 0) + 1);
    if (known !== undefined) return;
    const write = async () => {
      const count = waiting.get(connectionId) ?? 0;
      waiting.set(connectionId, 0);
      if (count > 0) {
        await addRefusals(db, connectionId, count, why, new Date());
        await notifyLive(db, { workspaceId, topic: "payments", id: connectionId });
      }
      setTimeout(() => ((waiting.get(connectionId) ?? 0) > 0 ? run() : waiting.delete(connectionId)), quietMs).unref();
    };
    const run = () =>
      void write().catch((error: unknown) => {
        waiting.delete(connectionId);
        log.warn({ err: error, connectionId }, "refused calls could not be noted");
      });
    run();
  };
}

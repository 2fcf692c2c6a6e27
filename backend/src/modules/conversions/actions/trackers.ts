/** Trackers that can be asked: connections with an address and a key, for rooms that do more with them than read the log. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import type { TrackerAccess } from "../ports.ts";
import { findVisibleTracker, listVisibleTrackers, type TrackerRow } from "../tracker-log-queries.ts";
import { keyUnreadable } from "./own-pull.ts";

/** A tracker as the actor may know it: the key is never among it. */
export interface Tracker {
  connectionId: string;
  workspaceId: string;
  name: string;
  /** Its address up to and without /admin_api. */
  apiUrl: string;
  /** What its amounts are in when they do not say, as our people know it; null: nobody has said. */
  currency: string | null;
}

const asTracker = ({ connection, pull }: TrackerRow): Tracker => ({
  connectionId: connection.id,
  workspaceId: connection.workspaceId,
  name: connection.name,
  apiUrl: pull.apiUrl,
  currency: connection.defaultCurrency,
});

/** Trackers that the actor is shown, by name; the system is shown all of its workspace. */
export const listTrackers = async ({ db, actor }: ActionContext): Promise<Tracker[]> =>
  (await listVisibleTrackers(db, actor)).map(asTracker);

/** Null for a connection that is a stranger's, hidden from the actor's role, or has no key. */
export async function findTracker({ db, actor }: ActionContext, connectionId: string): Promise<Tracker | null> {
  const row = await findVisibleTracker(db, actor, connectionId);
  return row && asTracker(row);
}

/**
 * Address and opened key, for a call that goes out now. Null as `findTracker`; an IntegrationError with the problem
 * "key_unreadable" when the secret that sealed the key is gone.
 */
export async function openTracker(
  { db, actor, ports }: ActionContext<{ vault: Vault }>,
  connectionId: string,
): Promise<TrackerAccess | null> {
  const row = await findVisibleTracker(db, actor, connectionId);
  if (!row) return null;
  try {
    return { apiUrl: row.pull.apiUrl, apiKey: ports.vault.open(row.pull.apiKeySealed) };
  } catch (error) {
    throw keyUnreadable(error);
  }
}

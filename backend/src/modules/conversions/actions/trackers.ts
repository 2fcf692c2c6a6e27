/** Trackers that can be asked: connections with an address and a key, for rooms that do more with them than read the log. */
import type { ActionContext } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import { postbackUrl, trackerAddress } from "../domain/postback-url.ts";
import type { ConversionsPorts, TrackerAccess } from "../ports.ts";
import { secretPurpose } from "../secret-lookup.ts";
import { findVisibleTracker, listAllPulls, listVisibleTrackers, type TrackerRow } from "../tracker-log-queries.ts";
import { openSecret } from "./own-connection.ts";
import { keyUnreadable } from "./own-pull.ts";

/** A tracker as the actor may know it: the key is never among it. */
export interface Tracker {
  connectionId: string;
  workspaceId: string;
  name: string;
  /** Its address up to and without /admin_api. */
  apiUrl: string;
  /** Tells one tracker from another. */
  host: string;
  /** What its amounts are in when they do not say, as our people know it; null: nobody has said. */
  currency: string | null;
}

/** Which tracker an address is of: one that moved to https, or into a folder, is the same one. */
export const hostOf = (apiUrl: string): string => new URL(apiUrl).host;

const asTracker = ({ connection, pull }: TrackerRow): Tracker => ({
  connectionId: connection.id,
  workspaceId: connection.workspaceId,
  name: connection.name,
  apiUrl: pull.apiUrl,
  host: hostOf(pull.apiUrl),
  currency: connection.defaultCurrency,
});

/** Trackers that the actor is shown, by name; the system is shown all of its workspace. */
export const listTrackers = async ({ db, actor }: ActionContext): Promise<Tracker[]> =>
  (await listVisibleTrackers(db, actor)).map(asTracker);

/** Trackers of all workspaces, for jobs that serve the whole installation. */
export const listAllTrackers = async (db: Db): Promise<Pick<Tracker, "connectionId" | "workspaceId" | "host">[]> =>
  (await listAllPulls(db)).map(({ apiUrl, ...key }) => ({ ...key, host: hostOf(apiUrl) }));

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

/** Where a tracker's connection says what concerns it, and in which language. Null as `findTracker`, and when it has no chat. */
export async function chatOfTracker(
  { db, actor }: ActionContext,
  connectionId: string,
): Promise<{ chatId: string; threadId: number | null; locale: Locale } | null> {
  const row = await findVisibleTracker(db, actor, connectionId);
  if (!row || row.connection.chatId === null) return null;
  const { chatId, threadId, locale } = row.connection;
  return { chatId, threadId, locale };
}

export interface TrackerPostback {
  url: string;
  /** The part before the parameters, by which it is found again. */
  address: string;
  /** Whether an address is this connection's last one, from before its secret was replaced. */
  isFormer(url: string): boolean;
}

/**
 * Our address for a tracker's postbacks, secret and all, for a call that goes out now: it is shown to nobody and kept nowhere. Null as
 * `findTracker`.
 */
export async function postbackOf(
  { db, actor, ports }: ActionContext<Pick<ConversionsPorts, "vault" | "publicUrl">>,
  connectionId: string,
): Promise<TrackerPostback | null> {
  const { vault, publicUrl } = ports;
  const row = await findVisibleTracker(db, actor, connectionId);
  if (!row) return null;
  const { kind, previousSecretHash } = row.connection;
  const secret = openSecret(ports, row.connection);
  const prefix = trackerAddress(publicUrl, "");
  return {
    url: postbackUrl(kind, publicUrl, secret),
    address: trackerAddress(publicUrl, secret),
    isFormer(url) {
      const other = url.startsWith(prefix) ? /^[\w-]+/.exec(url.slice(prefix.length))?.[0] : undefined;
      if (other === undefined || previousSecretHash === null) return false;
      return vault.lookupHashes(secretPurpose, other).includes(previousSecretHash);
    },
  };
}

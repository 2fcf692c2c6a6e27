import type { Vault } from "@backend/kit/crypto.ts";
import type { Intake } from "@backend/kit/inbox.ts";
import type { Db } from "@db/client.ts";
import type { Markup } from "./domain/alert.ts";

/** What this room needs from the outside. */
export interface ConversionsPorts {
  vault: Vault;
  /** How alerts are marked up for the messenger. */
  markup: Markup;
  /** This installation's address as trackers reach it, without a trailing slash. */
  publicUrl: string;
  /** Takes the test call of the "send a test" button: it goes the way of every call. */
  intake: Pick<Intake, "store">;
  /**
   * Stores copies of the workspace's calls, through the intake, and answers how many it found. With the same key a call is copied
   * once, however often it is asked.
   */
  replayCalls(db: Db, workspaceId: string, eventIds: readonly string[], key: string): Promise<number>;
}

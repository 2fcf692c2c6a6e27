import type { Vault } from "@backend/kit/crypto.ts";
import type { Intake } from "@backend/kit/inbox.ts";
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
}

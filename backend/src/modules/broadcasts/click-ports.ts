import type { Vault } from "@backend/kit/crypto.ts";

/** What counted links need to be written. */
export interface ClickPorts {
  vault: Vault;
  /** This installation's address, without a trailing slash. */
  publicUrl: string;
}

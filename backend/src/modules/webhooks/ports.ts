import type { Vault } from "@backend/kit/crypto.ts";
import type { Outbound } from "@backend/kit/outbound.ts";

export interface WebhooksPorts {
  vault: Vault;
  outbound: Outbound;
  /** Plain http and private addresses may be called: tests and closed networks (OUTBOUND_ALLOW_PRIVATE). */
  allowsPrivateAddresses: boolean;
}

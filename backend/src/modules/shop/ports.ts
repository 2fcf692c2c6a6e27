/** What this room needs from the outside. */
import type { Db } from "@db/client.ts";

export interface ShopPorts {
  /** How the messenger writes marks; each takes plain text and makes it harmless. */
  markup: { plain(text: string): string; bold(text: string): string };
  /** Names of the closed chats that a product opens; whoever opens them leans on this room. */
  openedBy(db: Db, of: { workspaceId: string; productId: string }): Promise<string[]>;
}

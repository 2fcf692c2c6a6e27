/** What this room needs from the outside. */
export interface ShopPorts {
  /** How the messenger writes marks; each takes plain text and makes it harmless. */
  markup: { plain(text: string): string; bold(text: string): string };
}

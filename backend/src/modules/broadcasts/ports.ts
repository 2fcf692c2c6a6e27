/** What this room needs from the outside world, in its own words. */

import type { ClickPorts } from "./click-ports.ts";

/** Telegram's markup of what the bot says to members. */
export interface Markup {
  plain(text: string): string;
  bold(text: string): string;
}

export interface BroadcastsPorts extends ClickPorts {
  markup: Markup;
}

/** What this room needs from the outside world, in its own words. */

/** Telegram's markup of what the bot says to members. */
export interface Markup {
  plain(text: string): string;
  bold(text: string): string;
}

export interface BroadcastsPorts {
  markup: Markup;
}

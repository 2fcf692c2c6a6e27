/** What the simulator's page and its server say to each other. */
import type { PanelDeed, PanelFlow } from "../keitaro/panel.ts";
import type { InlineButton, TgMessage } from "../telegram/types.ts";

export type Language = "en" | "ru" | "uk";
export type Platform = "ios" | "android" | "tdesktop";

export interface PersonCard {
  id: number;
  name: string;
  username: string | null;
  languageCode: Language;
  /** Role in the demo workspace; null is a customer. */
  role: string | null;
}

export interface BotCard {
  id: number;
  name: string;
  username: string;
  description: string;
  commands: { command: string; description: string }[];
  /** Text of the menu button that opens the app, or null when it shows commands. */
  menuButton: { text: string; url: string } | null;
}

/** A bot that is not in this Telegram: its links for an invoice open a page instead. */
export interface Wallet {
  username: string;
  /** What the invoice's code is put behind. */
  pages: string;
}

export interface SimulatorState {
  people: PersonCard[];
  bots: BotCard[];
  /** Where postbacks go, with its secret; null while there is no connection. */
  postbackAddress: string | null;
  /** Whether there is a tracker in whose panel somebody may change a flow. */
  hasPanel: boolean;
  wallet: Wallet | null;
  canReset: boolean;
}

export interface ChatSummary {
  /** A bot's id for the private chat with it, otherwise the chat's id. */
  id: number;
  type: "private" | "group" | "supergroup" | "channel";
  title: string;
  isForum: boolean;
  topics: { id: number; name: string; isClosed: boolean }[];
  /** Private chats: whether the person pressed Start, and whether they blocked the bot. */
  isStarted: boolean;
  isBlocked: boolean;
  canWrite: boolean;
  last: { text: string; date: number } | null;
}

export interface ShownMessage extends TgMessage {
  isSilent: boolean;
  /** The invoice behind a Pay button. */
  invoiceSlug?: string;
}

export type ShownButton = InlineButton;

/** What arrives on the person's stream. */
export type LiveEvent =
  | { kind: "chat"; chatId: number }
  | { kind: "bot" }
  | { kind: "answer"; text: string; showAlert: boolean; url: string | null };

export interface OpenAppInput {
  /** Address of a button; by default the menu button's. Only its path is used. */
  url?: string;
  platform: Platform;
  themeParams: Record<string, string>;
  startParam?: string;
  /** The chat the app was opened from, when it was a link there. */
  fromChatId?: number;
}

export interface PostbackCall {
  method: "GET" | "POST";
  /** Already encoded, as a tracker would send it; in the address for GET, as a form body for POST. */
  query: string;
}

export interface PostbackAnswer {
  status: number;
  body: string;
  tookMs: number;
}

export interface InvoiceCard {
  slug: string;
  title: string;
  description: string;
  stars: number;
}

export interface PayAnswer {
  status: "paid" | "failed";
  errorMessage: string | null;
}

/** What following an invite link came to. */
export interface InviteAnswer {
  chatId: number;
  outcome: "inside" | "asked" | "joined";
}

export type { PanelDeed, PanelFlow };

export interface PanelCall {
  flowId: number;
  deed: PanelDeed;
}

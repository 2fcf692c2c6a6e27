import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";

/** What Telegram says of a bot (`getMe`). */
export interface BotIdentity {
  telegramId: number;
  username: string;
  name: string;
  /** Its owner lets it make and manage other bots. */
  canManageBots: boolean;
}

/** What a bot is called and says of itself at Telegram, by language. */
export type ProfileField = "name" | "description" | "shortDescription";

export interface WebhookInfo {
  /** Empty when none is set. */
  url: string;
  pendingUpdates: number;
  lastErrorAt: Date | null;
  lastError: string | null;
  /** Kinds of updates that Telegram sends; null = its default, which has all that we ask for. */
  allowedUpdates: readonly string[] | null;
}

export interface BotCommand {
  command: string;
  description: string;
}

/** One raw update as Telegram sent it; only its number is read here. */
export type RawUpdate = Readonly<Record<string, unknown> & { update_id: number }>;

/**
 * The account side of the Bot API. Every call throws IntegrationError; `status` 401 or 404 there means that the token is no
 * longer valid, 409 that somebody else polls or that a webhook is set.
 */
export interface BotAccounts {
  getMe(token: string): Promise<BotIdentity>;
  /** Commands in one language; `language` "" is what every other language sees. */
  commands(token: string, language: string): Promise<BotCommand[]>;
  setCommands(token: string, language: string, commands: readonly BotCommand[]): Promise<void>;
  /** A name or description in one language, or the general one where that language has none. */
  profile(token: string, field: ProfileField, language: string): Promise<string>;
  /** An empty text takes the one of that language away. Telegram lets names change seldom: 429 with hours in `retryAfterMs`. */
  setProfile(token: string, field: ProfileField, language: string, text: string): Promise<void>;
  /** For all chats, or for the private chat `telegramChatId`. `null` goes back to the plain list of commands. */
  setMenuButton(token: string, button: { text: string; url: string } | null, telegramChatId?: number): Promise<void>;
  setWebhook(
    token: string,
    webhook: { url: string; secret: string; allowedUpdates: readonly string[]; maxConnections?: number },
  ): Promise<void>;
  deleteWebhook(token: string): Promise<void>;
  webhookInfo(token: string): Promise<WebhookInfo>;
  /** Sends the button with which a person makes a bot that this one manages; private chats only. */
  offerManagedBot(token: string, telegramChatId: number, words: { text: string; button: string }): Promise<void>;
  /** The token of a bot that this one manages. */
  managedBotToken(token: string, telegramId: number): Promise<string>;
  /** Ends the waiting circle on a pressed button. Telegram takes it for some minutes after the press. */
  answerCallback(token: string, queryId: string, text?: string): Promise<void>;
  /** Lets somebody pay in Stars, or says why not in his words. Telegram takes the answer for ten seconds. */
  answerPreCheckout(token: string, queryId: string, refusal: string | null): Promise<void>;
  /** Waits up to `timeoutSec` for updates from `offset` on; asking with an offset tells Telegram to forget all before it. */
  getUpdates(
    token: string,
    ask: { offset: number; timeoutSec: number; limit: number; allowedUpdates: readonly string[] },
    signal: AbortSignal,
  ): Promise<RawUpdate[]>;
}

export interface BotsPorts {
  vault: Vault;
  botAccounts: BotAccounts;
  /** Address of this installation, without a trailing slash. */
  publicUrl: string;
  botMode: "polling" | "webhook";
  installation: { sandbox: boolean };
  /** Keys of a workspace's own fields, which a welcome message may name. */
  letterFields(db: Db, workspaceId: string): Promise<readonly string[]>;
}

/** What creating a workspace needs besides: whether the installation lets people do it (OPEN_WORKSPACES). */
export interface NewWorkspacePorts {
  installation: { sandbox: boolean; openWorkspaces: boolean };
}

/** What this room needs from the outside world, in its own words. */
import type { ChatKind } from "@db/schema/messaging.ts";
import type { Content } from "./contracts.ts";
import type { Answer } from "./domain/outcome.ts";

export type { Button, Content } from "./contracts.ts";

/** The bot a message leaves through. */
export interface SendingBot {
  id: string;
  token: string;
  username: string;
}

export interface SendCall {
  bot: SendingBot;
  chat: { telegramChatId: number; kind: ChatKind };
  threadId: number | null;
  content: Content;
  /** Uses the paid pace. */
  isPaid: boolean;
  /** Without any formatting: the second try of a text whose markup Telegram refused. */
  asPlainText: boolean;
}

export type CallResult = Answer;

export interface TelegramSender {
  /** Never throws for anything that the network or Telegram does. Content that cannot be expressed throws. */
  send(call: SendCall, signal: AbortSignal): Promise<CallResult>;
  /** A harmless question that shows whether the Bot API serves this bot. */
  probe(bot: SendingBot, signal: AbortSignal): Promise<CallResult>;
}

/** Who may send: null for a bot that is switched off or gone. */
export interface LaneBots {
  find(botId: string): Promise<SendingBot | null>;
}

export interface FoldInput {
  workspaceId: string;
  chatId: string;
  /** What the folded messages carry, oldest first. */
  items: readonly unknown[];
  locale: string | null;
  timeZone: string | null;
  /** When the first of them was written. */
  since: Date;
}

/** Makes one message of many. Pure: same items, same text. */
export type FoldRenderer = (input: FoldInput) => Content;

/** One renderer per fold kind. A kind without a renderer is never folded. */
export type FoldRenderers = Readonly<Record<string, FoldRenderer>>;

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
  /** Whose files the content may name. */
  workspaceId: string;
  bot: SendingBot;
  chat: { telegramChatId: number; kind: ChatKind };
  threadId: number | null;
  content: Content;
  /** Uses the paid pace. */
  isPaid: boolean;
  /** A message of before that becomes `content`, or goes away; null for a new one. */
  change: { act: "edit" | "delete"; messageId: number; albumMessageIds: readonly number[] | null } | null;
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

/** The kinds as which Telegram keeps files: an id of one kind is no id of another. */
export type FileKind = "photo" | "video" | "document";
export interface FileRef {
  uploadId: string;
  kind: FileKind;
}

/** Files of ours (`upload:<id>`), and the ids under which bots know them at Telegram. An id belongs to one bot. */
export interface MediaLibrary {
  /** Null: this bot has not uploaded it yet. */
  find(botId: string, file: FileRef): Promise<string | null>;
  /** The whole file, at most 50 MB; null for one that the workspace does not have (any more). */
  read(workspaceId: string, uploadId: string): Promise<{ name: string; bytes: Blob } | null>;
  remember(botId: string, file: FileRef, fileId: string): Promise<void>;
  /** Telegram refused the id: it is not to be found again. */
  forget(botId: string, file: FileRef, fileId: string): Promise<void>;
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

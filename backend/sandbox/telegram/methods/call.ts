import type { Conversation } from "../chats.ts";
import type { FileStore } from "../content.ts";
import type { Params } from "../params.ts";
import type { Bot, World } from "../world.ts";

/** One call of a method: who asks for what, and in which world. */
export interface Call {
  world: World;
  files: FileStore;
  bot: Bot;
  params: Params;
  /** Lower-case name of the method. */
  method: string;
  /** Ends when the caller hangs up. */
  abort: AbortSignal;
}

/** The answer: the `result`, or the result with a `description` beside it. */
export class Described {
  constructor(
    readonly result: unknown,
    readonly description: string,
  ) {}
}

export type Method = (call: Call) => unknown | Promise<unknown>;

/** The chat named by `chat_id`. */
export const chatOf = (call: Call): Conversation => call.world.chatFor(call.bot, call.params.text("chat_id").trim());

/** Calls that put new messages into a chat: these are paced, and faults strike them by default. */
export const SENDING = new Set([
  "sendmessage",
  "sendphoto",
  "sendvideo",
  "senddocument",
  "sendmediagroup",
  "copymessage",
  "sendinvoice",
]);

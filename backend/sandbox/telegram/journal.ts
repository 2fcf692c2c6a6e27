import type { ChatMember, TgChat, TgMessage, TgUpdate } from "./types.ts";

/** Everything that changes, for those who watch. `personId` is set where the chat is private. */
export type StandInEvent =
  | {
      kind: "message-sent";
      botId: number | null;
      personId?: number;
      chatId: number;
      isSilent: boolean;
      message: TgMessage;
    }
  | { kind: "message-edited"; personId?: number; chatId: number; message: TgMessage }
  | { kind: "message-deleted"; personId?: number; chatId: number; messageId: number; botId: number | null }
  | { kind: "chat-changed"; chat: TgChat; botId: number | null; personId?: number }
  | { kind: "member-changed"; chat: TgChat; member: ChatMember }
  | {
      kind: "callback-answered";
      botId: number;
      personId: number;
      queryId: string;
      text: string;
      showAlert: boolean;
      url?: string;
    }
  | { kind: "bot-changed"; botId: number }
  | { kind: "update-queued"; botId: number; update: TgUpdate }
  | { kind: "invoice-changed"; slug: string; status: "paid" | "failed" | "cancelled" };

/** Tells every watcher, in order. A watcher that throws does not disturb the others. */
export class Journal {
  readonly #watchers = new Set<(event: StandInEvent) => void>();

  subscribe(watcher: (event: StandInEvent) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  publish(event: StandInEvent): void {
    for (const watcher of this.#watchers) {
      try {
        watcher(event);
      } catch (cause) {
        console.error("a watcher of the Telegram stand-in failed", cause);
      }
    }
  }

  /** The same as a stream. Events are kept until read; leaving the loop ends the subscription. */
  async *events(): AsyncGenerator<StandInEvent> {
    const waiting: StandInEvent[] = [];
    let wake: () => void = () => {};
    const stop = this.subscribe((event) => {
      waiting.push(event);
      wake();
    });
    try {
      while (true) {
        const next = waiting.shift();
        if (next) yield next;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      stop();
    }
  }
}

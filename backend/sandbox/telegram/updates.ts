import { conflict } from "./errors.ts";
import type { TgUpdate, UpdateType } from "./types.ts";

/** Update kinds that arrive without being asked for. */
const UNASKED: readonly UpdateType[] = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "my_chat_member",
  "chat_join_request",
  "pre_checkout_query",
  "managed_bot",
  "subscription",
];
const HASTY: readonly UpdateType[] = ["callback_query", "pre_checkout_query"];
const DAY_MS = 86_400_000;
const HASTY_MS = 150_000;

export interface PendingUpdate {
  update: TgUpdate;
  /** One update in flight per lane; a slow handler holds up only its own. */
  lane: string;
  expiresAt: number;
  attempts: number;
  notBefore: number;
  isInFlight: boolean;
}

interface Poller {
  answer: (updates: TgUpdate[]) => void;
  terminate: () => void;
  limit: number;
}

/** Updates of one bot, waiting to be fetched or delivered. */
export class UpdateQueue {
  readonly pending: PendingUpdate[] = [];
  /** Undefined means the default set. */
  allowed: string[] | undefined;
  /** Called whenever something was added; the webhook listens here. */
  onPush: () => void = () => {};
  #nextId: number;
  #poller: Poller | undefined;

  constructor(
    firstId: number,
    readonly now: () => number,
  ) {
    this.#nextId = firstId;
  }

  /** Adds an update unless the bot did not ask for its kind. Returns its id, or undefined when it was not wanted. */
  push(type: UpdateType, payload: unknown, lane: string): number | undefined {
    const wanted = this.allowed && this.allowed.length > 0 ? this.allowed.includes(type) : UNASKED.includes(type);
    if (!wanted) return undefined;
    const id = this.#nextId++;
    const lifetimeMs = HASTY.includes(type) ? HASTY_MS : DAY_MS;
    this.pending.push({
      update: { update_id: id, [type]: payload } as TgUpdate,
      lane: `${HASTY.includes(type) ? type : "chat"}:${lane}`,
      expiresAt: this.now() + lifetimeMs,
      attempts: 0,
      notBefore: 0,
      isInFlight: false,
    });
    this.#feedPoller();
    this.onPush();
    return id;
  }

  /** Removes updates that are too old to matter. */
  dropExpired(): void {
    const now = this.now();
    for (let at = this.pending.length - 1; at >= 0; at--)
      if ((this.pending[at] as PendingUpdate).expiresAt <= now) this.pending.splice(at, 1);
  }

  remove(entry: PendingUpdate): void {
    const at = this.pending.indexOf(entry);
    if (at >= 0) this.pending.splice(at, 1);
  }

  clear(): void {
    this.pending.length = 0;
  }

  /** Long poll. A newer poller ends this one with 409; `abort` (the caller hung up) ends it silently. */
  async poll(offset: number, limit: number, timeoutMs: number, abort: AbortSignal): Promise<TgUpdate[]> {
    this.#poller?.terminate();
    this.#poller = undefined;
    this.dropExpired();
    if (offset > 0) while (this.pending[0] && this.pending[0].update.update_id < offset) this.pending.shift();
    if (offset < 0) this.pending.splice(0, Math.max(0, this.pending.length + offset));
    if (this.pending.length > 0 || timeoutMs <= 0) return this.#batch(limit);
    return new Promise((resolve, reject) => {
      const settle = (deed: () => void) => {
        clearTimeout(timer);
        if (this.#poller === poller) this.#poller = undefined;
        deed();
      };
      const poller: Poller = {
        limit,
        answer: (updates) => settle(() => resolve(updates)),
        terminate: () =>
          settle(() =>
            reject(conflict("terminated by other getUpdates request; make sure that only one bot instance is running")),
          ),
      };
      const timer = setTimeout(() => poller.answer([]), timeoutMs);
      abort.addEventListener("abort", () => poller.answer([]), { once: true });
      this.#poller = poller;
    });
  }

  /** Ends a waiting poller, as setting a webhook does. */
  terminatePoller(): void {
    this.#poller?.terminate();
  }

  #batch(limit: number): TgUpdate[] {
    return this.pending.slice(0, limit).map((entry) => entry.update);
  }

  #feedPoller(): void {
    const poller = this.#poller;
    if (poller) poller.answer(this.#batch(poller.limit));
  }
}

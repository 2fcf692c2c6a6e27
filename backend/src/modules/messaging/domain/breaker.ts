/**
 * When a lane holds still. After a 429 it waits for its time, then sends one message at a time until one succeeds. When Telegram
 * cannot be reached or answers nonsense, it rests ever longer, asks a harmless question first, and then goes on one by one.
 * Times in milliseconds of a clock that never jumps.
 */
import { backOffMs, laneBackOff, stormAfter } from "./retry.ts";

export class Breaker {
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #isProbing = false;
  #mustAsk = false;
  #failures = 0;
  #ambiguousInARow = 0;
  #flood: { chatId: string; successesSince: number } | null = null;

  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** One call at a time. */
  get isProbing(): boolean {
    return this.#isProbing;
  }

  /** A harmless question comes before the next message. */
  get mustAsk(): boolean {
    return this.#mustAsk;
  }

  get failures(): number {
    return this.#failures;
  }

  /** True while no message may go. */
  isHolding(now: number): boolean {
    return now < this.#pausedUntil || this.#mustAsk;
  }

  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at);
  }

  /** A pause that was written down by whoever had the lane before. */
  obey(until: number, mustAsk: boolean): void {
    this.pauseUntil(until);
    this.#isProbing = true;
    this.#mustAsk = mustAsk;
  }

  /** Somebody ended the pause. */
  resume(): void {
    this.#pausedUntil = Number.NEGATIVE_INFINITY;
    this.#mustAsk = false;
  }

  /** Telegram served this bot just now. */
  succeed(): void {
    this.#ambiguousInARow = 0;
    this.#failures = 0;
    this.#isProbing = false;
    if (this.#flood) this.#flood.successesSince++;
  }

  /** One more outcome that nobody knows; true when there were so many in a row that it is a storm. */
  doubt(): boolean {
    return ++this.#ambiguousInARow >= stormAfter;
  }

  /**
   * Whose limit a 429 was, which Telegram does not say: the chat's if it meets the same chat again while others got through,
   * otherwise the bot's.
   */
  floodOf(chatId: string): "chat" | "bot" {
    const isSameAgain = this.#flood?.chatId === chatId && this.#flood.successesSince > 0;
    this.#flood = { chatId, successesSince: 0 };
    return isSameAgain ? "chat" : "bot";
  }

  /** Waits for a 429 of the bot. */
  wait(until: number): void {
    this.pauseUntil(until);
    this.#isProbing = true;
  }

  /** Begins to rest; for how long, or null when it rests already. `random` is in [0, 1). */
  rest(now: number, random: number): number | null {
    if (this.isHolding(now)) return null;
    const ms = backOffMs(laneBackOff, ++this.#failures, random);
    this.pauseUntil(now + ms);
    this.#isProbing = true;
    this.#mustAsk = true;
    return ms;
  }

  /** The question was put. */
  asked(): void {
    this.#mustAsk = false;
  }
}

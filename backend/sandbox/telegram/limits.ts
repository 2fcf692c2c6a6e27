import { tooManyRequests } from "./errors.ts";

/** How much a bot may send. Everything is measured when the call arrives. */
export interface Limits {
  /** Messages a second of one bot. */
  botPerSecond: number;
  /** The same for calls with `allow_paid_broadcast`. */
  paidPerSecond: number;
  /** Messages beyond the even pace that a bot may send at once. */
  botTolerance: number;
  /** Messages a second into one private chat. */
  privatePerSecond: number;
  /** Messages beyond the even pace that a private chat may get at once. */
  privateTolerance: number;
  /** Messages in any 60 seconds into one group or channel. */
  groupPerMinute: number;
  /**
   * A call that arrives this many milliseconds after a 429 was on its way before the caller could read it:
   * it is refused as well, but not counted as one that ignored the wait.
   */
  graceMs: number;
  /** What each call that ignores a wait adds to it, in milliseconds. */
  penaltyMs: number;
}

export const STRICT_LIMITS: Limits = {
  botPerSecond: 30,
  paidPerSecond: 1000,
  botTolerance: 5,
  privatePerSecond: 1,
  privateTolerance: 1,
  groupPerMinute: 20,
  graceMs: 250,
  penaltyMs: 1000,
};

/** An even pace with a small allowance (GCRA). Times in milliseconds. */
export class Pace {
  #theoreticalArrival = Number.NEGATIVE_INFINITY;

  constructor(
    readonly perSecond: number,
    readonly tolerance: number,
  ) {}

  /** Milliseconds until the next call fits; 0 when it fits now. */
  waitMs(now: number): number {
    return Math.max(0, this.#theoreticalArrival - now - (this.tolerance * 1000) / this.perSecond);
  }

  /** Takes the place of `items` messages. An album larger than the allowance leaves a debt. */
  take(now: number, items: number): void {
    this.#theoreticalArrival = Math.max(this.#theoreticalArrival, now) + (items * 1000) / this.perSecond;
  }
}

/** At most `count` items in any window of `windowMs`. */
export class SlidingWindow {
  readonly #times: number[] = [];
  #start = 0;
  #peak = 0;

  constructor(
    readonly count: number,
    readonly windowMs: number,
  ) {}

  /** The most items ever seen in one window. */
  get peak(): number {
    return this.#peak;
  }

  waitMs(now: number, items: number): number {
    this.#forget(now);
    const excess = this.#times.length - this.#start + items - this.count;
    if (excess <= 0) return 0;
    const freeing = this.#times[Math.min(this.#start + excess - 1, this.#times.length - 1)] ?? now;
    return Math.max(1, freeing + this.windowMs - now);
  }

  take(now: number, items: number): void {
    this.#forget(now);
    for (let item = 0; item < items; item++) this.#times.push(now);
    this.#peak = Math.max(this.#peak, this.#times.length - this.#start);
  }

  #forget(now: number): void {
    while (this.#start < this.#times.length && (this.#times[this.#start] as number) <= now - this.windowMs)
      this.#start++;
    if (this.#start > 1024) {
      this.#times.splice(0, this.#start);
      this.#start = 0;
    }
  }
}

/** A pause that a 429 announced. Calls inside it are refused, counted and prolong it. */
class Wait {
  #until = Number.NEGATIVE_INFINITY;
  #announcedAt = Number.NEGATIVE_INFINITY;

  announce(now: number, waitMs: number): void {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    this.#until = Math.max(this.#until, now + seconds * 1000);
    this.#announcedAt = now;
  }

  /** What is left, and whether this caller had time to know. */
  check(now: number, limits: Limits): { leftMs: number; isIgnored: boolean } {
    if (now >= this.#until) return { leftMs: 0, isIgnored: false };
    const isIgnored = now - this.#announcedAt > limits.graceMs;
    if (isIgnored) this.#until += limits.penaltyMs;
    return { leftMs: this.#until - now, isIgnored };
  }
}

/** Numbers of one bot that tests assert on. Times are milliseconds of the stand-in's clock. */
export interface BotCounters {
  accepted: number;
  refused429: number;
  ignoredWaits: number;
  /** Most messages accepted in any sliding second. */
  peakPerSecond: number;
  firstAcceptedAt: number | null;
  lastAcceptedAt: number | null;
  /** Most messages accepted in any sliding second, by chat id. */
  chatPeakPerSecond: Record<string, number>;
  /** Most messages accepted in any sliding minute, by chat id. */
  chatPeakPerMinute: Record<string, number>;
}

interface ChatMeter {
  private: Pace;
  group: SlidingWindow;
  wait: Wait;
  second: SlidingWindow;
  minute: SlidingWindow;
}

const unbounded = (windowMs: number) => new SlidingWindow(Number.POSITIVE_INFINITY, windowMs);

/** The pace of one bot: its own, and that of each chat it writes to. */
export class BotMeter {
  readonly #free: Pace;
  readonly #paid: Pace;
  readonly #wait = new Wait();
  readonly #second = unbounded(1000);
  readonly #chats = new Map<number, ChatMeter>();
  #accepted = 0;
  #refused = 0;
  #ignored = 0;
  #first: number | null = null;
  #last: number | null = null;

  constructor(readonly limits: Limits) {
    this.#free = new Pace(limits.botPerSecond, limits.botTolerance);
    this.#paid = new Pace(limits.paidPerSecond, limits.botTolerance);
  }

  /**
   * Lets `items` messages into a chat pass, or throws the 429 with its wait. What passes uses up the pace even if the
   * message itself is refused afterwards, since arrival is what counts.
   */
  admit(now: number, chatId: number, items: number, isPaid: boolean): void {
    const chat = this.#chat(chatId);
    for (const wait of [this.#wait, chat.wait]) {
      const { leftMs, isIgnored } = wait.check(now, this.limits);
      if (leftMs === 0) continue;
      this.#refused++;
      if (isIgnored) this.#ignored++;
      throw tooManyRequests(leftMs);
    }
    const pace = isPaid ? this.#paid : this.#free;
    this.#refuseFor(now, pace.waitMs(now), this.#wait);
    const chatWaitMs = chatId > 0 ? chat.private.waitMs(now) : chat.group.waitMs(now, items);
    this.#refuseFor(now, chatWaitMs, chat.wait);
    pace.take(now, items);
    if (chatId > 0) chat.private.take(now, items);
    else chat.group.take(now, items);
  }

  /** A refusal somebody scripted. Scope: one chat, or the whole bot. */
  flood(now: number, waitMs: number, chatId?: number): never {
    const wait = chatId === undefined ? this.#wait : this.#chat(chatId).wait;
    this.#refuseFor(now, waitMs, wait);
    throw tooManyRequests(waitMs);
  }

  /** Counts messages that went out. */
  recordAccepted(now: number, chatId: number, items = 1): void {
    const chat = this.#chat(chatId);
    for (const window of [this.#second, chat.second, chat.minute]) window.take(now, items);
    this.#accepted += items;
    this.#first ??= now;
    this.#last = now;
  }

  counters(): BotCounters {
    const peaks = (pick: (chat: ChatMeter) => number) =>
      Object.fromEntries([...this.#chats].map(([id, chat]) => [String(id), pick(chat)]));
    return {
      accepted: this.#accepted,
      refused429: this.#refused,
      ignoredWaits: this.#ignored,
      peakPerSecond: this.#second.peak,
      firstAcceptedAt: this.#first,
      lastAcceptedAt: this.#last,
      chatPeakPerSecond: peaks((chat) => chat.second.peak),
      chatPeakPerMinute: peaks((chat) => chat.minute.peak),
    };
  }

  #refuseFor(now: number, waitMs: number, wait: Wait): void {
    if (waitMs <= 0) return;
    wait.announce(now, waitMs);
    this.#refused++;
    throw tooManyRequests(waitMs);
  }

  #chat(chatId: number): ChatMeter {
    let chat = this.#chats.get(chatId);
    if (!chat) {
      const { privatePerSecond, privateTolerance, groupPerMinute } = this.limits;
      chat = {
        private: new Pace(privatePerSecond, privateTolerance),
        group: new SlidingWindow(groupPerMinute, 60_000),
        wait: new Wait(),
        second: unbounded(1000),
        minute: unbounded(60_000),
      };
      this.#chats.set(chatId, chat);
    }
    return chat;
  }
}

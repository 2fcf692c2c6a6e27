/**
 * How fast messages may leave: exact, measured at the moment of sending, in milliseconds of a clock that never jumps.
 *
 * Telegram publishes about 30 messages a second per bot (1000 when paid for), one a second per private chat and 20 a minute
 * per group. A strict server meters arrivals with an even pace and a tolerance of a few messages (GCRA); here tolerance 5
 * is assumed. We keep an even pace of 99.8 % with a tolerance of 2, so the difference between the longest and the shortest
 * way to the server may be three places (100 ms at 30/s) before a message comes too early. The tolerance of 2 is also what
 * lets a timer that fires late be made up for: without it each millisecond of delay would be lost for good.
 *
 * At the paid pace a place lasts a millisecond, less than a busy machine is late by, so there the tolerance is counted in time.
 */

export interface PaceLimits {
  /** Messages a second of one bot. */
  perSecond: number;
  /** The same with `allow_paid_broadcast`. */
  paidPerSecond: number;
  /** Least time between two messages into one chat. */
  chatGapMs: number;
  /** Messages into one group or channel in any window of `groupWindowMs`. */
  groupCount: number;
  groupWindowMs: number;
}

export const publishedLimits: PaceLimits = {
  perSecond: 30,
  paidPerSecond: 1000,
  chatGapMs: 1000,
  groupCount: 20,
  groupWindowMs: 60_000,
};

const utilisation = 0.998;
/** At 30/s two messages; at 1000/s as many as fall into the time that a busy process may be late by. */
const toleranceOf = (perSecond: number) => Math.max(2, perSecond * 0.03);

/** An even pace with a small allowance. Both methods take the time; it must not go backwards. */
export class EvenPace {
  #nextAt = Number.NEGATIVE_INFINITY;
  #gapMs = 0;
  #allowanceMs = 0;

  constructor(perSecond: number) {
    this.setRate(perSecond);
  }

  setRate(perSecond: number): void {
    this.#gapMs = 1000 / (perSecond * utilisation);
    this.#allowanceMs = toleranceOf(perSecond) * this.#gapMs;
  }

  /** When the next message may go: now or later. */
  slotAt(now: number): number {
    return Math.max(now, this.#nextAt - this.#allowanceMs);
  }

  /** Takes the place of `messages`. An album larger than the allowance leaves a debt. */
  take(now: number, messages = 1): void {
    this.#nextAt = Math.max(this.#nextAt, now) + messages * this.#gapMs;
  }

  /** As if the allowance had just been used up: for a lane that does not know what its former owner sent. */
  startCautiously(now: number): void {
    this.#nextAt = now + this.#allowanceMs;
  }
}

/** Rates below this are not learned: a bot that may send less than this is better helped by waiting. */
const leastPerSecond = 5;
const decrease = 0.92;
/** Of the published rate, per second of sending without a 429. */
const regainPerSecond = 0.002;
const evidenceWindowMs = 1_000;

/**
 * The rate of one bot: the published one until a 429 proves less. Only a 429 that comes while we really send at our rate is
 * evidence about the rate; one that meets a lone message (a storm, a probe after a pause) says nothing about it. What was
 * lost is regained slowly, so a server that allows less for good is met with rare 429s instead of a saw.
 */
export class LearnedRate {
  #perSecond: number;
  #changedAt: number | null = null;
  #sent: number[] = [];

  constructor(
    readonly publishedPerSecond: number,
    learnedPerSecond: number | null = null,
    now = 0,
  ) {
    if (learnedPerSecond !== null) this.#changedAt = now;
    this.#perSecond = Math.min(publishedPerSecond, Math.max(leastPerSecond, learnedPerSecond ?? publishedPerSecond));
  }

  current(now: number): number {
    if (this.#changedAt === null) return this.#perSecond;
    const regained = (this.publishedPerSecond * regainPerSecond * Math.max(0, now - this.#changedAt)) / 1000;
    return Math.min(this.publishedPerSecond, this.#perSecond + regained);
  }

  recordSend(now: number): void {
    if (this.#sent.length > 2 * this.publishedPerSecond)
      this.#sent = this.#sent.filter((at) => at > now - evidenceWindowMs);
    this.#sent.push(now);
  }

  /** True when the rate went down. */
  recordFlood(now: number): boolean {
    const rate = this.current(now);
    const lately = this.#sent.filter((at) => at > now - evidenceWindowMs).length;
    this.#sent = [];
    if (lately < 0.8 * rate) return false;
    this.#perSecond = Math.max(leastPerSecond, rate * decrease);
    this.#changedAt = now;
    return true;
  }

  /** For the row in the database: null = as published. */
  learned(now: number): number | null {
    const rate = this.current(now);
    return rate < this.publishedPerSecond - 0.5 ? Math.floor(rate) : null;
  }
}

/** Half of a group's places go as fast as the chat allows, the other half are spread over the rest of the window. */
const promptShare = 0.5;
/** A group's window is counted from answers, which are later than arrivals; this is for clocks that run apart. */
const windowMarginMs = 25;

/**
 * The pace of one chat. A private chat takes a message a second. A group takes 20 in any minute: the first ten at once a
 * second apart, the rest spread evenly over what is left of the minute, so that a burst never makes the next message wait
 * for most of a minute.
 */
export class ChatPace {
  /** Times of the last messages, oldest first. While one is under way its time is that of its sending, then of its answer. */
  #times: number[] = [];
  #lastFiredAt = Number.NEGATIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;

  constructor(
    readonly isPrivate: boolean,
    readonly limits: PaceLimits,
  ) {}

  /** When the next message (or album of `messages`) may go; may lie in the past. */
  freeAt(messages = 1): number {
    const gapUntil = Math.max(this.#notBefore, this.#lastFiredAt + this.limits.chatGapMs);
    if (this.isPrivate) return gapUntil;
    const { groupCount, groupWindowMs } = this.limits;
    const windowMs = groupWindowMs + windowMarginMs;
    const last = this.#times.at(-1);
    if (last === undefined) return gapUntil;
    const excess = this.#times.length + messages - groupCount;
    const hard = excess > 0 ? (this.#times[Math.min(excess, this.#times.length) - 1] ?? last) + windowMs : gapUntil;
    // Those still inside the window when the gap ends; what has left it no longer counts.
    const first = this.#times.findIndex((at) => at > gapUntil - windowMs);
    const used = first === -1 ? 0 : this.#times.length - first;
    const left = groupCount - used;
    if (used < groupCount * promptShare || left <= 0) return Math.max(gapUntil, hard);
    const opensAt = (this.#times[first] ?? last) + windowMs;
    return Math.max(gapUntil, hard, last + (opensAt - last) / (left + 1));
  }

  fired(now: number, messages = 1): void {
    this.#lastFiredAt = now;
    if (!this.isPrivate) for (let n = 0; n < messages; n++) this.#times.push(now);
    const oldest = now - this.limits.groupWindowMs - 2 * windowMarginMs;
    while ((this.#times[0] ?? Number.POSITIVE_INFINITY) < oldest) this.#times.shift();
  }

  /** The server has certainly seen them by now. */
  answered(now: number, messages = 1): void {
    for (let n = 1; n <= Math.min(messages, this.#times.length); n++) this.#times[this.#times.length - n] = now;
  }

  /** Messages that others sent before we knew the chat, oldest first. */
  remember(times: readonly number[]): void {
    this.#times = [...times, ...this.#times].sort((a, b) => a - b);
    if (this.isPrivate) this.#times = [];
    this.#lastFiredAt = Math.max(this.#lastFiredAt, times.at(-1) ?? Number.NEGATIVE_INFINITY);
  }

  pauseUntil(at: number): void {
    this.#notBefore = Math.max(this.#notBefore, at);
  }

  /** From this time on nothing is known about the chat that a fresh start would not know. */
  forgettableAt(): number {
    const last = Math.max(this.#lastFiredAt, this.#times.at(-1) ?? Number.NEGATIVE_INFINITY);
    const memoryMs = this.isPrivate ? this.limits.chatGapMs : this.limits.groupWindowMs + windowMarginMs;
    return Math.max(this.#notBefore, last + memoryMs);
  }

  /** How many messages lately, for telling a chat's own limit from the bot's. */
  recentCount(now: number): number {
    if (this.isPrivate) return this.#lastFiredAt > now - 2 * this.limits.chatGapMs ? 1 : 0;
    return this.#times.filter((at) => at > now - this.limits.groupWindowMs).length;
  }

  /** How long `count` messages would take from now on, one by one. */
  drainMs(now: number, count: number): number {
    const copy = new ChatPace(this.isPrivate, this.limits);
    copy.#times = [...this.#times];
    copy.#lastFiredAt = this.#lastFiredAt;
    copy.#notBefore = this.#notBefore;
    let at = now;
    // Beyond two windows every answer is "too long".
    for (let n = 0; n < Math.min(count, 2 * this.limits.groupCount); n++) {
      at = Math.max(at, copy.freeAt());
      copy.fired(at);
    }
    return at - now;
  }
}

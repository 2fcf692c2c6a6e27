/**
 * One bot's lane in the process that owns it. It knows the heads of its chats, marks a few messages as under way just ahead
 * of their slots, fires each at its slot and hands the answers to the store.
 *
 * Everything happens in `pump`, which looks at the clock, does what is due and sets one timer for what comes next. A lane
 * with nothing to do has no timer and costs nothing.
 */
import { pause } from "@backend/kit/clock.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import type { Logger } from "@backend/kit/log.ts";
import { Breaker } from "../domain/breaker.ts";
import { foldAfterMs } from "../domain/fold.ts";
import { type Outcome, outcomeOf } from "../domain/outcome.ts";
import { type ChatPace, EvenPace, LearnedRate, type PaceLimits } from "../domain/pace.ts";
import { afterAmbiguity, backOffMs, chatBackOff, mayRepeat } from "../domain/retry.ts";
import { type Head, type HeadNews, LaneSchedule } from "../domain/schedule.ts";
import type { FailureCode } from "../errors.ts";
import type { CallResult, LaneBots, SendCall, SendingBot, TelegramSender } from "../ports.ts";
import { Lookout } from "./lookout.ts";
import { type LaneCounters, type LaneGauges, noCounts } from "./numbers.ts";
import type { Claimed, Lease, Result } from "./queries.ts";
import type { LaneStore } from "./store.ts";

export interface LaneDeps {
  store: LaneStore;
  sender: TelegramSender;
  bots: LaneBots;
  limits: PaceLimits;
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  log: Logger;
  /** False while this process cannot be sure that it still owns its lanes: then nothing is sent. */
  isAlive(): boolean;
}

interface Ready {
  message: Claimed;
  head: Head;
  pace: ChatPace;
  weight: number;
  asPlainText: boolean;
}

/** Places in the pace that a message takes. */
const weightOf = ({ act, content }: Claimed) => (act === "send" && content.kind === "album" ? content.items.length : 1);

/** A change that names no message changes number 0, which no chat has: it must never be sent as a new one. */
const changeOf = ({ act, targetMessageId, albumMessageIds }: Claimed): SendCall["change"] =>
  act === "send" ? null : { act, messageId: targetMessageId ?? 0, albumMessageIds };

/** A new owner asks what chats got lately: a minute for groups, a second for the rest. */
const memoryMs = 61_000;
const afterErrorMs = 200;
const botRecheckMs = 10_000;
const botTrustMs = 30_000;

export class Lane {
  readonly counters: LaneCounters;
  readonly #deps: LaneDeps;
  readonly #schedule: LaneSchedule;
  readonly #lookout: Lookout;
  readonly #freePace: EvenPace;
  readonly #paidPace: EvenPace;
  readonly #rate: LearnedRate;
  readonly #abort = new AbortController();

  /** Claimed, in the order in which they go. */
  #ready: Ready[] = [];
  #claiming = { free: 0, paid: 0 };
  #inFlight = 0;
  #state: "open" | "closing" | "closed" = "open";
  #timer: ReturnType<typeof setTimeout> | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #claimMs = 5;

  readonly #breaker = new Breaker();
  #isAsking = false;
  #bot: SendingBot | null = null;
  #botReadAt = Number.NEGATIVE_INFINITY;
  #isFindingBot = false;

  constructor(
    readonly botId: string,
    readonly fence: number,
    lease: Lease,
    deps: LaneDeps,
  ) {
    this.#deps = deps;
    this.counters = noCounts(botId);
    this.#schedule = new LaneSchedule(deps.limits);
    const now = deps.now();
    this.#rate = new LearnedRate(deps.limits.perSecond, lease.learnedPerSecond, now);
    this.#lookout = new Lookout({
      botId,
      schedule: this.#schedule,
      store: deps.store,
      now: deps.now,
      log: deps.log,
      remembersAll: () => fence === 1 || deps.now() - now > memoryMs,
      onNews: () => this.pump(),
    });
    this.#freePace = new EvenPace(this.#rate.current(now));
    this.#paidPace = new EvenPace(deps.limits.paidPerSecond);
    this.#freePace.startCautiously(now);
    this.#paidPace.startCautiously(now);
    this.#obeyPause(lease);
  }

  /** Something was queued; `news` when the notification said what. */
  wake(news?: HeadNews): void {
    if (this.#state !== "open") return;
    if (news) this.#lookout.hear(news);
    else this.#lookout.restart();
    this.pump();
  }

  /** A lane that was paused in the database may have been resumed there. `isChanged`: its pause or the bot's token surely was. */
  async reread(isChanged = false): Promise<void> {
    if (!isChanged && this.#breaker.pausedUntil <= this.#deps.now() && this.#bot) return;
    const lease = await this.#deps.store.readLease(this.botId);
    if (!lease) return;
    if (lease.pausedForMs === Number.POSITIVE_INFINITY) this.#pauseUntil(lease.pausedForMs);
    else if (lease.pausedForMs === null && this.#breaker.pausedUntil === Number.POSITIVE_INFINITY)
      this.#breaker.resume();
    this.#bot = null;
    this.#botReadAt = Number.NEGATIVE_INFINITY;
    this.pump();
  }

  /** Does what is due now and sets the timer for what comes next. */
  pump(): void {
    if (this.#state !== "open") return;
    const now = this.#deps.now();
    if (!this.#deps.isAlive()) this.#sleepUntil(now + 100, now);
    else if (now < this.#breaker.pausedUntil) this.#sleepUntil(this.#breaker.pausedUntil, now);
    else if (this.#breaker.mustAsk) void this.#ask();
    else {
      this.#fire(now);
      this.#claimAhead(now);
      this.#lookout.look(now);
      this.#sleepUntil(this.#nextAt(now), now);
    }
  }

  /** Nothing known to do: a lost notification would go unnoticed. */
  isIdle(): boolean {
    return this.#lookout.isIdle;
  }

  gauges(): LaneGauges {
    const now = this.#deps.now();
    return {
      botId: this.botId,
      ready: this.#ready.length,
      inFlight: this.#inFlight,
      heads: this.#schedule.heads,
      isPaused: this.#breaker.isHolding(now),
      perSecond: this.#rate.current(now),
    };
  }

  prune(): void {
    this.#schedule.prune(this.#deps.now());
  }

  /**
   * Sends nothing more. Calls on their way get `graceMs` for their answers, what was only claimed goes back to the queue.
   * After it the lane can be given to another process.
   */
  async close(graceMs: number): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#sleepUntil(Number.POSITIVE_INFINITY, 0);
    const released = this.#releaseReady();
    const until = this.#deps.now() + graceMs;
    while ((this.#inFlight > 0 || this.#claiming.free + this.#claiming.paid > 0) && this.#deps.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#abort.abort();
    while (this.#inFlight > 0 && this.#deps.now() < until + 250)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#state = "closed";
    await Promise.race([released, new Promise((resolve) => setTimeout(resolve, Math.max(250, graceMs)))]);
  }

  // ── Firing ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #fire(now: number): void {
    const hasWork = this.#ready.length > 0 || this.#schedule.heads > 0;
    if (hasWork && (!this.#bot || now - this.#botReadAt > botTrustMs)) void this.#findBot(now);
    if (!this.#bot) return;
    for (let at = 0; at < this.#ready.length && this.#mayStart(); ) {
      const item = this.#ready[at] as Ready;
      const pace = item.message.isPaid ? this.#paidPace : this.#freePace;
      if (pace.slotAt(now) > now || item.pace.freeAt(item.weight) > now) {
        at++;
        continue;
      }
      this.#ready.splice(at, 1);
      pace.take(now, item.weight);
      item.pace.fired(now, item.weight);
      if (!item.message.isPaid) this.#rate.recordSend(now);
      void this.#deliver(item, this.#bot);
    }
  }

  #mayStart(): boolean {
    return this.#inFlight < (this.#breaker.isProbing ? 1 : this.#mostInFlight());
  }

  /** So many outcomes can be uncertain at once at most. */
  #mostInFlight(): number {
    const isPaid = this.#ready.some(({ message }) => message.isPaid);
    return isPaid ? Math.max(20, Math.ceil(this.#deps.limits.paidPerSecond * 0.3)) : 20;
  }

  async #deliver(item: Ready, bot: SendingBot): Promise<void> {
    const { message } = item;
    this.#inFlight++;
    try {
      killPoint("messaging.claimed");
      const outcome = await this.#call(item, bot);
      killPoint("messaging.answered");
      const now = this.#deps.now();
      item.pace.answered(now, item.weight);
      // Before the slot is free again, so that no message of this lane starts between a refusal and its pause.
      await this.#settle(item, outcome, now);
    } catch (error) {
      this.#deps.log.error({ err: error, deliveryId: message.id, botId: this.botId }, "lane: outcome not recorded");
      this.#schedule.settle(message.chatId, true);
    }
  }

  async #call(item: Ready, bot: SendingBot): Promise<Outcome | { kind: "unsendable"; text: string }> {
    const { message } = item;
    let result: CallResult;
    try {
      result = await this.#deps.sender.send(
        {
          workspaceId: message.workspaceId,
          bot,
          chat: { telegramChatId: message.telegramChatId, kind: message.chatKind },
          threadId: message.threadId,
          content: message.content,
          isPaid: message.isPaid,
          change: changeOf(message),
          asPlainText: item.asPlainText,
        },
        this.#abort.signal,
      );
    } catch (error) {
      return { kind: "unsendable", text: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#inFlight--;
    }
    return outcomeOf(result);
  }

  // ── What an answer means for the lane ───────────────────────────────────────────────────────────────────────────

  async #settle(item: Ready, outcome: Outcome | { kind: "unsendable"; text: string }, now: number): Promise<void> {
    const { message } = item;
    const { chatId } = message;
    switch (outcome.kind) {
      case "sent":
        this.counters.sent++;
        this.#breaker.succeed();
        this.#schedule.settle(chatId);
        this.pump();
        return this.#record(message, {
          state: "sent",
          messageId: outcome.messageId,
          albumMessageIds: outcome.messageIds,
        });
      case "not_yet":
        this.#schedule.pauseChat(chatId, now + outcome.waitMs);
        await this.#record(message, { state: "queued", isRefunded: true });
        return this.#again(chatId);
      case "wait":
        return this.#waitFor(item, outcome.waitMs, now);
      case "not_sent":
        this.counters.notSent++;
        this.#rest();
        await this.#record(message, { state: "queued", isRefunded: true });
        return this.#again(chatId);
      case "ambiguous":
        return this.#doubt(item, outcome, now);
      case "markup":
        this.#breaker.succeed();
        this.#deps.log.error({ deliveryId: message.id, telegram: outcome.text }, "lane: markup refused");
        if (item.asPlainText) return this.#fail(message, "messaging.failed.text_refused", outcome.text);
        this.#hold({ ...item, asPlainText: true });
        return this.pump();
      case "chat_lost":
        this.#breaker.succeed();
        this.counters.failed++;
        await this.#deps.store.loseChat(message, this.fence, outcome.state, outcome.text);
        return this.#again(chatId);
      case "moved":
        this.#breaker.succeed();
        await this.#deps.store.migrate(this.botId, message.telegramChatId, outcome.telegramChatId);
        if (message.attempts >= 3) return this.#fail(message, "messaging.failed.gave_up", "moved again and again");
        await this.#record(message, { state: "queued" });
        return this.#again(chatId);
      case "topic":
        return this.#leaveTopic(message, outcome);
      case "refused":
        this.#deps.log.warn({ deliveryId: message.id, telegram: outcome.text }, "lane: message refused");
        this.#breaker.succeed();
        return this.#fail(message, `messaging.failed.${outcome.reason}`, outcome.text);
      case "unsendable":
        this.#deps.log.error({ deliveryId: message.id, reason: outcome.text }, "lane: message cannot be expressed");
        return this.#fail(message, "messaging.failed.unsendable", outcome.text);
      case "token_refused":
        this.#deps.log.error({ botId: this.botId, telegram: outcome.text }, "lane: token refused");
        this.#bot = null;
        this.#pauseUntil(Number.POSITIVE_INFINITY);
        await this.#record(message, { state: "queued", isRefunded: true });
        await this.#deps.store.refuseBot(message.workspaceId, this);
        return this.#again(chatId);
    }
  }

  async #waitFor(item: Ready, waitMs: number, now: number): Promise<void> {
    const { chatId } = item.message;
    this.counters.refused429++;
    if (this.#breaker.floodOf(chatId) === "chat") {
      this.#schedule.pauseChat(chatId, now + waitMs);
      await this.#record(item.message, { state: "queued", isRefunded: true, pauseChatMs: waitMs });
      return this.#again(chatId);
    }
    const isNew = !this.#breaker.isHolding(now);
    this.#rate.recordFlood(now);
    this.#breaker.wait(now + waitMs);
    void this.#releaseReady();
    if (isNew) this.#deps.log.warn({ botId: this.botId, waitMs }, "lane: 429, waiting");
    const learnedPerSecond = this.#rate.learned(now);
    await Promise.all([
      this.#record(item.message, { state: "queued", isRefunded: true }),
      this.#deps.store.pauseLane(this, { ms: this.#breaker.pausedUntil - now, reason: "flood", learnedPerSecond }),
    ]);
    this.#again(chatId);
  }

  async #doubt(item: Ready, outcome: Extract<Outcome, { kind: "ambiguous" }>, now: number): Promise<void> {
    const { message } = item;
    this.counters.ambiguous++;
    const isStorm = this.#breaker.doubt();
    if (isStorm) this.#rest();
    const decision = afterAmbiguity({
      mayRepeat: mayRepeat(message.rank),
      isIdempotent: message.act !== "send",
      tries: message.attempts,
      isServerError: outcome.isServerError,
    });
    const mayWaitItOut = decision === "give_up" || mayRepeat(message.rank);
    if (decision === "again" || (isStorm && outcome.isServerError && mayWaitItOut)) {
      const pauseChatMs = backOffMs(chatBackOff, message.attempts, this.#deps.random());
      this.#schedule.pauseChat(message.chatId, now + pauseChatMs);
      // In a storm the way is to blame, not the message: its tries are not used up by it.
      const isRefunded = isStorm && outcome.isServerError;
      await this.#record(message, { state: "queued", isRefunded, pauseChatMs, text: outcome.text });
      return this.#again(message.chatId);
    }
    if (decision === "give_up") return this.#fail(message, "messaging.failed.gave_up", outcome.text);
    this.counters.unknown++;
    const code: FailureCode =
      this.#state === "open" ? "messaging.unknown.answer_lost" : "messaging.unknown.interrupted";
    this.#schedule.settle(message.chatId);
    await this.#record(message, { state: "unknown", code, text: outcome.text });
    this.pump();
  }

  async #leaveTopic(message: Claimed, outcome: Extract<Outcome, { kind: "topic" }>): Promise<void> {
    this.#breaker.succeed();
    if (outcome.problem === "gone" && message.threadId !== null)
      await this.#deps.store.forgetTopic(message, message.threadId);
    // An alert in the General topic is better than none; a broadcast was meant for this topic.
    if (mayRepeat(message.rank) && message.threadId !== null) {
      await this.#record(message, { state: "queued", isRefunded: true, leavesTopic: true });
      return this.#again(message.chatId);
    }
    await this.#fail(message, `messaging.failed.topic_${outcome.problem}`, outcome.text);
  }

  async #fail(message: Claimed, code: FailureCode, text: string): Promise<void> {
    this.counters.failed++;
    this.#schedule.settle(message.chatId);
    await this.#record(message, { state: "failed", code, text });
    this.pump();
  }

  /** The chat's head must be read again, now that the row says what became of the last one. */
  #again(chatId: string): void {
    this.#schedule.settle(chatId, true);
    this.pump();
  }

  #record(message: Claimed, result: Omit<Result, "id" | "fence">): Promise<void> {
    return this.#deps.store.record({ ...result, id: message.id, fence: this.fence });
  }

  /** Telegram cannot be reached or answers nonsense: stop, ask now and then, go on carefully. */
  #rest(): void {
    const now = this.#deps.now();
    const ms = this.#breaker.rest(now, this.#deps.random());
    if (ms === null) return;
    void this.#releaseReady();
    const { failures } = this.#breaker;
    this.#deps.log.warn({ botId: this.botId, ms, failures }, "lane: Telegram does not serve, resting");
    const learnedPerSecond = this.#rate.learned(now);
    this.#deps.store
      .pauseLane(this, { ms, reason: "storm", learnedPerSecond })
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, "lane: pause not written"));
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const now = this.#deps.now();
      const bot = this.#bot ?? (await this.#findBot(now));
      if (!bot) return this.#sleepUntil(now + botRecheckMs, now);
      const outcome = outcomeOf(await this.#deps.sender.probe(bot, this.#abort.signal));
      if (outcome.kind === "wait") {
        this.counters.refused429++;
        this.#pauseUntil(this.#deps.now() + outcome.waitMs);
      } else if (outcome.kind === "not_sent" || outcome.kind === "ambiguous") {
        this.#breaker.asked();
        this.#rest();
      } else {
        this.#breaker.asked();
        this.#lookout.restart();
      }
    } catch (error) {
      this.#deps.log.warn({ err: error, botId: this.botId }, "lane: could not ask");
      this.#pauseUntil(this.#deps.now() + 1_000);
    } finally {
      this.#isAsking = false;
    }
    this.pump();
  }

  /** The bot's token, asked for anew now and then; a bot that may not send is asked about again later. */
  async #findBot(now: number): Promise<SendingBot | null> {
    if (this.#isFindingBot) return this.#bot;
    this.#isFindingBot = true;
    try {
      this.#bot = await this.#deps.bots.find(this.botId);
      this.#botReadAt = this.#deps.now();
      if (!this.#bot) this.#pauseUntil(now + botRecheckMs);
    } catch (error) {
      this.#deps.log.warn({ err: error, botId: this.botId }, "lane: bot not readable");
      this.#pauseUntil(now + 1_000);
    } finally {
      this.#isFindingBot = false;
    }
    if (!this.#breaker.mustAsk) this.pump();
    return this.#bot;
  }

  // ── Claiming ────────────────────────────────────────────────────────────────────────────────────────────────────

  #claimAhead(now: number): void {
    if (!this.#bot) return;
    this.#freePace.setRate(this.#rate.current(now));
    const aheadMs = Math.min(150, 2 * this.#claimMs + 12);
    for (;;) {
      const mayGo = {
        free: this.#mayClaim(now, aheadMs, false),
        paid: this.#mayClaim(now, aheadMs, true),
      };
      if (!mayGo.free && !mayGo.paid) return;
      const turn = this.#schedule.next(now + aheadMs, mayGo);
      if (!turn) return;
      void this.#claim(turn.head, turn.pace, turn.hasMore, now);
    }
  }

  /** A few ahead of their slots; more urgent ones may come on top, since they go first. */
  #mayClaim(now: number, aheadMs: number, isPaid: boolean): boolean {
    const rank = this.#schedule.firstRank(now + aheadMs, isPaid);
    if (rank === null) return false;
    const pace = isPaid ? this.#paidPace : this.#freePace;
    if (pace.slotAt(now) > now + aheadMs + 50) return false;
    const perSecond = isPaid ? this.#deps.limits.paidPerSecond : this.#rate.current(now);
    const wanted = this.#breaker.isProbing ? 1 : 2 + Math.ceil((perSecond * aheadMs) / 1000);
    const held = this.#ready.filter(({ message }) => message.isPaid === isPaid);
    const count = held.length + (isPaid ? this.#claiming.paid : this.#claiming.free);
    if (count + this.#inFlight >= this.#mostInFlight() + wanted) return false;
    if (count < wanted) return true;
    return count < wanted + 4 && held.every(({ message }) => message.rank > rank);
  }

  async #claim(head: Head, pace: ChatPace, hasMore: boolean, now: number): Promise<void> {
    const kind = head.isPaid ? "paid" : "free";
    this.#claiming[kind]++;
    let message: Claimed | null = null;
    try {
      if (hasMore && mayRepeat(head.rank)) await this.#foldIfLate(head, pace, now);
      message = await this.#deps.store.claim({ id: head.id, botId: this.botId, fence: this.fence });
      this.#claimMs += 0.1 * (Math.min(200, this.#deps.now() - now) - this.#claimMs);
    } catch (error) {
      this.#deps.log.warn({ err: error, botId: this.botId }, "lane: claim failed");
      // Whether it was committed nobody knows: made undone first, read anew then.
      await this.#deps.store.unclaim([{ id: head.id, fence: this.fence }]).catch(() => {});
      await pause(afterErrorMs, this.#abort.signal);
    } finally {
      this.#claiming[kind]--;
    }
    if (!message) return this.#again(head.chatId);
    if (message.chatState !== "active") {
      this.counters.failed++;
      const code: FailureCode = `messaging.failed.chat_${message.chatState}`;
      const state = mayRepeat(message.rank) ? "failed" : "cancelled";
      await this.#record(message, { state, code }).catch(() => {});
      return this.#again(head.chatId);
    }
    this.#hold({ message, head, pace, weight: weightOf(message), asPlainText: false });
    if (this.#state !== "open" || this.#deps.now() < this.#breaker.pausedUntil) await this.#releaseReady();
    else this.pump();
  }

  /** Alerts that would take too long one by one become a digest on the first one's row. */
  async #foldIfLate(head: Head, pace: ChatPace, now: number): Promise<void> {
    // A chat that got nothing lately has all its places free; its first message goes out as itself.
    if (pace.recentCount(now) === 0) return;
    const folded = await this.#deps.store.fold(this, head.chatId, (count) => pace.drainMs(now, count) > foldAfterMs);
    if (folded === 0) return;
    this.counters.digests++;
    this.counters.folded += folded;
  }

  #hold(item: Ready): void {
    const at = this.#ready.findIndex(
      ({ head }) => item.head.rank < head.rank || (item.head.rank === head.rank && item.head.id < head.id),
    );
    if (at === -1) this.#ready.push(item);
    else this.#ready.splice(at, 0, item);
  }

  #pauseUntil(at: number): void {
    this.#breaker.pauseUntil(at);
    void this.#releaseReady();
  }

  /** Claimed messages that will not go out soon must not look as if they might have. */
  async #releaseReady(): Promise<void> {
    const released = this.#ready;
    this.#ready = [];
    if (released.length === 0) return;
    await this.#deps.store
      .unclaim(released.map(({ message }) => ({ id: message.id, fence: this.fence })))
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, "lane: release not written"));
    for (const { message } of released) this.#schedule.settle(message.chatId, true);
    this.pump();
  }

  // ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #nextAt(now: number): number {
    let at = Number.POSITIVE_INFINITY;
    if (this.#mayStart() && this.#bot)
      for (const item of this.#ready) {
        const pace = item.message.isPaid ? this.#paidPace : this.#freePace;
        at = Math.min(at, Math.max(pace.slotAt(now), item.pace.freeAt(item.weight)));
      }
    const waiting = this.#schedule.nextAt(now);
    if (waiting !== null) {
      const slot = Math.min(this.#freePace.slotAt(now), this.#paidPace.slotAt(now));
      // Claimed a little before it can go. When the places ahead are taken, an answer or a firing wakes us.
      const soon = Math.max(waiting, slot) - Math.min(150, 2 * this.#claimMs + 12);
      at = Math.min(at, Math.max(soon, waiting > now ? now + 1 : now + 50));
    }
    return Math.min(at, this.#lookout.nextAt(now));
  }

  #sleepUntil(at: number, now: number): void {
    if (this.#timer !== null && this.#timerAt === at) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = at;
    if (!Number.isFinite(at)) return;
    // setTimeout takes 31 bits and forgets the rest.
    const ms = Math.min(Math.max(0, at - now), 60_000);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.pump();
    }, ms);
  }

  /** A pause that a former owner wrote down is obeyed to its end. */
  #obeyPause(lease: Lease): void {
    if (lease.pausedForMs === null) return;
    this.#breaker.obey(this.#deps.now() + lease.pausedForMs, lease.pausedReason === "storm");
  }
}

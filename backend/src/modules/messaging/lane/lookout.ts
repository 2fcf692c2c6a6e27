/**
 * Keeps a lane's schedule supplied with what waits in the database. It pages through the queue in its order until enough chats
 * have a known head, and goes on from there when they become few; so a million waiting messages are read once, in small pages.
 *
 * New messages are announced. Whether an announced message is its chat's next one is certain only when everything before it is
 * known already; otherwise the chat's head is read.
 */
import type { Logger } from "@backend/kit/log.ts";
import type { HeadNews, LaneSchedule } from "../domain/schedule.ts";
import type { Cursor } from "./queries.ts";
import type { LaneStore } from "./store.ts";

const pageRows = 500;
const wantedHeads = 400;
const chatsAtOnce = 200;
/** Between two readings from the start; a bulk that is queued in pieces causes one now and one after. */
const restartGapMs = 50;
const afterErrorMs = 500;
const start: Cursor = { rank: -1, id: 0 };

export interface LookoutOptions {
  botId: string;
  schedule: LaneSchedule;
  store: Pick<LaneStore, "scan" | "heads" | "histories">;
  now(): number;
  log: Logger;
  /** True when this lane has sent everything that its chats got lately; otherwise the database is asked what they got. */
  remembersAll(): boolean;
  /** The schedule has changed. */
  onNews(): void;
}

export class Lookout {
  readonly #options: LookoutOptions;
  #cursor: Cursor = start;
  #isComplete = false;
  #mustRestart = false;
  #isScanning = false;
  #isLoading = false;
  #restartAt = Number.NEGATIVE_INFINITY;

  constructor(options: LookoutOptions) {
    this.#options = options;
  }

  /** Something of which nothing is known was queued, or may have been. */
  restart(): void {
    this.#mustRestart = true;
  }

  hear(news: HeadNews): void {
    const { schedule, remembersAll } = this.#options;
    const isInOrder = !this.#mustRestart && !this.#isScanning;
    const isBeforeCursor = this.#isComplete || news.rank < this.#cursor.rank;
    if (isInOrder && isBeforeCursor && remembersAll()) schedule.learn(news);
    // A page that is being read may be from a moment before this message, though its place is still to come.
    else if (!isInOrder || this.#isComplete || news.rank <= this.#cursor.rank) schedule.ask(news.chatId);
  }

  /** Nothing known to do: a lost announcement would go unnoticed. */
  get isIdle(): boolean {
    return this.#isComplete && !this.#isScanning && this.#options.schedule.heads === 0;
  }

  /** Reads what is due to be read; what is found arrives later and calls `onNews`. */
  look(now: number): void {
    const { schedule } = this.#options;
    if (schedule.hasChatsToLoad && !this.#isLoading) void this.#loadHeads(now);
    if (this.#isScanning) return;
    if (this.#mustRestart && now >= this.#restartAt) {
      this.#mustRestart = false;
      this.#restartAt = now + restartGapMs;
      this.#cursor = start;
      this.#isComplete = false;
      void this.#scan(now);
    } else if (!this.#isComplete && schedule.heads < wantedHeads / 2) void this.#scan(now);
  }

  /** When `look` has something to do by the clock alone. */
  nextAt(now: number): number {
    return this.#mustRestart ? Math.max(now + 1, this.#restartAt) : Number.POSITIVE_INFINITY;
  }

  async #scan(now: number): Promise<void> {
    const { botId, schedule, store, log } = this.#options;
    this.#isScanning = true;
    try {
      for (;;) {
        const found = await store.scan(botId, this.#cursor, pageRows, now);
        const histories = await this.#histories(found.map(({ chatId }) => chatId));
        for (const news of found) schedule.learn({ ...news, history: histories?.get(news.chatId) });
        const last = found.at(-1);
        if (last) this.#cursor = { rank: last.rank, id: last.id };
        this.#isComplete = found.length < pageRows;
        if (this.#isComplete || schedule.heads >= wantedHeads) break;
      }
    } catch (error) {
      this.#mustRestart = true;
      this.#restartAt = this.#options.now() + afterErrorMs;
      log.warn({ err: error, botId }, "lane: queue not readable");
    } finally {
      this.#isScanning = false;
    }
    this.#options.onNews();
  }

  async #loadHeads(now: number): Promise<void> {
    const { botId, schedule, store, log } = this.#options;
    this.#isLoading = true;
    const chatIds = schedule.takeChatsToLoad(chatsAtOnce);
    try {
      const heads = await store.heads(botId, chatIds, now);
      const histories = await this.#histories(chatIds);
      for (const chatId of chatIds) {
        const found = heads.get(chatId);
        const news = found ? { ...found.news, history: histories?.get(chatId) } : null;
        schedule.loaded(chatId, news, found?.hasMore ?? false);
      }
    } catch (error) {
      log.warn({ err: error, botId }, "lane: chats not readable");
      await new Promise((resolve) => setTimeout(resolve, afterErrorMs));
      schedule.notLoaded(chatIds);
    } finally {
      this.#isLoading = false;
    }
    this.#options.onNews();
  }

  async #histories(chatIds: readonly string[]): Promise<Map<string, number[]> | null> {
    const { schedule, store, remembersAll, now } = this.#options;
    if (chatIds.length === 0 || remembersAll()) return null;
    const unknown = [...new Set(chatIds)].filter((id) => !schedule.paceOf(id));
    return unknown.length === 0 ? null : store.histories(unknown, now());
  }
}

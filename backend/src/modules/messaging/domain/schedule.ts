/**
 * Which message goes next. The schedule knows the first waiting message ("head") of many chats of one bot, never the rest of
 * their queues, so a million waiting messages cost no memory.
 *
 * Promises: a smaller rank goes first, within a rank the older; per chat one at a time, in order; a chat that must wait is
 * set aside and holds up nobody.
 */
import { Heap } from "./heap.ts";
import { ChatPace, type PaceLimits } from "./pace.ts";

export interface Head {
  id: number;
  chatId: string;
  rank: number;
  isPaid: boolean;
}

export interface HeadNews extends Head {
  isPrivate: boolean;
  /** Nothing into this chat before this time. */
  pausedUntil?: number;
  /** When this chat got its last messages, oldest first; only asked for by a lane that has just changed hands. */
  history?: readonly number[];
}

interface Chat {
  id: string;
  pace: ChatPace;
  head: Head | null;
  /** Something waits behind the head (or behind what is under way). */
  hasMore: boolean;
  isBusy: boolean;
  /** Counts changes of place in the heaps; entries of older counts are dead. */
  version: number;
}

interface Entry {
  chat: Chat;
  version: number;
  head: Head;
  at: number;
}

const goesBefore = (a: Head, b: Head) => a.rank < b.rank || (a.rank === b.rank && a.id < b.id);

/** What may go now, and what it takes from. */
export interface Turn {
  head: Head;
  pace: ChatPace;
  hasMore: boolean;
}

export class LaneSchedule {
  readonly #chats = new Map<string, Chat>();
  readonly #waiting = new Heap<Entry>((a, b) => a.at < b.at);
  readonly #free = new Heap<Entry>((a, b) => goesBefore(a.head, b.head));
  readonly #paid = new Heap<Entry>((a, b) => goesBefore(a.head, b.head));
  readonly #toLoad = new Set<string>();
  /** Being read; true when something was announced meanwhile that the reading may have missed. */
  readonly #loading = new Map<string, boolean>();
  #heads = 0;

  constructor(readonly limits: PaceLimits) {}

  /** Chats whose first waiting message is known. */
  get heads(): number {
    return this.#heads;
  }

  /**
   * A waiting message was seen. Seeing it again changes nothing. While a chat's head is to be read, what was seen elsewhere
   * decides nothing: an older message may have gone back to the queue since.
   */
  learn(news: HeadNews): void {
    if (this.#toLoad.has(news.chatId)) return;
    if (this.#loading.has(news.chatId)) {
      this.#loading.set(news.chatId, true);
      return;
    }
    const chat = this.#chat(news.chatId, news.isPrivate);
    if (news.history && news.history.length > 0) chat.pace.remember(news.history);
    if (news.pausedUntil !== undefined) chat.pace.pauseUntil(news.pausedUntil);
    if (chat.isBusy) {
      chat.hasMore = true;
      return;
    }
    if (chat.head?.id === news.id) return;
    if (chat.head) {
      chat.hasMore = true;
      if (!goesBefore(news, chat.head)) return;
    }
    this.#setHead(chat, { id: news.id, chatId: news.chatId, rank: news.rank, isPaid: news.isPaid });
  }

  /** Something new waits in the chat, but what its first one is must be read. */
  ask(chatId: string): void {
    const chat = this.#chats.get(chatId);
    if (chat?.isBusy) chat.hasMore = true;
    else if (this.#loading.has(chatId)) this.#loading.set(chatId, true);
    else this.#toLoad.add(chatId);
  }

  /** Chats whose head must be read; the caller answers each with `loaded`, or all with `notLoaded`. */
  takeChatsToLoad(limit: number): string[] {
    const taken: string[] = [];
    for (const id of this.#toLoad) {
      if (taken.length >= limit) break;
      this.#toLoad.delete(id);
      this.#loading.set(id, false);
      taken.push(id);
    }
    return taken;
  }

  get hasChatsToLoad(): boolean {
    return this.#toLoad.size > 0;
  }

  /** The first waiting message of a chat as just read; null = none. */
  loaded(chatId: string, news: HeadNews | null, hasMore: boolean): void {
    const wasAnnounced = this.#loading.get(chatId) ?? false;
    this.#loading.delete(chatId);
    if (wasAnnounced && !news) this.#toLoad.add(chatId);
    const chat = news ? this.#chat(chatId, news.isPrivate) : this.#chats.get(chatId);
    if (!chat) return;
    if (chat.isBusy) {
      chat.hasMore ||= news !== null;
      return;
    }
    if (news?.history && news.history.length > 0) chat.pace.remember(news.history);
    if (news?.pausedUntil !== undefined) chat.pace.pauseUntil(news.pausedUntil);
    chat.hasMore = hasMore || wasAnnounced;
    this.#setHead(chat, news ? { id: news.id, chatId, rank: news.rank, isPaid: news.isPaid } : null);
  }

  /**
   * Takes the message that goes next among those whose chat is free at `until`, or null. `mayGo` says which pace has room.
   * The chat is then busy until `settle`.
   */
  next(until: number, mayGo: { free: boolean; paid: boolean }): Turn | null {
    this.#ripen(until);
    const free = mayGo.free ? this.#peek(this.#free) : undefined;
    const paid = mayGo.paid ? this.#peek(this.#paid) : undefined;
    const heap = free && (!paid || goesBefore(free.head, paid.head)) ? this.#free : this.#paid;
    const entry = free || paid ? heap.pop() : undefined;
    if (!entry) return null;
    const { chat, head } = entry;
    chat.version++;
    chat.head = null;
    this.#heads--;
    chat.isBusy = true;
    return { head, pace: chat.pace, hasMore: chat.hasMore };
  }

  /** They could not be read, and are still to be. */
  notLoaded(chatIds: readonly string[]): void {
    for (const chatId of chatIds) {
      this.#loading.delete(chatId);
      this.#toLoad.add(chatId);
    }
  }

  /** When something becomes free, or null when nothing waits for time. What is free already counts as `now`. */
  nextAt(now: number): number | null {
    if (this.#peek(this.#free) || this.#peek(this.#paid)) return now;
    return this.#peek(this.#waiting)?.at ?? null;
  }

  /** The rank of what waits first for one of the two paces, among chats free at `until`; null = nothing. */
  firstRank(until: number, isPaid: boolean): number | null {
    this.#ripen(until);
    return this.#peek(isPaid ? this.#paid : this.#free)?.head.rank ?? null;
  }

  /** What was under way in the chat is done with; `mustLook`: it waits again, so the head must be read. */
  settle(chatId: string, mustLook = false): void {
    const chat = this.#chats.get(chatId);
    if (!chat) return;
    chat.isBusy = false;
    if (chat.hasMore || mustLook) {
      chat.hasMore = false;
      this.#toLoad.add(chatId);
    }
  }

  pauseChat(chatId: string, until: number): void {
    const chat = this.#chats.get(chatId);
    if (!chat) return;
    chat.pace.pauseUntil(until);
    if (chat.head) this.#setHead(chat, chat.head);
  }

  paceOf(chatId: string): ChatPace | undefined {
    return this.#chats.get(chatId)?.pace;
  }

  /** Forgets chats about which there is nothing to know any more. */
  prune(now: number): void {
    for (const [id, chat] of this.#chats)
      if (
        !chat.head &&
        !chat.isBusy &&
        !this.#toLoad.has(id) &&
        !this.#loading.has(id) &&
        chat.pace.forgettableAt() < now
      )
        this.#chats.delete(id);
  }

  get knownChats(): number {
    return this.#chats.size;
  }

  #chat(id: string, isPrivate: boolean): Chat {
    let chat = this.#chats.get(id);
    if (!chat) {
      const pace = new ChatPace(isPrivate, this.limits);
      chat = { id, pace, head: null, hasMore: false, isBusy: false, version: 0 };
      this.#chats.set(id, chat);
    }
    return chat;
  }

  #setHead(chat: Chat, head: Head | null): void {
    if (chat.head) this.#heads--;
    chat.head = head;
    chat.version++;
    if (!head) return;
    this.#heads++;
    this.#waiting.push({ chat, head, version: chat.version, at: chat.pace.freeAt() });
  }

  #ripen(until: number): void {
    for (;;) {
      const entry = this.#peek(this.#waiting);
      if (!entry || entry.at > until) return;
      this.#waiting.pop();
      // The chat may have been paused since its head was put here.
      const at = entry.chat.pace.freeAt();
      if (at > until) this.#waiting.push({ ...entry, at });
      else (entry.head.isPaid ? this.#paid : this.#free).push(entry);
    }
  }

  /** The least living entry; dead ones above it are dropped. */
  #peek(heap: Heap<Entry>): Entry | undefined {
    for (;;) {
      const entry = heap.peek();
      if (!entry || entry.version === entry.chat.version) return entry;
      heap.pop();
    }
  }
}

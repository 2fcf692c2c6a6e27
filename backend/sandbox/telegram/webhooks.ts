import type { PendingUpdate, UpdateQueue } from "./updates.ts";

export interface WebhookSettings {
  url: string;
  secretToken: string;
  maxConnections: number;
  ipAddress?: string;
}

const READ_TIMEOUT_MS = 60_000;
const LONGEST_BACKOFF_S = 60;
const GONE_LIMIT_MS = 23 * 3600_000;

/** Executes the method call a handler may put into its answer; its result is not reported to anyone. */
export type ReplyExecutor = (body: Record<string, unknown>) => void;

/** Delivers the updates of one bot to its webhook: one in flight per lane, retried on Telegram's schedule. */
export class WebhookDelivery {
  settings: WebhookSettings | undefined;
  lastErrorAt: number | undefined;
  lastErrorMessage: string | undefined;
  #inFlight = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #goneSince: number | undefined;
  #isStopped = false;

  /** `retryScale` multiplies every pause: 1 is real time, 0.001 turns seconds into milliseconds. */
  constructor(
    readonly queue: UpdateQueue,
    readonly retryScale: number,
    readonly random: () => number,
    readonly reply: ReplyExecutor,
  ) {
    queue.onPush = () => this.pump();
  }

  set(settings: WebhookSettings | undefined): void {
    this.settings = settings;
    this.lastErrorAt = undefined;
    this.lastErrorMessage = undefined;
    this.#goneSince = undefined;
    for (const entry of this.queue.pending) entry.notBefore = 0;
    this.pump();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Starts every delivery that may start now and plans the next look. */
  pump(): void {
    const { settings } = this;
    if (!settings || this.#isStopped) return;
    this.queue.dropExpired();
    const busy = new Set<string>();
    let nextLook = Number.POSITIVE_INFINITY;
    const now = this.queue.now();
    for (const entry of this.queue.pending) {
      if (busy.has(entry.lane)) continue;
      busy.add(entry.lane);
      if (entry.isInFlight) continue;
      if (entry.notBefore > now) {
        nextLook = Math.min(nextLook, entry.notBefore);
        continue;
      }
      if (this.#inFlight >= settings.maxConnections) break;
      void this.#deliver(entry, settings);
    }
    clearTimeout(this.#timer);
    if (Number.isFinite(nextLook)) this.#timer = setTimeout(() => this.pump(), Math.max(1, nextLook - now));
  }

  async #deliver(entry: PendingUpdate, settings: WebhookSettings): Promise<void> {
    entry.isInFlight = true;
    this.#inFlight++;
    let retryAfterS = 0;
    let isDelivered = false;
    try {
      const response = await fetch(settings.url, {
        method: "POST",
        redirect: "manual",
        headers: {
          "content-type": "application/json",
          ...(settings.secretToken ? { "x-telegram-bot-api-secret-token": settings.secretToken } : {}),
        },
        body: JSON.stringify(entry.update),
        signal: AbortSignal.timeout(READ_TIMEOUT_MS * Math.max(this.retryScale, 0.01)),
      });
      const body = await response.text();
      isDelivered = response.ok;
      if (isDelivered) this.#runReply(body);
      else {
        retryAfterS = Math.min(3600, Number(response.headers.get("retry-after")) || 0);
        this.#noteFailure(`Wrong response from the webhook: ${response.status} ${response.statusText}`);
      }
      this.#noteGone(response.status === 410);
    } catch (cause) {
      const isTimeout = cause instanceof DOMException && cause.name === "TimeoutError";
      this.#noteFailure(isTimeout ? "Read timeout expired" : "Connection refused");
    }
    this.#inFlight--;
    entry.isInFlight = false;
    if (isDelivered) this.queue.remove(entry);
    else this.#postpone(entry, retryAfterS);
    this.pump();
  }

  #postpone(entry: PendingUpdate, retryAfterS: number): void {
    entry.attempts++;
    const ceiling = LONGEST_BACKOFF_S * (1 + this.random());
    const backoffS = entry.attempts === 1 ? 0 : Math.min(ceiling, 2 ** (entry.attempts - 1));
    entry.notBefore = this.queue.now() + Math.max(backoffS, retryAfterS) * 1000 * this.retryScale;
  }

  #noteFailure(message: string): void {
    this.lastErrorAt = this.queue.now();
    this.lastErrorMessage = message;
  }

  #noteGone(isGone: boolean): void {
    if (!isGone) {
      this.#goneSince = undefined;
      return;
    }
    this.#goneSince ??= this.queue.now();
    if (this.queue.now() - this.#goneSince >= GONE_LIMIT_MS * this.retryScale) this.settings = undefined;
  }

  #runReply(body: string): void {
    if (!body.startsWith("{")) return;
    try {
      const parsed: unknown = JSON.parse(body);
      if (parsed && typeof parsed === "object" && "method" in parsed) this.reply({ ...parsed });
    } catch {
      // A body that is no JSON is ignored, as the real server does.
    }
  }
}

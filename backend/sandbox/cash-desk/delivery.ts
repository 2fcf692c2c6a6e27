/** How a provider's notifications reach the shop, or do not: tried again until they are taken, and every trouble on demand. */

export type DeliveryFault =
  /** Lost, and never tried again. */
  | "drop"
  /** Comes twice. */
  | "duplicate"
  /** Waits until `release`, which lets what was held go in the opposite order. */
  | "hold"
  /** One byte of the body is another than what was signed. */
  | "changed_byte"
  | { delayMs: number };

export interface Notification {
  body: string;
  headers: Readonly<Record<string, string>>;
}

export interface Attempt {
  status: number | null;
  body: string;
}

export interface DeliveryOptions {
  /** Where notifications go; null = nowhere, as while no address is set. */
  url: () => string | null;
  /** Pauses between attempts, milliseconds; after the last the provider gives up. */
  pausesMs: readonly number[];
  /** Which answers count as taken. */
  isTaken: (status: number) => boolean;
  timeoutMs?: number;
  /** Called when a notification was given up. */
  onGivenUp?: () => void;
}

export class Delivery {
  #fault: { what: DeliveryFault; left: number } | null = null;
  #held: Notification[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  /** Every attempt, oldest first. */
  readonly attempts: Attempt[] = [];

  constructor(readonly options: DeliveryOptions) {}

  /** The next `times` notifications meet it. */
  fail(what: DeliveryFault, times = 1): void {
    this.#fault = { what, left: times };
  }

  /** Sends, in the background; `settled` says when all is over. */
  send(notification: Notification): void {
    const what = this.#draw();
    if (what === "drop") return;
    if (what === "hold") this.#held.push(notification);
    else if (what === "changed_byte") this.#start(changed(notification));
    else if (typeof what === "object" && what) this.#start(notification, what.delayMs);
    else for (let times = what === "duplicate" ? 2 : 1; times > 0; times--) this.#start(notification);
  }

  /** Lets go what was held, the newest first. */
  release(): void {
    const held = this.#held.toReversed();
    this.#held = [];
    for (const notification of held) this.#start(notification);
  }

  /** When nothing is on its way any more, or waits for its next attempt. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.settled();
  }

  #draw(): DeliveryFault | null {
    const set = this.#fault;
    if (!set || set.left <= 0) return null;
    set.left--;
    return set.what;
  }

  #start(notification: Notification, delayMs = 0): void {
    const running: Promise<void> = this.#deliver(notification, delayMs).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #deliver(notification: Notification, delayMs: number): Promise<void> {
    const { url, pausesMs, isTaken, onGivenUp } = this.options;
    await this.#pause(delayMs);
    for (const pauseMs of [...pausesMs, null]) {
      const address = url();
      if (this.#ending.signal.aborted || address === null) return;
      const attempt = await this.#attempt(address, notification);
      this.attempts.push(attempt);
      if (attempt.status !== null && isTaken(attempt.status)) return;
      if (pauseMs !== null) await this.#pause(pauseMs);
    }
    onGivenUp?.();
  }

  async #attempt(address: string, { body, headers }: Notification): Promise<Attempt> {
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(this.options.timeoutMs ?? 10_000), this.#ending.signal]);
      const answer = await fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
        redirect: "manual",
        signal,
      });
      return { status: answer.status, body: await answer.text() };
    } catch {
      return { status: null, body: "" };
    }
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#ending;
    if (ms <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => [clearTimeout(timer), resolve()], { once: true });
    });
  }
}

/** A digit becomes another one: still JSON, and not what was signed. */
function changed({ body, headers }: Notification): Notification {
  const at = body.search(/\d/);
  const digit = (Number(body[at]) + 1) % 10;
  return { body: `${body.slice(0, at)}${digit}${body.slice(at + 1)}`, headers };
}

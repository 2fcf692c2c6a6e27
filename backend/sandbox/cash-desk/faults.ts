/** What can go wrong on the way to a provider of payments and back, on demand; shared by their stand-ins. */

export type CallFault =
  /** Never an answer, and nothing done. */
  | "hang"
  /** Never an answer, although the work was done: a time-out after success. */
  | "lost_answer"
  /** A 500, although the work was done. */
  | "late_500"
  /** A 500 in JSON; nothing was done. */
  | "server_error"
  /** 429; nothing was done. */
  | "too_many_calls"
  /** A proxy's page with status 502; nothing was done. */
  | "html"
  /** Such a page with status 200. */
  | "html_200"
  /** Half a JSON object with status 200; the work was done. */
  | "broken_json"
  /** The connection drops; nothing was done. */
  | "reset"
  | { slowMs: number };

/** The one fault that is set at a time, which calls it strikes, and how often it may still do so. */
export class CallFaults {
  #set: { what: CallFault; left: number; only: string | null } | null = null;
  readonly #ending = new AbortController();

  /** `only`: the name of the calls that it strikes; all of them by default. */
  set(what: CallFault, times = Number.POSITIVE_INFINITY, only: string | null = null): void {
    this.#set = { what, left: times, only };
  }

  clear(): void {
    this.#set = null;
  }

  /** Ends every silence. */
  stop(): void {
    this.#ending.abort();
  }

  /** Answers a call, with whatever is set to go wrong with it. `refuse` words a refusal as this service does. */
  async answer(
    name: string,
    work: () => Response | Promise<Response>,
    refuse: (status: 429 | 500) => Response,
  ): Promise<Response> {
    const what = this.#draw(name);
    if (what === null) return work();
    if (typeof what === "object") {
      await Bun.sleep(what.slowMs);
      return work();
    }
    switch (what) {
      case "hang":
        return this.#silence();
      case "lost_answer":
        await work();
        return this.#silence();
      case "late_500":
        await work();
        return refuse(500);
      case "server_error":
        return refuse(500);
      case "too_many_calls":
        return refuse(429);
      case "html":
        return page(502);
      case "html_200":
        return page(200);
      case "broken_json":
        await work();
        return new Response('{"ok":true,"result":{"id', { headers: { "content-type": "application/json" } });
      case "reset":
        return droppedConnection();
      default:
        return what satisfies never;
    }
  }

  #draw(name: string): CallFault | null {
    const set = this.#set;
    if (!set || set.left <= 0 || (set.only !== null && set.only !== name)) return null;
    set.left--;
    return set.what;
  }

  /** Until the stand-in ends. */
  #silence(): Promise<Response> {
    const { signal } = this.#ending;
    return new Promise((resolve) => {
      const end = () => resolve(new Response("", { status: 503 }));
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
  }
}

const page = (status: number) =>
  new Response("<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", {
    status,
    headers: { "content-type": "text/html" },
  });

/** Bun closes the connection without a status line when a body fails before its first byte. */
const droppedConnection = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        setTimeout(() => controller.error(undefined), 1);
      },
    }),
  );

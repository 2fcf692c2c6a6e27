/**
 * A client of Switchboard's REST API in one file: copy it into your project. It needs `fetch` and nothing else (Node 20, Bun, Deno).
 *
 *   const switchboard = createSwitchboard({ url: "https://switchboard.example", key: process.env.SWITCHBOARD_KEY! });
 *   for await (const one of switchboard.subscribers({ state: "active" })) console.log(one.id, one.firstName);
 *
 * Calls are repeated after 429, and after 503 and lost connections where twice does no harm. A call that makes something carries an
 * `Idempotency-Key`, so a repeat never makes it twice.
 */

export interface SwitchboardOptions {
  /** Where Switchboard runs, without `/api`. */
  url: string;
  /** An API key with the scopes that the calls need. */
  key: string;
  /** Tries in all; 4 by default. */
  attempts?: number;
  fetch?: typeof fetch;
}

/** A refusal: `code` is stable ("broadcasts.not_a_draft"), the message is a sentence for people. */
export class SwitchboardError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Name it when you ask for help. */
    readonly requestId: string,
  ) {
    super(message);
    this.name = "SwitchboardError";
  }
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface Bot {
  id: string;
  username: string;
  name: string;
  state: "active" | "inactive" | "disconnected";
}

export interface Subscriber {
  id: string;
  botId: string;
  telegramId: number;
  firstName: string | null;
  username: string | null;
  state: "active" | "blocked" | "deactivated" | "unreachable";
}

/** Telegram HTML with variables: `{first_name|there}`. */
export interface Message {
  kind: "text" | "photo" | "video" | "document";
  html?: string;
  /** A file id, an https address, or `upload:<id>`. */
  media?: string;
  caption?: string;
  buttons?: ({ text: string } & ({ url: string } | { app: string } | { copy: string }))[][];
}

export interface Draft {
  name: string;
  botIds: string[];
  segmentId?: string | null;
  /** One to four versions; shares sum to 100. */
  variants: {
    key: "A" | "B" | "C" | "D";
    share: number;
    letter: { fallback: string; messages: Record<string, Message> };
  }[];
  schedule?:
    | { kind: "now" }
    | { kind: "at"; at: string }
    | { kind: "local"; day: string; clock: string }
    | { kind: "cron"; cron: string; timeZone: string };
}

export interface Broadcast {
  id: string;
  name: string;
  state: "draft" | "scheduled" | "sending" | "paused" | "sent" | "cancelled" | "failed";
  counts: {
    total: number;
    waiting: number;
    sent: number;
    failed: number;
    unknown: number;
    skipped: number;
    cancelled: number;
    blocked: number;
  };
  clicked: number;
  converted: number;
}

/** What a webhook says of sales and posts, by `type`; amounts are decimal numbers as texts. Fields are added, never renamed. */
export interface SalesEvents {
  "order.moved": {
    orderId: string;
    number: number;
    personId: string;
    productId: string;
    state: "pending" | "paid" | "processing" | "completed" | "failed" | "cancelled" | "expired" | "refunded";
    method: string;
    amount: string;
    currency: string;
  };
  "entitlement.moved": {
    entitlementId: string;
    orderId: string;
    personId: string;
    productId: string;
    state: "active" | "expired" | "revoked";
  };
  "payment.settled": {
    paymentId: string;
    orderId: string;
    personId: string | null;
    provider: string;
    amount: string;
    currency: string;
    isByHand: boolean;
    isRenewal: boolean;
  };
  "payment.needs_check": { paymentId: string; provider: string; reason: string; amount: string; currency: string };
  "refund.settled": {
    refundId: string;
    paymentId: string | null;
    orderId: string | null;
    personId: string | null;
    amount: string;
    currency: string;
    to: "provider" | "balance";
    isOutside: boolean;
  };
  /** `isLate`: the deadline passed, and what the post was worth went back to the balance. */
  "task.moved": {
    taskId: string;
    personId: string;
    orderId: string;
    platform: string;
    state: "created" | "sent" | "processing" | "completed" | "failed" | "cancelled";
    isLate: boolean;
  };
}

/** The body of a webhook's call: `const told: SalesEvent = JSON.parse(body)`, once its signature is right. */
export type SalesEvent = {
  [Type in keyof SalesEvents]: { type: Type; timestamp: string; data: SalesEvents[Type] };
}[keyof SalesEvents];

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A proxy may answer with a page of its own, and a connection end in the middle of an answer: then the status has to do. */
async function refusalOf(response: Response): Promise<SwitchboardError> {
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string; requestId?: string };
  } | null;
  const { code = "unknown", message = `status ${response.status}`, requestId = "" } = body?.error ?? {};
  return new SwitchboardError(response.status, code, message, requestId);
}

export function createSwitchboard(options: SwitchboardOptions) {
  const ask = options.fetch ?? fetch;
  const attempts = options.attempts ?? 4;

  /** Any call: `call("GET", "/bots")`. A path begins below `/api/v1`. */
  async function call<Answer>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    more: { body?: unknown; query?: Query; idempotencyKey?: string } = {},
  ): Promise<Answer> {
    const url = new URL(`/api/v1${path}`, options.url);
    for (const [name, value] of Object.entries(more.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers: Record<string, string> = { authorization: `Bearer ${options.key}` };
    if (more.body !== undefined) headers["content-type"] = "application/json";
    if (more.idempotencyKey !== undefined) headers["idempotency-key"] = more.idempotencyKey;
    const mayRepeat = method !== "POST" || more.idempotencyKey !== undefined;
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= attempts;
      let response: Response;
      try {
        const body = more.body === undefined ? null : JSON.stringify(more.body);
        response = await ask(url, { method, headers, body });
      } catch (error) {
        if (isLast || !mayRepeat) throw error;
        await pause(2 ** attempt * 250);
        continue;
      }
      if (response.ok) return (await response.json()) as Answer;
      if ((response.status === 429 || (response.status === 503 && mayRepeat)) && !isLast) {
        await response.body?.cancel();
        await pause(Number(response.headers.get("retry-after") ?? 2 ** attempt) * 1000);
        continue;
      }
      throw await refusalOf(response);
    }
  }

  /** A call that makes something, once. Keep the key if your own program may be restarted in between. */
  const make = <Answer>(path: string, body: unknown, idempotencyKey: string = crypto.randomUUID()): Promise<Answer> =>
    call("POST", path, { body, idempotencyKey });

  /** Every item of a list, page by page. */
  async function* all<Item>(path: string, query: Query = {}): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const page: Page<Item> = await call("GET", path, { query: { limit: 200, ...query, cursor } });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  return {
    call,
    make,
    all,
    bots: () => call<{ items: Bot[] }>("GET", "/bots"),
    subscribers: (query: Query = {}) => all<Subscriber>("/audience/subscribers", query),
    broadcasts: (query: Query = {}) => all<Broadcast>("/broadcasts", query),
    createBroadcast: (draft: Draft, idempotencyKey?: string) => make<Broadcast>("/broadcasts", draft, idempotencyKey),
    /** The key needs `broadcasts.send`. */
    launchBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/launch`),
    pauseBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/pause`),
    resumeBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/resume`),
    cancelBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/cancel`),
    broadcast: (id: string) => call<Broadcast>("GET", `/broadcasts/${id}`),
  };
}

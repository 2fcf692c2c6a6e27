/**
 * A client of Switchboard's REST API in one file: copy it into your project. It needs `fetch` and nothing else (Node 20, Bun, Deno).
 *
 *   const switchboard = createSwitchboard({ url: "https://switchboard.example", key: process.env.SWITCHBOARD_KEY! });
 *   for await (const one of switchboard.subscribers({ state: "active" })) console.log(one.id, one.firstName);
 *
 * Calls are repeated after 429, and after 503 and lost connections where twice does no harm. A call that makes something carries an
 * `Idempotency-Key`, so a repeat never makes it twice. What has no function of its own is reached by `call`, `make` and `all`.
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
  id: number;
  botId: string;
  telegramId: number;
  firstName: string | null;
  username: string | null;
  language: string | null;
  state: "active" | "blocked" | "deactivated" | "unreachable";
  /** Ids: `GET /audience/tags` has their names. */
  tags: number[];
}

/** Whom a message through these bots would reach: everybody, a saved segment, or a condition as segments have it. */
export interface Reached {
  botIds: string[];
  segmentId?: string | null;
  condition?: unknown;
  categoryId?: number | null;
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
  botIds: string[];
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

export interface Progress {
  state: Broadcast["state"];
  counts: Broadcast["counts"];
  perSecond: number;
  /** Null when nothing moves. */
  secondsLeft: number | null;
}

export interface Recipient {
  id: string;
  name: string | null;
  telegramId: number | null;
  botId: string;
  variant: string;
  state: "planned" | "queued" | "sent" | "failed" | "unknown" | "skipped" | "cancelled";
  /** Why he has not got it, as a sentence. */
  problem: string | null;
  clicks: number;
}

interface OneSubscriber {
  botId: string;
  subscriberId: number;
  telegramId: number;
}
interface OneRecipient {
  broadcastId: string;
  recipientId: string;
  /** Null for groups and channels. */
  subscriberId: number | null;
}

/** What a webhook says of bots, people and broadcasts, by `type`. Fields are added, never renamed. */
export interface AudienceEvents {
  /** May be written to who could not be before: pressed Start, came back, wrote first. */
  "subscriber.joined": OneSubscriber & { isReturn: boolean; source: string | null };
  "subscriber.lost": OneSubscriber & { state: Exclude<Subscriber["state"], "active"> };
  /** Ids of tags; of one person's changes, not of imports and changes of many. */
  "subscriber.tagged": OneSubscriber & { added: number[]; removed: number[] };
  /** `categoryId` 0: all messages. */
  "subscriber.chose": OneSubscriber & { categoryId: number; isOptedOut: boolean };
  "bot.disconnected": { botId: string; why: "disconnected" | "taken_over" | "token_refused" };
  "broadcast.moved": {
    broadcastId: string;
    name: string;
    from: Broadcast["state"];
    state: Broadcast["state"];
    /** Code of why it paused or failed by itself. */
    reason: string | null;
    total: number;
    sent: number;
    failed: number;
    unknown: number;
    skipped: number;
  };
  /** Each link of a message tells its first click. */
  "link.clicked": OneRecipient & { link: number };
  "message.converted": OneRecipient & { conversionId: string; status: string };
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

/** As `SalesEvent`, of bots, people and broadcasts. */
export type AudienceEvent = {
  [Type in keyof AudienceEvents]: { type: Type; timestamp: string; data: AudienceEvents[Type] };
}[keyof AudienceEvents];

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/**
 * Whether a webhook's call is Switchboard's and was made within the last five minutes. `secret` is the one that was shown once
 * (`whsec_…`), `body` the text as it came, before anything reads it as JSON. Calls are repeated: keep `webhook-id` to tell.
 */
export async function isFromSwitchboard(secret: string, headers: Headers, body: string): Promise<boolean> {
  const [id, at] = [headers.get("webhook-id") ?? "", headers.get("webhook-timestamp") ?? ""];
  if (!(Math.abs(Date.now() / 1000 - Number(at)) <= 300)) return false;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromBase64(secret.replace(/^whsec_/, "")), hmac, false, ["verify"]);
  const signed = new TextEncoder().encode(`${id}.${at}.${body}`);
  // While a secret is being changed there are two signatures.
  for (const signature of (headers.get("webhook-signature") ?? "").split(" ")) {
    const [, value = ""] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature) ?? [];
    if (value !== "" && (await crypto.subtle.verify("HMAC", key, fromBase64(value), signed))) return true;
  }
  return false;
}

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
    /** How many a message would reach, now. */
    reach: (whom: Reached) => call<{ people: number; unreachable: number }>("POST", "/audience/reach", { body: whom }),
    broadcasts: (query: Query = {}) => all<Broadcast>("/broadcasts", query),
    createBroadcast: (draft: Draft, idempotencyKey?: string) => make<Broadcast>("/broadcasts", draft, idempotencyKey),
    /** Sends it to people of the team, who have opened one of its bots. */
    testBroadcast: (id: string, personIds: string[], idempotencyKey?: string) =>
      make<{ count: number }>(`/broadcasts/${id}/test`, { personIds }, idempotencyKey),
    /** The key needs `broadcasts.send`. */
    launchBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/launch`),
    pauseBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/pause`),
    resumeBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/resume`),
    cancelBroadcast: (id: string) => call<Broadcast>("POST", `/broadcasts/${id}/cancel`),
    broadcast: (id: string) => call<Broadcast>("GET", `/broadcasts/${id}`),
    /** Small enough to be asked every second. */
    progress: (id: string) => call<Progress>("GET", `/broadcasts/${id}/progress`),
    recipients: (id: string, query: Query = {}) => all<Recipient>(`/broadcasts/${id}/recipients`, query),
    /** `events` empty: all that the key may read. The secret is shown here and never again. */
    createWebhook: (
      webhook: { name: string; url: string; events: (keyof AudienceEvents | keyof SalesEvents)[] },
      idempotencyKey?: string,
    ) => make<{ endpoint: { id: string }; secret: string }>("/webhooks", webhook, idempotencyKey),
  };
}

/**
 * A strict stand-in of YooKassa on loopback, in one process and in memory: Basic authentication, idempotence keys that live 24 hours,
 * payments, refunds, notifications that are tried again for a day, a page where somebody pays, and faults on demand.
 */
import { timingSafeEqual } from "node:crypto";
import { Delivery } from "../cash-desk/delivery.ts";
import { CallFaults } from "../cash-desk/faults.ts";
import { deedOf, payPage } from "../cash-desk/page.ts";
import {
  cancelPayment,
  createPayment,
  createRefund,
  expireIn,
  listOf,
  paymentBy,
  settlePayment,
  settleRefund,
  type Till,
} from "./methods.ts";
import { Refusal, roubles, type StandInPayment, type StandInRefund } from "./world.ts";

export type { StandInPayment, StandInRefund } from "./world.ts";

export interface YookassaStandInOptions {
  port?: number;
  shopId?: string;
  secretKey?: string;
  /** A test shop: what is paid here is marked so. */
  isTest?: boolean;
  now?: () => Date;
  /** Multiplies the pauses between attempts of a notification: 24 hours in all by default. */
  retryScale?: number;
}

export interface YookassaStandIn {
  /** For YOOKASSA_API_URL. */
  readonly url: string;
  readonly shopId: string;
  readonly secretKey: string;
  /** The credentials as a connection keeps them. */
  readonly access: string;
  notificationUrl: string | null;
  readonly payments: readonly StandInPayment[];
  readonly refunds: readonly StandInRefund[];
  /** Roubles that the shop has. */
  balance(): string;
  /** The shop's money is elsewhere: refunds are canceled. */
  takeMoneyAway(): void;
  refundsWait: boolean;
  needsReceipts: boolean;
  readonly faults: CallFaults;
  readonly delivery: Delivery;
  /** How often a call was made with good credentials: "POST payments". */
  calls(name: string): number;
  paymentOf(reference: string): StandInPayment | undefined;
  /** By id or by the shop's reference. The notification goes out; `delivery.settled()` waits for it. */
  pay(ref: string): StandInPayment;
  /** Nobody paid within the hour. */
  expire(ref: string): void;
  /** The payer's bank said no. */
  decline(ref: string): void;
  /** Somebody gives money back in the service's own cabinet; everything by default. */
  refundOutside(ref: string, amount?: string): StandInRefund;
  /** Decides about a refund that waits. */
  decideRefund(refundId: string, isAllowed: boolean): void;
  /** Sends an event of a payment or refund once more. */
  tellAgain(event: string, ref: string): void;
  stop(): Promise<void>;
}

const dayMs = 86_400_000;
/** "Gradually longer": 1, 2, 4 … minutes, until a day has passed. */
const pausesMs = (scale: number) => Array.from({ length: 10 }, (_, n) => 60_000 * 2 ** n * scale);

interface Remembered {
  body: string;
  answer: string;
  status: number;
  at: number;
}

/** Starts it and listens. Stop it when done: it holds a port and timers. */
export function startYookassaStandIn(options: YookassaStandInOptions = {}): YookassaStandIn {
  const now = options.now ?? (() => new Date());
  const shopId = options.shopId ?? "506751";
  const secretKey = options.secretKey ?? "test_stand-in-key-of-nobody";
  const faults = new CallFaults();
  const calls = new Map<string, number>();
  const remembered = new Map<string, Remembered>();
  const till: Till = {
    shopId,
    isTest: options.isTest ?? true,
    payments: [],
    refunds: [],
    balance: 0n,
    refundsWait: false,
    needsReceipts: false,
    now,
    newId: () => crypto.randomUUID(),
    url: () => root,
    tell: (event, object) =>
      // As it is now: the object may have changed again before a later attempt.
      delivery.send({ body: JSON.stringify({ type: "notification", event, object }), headers: {} }),
  };
  const delivery = new Delivery({
    url: () => self.notificationUrl,
    pausesMs: pausesMs(options.retryScale ?? 1),
    isTaken: (status) => status === 200,
  });

  const errorOf = ({ status, code, description, parameter }: Refusal) =>
    Response.json(
      { type: "error", id: crypto.randomUUID(), code, description, ...(parameter && { parameter }) },
      { status },
    );

  function isKnownShop(given: string | null): boolean {
    const wanted = Buffer.from(`Basic ${Buffer.from(`${shopId}:${secretKey}`).toString("base64")}`);
    const sent = Buffer.from(given ?? "");
    return wanted.length === sent.length && timingSafeEqual(wanted, sent);
  }

  /** The same key with the same body has the same answer, and with another body none. */
  function once(key: string | null, body: string, work: () => unknown): Response {
    if (key === null || key === "" || key.length > 64)
      throw new Refusal(400, "invalid_request", "Idempotence key is missing or too long", "Idempotence-Key");
    const known = remembered.get(key);
    if (known && now().getTime() - known.at < dayMs) {
      if (known.body !== body)
        throw new Refusal(400, "invalid_request", "Duplicate idempotence key", "Idempotence-Key");
      return new Response(known.answer, { status: known.status, headers: { "content-type": "application/json" } });
    }
    const answer = JSON.stringify(work());
    remembered.set(key, { body, answer, status: 200, at: now().getTime() });
    return new Response(answer, { headers: { "content-type": "application/json" } });
  }

  function answer(request: Request, path: string, body: string): Response {
    const { searchParams: query } = new URL(request.url);
    const [area = "", id] = path.split("/");
    const key = request.headers.get("idempotence-key");
    switch (`${request.method} ${area}${id === undefined ? "" : "/:id"}`) {
      case "GET me":
        return Response.json({
          account_id: shopId,
          status: "enabled",
          test: till.isTest,
          fiscalization_enabled: false,
        });
      case "POST payments":
        return once(key, body, () => createPayment(till, parse(body)));
      case "GET payments":
        return Response.json(listOf(till.payments, query));
      case "GET payments/:id":
        return Response.json(paymentBy(till, id ?? ""));
      case "POST refunds":
        return once(key, body, () => createRefund(till, parse(body)));
      case "GET refunds":
        return Response.json(
          listOf(till.refunds, query, ({ payment_id }) => [null, payment_id].includes(query.get("payment_id"))),
        );
      case "GET refunds/:id": {
        const refund = till.refunds.find((one) => one.id === id);
        if (!refund) throw new Refusal(404, "not_found", "Refund doesn't exist or access denied");
        return Response.json(refund);
      }
      default:
        throw new Refusal(404, "not_found", "Not found");
    }
  }

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/checkout/")) return payerPage(request, pathname.slice("/checkout/".length));
    if (!pathname.startsWith("/v3/")) return new Response("<html>Not found</html>", { status: 404 });
    if (!isKnownShop(request.headers.get("authorization")))
      return errorOf(new Refusal(401, "invalid_credentials", "Error in shopId or secret key. Check their validity."));
    const path = pathname.slice("/v3/".length);
    const name = `${request.method} ${path.split("/")[0]}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    const body = await request.text();
    expireIn(till);
    const work = () => {
      try {
        return answer(request, path, body);
      } catch (error) {
        if (error instanceof Refusal) return errorOf(error);
        throw error;
      }
    };
    return faults.answer(name, work, (status) =>
      status === 429
        ? errorOf(new Refusal(429, "too_many_requests", "Too many requests"))
        : errorOf(new Refusal(500, "internal_server_error", "Internal server error")),
    );
  }

  async function payerPage(request: Request, id: string): Promise<Response> {
    expireIn(till);
    const payment = till.payments.find((one) => one.id === id);
    if (!payment) return new Response("Not found", { status: 404 });
    const returnUrl = payment.confirmation?.return_url ?? returnUrls.get(id) ?? null;
    if (returnUrl !== null) returnUrls.set(id, returnUrl);
    if (request.method === "POST" && payment.status === "pending") {
      const deed = await deedOf(request);
      if (deed === "pay") settlePayment(till, payment);
      if (deed === "cancel") cancelPayment(till, payment, "general_decline");
    }
    return payPage({
      provider: "YooKassa",
      title: payment.description ?? payment.id,
      price: `${payment.amount.value} ${payment.amount.currency}`,
      state: payment.status === "pending" ? "open" : payment.status === "succeeded" ? "paid" : "over",
      returnUrl,
    });
  }
  /** A payment that is over has no confirmation any more, and its page still leads back. */
  const returnUrls = new Map<string, string>();

  function find(ref: string): StandInPayment {
    const found = till.payments.findLast(({ id, metadata }) => id === ref || metadata.reference === ref);
    if (!found) throw new Error(`there is no payment ${ref}`);
    return found;
  }

  function pending(ref: string): StandInPayment {
    const payment = find(ref);
    if (payment.status !== "pending") throw new Error(`payment ${ref} is ${payment.status}`);
    return payment;
  }

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    maxRequestBodySize: 64 * 1024,
    fetch: handle,
  });

  const root = `http://127.0.0.1:${server.port}`;

  const self: YookassaStandIn = {
    url: `${root}/v3`,
    shopId,
    secretKey,
    access: JSON.stringify({ shopId, secretKey }),
    notificationUrl: null,
    payments: till.payments,
    refunds: till.refunds,
    balance: () => roubles(till.balance).value,
    takeMoneyAway() {
      till.balance = 0n;
    },
    get refundsWait() {
      return till.refundsWait;
    },
    set refundsWait(wait) {
      till.refundsWait = wait;
    },
    get needsReceipts() {
      return till.needsReceipts;
    },
    set needsReceipts(needs) {
      till.needsReceipts = needs;
    },
    faults,
    delivery,
    calls: (name) => calls.get(name) ?? 0,
    paymentOf: (reference) => till.payments.findLast(({ metadata }) => metadata.reference === reference),
    pay(ref) {
      const payment = pending(ref);
      settlePayment(till, payment);
      return payment;
    },
    expire: (ref) => cancelPayment(till, pending(ref), "expired_on_confirmation"),
    decline: (ref) => cancelPayment(till, pending(ref), "insufficient_funds"),
    refundOutside(ref, amount) {
      const payment = find(ref);
      return createRefund(till, {
        payment_id: payment.id,
        amount: amount === undefined ? payment.amount : { value: amount, currency: payment.amount.currency },
      });
    },
    decideRefund(refundId, isAllowed) {
      const refund = till.refunds.find((one) => one.id === refundId && one.status === "pending");
      if (!refund) throw new Error(`no refund ${refundId} waits`);
      if (isAllowed) settleRefund(till, refund);
      else {
        refund.status = "canceled";
        refund.cancellation_details = { party: "yoo_money", reason: "rejected_by_payee" };
      }
    },
    tellAgain(event, ref) {
      const object = till.refunds.find(({ id }) => id === ref) ?? find(ref);
      till.tell(event, object);
    },
    async stop() {
      faults.stop();
      await delivery.stop();
      await server.stop(true);
    },
  };
  return self;
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal(400, "invalid_request", "Request body is not valid JSON");
}

/**
 * A strict stand-in of Crypto Pay on loopback, in one process and in memory: its envelope, names of refusals, signed webhooks that are
 * tried again, pages where somebody pays, and faults on demand. It plays the test network: what is paid here is marked so.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import Big from "big.js";
import { Delivery } from "../cash-desk/delivery.ts";
import { CallFaults } from "../cash-desk/faults.ts";
import { deedOf, payPage } from "../cash-desk/page.ts";
import { type Desk, expireIn, type Parameters, Refusal, runMethod } from "./methods.ts";
import { feeOf, inUsd, normal, rateOf, type StandInInvoice } from "./world.ts";

export type { CallFault } from "../cash-desk/faults.ts";
export type { StandInInvoice, StandInTransfer } from "./world.ts";

export interface CryptoPayStandInOptions {
  port?: number;
  token?: string;
  now?: () => Date;
  /** Multiplies the pauses between attempts of a webhook: 17 in three days by default. */
  retryScale?: number;
  /** Ids grow from here; one that comes back for the same database begins above its last. */
  firstId?: number;
}

export interface PayWith {
  /** A coin that the invoice does not accept may be named too: the shop must notice. */
  asset?: string;
  isAnonymous?: boolean;
  /** Marks it as paid and tells nobody. */
  isUntold?: boolean;
}

export interface CryptoPayStandIn {
  /** For CRYPTO_PAY_API_URL. */
  readonly url: string;
  readonly token: string;
  readonly appId: number;
  /** Where webhooks go; null = switched off, by the shop or after 17 attempts. */
  webhookUrl: string | null;
  readonly invoices: readonly StandInInvoice[];
  readonly transfers: Desk["transfers"];
  /** What the app holds, by asset. */
  readonly balances: Desk["balances"];
  readonly strangers: Desk["strangers"];
  canTransfer: boolean;
  readonly faults: CallFaults;
  readonly delivery: Delivery;
  /** From now on every update carries this number; null = each its own. */
  updateId: number | null;
  /** Signs with this token instead of the app's. */
  signsWith: string | null;
  /** How often a method was called with a good token. */
  calls(method: string): number;
  invoiceOf(reference: string): StandInInvoice | undefined;
  /** By id, hash or the shop's payload. The webhook goes out; `delivery.settled()` waits for it. */
  pay(ref: string | number, how?: PayWith): StandInInvoice;
  expire(ref: string | number): void;
  /** Sends the update of a paid invoice once more. */
  tellAgain(ref: string | number): void;
  stop(): Promise<void>;
}

const dayMs = 86_400_000;
const attempts = 17;
/** Spaced evenly: how the real ones are is not known. */
const pausesMs = (scale: number) => Array.from({ length: attempts - 1 }, () => (3 * dayMs * scale) / (attempts - 1));

export const signUpdate = (token: string, body: string): string =>
  createHmac("sha256", createHash("sha256").update(token).digest()).update(body).digest("hex");

/** Starts it and listens. Stop it when done: it holds a port and timers. */
export function startCryptoPayStandIn(options: CryptoPayStandInOptions = {}): CryptoPayStandIn {
  const now = options.now ?? (() => new Date());
  let nextId = options.firstId ?? 828_000;
  const desk: Desk = {
    appId: Number((options.token ?? "100200:").split(":")[0]),
    invoices: [],
    transfers: [],
    balances: new Map(),
    strangers: new Set(),
    canTransfer: true,
    now,
    nextId: () => nextId++,
  };
  const token = options.token ?? `${desk.appId}:AAstandInTokenOfNobodyAtAll00000000`;
  const calls = new Map<string, number>();
  const faults = new CallFaults();
  const delivery = new Delivery({
    url: () => self.webhookUrl,
    pausesMs: pausesMs(options.retryScale ?? 1),
    isTaken: (status) => status === 200,
    // After the last attempt the service switches the webhook off.
    onGivenUp: () => {
      self.webhookUrl = null;
    },
  });

  function find(ref: string | number): StandInInvoice {
    const found = desk.invoices.find(
      (one) => String(one.invoice_id) === String(ref) || one.hash === ref || one.payload === ref,
    );
    if (!found) throw new Error(`there is no invoice ${ref}`);
    return found;
  }

  /** An invoice with its addresses, as answers and updates hold it. */
  const shown = (invoice: StandInInvoice) => ({
    ...invoice,
    bot_invoice_url: `https://t.me/CryptoTestnetBot?start=${invoice.hash}`,
    mini_app_invoice_url: `https://t.me/CryptoTestnetBot/app?startapp=invoice-${invoice.hash}&mode=compact`,
    web_app_invoice_url: `${self.url}/invoices/${invoice.hash}`,
  });

  function tell(invoice: StandInInvoice): void {
    const { fee_amount, paid_usd_rate } = invoice;
    const body = JSON.stringify({
      update_id: self.updateId ?? desk.nextId(),
      update_type: "invoice_paid",
      request_date: now().toISOString(),
      payload: { ...shown(invoice), fee: fee_amount, usd_rate: paid_usd_rate, pay_url: shown(invoice).bot_invoice_url },
    });
    delivery.send({ body, headers: { "crypto-pay-api-signature": signUpdate(self.signsWith ?? token, body) } });
  }

  function settle(invoice: StandInInvoice, how: PayWith): void {
    expireIn(desk);
    if (invoice.status !== "active") throw new Error(`invoice ${invoice.invoice_id} is ${invoice.status}`);
    if (how.isAnonymous && !invoice.allow_anonymous) throw new Error("this invoice takes no anonymous payment");
    const asset = how.asset ?? invoice.asset ?? invoice.accepted_assets?.[0] ?? "USDT";
    const paid = invoice.fiat
      ? new Big(invoice.amount).div(rateOf(asset, invoice.fiat)).round(8, Big.roundUp)
      : new Big(invoice.amount);
    const fee = feeOf(paid);
    const usd = new Big(inUsd[asset] ?? "1");
    Object.assign(invoice, {
      status: "paid",
      paid_at: now().toISOString(),
      paid_anonymously: how.isAnonymous ?? false,
      paid_asset: asset,
      paid_amount: paid.toFixed(),
      ...(invoice.fiat && { paid_fiat_rate: rateOf(asset, invoice.fiat).toFixed() }),
      paid_usd_rate: usd.toFixed(),
      fee_asset: asset,
      fee_amount: fee.toFixed(),
      fee_in_usd: normal(fee.times(usd).toFixed()),
    } satisfies Partial<StandInInvoice>);
    desk.balances.set(asset, (desk.balances.get(asset) ?? new Big(0)).plus(paid).minus(fee));
    if (!how.isUntold) tell(invoice);
  }

  const refusal = (status: number, name: string) =>
    Response.json({ ok: false, error: { code: status, name } }, { status });

  function isKnownToken(given: string | null): boolean {
    const [left, right] = [Buffer.from(given ?? ""), Buffer.from(token)];
    return left.length === right.length && timingSafeEqual(left, right);
  }

  async function callMethod(request: Request, method: string): Promise<Response> {
    if (!isKnownToken(request.headers.get("crypto-pay-api-token"))) return refusal(401, "UNAUTHORIZED");
    calls.set(method, (calls.get(method) ?? 0) + 1);
    const given = await parametersOf(request);
    const work = () => {
      try {
        const result = runMethod(desk, method, given);
        if (result === undefined) return new Response("404 page not found", { status: 404 });
        return Response.json({ ok: true, result: withAddresses(result) });
      } catch (error) {
        if (error instanceof Refusal) return refusal(error.status, error.refusal);
        throw error;
      }
    };
    return faults.answer(method, work, (status) =>
      refusal(status, status === 429 ? "TOO_MANY_REQUESTS" : "INTERNAL_SERVER_ERROR"),
    );
  }

  function withAddresses(result: unknown): unknown {
    if (typeof result !== "object" || result === null) return result;
    if ("invoice_id" in result) return shown(result as StandInInvoice);
    if ("items" in result) return { items: (result.items as unknown[]).map(withAddresses) };
    return result;
  }

  async function payerPage(request: Request, hash: string): Promise<Response> {
    expireIn(desk);
    const invoice = desk.invoices.find((one) => one.hash === hash);
    if (!invoice) return new Response("Not found", { status: 404 });
    if (request.method === "POST" && invoice.status === "active") {
      const deed = await deedOf(request);
      if (deed === "pay") settle(invoice, {});
      // Whoever cancels leaves: the invoice stays and can be paid later.
    }
    return payPage({
      provider: "Crypto Pay",
      title: invoice.description ?? `Invoice ${invoice.invoice_id}`,
      price: `${invoice.amount} ${invoice.fiat ?? invoice.asset ?? ""}`,
      state: invoice.status === "active" ? "open" : invoice.status === "paid" ? "paid" : "over",
      returnUrl: invoice.paid_btn_url ?? null,
    });
  }

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    maxRequestBodySize: 64 * 1024,
    fetch(request) {
      const { pathname } = new URL(request.url);
      const [, area, name = ""] = pathname.split("/");
      if (area === "api" && name !== "") return callMethod(request, name);
      if (area === "invoices" && name !== "") return payerPage(request, name);
      return new Response("404 page not found", { status: 404 });
    },
  });

  const self: CryptoPayStandIn = {
    url: `http://127.0.0.1:${server.port}`,
    token,
    appId: desk.appId,
    webhookUrl: null,
    invoices: desk.invoices,
    transfers: desk.transfers,
    balances: desk.balances,
    strangers: desk.strangers,
    get canTransfer() {
      return desk.canTransfer;
    },
    set canTransfer(can) {
      desk.canTransfer = can;
    },
    faults,
    delivery,
    updateId: null,
    signsWith: null,
    calls: (method) => calls.get(method) ?? 0,
    invoiceOf: (reference) => desk.invoices.findLast(({ payload }) => payload === reference),
    pay(ref, how = {}) {
      const invoice = find(ref);
      settle(invoice, how);
      return invoice;
    },
    expire(ref) {
      const invoice = find(ref);
      if (invoice.status === "active") invoice.status = "expired";
    },
    tellAgain: (ref) => tell(find(ref)),
    async stop() {
      faults.stop();
      await delivery.stop();
      await server.stop(true);
    },
  };
  return self;
}

/** Query, JSON or a form, as the service takes them. */
async function parametersOf(request: Request): Promise<Parameters> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  if (request.method !== "POST") return query;
  const body = await request.text();
  if (request.headers.get("content-type")?.startsWith("application/json")) {
    try {
      return { ...query, ...(JSON.parse(body || "{}") as Parameters) };
    } catch {
      return query;
    }
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
}

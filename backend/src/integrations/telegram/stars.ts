/**
 * Telegram Stars as a provider. Telegram has no invoices that could be asked for: a link is made, and what was paid by it stands in the
 * bot's list of transactions with our reference. So our reference is also the invoice's id here. A link can be paid by anybody and more
 * than once; the second payer is refused before he pays (`pre_checkout_query`).
 */
import { IntegrationError } from "@backend/kit/errors.ts";
import { cutText } from "@backend/kit/json-api.ts";
import type {
  InvoiceRequest,
  PaymentProvider,
  ProviderInvoice,
  ProviderPayment,
  ProviderProblem,
  ProviderRefund,
  RefundRequest,
} from "@backend/modules/payments/ports.ts";
import { Api, GrammyError, HttpError } from "grammy";
import type { StarTransaction } from "grammy/types";

const timeoutSec = 15;
/** The only period that Telegram has: 30 days. */
const subscriptionSec = 2_592_000;
const pageSize = 100;
/** How far back single payments and refunds are looked for: an invoice is given up after three days. */
const lookBackMs = 7 * 86_400_000;

class StarsFailure extends IntegrationError {
  constructor(problem: ProviderProblem, options: { retryable: boolean; status?: number; retryAfterMs?: number }) {
    super("stars", `Telegram did not do what was asked with Stars: ${problem}`, { ...options, problem });
  }
}

/** Server codes in capitals are typed, unlike sentences: "Bad Request: CHARGE_ALREADY_REFUNDED". */
const codeOf = (error: GrammyError): string => /\b[A-Z0-9]+(?:_[A-Z0-9]+)+\b/.exec(error.description)?.[0] ?? "";

const problems: Readonly<Record<string, ProviderProblem>> = {
  CHARGE_ID_INVALID: "not_found",
  CHARGE_NOT_FOUND: "not_found",
  USER_ID_INVALID: "not_found",
  BALANCE_TOO_LOW: "not_enough_money",
  STARS_AMOUNT_INVALID: "amount_refused",
  INVOICE_PRICES_INVALID: "amount_refused",
};

/** grammY's errors carry the call, and fetch's the address with the token: only a word and the status go on. */
function toFailure(error: unknown): StarsFailure {
  if (error instanceof GrammyError) {
    const { error_code: status, parameters } = error;
    const wait = parameters.retry_after === undefined ? {} : { retryAfterMs: parameters.retry_after * 1000 };
    if (status === 429) return new StarsFailure("too_many_calls", { retryable: true, status, ...wait });
    if (status >= 500) return new StarsFailure("server_error", { retryable: true, status });
    if (status === 401 || status === 404) return new StarsFailure("key_refused", { retryable: false, status });
    if (status === 403) return new StarsFailure("not_allowed", { retryable: false, status });
    return new StarsFailure(problems[codeOf(error)] ?? "request_refused", { retryable: false, status });
  }
  return new StarsFailure(error instanceof HttpError ? "unreachable" : "server_error", { retryable: true });
}

const notFound = () => new StarsFailure("not_found", { retryable: false });

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof StarsFailure ? error : toFailure(error);
  }
}

/** Whole Stars, from exact decimal text. */
function starsOf(amount: string): number {
  const stars = Number(amount);
  if (/^\d{1,9}(\.0+)?$/.test(amount) && stars >= 1) return stars;
  throw new StarsFailure("amount_refused", { retryable: false });
}

const invoiceLink = (request: InvoiceRequest): Parameters<Api["createInvoiceLink"]> => {
  const stars = starsOf(request.amount);
  if (request.currency !== "XTR") throw new StarsFailure("request_refused", { retryable: false });
  const title = cutText(request.title, 32);
  return [
    title,
    cutText(request.description || request.title, 255),
    request.reference,
    // Empty for Stars.
    "",
    "XTR",
    [{ label: title, amount: stars }],
    request.isSubscription ? { subscription_period: subscriptionSec } : {},
  ];
};

/** The end of a bot's list as it was last seen, so that it is looked for from there: the list only grows. */
type Ends = Map<string, number>;

const accountOf = (token: string): string => token.split(":")[0] ?? "";

/** Access is the token of the bot that the customer came through. `apiRoot` without a slash at its end. */
export function telegramStars(options: { apiRoot: string; now: () => Date }): PaymentProvider {
  const ends: Ends = new Map();
  const api = (token: string) =>
    new Api(token, { apiRoot: options.apiRoot, timeoutSeconds: timeoutSec, sensitiveLogs: false });

  const page = (token: string, offset: number, limit: number) =>
    asked(async () => (await api(token).getStarTransactions({ offset, limit })).transactions);

  /**
   * How many transactions there are. They come oldest first and are counted nowhere, so the end is found by doubling steps from where it
   * was, and then by halving.
   */
  async function countOf(token: string): Promise<number> {
    const account = accountOf(token);
    const holds = async (index: number) => (await page(token, index, 1)).length > 0;
    let low = ends.get(account) ?? 0;
    let step = 1;
    while (await holds(low + step - 1)) {
      low += step;
      step *= 2;
    }
    let high = low + step - 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (await holds(middle)) low = middle + 1;
      else high = middle;
    }
    ends.set(account, low);
    return low;
  }

  /** From the newest back to `since`, each page newest first. */
  async function* newestFirst(token: string, since: Date): AsyncIterable<StarTransaction[]> {
    let end = await countOf(token);
    while (end > 0) {
      const start = Math.max(0, end - pageSize);
      const found = (await page(token, start, end - start)).toReversed();
      yield found.filter(({ date }) => date * 1000 >= since.getTime());
      if (found.some(({ date }) => date * 1000 < since.getTime())) return;
      end = start;
    }
  }

  const recently = () => new Date(options.now().getTime() - lookBackMs);

  /** Payments in a page; a refund is newer than its payment and so was seen before it. */
  function paymentsIn(token: string, found: readonly StarTransaction[], refunded: Set<string>): ProviderPayment[] {
    const payments: ProviderPayment[] = [];
    for (const one of found) {
      if (one.receiver?.type === "user") refunded.add(one.id);
      const payment = toPayment(one, accountOf(token), refunded.has(one.id));
      if (payment) payments.push(payment);
    }
    return payments;
  }

  /** By our reference, or by its own charge: a month of a subscription, or a payment of no invoice, has no other name. */
  async function paymentBy(token: string, ref: string): Promise<ProviderPayment | null> {
    const refunded = new Set<string>();
    const isMeant = (one: ProviderPayment) => one.reference === ref || one.ref === ref;
    // An earlier payment of the same link is the one that counts.
    let found: ProviderPayment | null = null;
    for await (const transactions of newestFirst(token, recently()))
      found = paymentsIn(token, transactions, refunded).findLast(isMeant) ?? found;
    return found;
  }

  /**
   * Who paid a charge, by the bot's own list: not always whom its invoice was for, and Telegram gives back to nobody else. Null for one
   * that is older than is looked back.
   */
  async function payerOf(token: string, charge: string): Promise<number | null> {
    for await (const transactions of newestFirst(token, recently()))
      for (const { id, source } of transactions) if (id === charge && source?.type === "user") return source.user.id;
    return null;
  }

  /** Null: it went back, now or before. */
  async function giveBack(token: string, payer: number, charge: string): Promise<StarsFailure | null> {
    try {
      await api(token).refundStarPayment(payer, charge);
      return null;
    } catch (error) {
      return error instanceof GrammyError && codeOf(error) === "CHARGE_ALREADY_REFUNDED" ? null : toFailure(error);
    }
  }

  const refunded = ({ amount }: RefundRequest): ProviderRefund => ({
    ref: null,
    state: "succeeded",
    amount,
    problem: null,
  });

  return {
    async check(token) {
      const me = await asked(() => api(token).getMe());
      return { account: String(me.id), name: `@${me.username}`, isTest: false };
    },

    async open(token, request) {
      const link = invoiceLink(request);
      const invoice = await asked(() => api(token).createInvoiceLink(...link));
      return { ref: request.reference, state: "open", links: { invoice }, payment: null };
    },

    async find(token, ref): Promise<ProviderInvoice> {
      const payment = await paymentBy(token, ref);
      return { ref, state: payment ? "paid" : "open", links: {}, payment };
    },

    // A link cannot be taken back; whoever pays by it is refused at the pre-checkout.
    async close() {},

    // A month that was paid stays until its end. Switched on, the payer may take it up again: what he gave up himself only he can.
    async setRenewal(token, { paymentRef, payerTelegramId, isOn }) {
      await asked(() => api(token).editUserStarSubscription(payerTelegramId, paymentRef, !isOn));
    },

    async refund(token, request) {
      // A charge goes back whole or not at all.
      if (!request.isFull) throw new StarsFailure("amount_refused", { retryable: false });
      const { paymentRef: charge, payerTelegramId: supposed } = request;
      const failure = supposed === null ? notFound() : await giveBack(token, supposed, charge);
      if (failure === null) return refunded(request);
      const payer = failure.options.retryable ? null : await payerOf(token, charge);
      if (payer === null || payer === supposed) throw failure;
      const again = await giveBack(token, payer, charge);
      if (again !== null) throw again;
      return refunded(request);
    },

    async findRefund(token, request) {
      for await (const transactions of newestFirst(token, recently()))
        if (transactions.some(({ id, receiver }) => id === request.paymentRef && receiver?.type === "user"))
          return refunded(request);
      return null;
    },

    async *list(token, since) {
      const seen = new Set<string>();
      for await (const transactions of newestFirst(token, since)) yield paymentsIn(token, transactions, seen);
    },
  };
}

/** Null for everything but a person's payment of an invoice. */
function toPayment(one: StarTransaction, account: string, isRefunded: boolean): ProviderPayment | null {
  const { source } = one;
  if (source?.type !== "user" || source.transaction_type !== "invoice_payment") return null;
  const amount = String(one.amount);
  return {
    ref: one.id,
    invoiceRef: source.invoice_payload ?? null,
    reference: source.invoice_payload ?? null,
    amount,
    currency: "XTR",
    paidAmount: null,
    paidAsset: null,
    isAssetAccepted: true,
    feeAmount: null,
    feeCurrency: null,
    refunded: isRefunded ? amount : "0",
    isTest: false,
    account,
    payerTelegramId: source.user.id,
    paidAt: new Date(one.date * 1000),
  };
}

/**
 * Crypto Pay (@CryptoBot) as a provider. Two calls have no idempotence key of their own: an invoice is looked for by our reference
 * before it is made again, and a transfer carries our refund's id as its `spend_id`, which is taken once for ever.
 */
import { cutText, type Fields, fieldsOf, idOf, listOf, wordOf } from "@backend/kit/json-api.ts";
import type { Outbound } from "@backend/kit/outbound.ts";
import type {
  InvoiceRequest,
  PaymentProvider,
  ProviderRefund,
  RefundRequest,
} from "@backend/modules/payments/ports.ts";
import { CryptoPayFailure, cryptoPayClient } from "./client.ts";
import { coinsBack, isTestBot, toCreateInvoice, toInvoice, toPayment } from "./transform.ts";
import { type CryptoPayInvoice, readInvoice, readTransfer } from "./types.ts";

export { cryptoPayHook, isSignedByCryptoPay } from "./webhook.ts";

/** The most that one answer may hold, where everything is read; a look for one invoice takes less. */
const largestPage = 1000;
const lookPage = 100;
const dayMs = 86_400_000;
/** No invoice can be paid longer than this after it was made (`expires_in` at most 31 days). */
const longestLifeMs = 31 * dayMs;

const unreadable = () => new CryptoPayFailure("server_error", { retryable: true });

export interface CryptoPayOptions {
  outbound: Outbound;
  /** https://pay.crypt.bot, or the test network's. */
  apiUrl: string;
  now: () => Date;
}

/** Access is an app's token, like "12345:AA…". */
export function cryptoPay(options: CryptoPayOptions): PaymentProvider {
  const call = cryptoPayClient(options);

  /** Invoices, page by page, while a page holds one that was made at or after `since`: the newest come first. */
  async function* pages(token: string, filter: Fields & { count: number }, since: Date) {
    for (let offset = 0; ; offset += filter.count) {
      const result = fieldsOf(await call(token, "getInvoices", { ...filter, offset }));
      const items = listOf(result.items);
      const invoices = items.map(readInvoice).filter((one) => one !== null);
      yield invoices;
      if (items.length < filter.count || !invoices.some(({ created_at }) => created_at >= since)) return;
    }
  }

  async function invoiceBy(token: string, ref: string): Promise<CryptoPayInvoice | null> {
    if (idOf(ref) === null) return null;
    const { items } = fieldsOf(await call(token, "getInvoices", { invoice_ids: ref }));
    return (
      listOf(items)
        .map(readInvoice)
        .find((one) => one?.invoice_id === ref) ?? null
    );
  }

  /** One that an earlier try made before its answer was lost; it may have been paid since. */
  async function madeBefore(token: string, request: InvoiceRequest): Promise<CryptoPayInvoice | null> {
    const since = new Date(options.now().getTime() - request.expiresInSec * 1000 - dayMs);
    for (const status of ["active", "paid"])
      for await (const page of pages(token, { status, count: lookPage }, since)) {
        const found = page.find(({ payload }) => payload === request.reference);
        if (found) return found;
      }
    return null;
  }

  async function transferOf(token: string, refundId: string): Promise<{ ref: string } | null> {
    const { items } = fieldsOf(await call(token, "getTransfers", { spend_id: refundId }));
    const [transfer] = listOf(items).map(readTransfer);
    return transfer ? { ref: transfer.transfer_id } : null;
  }

  const sent = (ref: string, { amount }: RefundRequest): ProviderRefund => ({
    ref,
    state: "succeeded",
    amount,
    problem: null,
  });

  return {
    async check(token) {
      const me = fieldsOf(await call(token, "getMe"));
      const account = idOf(me.app_id);
      if (account === null) throw unreadable();
      return {
        account,
        name: wordOf(me.name) ?? account,
        isTest: isTestBot(wordOf(me.payment_processing_bot_username) ?? ""),
      };
    },

    async open(token, request) {
      const known = request.isRepeat === false ? null : await madeBefore(token, request);
      const invoice = known ?? readInvoice(await call(token, "createInvoice", toCreateInvoice(request)));
      if (!invoice) throw unreadable();
      return toInvoice(invoice);
    },

    async find(token, ref) {
      const invoice = await invoiceBy(token, ref);
      return invoice && toInvoice(invoice);
    },

    async close(token, ref) {
      if (idOf(ref) === null) return;
      try {
        await call(token, "deleteInvoice", { invoice_id: Number(ref) });
      } catch (error) {
        // What a paid, an expired or a deleted invoice answers is not documented; it cannot be paid any more, which was the wish.
        if (!(error instanceof CryptoPayFailure) || error.options.retryable) throw error;
        if ((await invoiceBy(token, ref))?.status === "active") throw error;
      }
    },

    async refund(token, request) {
      const invoice = await invoiceBy(token, request.paymentRef);
      const payment = invoice && toPayment(invoice);
      // Without the payer's Telegram id there is nobody to send to.
      if (!payment?.paidAsset || !payment.paidAmount || request.payerTelegramId === null)
        throw new CryptoPayFailure("not_found", { retryable: false });
      const whole = { amount: payment.amount, paidAmount: payment.paidAmount, paidAsset: payment.paidAsset };
      try {
        const result = await call(token, "transfer", {
          user_id: request.payerTelegramId,
          asset: payment.paidAsset,
          amount: coinsBack(whole, request.amount),
          spend_id: request.refundId,
          ...(request.reason && { comment: cutText(request.reason, 1024) }),
        });
        const transfer = readTransfer(result);
        if (!transfer) throw unreadable();
        return sent(transfer.transfer_id, request);
      } catch (error) {
        if (!(error instanceof CryptoPayFailure) || error.refusal !== "SPEND_ID_ALREADY_USED") throw error;
        const found = await transferOf(token, request.refundId);
        if (!found) throw unreadable();
        return sent(found.ref, request);
      }
    },

    async findRefund(token, request) {
      const found = await transferOf(token, request.refundId);
      return found && sent(found.ref, request);
    },

    async *list(token, since) {
      const madeSince = new Date(since.getTime() - longestLifeMs);
      for await (const page of pages(token, { status: "paid", count: largestPage }, madeSince)) {
        const payments = page.map(toPayment).filter((one) => one !== null);
        yield payments.filter(({ paidAt }) => paidAt >= since);
      }
    },

    async rates(token) {
      const rates: { base: string; quote: string; rate: string }[] = [];
      for (const one of listOf(await call(token, "getExchangeRates")).map(fieldsOf)) {
        const [base, quote, rate] = [wordOf(one.source), wordOf(one.target), wordOf(one.rate)];
        // A rate that is not valid is a stale one.
        if (one.is_valid === true && base && quote && rate && /^\d+(\.\d+)?$/.test(rate) && Number(rate) > 0)
          rates.push({ base, quote, rate });
      }
      return rates;
    },
  };
}

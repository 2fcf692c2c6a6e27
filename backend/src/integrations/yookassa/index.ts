/**
 * YooKassa as a provider. Our reference is the idempotence key of a payment, our refund's id that of a refund; both are remembered for
 * 24 hours, so a refund that is tried later is looked for first. A payment that nobody has paid cannot be called off: it ends by
 * itself within the hour.
 */
import { fieldsOf, idOf, wordOf } from "@backend/kit/json-api.ts";
import type { Outbound } from "@backend/kit/outbound.ts";
import type { PaymentProvider, ProviderAccess } from "@backend/modules/payments/ports.ts";
import { YookassaFailure, yookassaClient } from "./client.ts";
import { toCreatePayment, toCreateRefund, toInvoice, toPayment, toRefund } from "./transform.ts";
import { isYookassaId, readPage, readPayment, readRefund, type YookassaRefund } from "./types.ts";

export { yookassaHook, yookassaNetworks } from "./notification.ts";

const pageSize = 100;
/** The longest that a payer may take by any of the methods: its payment was made before it was paid. */
const longestPayMs = 6 * 3_600_000;

const unreadable = () => new YookassaFailure("server_error", { retryable: true });

/** Access is JSON: `{ shopId, secretKey }`. */
export function yookassa(options: { outbound: Outbound; apiUrl: string }): PaymentProvider {
  const call = yookassaClient(options);

  /** Null when there is no such thing. */
  async function asked<T>(access: ProviderAccess, path: string, read: (value: unknown) => T | null): Promise<T | null> {
    let answer: unknown;
    try {
      answer = await call(access, { path });
    } catch (error) {
      if (error instanceof YookassaFailure && error.isMissing) return null;
      throw error;
    }
    const found = read(answer);
    if (!found) throw unreadable();
    return found;
  }

  async function* pages<T>(
    access: ProviderAccess,
    path: string,
    filter: Record<string, string>,
    read: (v: unknown) => T | null,
  ) {
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ ...filter, limit: String(pageSize), ...(cursor && { cursor }) });
      const page: { items: T[]; next: string | null } = readPage(
        await call(access, { path: `${path}?${query}` }),
        read,
      );
      yield page.items;
      cursor = page.next;
    } while (cursor !== null);
  }

  return {
    async check(access) {
      const me = fieldsOf(await call(access, { path: "/me" }));
      const account = wordOf(me.account_id) ?? idOf(me.account_id);
      if (account === null) throw unreadable();
      return { account, name: `YooKassa ${account}`, isTest: me.test === true };
    },

    async open(access, request) {
      const answer = await call(access, {
        path: "/payments",
        body: toCreatePayment(request),
        idempotenceKey: request.reference,
      });
      const payment = readPayment(answer);
      if (!payment) throw unreadable();
      return toInvoice(payment);
    },

    async find(access, ref) {
      const payment = isYookassaId(ref) ? await asked(access, `/payments/${ref}`, readPayment) : null;
      return payment && toInvoice(payment);
    },

    async close() {},

    async refund(access, request) {
      const answer = await call(access, {
        path: "/refunds",
        body: toCreateRefund(request),
        idempotenceKey: request.refundId,
      });
      const refund = readRefund(answer);
      if (!refund) throw unreadable();
      return toRefund(refund);
    },

    async findRefund(access, request) {
      if (request.ref !== null) {
        const refund = isYookassaId(request.ref) ? await asked(access, `/refunds/${request.ref}`, readRefund) : null;
        return refund && toRefund(refund);
      }
      if (!isYookassaId(request.paymentRef)) return null;
      const isOurs = ({ description }: YookassaRefund) => description?.includes(request.refundId) === true;
      for await (const page of pages(access, "/refunds", { payment_id: request.paymentRef }, readRefund)) {
        const found = page.find(isOurs);
        if (found) return toRefund(found);
      }
      return null;
    },

    async *list(access, since) {
      const madeSince = new Date(since.getTime() - longestPayMs).toISOString();
      const filter = { "created_at.gte": madeSince, status: "succeeded" };
      for await (const page of pages(access, "/payments", filter, readPayment)) {
        const payments = page.map(toPayment).filter((one) => one !== null);
        yield payments.filter(({ paidAt }) => paidAt >= since);
      }
    },
  };
}

/** What is asked of the server about money. Live topic "payments": every key begins with it. */
import type {
  Books,
  ConnectProvider,
  FormerConnection,
  LedgerLine,
  LedgerQuery,
  Payment,
  PaymentConnection,
  PaymentDetail,
  PaymentListQuery,
  Refund,
  RefundListQuery,
  ResolveBody,
} from "@backend/modules/payments/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type { Books, FormerConnection, LedgerLine, Payment, PaymentConnection, PaymentDetail, Refund };
export type PaymentFilter = Pick<PaymentListQuery, "state" | "provider" | "q">;
export type RefundFilter = Pick<RefundListQuery, "state">;
export type LedgerFilter = Pick<LedgerQuery, "kind">;

const pageOf = (cursor: string) => ({ limit: 50, ...(cursor ? { cursor } : {}) });

export const paymentsQuery = (filter: PaymentFilter) =>
  infiniteQueryOptions({
    queryKey: ["payments", "list", filter],
    queryFn: ({ pageParam }) => unwrap(api.payments.get({ query: { ...filter, ...pageOf(pageParam) } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });

export const paymentQuery = (paymentId: string) =>
  queryOptions({
    queryKey: ["payments", "one", paymentId],
    queryFn: (): Promise<PaymentDetail> => unwrap(api.payments({ paymentId }).get()),
  });

export const refundsQuery = (filter: RefundFilter) =>
  infiniteQueryOptions({
    queryKey: ["payments", "refunds", filter],
    queryFn: ({ pageParam }) => unwrap(api.refunds.get({ query: { ...filter, ...pageOf(pageParam) } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });

export const connectionsQuery = queryOptions({
  queryKey: ["payments", "connections"],
  queryFn: () => unwrap(api["payment-connections"].get()),
});

export const booksQuery = queryOptions({
  queryKey: ["payments", "books"],
  queryFn: (): Promise<Books> => unwrap(api.books.get()),
});

export const ledgerQuery = (filter: LedgerFilter) =>
  infiniteQueryOptions({
    queryKey: ["payments", "ledger", filter],
    queryFn: ({ pageParam }) => unwrap(api.books.entries.get({ query: { ...filter, ...pageOf(pageParam) } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor,
  });

export const resolvePayment = ({ paymentId, ...body }: ResolveBody & { paymentId: string }): Promise<PaymentDetail> =>
  unwrap(api.payments({ paymentId }).resolve.post(body));
export const approveRefund = (refundId: string): Promise<Refund> => unwrap(api.refunds({ refundId }).approve.post());
export const cancelRefund = (refundId: string): Promise<Refund> => unwrap(api.refunds({ refundId }).cancel.post());
export const retryRefund = (refundId: string): Promise<Refund> => unwrap(api.refunds({ refundId }).retry.post());
export const checkBooks = () => unwrap(api.books.check.post());
export const connectProvider = (body: ConnectProvider): Promise<PaymentConnection> =>
  unwrap(api["payment-connections"].put(body));
const connection = (paymentConnectionId: string) => api["payment-connections"]({ paymentConnectionId });
export const switchConnection = ({ id, isOn }: { id: string; isOn: boolean }): Promise<PaymentConnection> =>
  unwrap(connection(id).patch({ isOn }));
export const checkConnection = (id: string): Promise<PaymentConnection> => unwrap(connection(id).check.post());
export const reconcile = (id: string) => unwrap(connection(id).reconcile.post());
export const disconnect = (id: string) => unwrap(connection(id).delete());
export const forgetKey = (formerConnectionId: string) =>
  unwrap(api["payment-connections"].former({ formerConnectionId }).key.delete());

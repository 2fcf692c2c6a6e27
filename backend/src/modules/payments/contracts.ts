/** Shapes that cross HTTP. Amounts are exact decimal text with their currency beside them; credentials are in no answer. */
import { exportFormats, separators } from "@backend/kit/export.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { PersonRef } from "@backend/modules/identity/index.ts";
import {
  accountKinds,
  checkReasons,
  invoiceStates,
  paymentStates,
  providers,
  refundStates,
  resolutions,
} from "@db/schema/payments.ts";
import { type Static, t } from "elysia";

const Id = t.String({ format: "uuid" });
const Amount = t.String({ description: "Exact decimal text." });
const Currency = t.String();
const Instant = t.String();
const Nullable = t.Nullable;
const Provider = oneOf(providers);
const Note = t.String({ minLength: 1, maxLength: 500 });
const moment = t.Optional(t.String({ format: "date-time" }));
const exportQuery = { format: oneOf(exportFormats), separator: t.Optional(oneOf(separators)) };

// ── Payments ────────────────────────────────────────────────────────────────────────────────────────────────────────

export const Payment = t.Object({
  id: t.String(),
  provider: Provider,
  /** The provider's own id of it. */
  providerRef: t.String(),
  invoiceId: Nullable(t.String()),
  orderId: Nullable(t.String()),
  person: Nullable(PersonRef),
  amount: Amount,
  currency: Currency,
  /** What the payer's wallet gave, where that is another thing. */
  paidAmount: Nullable(Amount),
  paidAsset: Nullable(t.String()),
  feeAmount: Nullable(Amount),
  feeCurrency: Nullable(Currency),
  isTest: t.Boolean(),
  state: oneOf(paymentStates),
  checkReason: Nullable(oneOf(checkReasons)),
  resolution: Nullable(oneOf(resolutions)),
  resolvedBy: Nullable(PersonRef),
  resolvedAt: Nullable(Instant),
  note: Nullable(t.String()),
  foundBy: t.String({ description: "webhook, sweep, update or reconciliation" }),
  /** Given back so far, to the payer or onto his balance. */
  refunded: Amount,
  paidAt: Instant,
  createdAt: Instant,
});
export type Payment = Static<typeof Payment>;
export const PaymentPage = pageOf(Payment);

const paymentFilter = {
  state: t.Optional(oneOf(paymentStates)),
  provider: t.Optional(Provider),
  currency: t.Optional(t.String({ maxLength: 12 })),
  personId: t.Optional(Id),
  orderId: t.Optional(Id),
  from: moment,
  to: moment,
  /** The provider's id of a payment, or an id of ours. */
  q: t.Optional(t.String({ maxLength: 100 })),
};
export const PaymentListQuery = t.Object({ ...pageQuery, ...paymentFilter });
export type PaymentListQuery = Static<typeof PaymentListQuery>;
export const PaymentExportQuery = t.Object({ ...paymentFilter, ...exportQuery });
export type PaymentExportQuery = Static<typeof PaymentExportQuery>;
export const PaymentParams = t.Object({ paymentId: Id });

/** What was asked for. */
export const Invoice = t.Object({
  id: t.String(),
  orderId: t.String(),
  provider: Provider,
  providerRef: Nullable(t.String()),
  amount: Amount,
  currency: Currency,
  title: t.String(),
  state: oneOf(invoiceStates),
  problem: Nullable(t.String()),
  createdAt: Instant,
  expiresAt: Instant,
  endedAt: Nullable(Instant),
});
export type Invoice = Static<typeof Invoice>;

// ── Refunds ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export const Refund = t.Object({
  id: t.String(),
  paymentId: Nullable(t.String()),
  orderId: Nullable(t.String()),
  provider: Nullable(Provider),
  person: Nullable(PersonRef),
  amount: Amount,
  currency: Currency,
  to: oneOf(["provider", "balance"]),
  reason: Nullable(t.String()),
  state: oneOf(refundStates),
  requestedBy: Nullable(PersonRef),
  approvedBy: Nullable(PersonRef),
  /** Started in the provider's own cabinet. */
  isOutside: t.Boolean(),
  /** Code of a sentence: `payments.provider.<code>`. */
  problem: Nullable(t.String()),
  /** Whether the reader is the second person that it waits for. */
  mayApprove: t.Boolean(),
  /** A fault of the product's own holds it; whether the money has gone is not known. It is tried again when somebody says so. */
  isStuck: t.Boolean(),
  createdAt: Instant,
  endedAt: Nullable(Instant),
});
export type Refund = Static<typeof Refund>;
export const RefundPage = pageOf(Refund);

const refundFilter = {
  state: t.Optional(oneOf(refundStates)),
  paymentId: t.Optional(Id),
  orderId: t.Optional(Id),
  personId: t.Optional(Id),
  from: moment,
  to: moment,
};
export const RefundListQuery = t.Object({ ...pageQuery, ...refundFilter });
export type RefundListQuery = Static<typeof RefundListQuery>;
export const RefundExportQuery = t.Object({ ...refundFilter, ...exportQuery });
export type RefundExportQuery = Static<typeof RefundExportQuery>;
export const RefundParams = t.Object({ refundId: Id });

export const PaymentDetail = t.Object({
  payment: Payment,
  invoice: Nullable(Invoice),
  refunds: t.Array(Refund),
  /** What may be decided about it now; empty for money that is in order, and for readers who may not. */
  choices: t.Array(oneOf(resolutions)),
});
export type PaymentDetail = Static<typeof PaymentDetail>;

/**
 * `accepted`: it pays its order after all. `to_balance`: it is the customer's (or `personId`'s) to spend. `refunded`: back to the payer.
 * `dismissed`: it is not ours; needs a note.
 */
export const ResolveBody = t.Object(
  { resolution: oneOf(resolutions), note: t.Optional(Note), personId: t.Optional(Id) },
  { examples: [{ resolution: "to_balance", note: "Paid an hour late" }] },
);
export type ResolveBody = Static<typeof ResolveBody>;

// ── Providers ───────────────────────────────────────────────────────────────────────────────────────────────────────

const ReconciliationResult = t.Object({
  seen: t.Integer(),
  found: t.Integer(),
  refunds: t.Integer(),
  missing: t.Integer(),
});

export const PaymentConnection = t.Object({
  id: t.String(),
  provider: Provider,
  name: t.String(),
  account: Nullable(t.String()),
  isTest: t.Boolean(),
  isFromEnvironment: t.Boolean(),
  isOn: t.Boolean(),
  /** Code of a sentence: `payments.provider.<code>`; null = the last call went well. */
  problem: Nullable(t.String()),
  problemSince: Nullable(Instant),
  checkedAt: Nullable(Instant),
  heardAt: Nullable(Instant),
  /** Webhooks that were turned away. */
  refused: t.Object({ count: t.Integer(), at: Nullable(Instant), why: Nullable(t.String()) }),
  /** To be pasted at the provider; null where there is nothing to paste. */
  webhookUrl: Nullable(t.String()),
  currencies: t.Array(Currency),
  reconciledUntil: Nullable(Instant),
  reconciled: Nullable(ReconciliationResult),
});
export type PaymentConnection = Static<typeof PaymentConnection>;
/** Given up, with its key still kept: money that came by it can go back. */
export const FormerConnection = t.Object({
  id: t.String(),
  provider: Provider,
  name: t.String(),
  account: Nullable(t.String()),
  disconnectedAt: Instant,
});
export type FormerConnection = Static<typeof FormerConnection>;
/** In the order of the providers; what is not connected is absent. */
export const PaymentConnectionList = t.Object({
  items: t.Array(PaymentConnection),
  former: t.Array(FormerConnection),
  providers: t.Array(Provider),
});
export type PaymentConnections = Static<typeof PaymentConnectionList>;
export const FormerConnectionParams = t.Object({ formerConnectionId: Id });
export const PaymentConnectionParams = t.Object({ paymentConnectionId: Id });

/** Connects a provider, or gives a connected one new keys. Keys are proved at the provider first, kept sealed and never shown. */
export const ConnectProviderBody = t.Object(
  {
    provider: Provider,
    /** Of a Crypto Pay app. */
    token: t.Optional(t.String({ minLength: 1, maxLength: 200 })),
    /** Of a YooKassa shop. */
    shopId: t.Optional(t.String({ minLength: 1, maxLength: 40 })),
    secretKey: t.Optional(t.String({ minLength: 1, maxLength: 200 })),
  },
  { examples: [{ provider: "stars" }] },
);
export type ConnectProvider = Static<typeof ConnectProviderBody>;
export const ChangeConnectionBody = t.Object({ isOn: t.Boolean() });
export const Done = t.Object({ ok: t.Literal(true) });

// ── Books ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const AccountKind = oneOf(accountKinds);
export const Books = t.Object({
  /** What we owe people is summed up: `holder` is the provider of a `provider` account and empty otherwise. */
  accounts: t.Array(
    t.Object({ kind: AccountKind, holder: t.String(), currency: Currency, balance: Amount, count: t.Integer() }),
  ),
  check: Nullable(
    t.Object({
      checkedAt: Instant,
      differences: t.Array(
        t.Object({ accountId: Nullable(t.String()), currency: Currency, balance: Amount, entries: Amount }),
      ),
    }),
  ),
});
export type Books = Static<typeof Books>;

/** One movement of one account. Credits are positive. */
export const LedgerLine = t.Object({
  id: t.String(),
  at: Instant,
  kind: AccountKind,
  holder: t.String(),
  cause: t.String({ description: "What moved it: payment, refund, order.paid …" }),
  causeId: t.String(),
  amount: Amount,
  currency: Currency,
});
export type LedgerLine = Static<typeof LedgerLine>;
const ledgerFilter = {
  kind: t.Optional(AccountKind),
  personId: t.Optional(Id),
  currency: t.Optional(t.String({ maxLength: 12 })),
  from: moment,
  to: moment,
};
export const LedgerQuery = t.Object({ ...pageQuery, ...ledgerFilter });
export type LedgerQuery = Static<typeof LedgerQuery>;
export const LedgerPage = pageOf(LedgerLine);
export const LedgerExportQuery = t.Object({ ...ledgerFilter, ...exportQuery });
export type LedgerExportQuery = Static<typeof LedgerExportQuery>;

export const BalanceParams = t.Object({ personId: Id });
export const Balances = t.Object({
  person: PersonRef,
  balances: t.Array(t.Object({ currency: Currency, amount: Amount, held: Amount })),
});
export type Balances = Static<typeof Balances>;

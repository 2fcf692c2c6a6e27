/** Money: what was asked for, what came, what went back, and the books. Amounts are exact decimals with their currency. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bots } from "./bots.ts";
import { instant, rowId, serialId, telegramId, timestamps } from "./columns.ts";
import { persons, workspaces } from "./identity.ts";

/** Who takes the money. The balance is a method of paying, not a provider: no money comes in by it. */
export const providers = ["crypto_pay", "yookassa", "stars"] as const;
export type Provider = (typeof providers)[number];

const exact = (name: string) => numeric(name, { precision: 38, scale: 18 });

/** What comparing a provider's list with ours has shown. */
export interface Reconciled {
  /** Payments of the list that were looked at. */
  seen: number;
  /** Of them unknown here until then. */
  found: number;
  /** Refunds that were made elsewhere. */
  refunds: number;
  /** Payments of ours that the provider says are gone. */
  missing: number;
}

/** A provider as a workspace uses it. Stars need no credentials: the bot that shows the invoice has them. */
export const paymentConnections = pgTable(
  "payment_connections",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    provider: text("provider").$type<Provider>().notNull(),
    /** Token of Crypto Pay, or shop id and secret key of YooKassa as JSON; sealed. Null for Stars. */
    credentialsSealed: text("credentials_sealed"),
    /** The provider's own id of the account: app id, shop id. Never the same account in two workspaces. */
    account: text("account"),
    /** As the provider names it. */
    name: text("name").notNull(),
    /** A test shop or the test network: its payments are taken only here. */
    isTest: boolean("is_test").notNull().default(false),
    /** Made from the environment; what is set in the app wins over it. */
    isFromEnvironment: boolean("is_from_environment").notNull().default(false),
    isOn: boolean("is_on").notNull().default(true),
    /** Code of a sentence; null = the last call went well. */
    problem: text("problem"),
    problemSince: instant("problem_since"),
    checkedAt: instant("checked_at"),
    /** When a webhook of it arrived last. */
    heardAt: instant("heard_at"),
    /** Webhooks that were turned away (a wrong signature, a foreign address), and the last one of them. */
    refusedCalls: integer("refused_calls").notNull().default(0),
    refusedAt: instant("refused_at"),
    refusedWhy: text("refused_why"),
    /** Until where the provider's list was compared with ours. */
    reconciledUntil: instant("reconciled_until"),
    reconciled: jsonb("reconciled").$type<Reconciled>(),
    /** When the workspace gave it up. It takes nothing new; what came by it can still go back while its key is kept. */
    disconnectedAt: instant("disconnected_at"),
    ...timestamps(),
  },
  (t) => [
    uniqueIndex("payment_connections_one_per_provider")
      .on(t.workspaceId, t.provider)
      .where(sql`${t.disconnectedAt} is null`),
    uniqueIndex("payment_connections_one_workspace_per_account")
      .on(t.provider, t.account)
      .where(sql`${t.account} is not null and ${t.disconnectedAt} is null`),
    check("payment_connections_provider_known", sql`${t.provider} in ('crypto_pay','yookassa','stars')`),
  ],
);

export const invoiceStates = ["new", "open", "paid", "expired", "cancelled", "failed"] as const;
export type InvoiceState = (typeof invoiceStates)[number];

/** Where an invoice is paid: each client opens the one that suits it. */
export interface InvoiceLinks {
  /** A t.me link, opened inside Telegram. */
  telegram?: string;
  /** `openInvoice` of the Mini App (Stars). */
  invoice?: string;
  /** A page for a browser. */
  web?: string;
}

/** Money that we ask a provider to collect. Its row is committed before the provider hears of it: the id is the idempotence key. */
export const invoices = pgTable(
  "invoices",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Whom it is for; null once the person is erased. */
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    /** What it pays: an order of the shop. */
    orderId: uuid("order_id").notNull(),
    connectionId: uuid("connection_id").references(() => paymentConnections.id, { onDelete: "set null" }),
    provider: text("provider").$type<Provider>().notNull(),
    /** The bot through which the person pays Stars, and is told. */
    botId: uuid("bot_id").references(() => bots.id, { onDelete: "set null" }),
    amount: exact("amount").notNull(),
    currency: text("currency").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    isSubscription: boolean("is_subscription").notNull().default(false),
    /** Where a receipt (54-FZ) goes, and by which codes it is written; without all but the last there is none. */
    email: text("email"),
    vatCode: smallint("vat_code"),
    taxSystemCode: smallint("tax_system_code"),
    state: text("state").$type<InvoiceState>().notNull().default("new"),
    /** The provider's id of it; null while it has not been made there. */
    providerRef: text("provider_ref"),
    links: jsonb("links").$type<InvoiceLinks>().notNull().default({}),
    expiresAt: instant("expires_at").notNull(),
    /** When the provider is asked about it next; null = it is settled, or given up. */
    askAt: instant("ask_at"),
    asked: smallint("asked").notNull().default(0),
    problem: text("problem"),
    createdAt: instant("created_at").notNull().defaultNow(),
    endedAt: instant("ended_at"),
  },
  (t) => [
    // One open invoice for one order (R7).
    uniqueIndex("invoices_one_open_per_order").on(t.orderId).where(sql`${t.state} in ('new','open')`),
    uniqueIndex("invoices_provider_ref_once")
      .on(t.connectionId, t.providerRef)
      .where(sql`${t.providerRef} is not null`),
    index("invoices_by_order").on(t.orderId, t.createdAt),
    index("invoices_by_workspace").on(t.workspaceId, t.createdAt.desc(), t.id),
    index("invoices_by_person").on(t.personId),
    index("invoices_by_bot").on(t.botId),
    index("invoices_to_ask").on(t.askAt).where(sql`${t.askAt} is not null`),
    check("invoices_positive", sql`${t.amount} > 0`),
    check("invoices_state_known", sql`${t.state} in ('new','open','paid','expired','cancelled','failed')`),
  ],
);

export const paymentStates = ["settled", "to_check", "returned"] as const;
export type PaymentState = (typeof paymentStates)[number];

/** Why money that came waits for a person; each has words and a line in docs/payments.md. */
export const checkReasons = [
  "amount_differs",
  "currency_differs",
  "asset_not_accepted",
  "late",
  "paid_twice",
  "unknown_invoice",
  "other_person",
  "test_payment",
  "other_account",
  "charged_back",
] as const;
export type CheckReason = (typeof checkReasons)[number];

export const resolutions = ["accepted", "to_balance", "refunded", "dismissed"] as const;
export type Resolution = (typeof resolutions)[number];

/** What the provider does when a subscription's month is over: charges the next one, or not because of us, or because of the payer. */
export const renewalStates = ["on", "off", "off_by_payer"] as const;
export type RenewalState = (typeof renewalStates)[number];

/**
 * Whether a subscription's next month is charged; one without a row is as it began: on. Not on the invoice: who changes it has locked the
 * order already, and an invoice is locked before its order.
 */
export const renewals = pgTable(
  "renewals",
  {
    invoiceId: uuid("invoice_id")
      .primaryKey()
      .references(() => invoices.id, { onDelete: "cascade" }),
    /** As the provider has it, as far as is known. */
    state: text("state").$type<RenewalState>().notNull().default("on"),
    /** What is wanted and the provider has not taken yet; null = it has. */
    isAskedOn: boolean("is_asked_on"),
    askedAt: instant("asked_at"),
    /** Why the provider does not take it: a word that has a sentence. */
    problem: text("problem"),
  },
  (t) => [
    index("renewals_to_tell").on(t.askedAt).where(sql`${t.isAskedOn} is not null`),
    check("renewals_state_known", sql`${t.state} in ('on','off','off_by_payer')`),
  ],
);

/** Money that a provider says it has. Written only after the provider was asked; a webhook alone is a hint. */
export const payments = pgTable(
  "payments",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    provider: text("provider").$type<Provider>().notNull(),
    connectionId: uuid("connection_id").references(() => paymentConnections.id, { onDelete: "set null" }),
    /** Crypto Pay's invoice id, YooKassa's payment id, Telegram's charge id: however often it is told, it is one row. */
    providerRef: text("provider_ref").notNull(),
    invoiceId: uuid("invoice_id").references(() => invoices.id),
    /** The bot that took Stars: only it can give them back. */
    botId: uuid("bot_id").references(() => bots.id, { onDelete: "set null" }),
    orderId: uuid("order_id"),
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    /**
     * Who paid a subscription's first month that did not fit: it began at Telegram all the same, and is stopped by his id and the charge.
     * Null for all others, once Telegram has stopped it, and once he was erased.
     */
    payerTelegramId: telegramId("payer_telegram_id"),
    amount: exact("amount").notNull(),
    currency: text("currency").notNull(),
    /** What the payer's wallet gave, where that is another thing ("TON"). */
    paidAmount: exact("paid_amount"),
    paidAsset: text("paid_asset"),
    feeAmount: exact("fee_amount"),
    feeCurrency: text("fee_currency"),
    isTest: boolean("is_test").notNull().default(false),
    state: text("state").$type<PaymentState>().notNull(),
    checkReason: text("check_reason").$type<CheckReason>(),
    resolution: text("resolution").$type<Resolution>(),
    resolvedBy: uuid("resolved_by").references(() => persons.id, { onDelete: "set null" }),
    resolvedAt: instant("resolved_at"),
    note: text("note"),
    /** "webhook", "sweep" (our own asking), "update" (Telegram), "reconciliation". */
    foundBy: text("found_by").notNull(),
    refunded: exact("refunded").notNull().default("0"),
    /** By the provider's clock. */
    paidAt: instant("paid_at").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    unique("payments_once").on(t.workspaceId, t.provider, t.providerRef),
    index("payments_by_workspace").on(t.workspaceId, t.createdAt.desc(), t.id),
    index("payments_to_check").on(t.workspaceId, t.createdAt).where(sql`${t.state} = 'to_check'`),
    index("payments_by_invoice").on(t.invoiceId),
    index("payments_by_bot").on(t.botId).where(sql`${t.botId} is not null`),
    index("payments_by_order").on(t.orderId).where(sql`${t.orderId} is not null`),
    index("payments_by_person").on(t.personId),
    index("payments_by_payer").on(t.payerTelegramId).where(sql`${t.payerTelegramId} is not null`),
    index("payments_by_resolver").on(t.resolvedBy),
    check("payments_state_known", sql`${t.state} in ('settled','to_check','returned')`),
    check("payments_check_has_reason", sql`${t.state} <> 'to_check' or ${t.checkReason} is not null`),
    check("payments_refunded_within", sql`${t.refunded} >= 0 and ${t.refunded} <= ${t.amount}`),
  ],
);

/** Where the money of a refund is until it goes: spent on an order, on the customer's balance (then set aside), or undecided. */
export const refundSources = ["revenue", "customer", "to_check"] as const;
export type RefundSource = (typeof refundSources)[number];

export const refundStates = ["requested", "sending", "pending", "succeeded", "failed", "cancelled"] as const;
export type RefundState = (typeof refundStates)[number];

/** Money on its way back. `requested` waits for a second person; `sending` is ours to try again with the same key. */
export const refunds = pgTable(
  "refunds",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Null when an order that was paid from the balance alone is given back. */
    paymentId: uuid("payment_id").references(() => payments.id),
    orderId: uuid("order_id"),
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    amount: exact("amount").notNull(),
    currency: text("currency").notNull(),
    /** To the payer through the provider, or onto his balance here. */
    to: text("to").$type<"provider" | "balance">().notNull(),
    source: text("source").$type<RefundSource>().notNull().default("revenue"),
    reason: text("reason"),
    state: text("state").$type<RefundState>().notNull(),
    requestedBy: uuid("requested_by").references(() => persons.id, { onDelete: "set null" }),
    approvedBy: uuid("approved_by").references(() => persons.id, { onDelete: "set null" }),
    providerRef: text("provider_ref"),
    /** Started in the provider's own cabinet, not by us. */
    isOutside: boolean("is_outside").notNull().default(false),
    problem: text("problem"),
    askAt: instant("ask_at"),
    asked: smallint("asked").notNull().default(0),
    /** Since when nobody says what a try has done. On one that failed: it may have gone out, and is looked for when it is asked for again. */
    unheardSince: instant("unheard_since"),
    endedAt: instant("ended_at"),
    ...timestamps(),
  },
  (t) => [
    index("refunds_by_workspace").on(t.workspaceId, t.createdAt.desc(), t.id),
    index("refunds_by_payment").on(t.paymentId),
    index("refunds_by_order").on(t.orderId),
    index("refunds_by_person").on(t.personId),
    index("refunds_to_ask").on(t.askAt).where(sql`${t.askAt} is not null`),
    uniqueIndex("refunds_provider_ref_once").on(t.paymentId, t.providerRef).where(sql`${t.providerRef} is not null`),
    check("refunds_positive", sql`${t.amount} > 0`),
    check("refunds_to_known", sql`${t.to} in ('provider','balance')`),
    check("refunds_source_known", sql`${t.source} in ('revenue','customer','to_check')`),
    check("refunds_state_known", sql`${t.state} in ('requested','sending','pending','succeeded','failed','cancelled')`),
  ],
);

/**
 * The books' accounts. Credits are positive, debits negative. `customer` is what we owe a person, `held` what of it an open order has
 * set aside; neither is ever negative. `provider` is what a provider holds for us (negative, being a debit); `revenue` is earned; `fees`
 * went to providers; `to_check` is money that nobody has decided about; `granted` is what was given away.
 */
export const accountKinds = ["customer", "held", "provider", "revenue", "fees", "to_check", "granted"] as const;
export type AccountKind = (typeof accountKinds)[number];

/** `balance` is the sum of its entries, kept in the transaction that writes them; a job checks it. */
export const ledgerAccounts = pgTable(
  "ledger_accounts",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    kind: text("kind").$type<AccountKind>().notNull(),
    /** The person of `customer` and `held`, the provider of a `provider`; empty otherwise. */
    holder: text("holder").notNull().default(""),
    currency: text("currency").notNull(),
    balance: exact("balance").notNull().default("0"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    unique("ledger_accounts_once").on(t.workspaceId, t.kind, t.holder, t.currency),
    check(
      "ledger_accounts_kind_known",
      sql`${t.kind} in ('customer','held','provider','revenue','fees','to_check','granted')`,
    ),
    check("ledger_accounts_not_overdrawn", sql`${t.kind} not in ('customer','held') or ${t.balance} >= 0`),
  ],
);

/** Why money moved. `cause` and `causeId` are unique: what happens twice is booked once. */
export const ledgerTransactions = pgTable(
  "ledger_transactions",
  {
    ...serialId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id),
    cause: text("cause").notNull(),
    causeId: text("cause_id").notNull(),
    at: instant("at").notNull().defaultNow(),
  },
  (t) => [
    unique("ledger_transactions_cause_once").on(t.workspaceId, t.cause, t.causeId),
    index("ledger_transactions_by_workspace").on(t.workspaceId, t.id),
  ],
);

/** Append-only, by a trigger. The entries of a transaction sum to zero per currency, by a trigger at commit. */
export const ledgerEntries = pgTable(
  "ledger_entries",
  {
    ...serialId(),
    transactionId: bigint("transaction_id", { mode: "bigint" })
      .notNull()
      .references(() => ledgerTransactions.id),
    accountId: uuid("account_id")
      .notNull()
      .references(() => ledgerAccounts.id),
    amount: exact("amount").notNull(),
    currency: text("currency").notNull(),
  },
  (t) => [
    index("ledger_entries_by_account").on(t.accountId, t.id),
    index("ledger_entries_by_transaction").on(t.transactionId),
    check("ledger_entries_not_zero", sql`${t.amount} <> 0`),
  ],
);

/** What does not add up in the books: the account whose balance is not its entries' sum, or a currency whose accounts are not zero together. */
export interface LedgerDifference {
  accountId: string | null;
  currency: string;
  balance: string;
  entries: string;
}

/** The last check of a workspace's books, by a job. */
export const ledgerChecks = pgTable("ledger_checks", {
  workspaceId: uuid("workspace_id")
    .primaryKey()
    .references(() => workspaces.id, { onDelete: "cascade" }),
  checkedAt: instant("checked_at").notNull(),
  differences: jsonb("differences").$type<LedgerDifference[]>().notNull(),
});

/** One unit of `base` in `quote` on a day (UTC); reports add up in one currency by the day's rate. */
export const exchangeRates = pgTable(
  "exchange_rates",
  {
    day: date("day").notNull(),
    base: text("base").notNull(),
    quote: text("quote").notNull(),
    rate: exact("rate").notNull(),
    source: text("source").notNull(),
  },
  (t) => [primaryKey({ columns: [t.base, t.quote, t.day] }), check("exchange_rates_positive", sql`${t.rate} > 0`)],
);

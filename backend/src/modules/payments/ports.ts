/** What this room needs from the outside: whoever takes money, and whoever says what one currency is worth in another. */
import type { Vault } from "@backend/kit/crypto.ts";
import type { Db } from "@db/client.ts";
import type { InvoiceLinks, Provider } from "@db/schema/payments.ts";

/** Words for what went wrong at a provider; people have a sentence for each (`payments.provider.<word>`). */
export const providerProblems = [
  "key_refused",
  "not_allowed",
  "not_found",
  "request_refused",
  "amount_refused",
  "not_enough_money",
  "too_many_calls",
  "unreachable",
  "timed_out",
  "server_error",
  "no_bot",
  /** What SECRETS_KEY once sealed and does not open any more. */
  "key_unreadable",
  /** The account that took the money is not within reach any more; of Stars, the bot. */
  "account_gone",
  "bot_gone",
] as const;
export type ProviderProblem = (typeof providerProblems)[number];

/** Opened credentials of a connection: Crypto Pay's token, YooKassa's `{"shopId":"…","secretKey":"…"}`, for Stars the bot's token. */
export type ProviderAccess = string;

export interface ProviderAccount {
  /** The provider's id of the account: app id, shop id, the bot's Telegram id. */
  account: string;
  name: string;
  isTest: boolean;
}

/** An item of a receipt (54-FZ), price of one unit. */
export interface ReceiptRequest {
  email: string;
  vatCode: number;
  taxSystemCode: number | null;
}

export interface InvoiceRequest {
  /** Ours: the key that makes a repeat the same call, and what the provider hands back. */
  reference: string;
  /** Exact decimal text. */
  amount: string;
  currency: string;
  title: string;
  description: string;
  expiresInSec: number;
  /** A t.me address that leads back to the order. */
  returnUrl: string;
  isSubscription: boolean;
  receipt: ReceiptRequest | null;
  /** False when nobody has asked for this invoice before: then none is looked for. */
  isRepeat?: boolean;
}

/** Money that a provider says it has. */
export interface ProviderPayment {
  /** Unique at the provider, for ever. */
  ref: string;
  /** The provider's invoice; for YooKassa the same as `ref`. Null where only our reference leads to it. */
  invoiceRef: string | null;
  /** Our reference, as it came back; null when it carried none. */
  reference: string | null;
  /** What the invoice asked for. */
  amount: string;
  currency: string;
  /** What the payer gave, where that is another thing. */
  paidAmount: string | null;
  paidAsset: string | null;
  /** Whether the asset is among those that the invoice allowed. */
  isAssetAccepted: boolean;
  feeAmount: string | null;
  feeCurrency: string | null;
  /** Given back so far, also by others than us. */
  refunded: string;
  isTest: boolean;
  account: string | null;
  /** Telegram id of the payer, where the provider knows it. */
  payerTelegramId: number | null;
  paidAt: Date;
}

export interface ProviderInvoice {
  ref: string;
  state: "open" | "paid" | "expired" | "cancelled";
  links: InvoiceLinks;
  payment: ProviderPayment | null;
}

export interface RefundRequest {
  /** Ours: a repeat with it gives the money back once. */
  refundId: string;
  paymentRef: string;
  amount: string;
  currency: string;
  /** What the payer's wallet gave, for providers that pay back in coins. */
  paidAmount: string | null;
  paidAsset: string | null;
  isFull: boolean;
  reason: string | null;
  payerTelegramId: number | null;
  receipt: ReceiptRequest | null;
}

export interface RenewalRequest {
  paymentRef: string;
  payerTelegramId: number;
  isOn: boolean;
}

export interface ProviderRefund {
  /** The provider's id; null where it has none of its own. */
  ref: string | null;
  state: "pending" | "succeeded" | "failed";
  amount: string;
  problem: ProviderProblem | null;
}

/**
 * One provider behind one port. Failures are IntegrationErrors whose `problem` is a ProviderProblem; `retryable` says that nothing is
 * known of the outcome or that a repeat may help. A call that makes something may be repeated with the same reference.
 */
export interface PaymentProvider {
  /** The cheapest call that proves the credentials. */
  check(access: ProviderAccess): Promise<ProviderAccount>;
  /** Makes the invoice, or finds the one that an earlier try has made. */
  open(access: ProviderAccess, request: InvoiceRequest): Promise<ProviderInvoice>;
  /** Null when the provider knows no such invoice. */
  find(access: ProviderAccess, ref: string): Promise<ProviderInvoice | null>;
  /** So that it cannot be paid any more, where the provider can do that; a paid one stays paid. */
  close(access: ProviderAccess, ref: string): Promise<void>;
  refund(access: ProviderAccess, request: RefundRequest): Promise<ProviderRefund>;
  /** Null when the provider has heard of no such refund. */
  findRefund(access: ProviderAccess, request: RefundRequest & { ref: string | null }): Promise<ProviderRefund | null>;
  /** Everything paid since then, newest or oldest first, page by page. */
  list(access: ProviderAccess, since: Date): AsyncIterable<readonly ProviderPayment[]>;
  /**
   * Whether a subscription's next month is charged, where the provider renews by itself. As often as asked. `paymentRef` is the
   * subscription's first payment.
   */
  setRenewal?(access: ProviderAccess, request: RenewalRequest): Promise<void>;
  /** Rates now, where the provider tells them: one unit of `base` in `quote`. */
  rates?(access: ProviderAccess): Promise<readonly { base: string; quote: string; rate: string }[]>;
}

/** A call of a provider's webhook, nothing of it parsed. `sender` is the address that it really came from; null = unknown. */
export interface HookCall {
  body: Uint8Array;
  header(name: string): string | null;
  sender: string | null;
}

export type HookRefusal = "bad_signature" | "foreign_address";

/** How a provider's webhooks are known from others', and what they speak of. Neither proves anything about money: the provider is asked. */
export interface ProviderHook {
  /** Null: it is theirs. */
  refusal(access: ProviderAccess, call: HookCall): HookRefusal | null;
  /** The provider's invoice that a call speaks of (a refund speaks of its payment's); null for anything else, garbage too. */
  invoiceRef(body: Uint8Array): string | null;
}

/** Providers that call us; Stars come as updates of the bot. */
export type HookProvider = Exclude<Provider, "stars">;

/** Bots by their tokens: the access to Stars is the bot's through which somebody pays. */
export interface StarsBots {
  /** Null for a bot that is off or gone. */
  tokenOf(db: Db, botId: string): Promise<string | null>;
  /** Also of one that is switched off, for what came by it; null for one that was given up. */
  keptTokenOf(db: Db, botId: string): Promise<string | null>;
  /** Bots that a workspace's Stars may be in, the one that new invoices are made by first. */
  listOf(db: Db, workspaceId: string): Promise<{ botId: string; token: string }[]>;
}

export interface PaymentsPorts {
  vault: Vault;
  providers: Readonly<Record<Provider, PaymentProvider>>;
  providerHooks: Readonly<Record<HookProvider, ProviderHook>>;
  starsBots: StarsBots;
  publicUrl: string;
}

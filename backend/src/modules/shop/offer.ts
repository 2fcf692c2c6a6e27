/** What an order would cost a person now: the same question for the quote and for the order itself. */
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { balancesOf, methodsOf } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { FrozenProduct, PaymentMethod } from "@db/schema/shop.ts";
import {
  findOwnProduct,
  findPromoCode,
  type PriceRow,
  type ProductRow,
  type PromoCodeRow,
  pricesOf,
  readSettings,
  type Settings,
  usesOfPerson,
} from "./catalog-queries.ts";
import type { QuoteAsk } from "./contracts.ts";
import { isMore } from "./domain/money.ts";
import { cleanCode, codeProblem, type Priced, priceOrder } from "./domain/price.ts";
import { codeRefused, codeUnknown, notPriced, productNotFound, shopClosed } from "./errors.ts";

/** A method that works now, with the currencies that it takes; the balance takes any. */
export interface Way {
  method: PaymentMethod;
  currencies: readonly string[] | null;
  isTest: boolean;
}

export async function waysToPay(db: Db, workspaceId: string): Promise<Way[]> {
  const methods = await methodsOf(db, workspaceId);
  return [
    ...methods.map(({ provider, currencies, isTest }): Way => ({ method: provider, currencies, isTest })),
    { method: "balance", currencies: null, isTest: false },
  ];
}

/** Prices that can be paid now. */
export const payable = (prices: readonly PriceRow[], ways: readonly Way[]): PriceRow[] =>
  prices.filter(({ method, currency }) =>
    ways.some((way) => way.method === method && (way.currencies === null || way.currencies.includes(currency))),
  );

export interface Offer extends Priced {
  product: ProductRow;
  settings: Settings;
  timeZone: string;
  workspaceLocale: Locale;
  code: PromoCodeRow | null;
  /** Free on the balance in the currency. */
  balance: string;
  /** Telegram renews it by itself: its price is its price. */
  isSubscribed: boolean;
}

/** A month that is paid in Stars and renewed by Telegram. */
export const isSubscribed = (product: { isSubscription: boolean }, method: PaymentMethod): boolean =>
  product.isSubscription && method === "stars";

/**
 * Everything that decides about a price, read for one person. Throws shop.closed, shop.product_not_found, shop.not_priced for a method
 * that it is not sold by (now), shop.code.* for a code that does not lower it. `locked`: the code's row is held for the order.
 */
export async function readOffer(
  db: Db,
  buyer: { workspaceId: string; personId: string; now: Date },
  ask: QuoteAsk,
  how: { locked: boolean },
): Promise<Offer> {
  const { workspaceId, personId } = buyer;
  const settings = await readSettings(db, workspaceId);
  if (!settings.isOpen) throw shopClosed();
  const product = await findOwnProduct(db, workspaceId, ask.productId);
  if (!product?.isVisible || product.archivedAt !== null) throw productNotFound();
  const prices = payable((await pricesOf(db, [product.id])).get(product.id) ?? [], await waysToPay(db, workspaceId));
  const price = prices.find(({ method, currency }) => method === ask.method && currency === ask.currency);
  if (!price) throw notPriced();
  const isTopup = product.kind === "topup";
  const isMonth = isSubscribed(product, ask.method);
  const code = await codeFor(db, buyer, ask, product, { ...how, takesCodes: !isTopup && !isMonth });
  const balances = await balancesOf(db, workspaceId, personId);
  const balance = balances.find(({ currency }) => currency === ask.currency)?.amount ?? "0";
  const usesBalance = !isTopup && !isMonth && (ask.method === "balance" || ask.useBalance === true);
  const { timeZone, locale: workspaceLocale } = await findWorkspace(db, workspaceId);
  const priced = priceOrder({
    price: price.amount,
    currency: ask.currency,
    discount: code,
    balance: usesBalance ? balance : "0",
  });
  return { ...priced, product, settings, timeZone, workspaceLocale, code, balance, isSubscribed: isMonth };
}

async function codeFor(
  db: Db,
  { workspaceId, personId, now }: { workspaceId: string; personId: string; now: Date },
  ask: QuoteAsk,
  product: ProductRow,
  how: { locked: boolean; takesCodes: boolean },
): Promise<PromoCodeRow | null> {
  const typed = cleanCode(ask.code ?? "");
  if (typed === "") return null;
  const code = await findPromoCode(db, workspaceId, typed, how);
  if (!code) throw codeUnknown();
  const problem = codeProblem(code, {
    now,
    productId: product.id,
    currency: ask.currency,
    usesOfPerson: await usesOfPerson(db, code.id, personId),
    takesCodes: how.takesCodes,
    hasTerm: product.durationDays !== null,
  });
  if (problem) throw codeRefused(problem);
  return code;
}

/** What an order keeps of its product. */
export const frozen = (product: ProductRow): FrozenProduct => ({
  kind: product.kind,
  slug: product.slug,
  title: product.title,
  terms: product.terms,
  durationDays: product.durationDays,
  postsPerDay: product.postsPerDay,
  details: product.details,
  isByHand: product.isByHand,
  isSubscription: product.isSubscription,
});

/** The balance was chosen and does not suffice. */
export const isShort = ({ due }: Priced, method: PaymentMethod): boolean => method === "balance" && isMore(due, "0");

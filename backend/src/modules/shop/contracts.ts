/** Shapes that cross HTTP: what a customer sees of the shop, and what he orders. Amounts are exact decimal text. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { entitlementStates, orderStates, paymentMethods, productKinds, promoKinds } from "@db/schema/shop.ts";
import { type Static, t } from "elysia";

export const Method = oneOf(paymentMethods);
export const Kind = oneOf(productKinds);
export const OrderStateName = oneOf(orderStates);
export const Currency = t.String({
  pattern: "^[A-Z]{3,10}$",
  description: "ISO 4217, XTR for Telegram Stars, or a coin such as USDT.",
});
const Id = t.String({ format: "uuid" });

export const Money = t.Object({ amount: t.String(), currency: t.String() });
export type Money = Static<typeof Money>;

export const Range = t.Object({ from: t.Integer(), to: t.Integer() });
/** What a package promises besides its posts a day, words in the reader's language. */
export const Promises = t.Object({
  views: t.Nullable(Range),
  reactions: t.Nullable(Range),
  comments: t.Nullable(Range),
  reposts: t.Nullable(Range),
  features: t.Array(t.String()),
});
export type Promises = Static<typeof Promises>;

export const Price = t.Object({ method: Method, currency: t.String(), amount: t.String() });
export type Price = Static<typeof Price>;

/** A product as customers see it, in their language. */
export const ShopProduct = t.Object({
  id: t.String(),
  kind: Kind,
  slug: t.String(),
  title: t.String(),
  description: t.String(),
  /** Shown beside a tick that has to be set before the order; empty = nothing to agree to. */
  terms: t.String(),
  shopCategoryId: t.Nullable(t.String()),
  /** Of the file at `/my/shop/products/{id}/picture`: another id, another picture. */
  pictureId: t.Nullable(t.String()),
  /** Null = without an end. */
  durationDays: t.Nullable(t.Integer()),
  postsPerDay: t.Nullable(t.Integer()),
  promises: Promises,
  isSubscription: t.Boolean(),
  /** A paid order waits for a member to complete it. */
  isByHand: t.Boolean(),
  /** Null = without a limit. */
  stock: t.Nullable(t.Integer()),
  /** Of methods that can be paid with now. Empty = it cannot be bought at the moment. */
  prices: t.Array(Price),
  /** What the person has of it already: an order now adds to its end. */
  activeUntil: t.Nullable(t.String()),
  /** An order of it that waits to be paid. */
  openOrderId: t.Nullable(t.String()),
  /** Money came for that order, and somebody of the team looks at it: it is not to be paid meanwhile. */
  isOpenOrderChecked: t.Boolean(),
});
export type ShopProduct = Static<typeof ShopProduct>;

export const Balance = t.Object({
  currency: t.String(),
  amount: t.String(),
  /** Set aside for orders that wait to be paid; not in `amount`. */
  held: t.String(),
});

export const Shop = t.Object({
  isOpen: t.Boolean(),
  categories: t.Array(t.Object({ id: t.String(), title: t.String() })),
  products: t.Array(ShopProduct),
  methods: t.Array(t.Object({ method: Method, currencies: t.Array(t.String()), isTest: t.Boolean() })),
  balances: t.Array(Balance),
  /** YooKassa payments need an address for their receipt. */
  needsEmail: t.Boolean(),
  /** How to reach a human; empty when nothing was written. */
  support: t.String(),
  faq: t.Array(t.Object({ id: t.String(), question: t.String(), answer: t.String() })),
});
export type Shop = Static<typeof Shop>;
export const ProductParams = t.Object({ productId: Id });

const code = t.Optional(t.String({ maxLength: 40, description: "A promo code, in any case." }));
export const QuoteBody = t.Object({
  productId: Id,
  method: Method,
  currency: Currency,
  code,
  useBalance: t.Optional(t.Boolean({ description: "Pay from the balance as far as it goes." })),
});
export type QuoteAsk = Static<typeof QuoteBody>;

export const Quote = t.Object({
  method: Method,
  currency: t.String(),
  price: t.String(),
  discount: t.String(),
  fromBalance: t.String(),
  /** Left to pay with the method; "0" = the order is paid when it is placed. */
  due: t.String(),
  bonusDays: t.Integer(),
  code: t.Nullable(t.Object({ code: t.String(), kind: oneOf(promoKinds), value: t.String() })),
  /** Of the balance in this currency that is free. */
  balance: t.String(),
  /** Until when it would last if it was paid now. */
  endsAt: t.Nullable(t.String()),
  /** It adds to the end of what the person has already. */
  isRenewal: t.Boolean(),
  /** What is left of another package; it ends when this one begins, and its unused days come back to the balance. */
  replaces: t.Nullable(t.Object({ title: t.String(), credit: t.Nullable(Money) })),
});
export type Quote = Static<typeof Quote>;

export const PlaceOrderBody = t.Object(
  {
    ...QuoteBody.properties,
    /** For YooKassa's receipt. */
    email: t.Optional(t.String({ format: "email", maxLength: 254 })),
    /** The terms of the product, where it has any. */
    hasAgreed: t.Optional(t.Boolean()),
    /** `due` of the quote that was shown: another one by now is refused. */
    due: t.Optional(t.String({ maxLength: 40 })),
  },
  {
    examples: [
      {
        productId: "0190a7c2-5d1e-7000-8000-000000000001",
        method: "crypto_pay",
        currency: "USD",
        code: "WELCOME10",
        useBalance: true,
        hasAgreed: true,
      },
    ],
  },
);
export type PlaceOrder = Static<typeof PlaceOrderBody>;

export const OrderInvoice = t.Object({
  /** "new" until the provider has made it. */
  state: oneOf(["new", "open", "paid", "expired", "cancelled", "failed"]),
  provider: oneOf(["crypto_pay", "yookassa", "stars"]),
  links: t.Object({
    telegram: t.Optional(t.String()),
    invoice: t.Optional(t.String()),
    web: t.Optional(t.String()),
  }),
  expiresAt: t.String(),
  /** A sentence in the reader's language. */
  problem: t.Nullable(t.String()),
});
/** One line of an order's story, as a sentence in the reader's language. */
export const OrderEvent = t.Object({
  at: t.String(),
  kind: t.String(),
  text: t.String(),
  /** Who did it; null for the product itself, and where the reader is not of the team. */
  person: t.Nullable(t.Object({ id: t.String(), name: t.String() })),
});

/** What somebody has because he paid. */
export const Entitlement = t.Object({
  id: t.String(),
  orderId: t.String(),
  productId: t.String(),
  kind: Kind,
  title: t.String(),
  state: oneOf(entitlementStates),
  startsAt: t.String(),
  endsAt: t.Nullable(t.String()),
  postsPerDay: t.Nullable(t.Integer()),
});
export type Entitlement = Static<typeof Entitlement>;

/** Whether Telegram charges the next month of a subscription. */
export const Renewal = t.Object({
  /** What the customer wants, or else how it is. */
  isOn: t.Boolean(),
  /** False while Telegram has not taken what he wants. */
  isTaken: t.Boolean(),
  /** Telegram refuses to: it is tried again every night. */
  isRefused: t.Boolean(),
  /** False for one that he gave up in Telegram himself: only there he takes it up again. */
  canChange: t.Boolean(),
});
export const RenewalBody = t.Object({ isOn: t.Boolean() });

const orderFields = {
  id: t.String(),
  number: t.Integer(),
  state: OrderStateName,
  productId: t.String(),
  title: t.String(),
  kind: Kind,
  method: Method,
  currency: t.String(),
  price: t.String(),
  discount: t.String(),
  fromBalance: t.String(),
  due: t.String(),
  /** Given back so far. */
  refunded: t.String(),
  bonusDays: t.Integer(),
  isRenewal: t.Boolean(),
  /** Money came for it that somebody of the team looks at: it is not to be paid meanwhile. */
  isChecked: t.Boolean(),
  expiresAt: t.String(),
  createdAt: t.String(),
  paidAt: t.Nullable(t.String()),
  activatedAt: t.Nullable(t.String()),
  endedAt: t.Nullable(t.String()),
  /** Why it failed or was cancelled, in the reader's language. */
  reason: t.Nullable(t.String()),
};
export const MyOrderSummary = t.Object(orderFields);
export type MyOrderSummary = Static<typeof MyOrderSummary>;
export const MyOrder = t.Object({
  ...orderFields,
  durationDays: t.Nullable(t.Integer()),
  postsPerDay: t.Nullable(t.Integer()),
  terms: t.String(),
  code: t.Nullable(t.String()),
  invoice: t.Nullable(OrderInvoice),
  /** What is looked at, by currency. */
  waiting: t.Array(Money),
  entitlement: t.Nullable(Entitlement),
  /** Null for what is no subscription, or has ended. */
  renewal: t.Nullable(Renewal),
  timeline: t.Array(OrderEvent),
});
export type MyOrder = Static<typeof MyOrder>;
export const PlacedOrder = t.Object({
  order: MyOrder,
  /** False: there was an open order of this product, and this is it. */
  isNew: t.Boolean(),
});
export type PlacedOrder = Static<typeof PlacedOrder>;
export const MyOrderPage = pageOf(MyOrderSummary);
export const MyOrderQuery = t.Object({ ...pageQuery });
export type MyOrderQuery = Static<typeof MyOrderQuery>;
export const OrderParams = t.Object({ orderId: Id });

/** A person's own figures (S-066, S-067). */
export const Mine = t.Object({
  /** Running and yet to begin, service packages first. */
  active: t.Array(
    t.Object({
      ...Entitlement.properties,
      /** Null for what has no quota. */
      quota: t.Nullable(
        t.Object({ perDay: t.Integer(), usedToday: t.Integer(), leftToday: t.Integer(), dayEndsAt: t.String() }),
      ),
      /** Whole days until its end, counted in the workspace's zone. */
      daysLeft: t.Nullable(t.Integer()),
      /** It begins when another one of the same product ends. */
      isNext: t.Boolean(),
      isSubscription: t.Boolean(),
      /** Null for what is no subscription. */
      renewal: t.Nullable(Renewal),
      /** May be bought again now. */
      canRenew: t.Boolean(),
    }),
  ),
  balances: t.Array(Balance),
  /** Everything paid and not given back, by currency. */
  spent: t.Array(Money),
  orders: t.Integer(),
  /** Orders that wait to be paid. */
  open: t.Array(MyOrderSummary),
});
export type Mine = Static<typeof Mine>;

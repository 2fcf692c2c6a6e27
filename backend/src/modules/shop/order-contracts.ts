/** Shapes of orders and figures as the team sees them. */
import { exportFormats, separators } from "@backend/kit/export.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { type Static, t } from "elysia";
import { Amount } from "./catalog-contracts.ts";
import { Method, Money, MyOrder, MyOrderSummary, OrderStateName } from "./contracts.ts";

const Id = t.String({ format: "uuid" });
const Instant = t.String({ format: "date-time" });
const Customer = t.Object({
  id: t.String(),
  /** Empty once erased. */
  name: t.String(),
  username: t.Nullable(t.String()),
});

export const Order = t.Object({ ...MyOrderSummary.properties, person: Customer });
export type Order = Static<typeof Order>;
/** Of a search by name a page may be short, or empty, before the last one: `nextCursor` alone says whether more follows. */
export const OrderPage = pageOf(Order);
export type OrderPage = Static<typeof OrderPage>;
const filters = {
  /** A number ("#12"), a Telegram id, or beginnings of a person's names and username. */
  search: t.Optional(t.String({ maxLength: 100 })),
  state: t.Optional(OrderStateName),
  method: t.Optional(Method),
  productId: t.Optional(Id),
  personId: t.Optional(Id),
  from: t.Optional(Instant),
  to: t.Optional(Instant),
};
export const OrderListQuery = t.Object({ ...pageQuery, ...filters });
export type OrderListQuery = Static<typeof OrderListQuery>;
export const OrderExportQuery = t.Object({
  ...filters,
  format: oneOf(exportFormats),
  separator: t.Optional(oneOf(separators)),
});
export type OrderExportQuery = Static<typeof OrderExportQuery>;

export const OrderWithStory = t.Object({
  ...MyOrder.properties,
  person: Customer,
  /** Left to give back, in the order's currency. */
  refundable: t.String(),
  /** Refunds of it that a fault of the product's own holds, until somebody has them tried again. */
  stuckRefunds: t.Array(t.Object({ id: t.String(), ...Money.properties })),
  can: t.Object({ complete: t.Boolean(), cancel: t.Boolean(), fail: t.Boolean(), refund: t.Boolean() }),
});
export type OrderWithStory = Static<typeof OrderWithStory>;

export const EndOrderBody = t.Object({ reason: t.Optional(t.String({ maxLength: 300 })) });
export type EndOrder = Static<typeof EndOrderBody>;
export const RefundOrderBody = t.Object(
  {
    /** All that is left when left out. */
    amount: t.Optional(Amount),
    to: oneOf(["provider", "balance"]),
    reason: t.Optional(t.String({ maxLength: 300 })),
  },
  { examples: [{ amount: "20", to: "provider", reason: "Late by a day" }] },
);
export type RefundOrder = Static<typeof RefundOrderBody>;
export const RefundsAsked = t.Object({
  order: OrderWithStory,
  /** What goes back where: an order paid from two purses goes back to both. */
  refunds: t.Array(
    t.Object({
      id: t.String(),
      ...Money.properties,
      to: oneOf(["provider", "balance"]),
      /** Above the limit of the settings: a second person has to agree. */
      needsSecond: t.Boolean(),
    }),
  ),
});
export type RefundsAsked = Static<typeof RefundsAsked>;

export const periods = ["today", "7d", "30d", "90d"] as const;
export const ShopStatisticsQuery = t.Object({ period: t.Optional(oneOf(periods)) });
export type ShopStatisticsQuery = Static<typeof ShopStatisticsQuery>;
const Point = t.Object({
  /** A day of the workspace's zone. */
  day: t.String(),
  persons: t.Integer(),
  orders: t.Integer(),
  paid: t.Integer(),
  /** In the reporting currency, by each day's rate. */
  revenue: t.String(),
});
export const ShopStatistics = t.Object({
  reportingCurrency: t.String(),
  /** S-180…S-184: since ever. */
  totals: t.Object({
    persons: t.Integer(),
    /** With a running paid thing. */
    activePersons: t.Integer(),
    orders: t.Integer(),
    paidOrders: t.Integer(),
    revenue: t.String(),
    revenueByCurrency: t.Array(Money),
    products: t.Integer(),
  }),
  /** Of the period; `before` is the same length just before it. */
  now: t.Object({
    persons: t.Integer(),
    orders: t.Integer(),
    paid: t.Integer(),
    revenue: t.String(),
    refunded: t.String(),
    /** Paid of those that came, in percent with one decimal; null without orders. */
    conversion: t.Nullable(t.Number()),
  }),
  before: t.Object({
    persons: t.Integer(),
    orders: t.Integer(),
    paid: t.Integer(),
    revenue: t.String(),
    conversion: t.Nullable(t.Number()),
  }),
  /** Today against the mean of the same part of the last seven days. */
  usual: t.Object({ orders: t.Number(), revenue: t.String(), todayOrders: t.Integer(), todayRevenue: t.String() }),
  days: t.Array(Point),
  /** People who came, who ordered, who paid, who paid again, within the period. */
  funnel: t.Object({ persons: t.Integer(), ordered: t.Integer(), paid: t.Integer(), again: t.Integer() }),
  products: t.Array(t.Object({ productId: t.String(), title: t.String(), paid: t.Integer(), revenue: t.String() })),
  /** S-185: of the last 24 hours, ten at most. */
  recent: t.Array(Order),
  /** Currencies of paid orders that no rate is known for: their money is in `revenueByCurrency` alone. */
  withoutRate: t.Array(t.String()),
});
export type ShopStatistics = Static<typeof ShopStatistics>;

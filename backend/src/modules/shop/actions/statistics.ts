/** How the shop does: totals, a period against the one before, today against the usual (S-075, S-180…S-185). */
import type { ActionContext } from "@backend/kit/context.ts";
import { findWorkspace, newPersonsPerDay, personsKnown } from "@backend/modules/identity/index.ts";
import { ratesInto } from "@backend/modules/payments/index.ts";
import Big from "big.js";
import { listOwnProducts, readSettings } from "../catalog-queries.ts";
import { textIn } from "../domain/local-text.ts";
import { dayMs, dayOf, shiftDay, startOfDay } from "../domain/wall.ts";
import type { ShopStatistics, ShopStatisticsQuery } from "../order-contracts.ts";
import { listOwnOrders } from "../order-queries.ts";
import { presentOrders } from "../present-orders.ts";
import {
  countActive,
  countOnSale,
  type DayRow,
  type HoursRow,
  readDays,
  readFunnel,
  readProductDays,
  readSameHours,
} from "../statistics-queries.ts";

const daysIn = { today: 1, "7d": 7, "30d": 30, "90d": 90 } as const;
const recentAtMost = 10;
const usualDays = 7;
const productsAtMost = 10;

/** Adds up money of many currencies in one. What no rate is known for is left out, and named. */
function adder(rateOf: (currency: string, day: string) => string | null) {
  const without = new Set<string>();
  return {
    without,
    of(amount: string, currency: string, day: string): Big {
      const value = new Big(amount);
      if (value.eq(0)) return value;
      const rate = rateOf(currency, day);
      if (rate === null) without.add(currency);
      return rate === null ? new Big(0) : value.times(rate);
    },
  };
}

const rounded = (amount: Big): string => amount.round(2).toFixed();
const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1000) / 10;

/** The figures of a period that ends today. Money is in the reporting currency by the rate of its day. */
export async function readShopStatistics(ctx: ActionContext, query: ShopStatisticsQuery): Promise<ShopStatistics> {
  const { db, now } = ctx;
  const { workspaceId, locale } = ctx.actor;
  const { timeZone, locale: workspaceLocale } = await findWorkspace(db, workspaceId);
  const { reportingCurrency } = await readSettings(db, workspaceId);
  const length = daysIn[query.period ?? "30d"];
  const today = dayOf(now, timeZone);
  const from = shiftDay(today, 1 - length);
  const beforeFrom = shiftDay(from, -length);
  // At once: over a million orders and people the longest of these decides, and not their sum.
  const [rows, newPersons, personsEver, activePersons, productsOnSale, reached, recent] = await Promise.all([
    readDays(db, workspaceId),
    newPersonsPerDay(db, workspaceId, startOfDay(beforeFrom, timeZone), timeZone),
    personsKnown(db, workspaceId),
    countActive(db, workspaceId, now),
    countOnSale(db, workspaceId),
    readFunnel(db, workspaceId, startOfDay(from, timeZone)),
    listOwnOrders(db, workspaceId, { from: new Date(now.getTime() - dayMs) }, { before: null, limit: recentAtMost }),
  ]);
  const money = adder(await ratesInto(db, reportingCurrency, rows[0]?.day ?? today));
  const earned = (row: Pick<DayRow, "day" | "currency" | "revenue" | "refunded">) =>
    money.of(row.revenue, row.currency, row.day).minus(money.of(row.refunded, row.currency, row.day));
  const sum = (list: readonly DayRow[]) => ({
    orders: list.reduce((all, { orders }) => all + orders, 0),
    paid: list.reduce((all, { paid }) => all + paid, 0),
    revenue: list.reduce((all, row) => all.plus(earned(row)), new Big(0)),
    refunded: list.reduce(
      (all, { refunded, currency, day }) => all.plus(money.of(refunded, currency, day)),
      new Big(0),
    ),
  });

  const persons = new Map(newPersons.map(({ day, count }) => [day, count]));
  const cameFrom = (first: string, last: string) =>
    [...persons].reduce((all, [day, count]) => (day >= first && day <= last ? all + count : all), 0);
  const within = rows.filter(({ day }) => day >= from && day <= today);
  const before = rows.filter(({ day }) => day >= beforeFrom && day < from);
  const period = sum(within);
  const former = sum(before);
  const ever = sum(rows);

  const perDay = Map.groupBy(within, ({ day }) => day);
  const days = Array.from({ length }, (_, n) => {
    const day = shiftDay(from, n);
    const { orders, paid, revenue } = sum(perDay.get(day) ?? []);
    return { day, persons: persons.get(day) ?? 0, orders, paid, revenue: rounded(revenue) };
  });

  const byCurrency = new Map<string, Big>();
  for (const { currency, revenue, refunded } of rows)
    byCurrency.set(currency, (byCurrency.get(currency) ?? new Big(0)).plus(revenue).minus(refunded));

  return {
    reportingCurrency,
    totals: {
      persons: personsEver,
      activePersons,
      orders: ever.orders,
      paidOrders: ever.paid,
      revenue: rounded(ever.revenue),
      revenueByCurrency: [...byCurrency]
        .filter(([, amount]) => !amount.eq(0))
        .map(([currency, amount]) => ({ currency, amount: amount.toFixed() })),
      products: productsOnSale,
    },
    now: {
      persons: cameFrom(from, today),
      orders: period.orders,
      paid: period.paid,
      revenue: rounded(period.revenue),
      refunded: rounded(period.refunded),
      conversion: percent(period.paid, period.orders),
    },
    before: {
      persons: cameFrom(beforeFrom, shiftDay(from, -1)),
      orders: former.orders,
      paid: former.paid,
      revenue: rounded(former.revenue),
      conversion: percent(former.paid, former.orders),
    },
    usual: await readUsual(ctx, { today, timeZone, money }),
    days,
    funnel: { persons: cameFrom(from, today), ...reached },
    products: await readBest(),
    recent: await presentOrders(ctx, recent),
    withoutRate: [...money.without].sort(),
  };

  async function readBest(): Promise<ShopStatistics["products"]> {
    const sold = await readProductDays(db, workspaceId, { from, to: today });
    const titles = new Map((await listOwnProducts(db, workspaceId)).map(({ id, title }) => [id, title]));
    return [...Map.groupBy(sold, ({ productId }) => productId)]
      .map(([productId, list]) => ({
        productId,
        title: textIn(titles.get(productId) ?? {}, locale, workspaceLocale),
        paid: list.reduce((all, { paid }) => all + paid, 0),
        revenue: list.reduce((all, row) => all.plus(earned(row)), new Big(0)),
      }))
      .filter(({ paid, revenue }) => paid > 0 || !revenue.eq(0))
      .sort((a, b) => b.revenue.cmp(a.revenue) || b.paid - a.paid)
      .slice(0, productsAtMost)
      .map((product) => ({ ...product, revenue: rounded(product.revenue) }));
  }
}

/** Today so far against the mean of the same hours of the seven days before. */
async function readUsual(
  ctx: ActionContext,
  { today, timeZone, money }: { today: string; timeZone: string; money: ReturnType<typeof adder> },
): Promise<ShopStatistics["usual"]> {
  const since = startOfDay(shiftDay(today, -usualDays), timeZone);
  const hours = await readSameHours(ctx.db, ctx.actor.workspaceId, { since, now: ctx.now, timeZone });
  const sum = (list: readonly HoursRow[]) => ({
    orders: list.reduce((all, { orders }) => all + orders, 0),
    revenue: list.reduce((all, { revenue, currency, day }) => all.plus(money.of(revenue, currency, day)), new Big(0)),
  });
  const now = sum(hours.filter(({ day }) => day === today));
  const usual = sum(hours.filter(({ day }) => day < today));
  return {
    orders: Math.round((usual.orders / usualDays) * 10) / 10,
    revenue: rounded(usual.revenue.div(usualDays)),
    todayOrders: now.orders,
    todayRevenue: rounded(now.revenue),
  };
}

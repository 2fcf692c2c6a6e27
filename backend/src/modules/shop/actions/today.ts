import { findWorkspace, personRefsOf } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import { textIn } from "../domain/local-text.ts";
import { minus, plain, plus } from "../domain/money.ts";
import { dayMs, dayOf } from "../domain/wall.ts";
import { listOwnOrders } from "../order-queries.ts";
import { countActive, countOnSale, type DayRow, readDay, readDays } from "../statistics-queries.ts";

interface Money {
  currency: string;
  amount: string;
}

/** A day so far, which is the workspace's: orders, those that were paid, and what came of it less what went back, by currency. */
export interface TodaySales {
  orders: number;
  paid: number;
  revenue: Money[];
}

export async function todaySales(
  db: Db,
  { workspaceId, now }: { workspaceId: string; now: Date },
): Promise<TodaySales> {
  const { timeZone } = await findWorkspace(db, workspaceId);
  const rows = await readDay(db, workspaceId, dayOf(now, timeZone));
  return {
    orders: rows.reduce((sum, { orders }) => sum + orders, 0),
    paid: rows.reduce((sum, { paid }) => sum + paid, 0),
    revenue: rows
      .map(({ currency, revenue }) => ({ currency, amount: plain(revenue) }))
      .filter(({ amount }) => amount !== "0"),
  };
}

/** Everything a workspace has sold (S-180…S-182, S-184), and the orders of the last day (S-185), for programs. */
export interface SalesTotals {
  orders: number;
  paid: number;
  revenue: Money[];
  /** People with a running paid thing. */
  paying: number;
  onSale: number;
  recent: {
    number: number;
    state: string;
    person: string;
    product: string;
    amount: string;
    currency: string;
    at: Date;
  }[];
}

const recentAtMost = 10;

export async function salesTotals(
  db: Db,
  { workspaceId, now }: { workspaceId: string; now: Date },
): Promise<SalesTotals> {
  const { locale } = await findWorkspace(db, workspaceId);
  const days = await readDays(db, workspaceId);
  const since = { from: new Date(now.getTime() - dayMs) };
  const recent = await listOwnOrders(db, workspaceId, since, { before: null, limit: recentAtMost });
  const people = await personRefsOf(db, workspaceId, [...new Set(recent.map(({ personId }) => personId))]);
  return {
    orders: days.reduce((sum, { orders }) => sum + orders, 0),
    paid: days.reduce((sum, { paid }) => sum + paid, 0),
    revenue: earnedBy(days),
    paying: await countActive(db, workspaceId, now),
    onSale: await countOnSale(db, workspaceId),
    recent: recent.map((order) => ({
      number: order.number,
      state: order.state,
      person: people.get(order.personId)?.name ?? "",
      product: textIn(order.product.title, locale, locale),
      amount: plain(order.price),
      currency: order.currency,
      at: order.createdAt,
    })),
  };
}

function earnedBy(days: readonly DayRow[]): Money[] {
  const sums = new Map<string, string>();
  for (const { currency, revenue, refunded } of days)
    sums.set(currency, minus(plus(sums.get(currency) ?? "0", revenue), refunded));
  return [...sums].map(([currency, amount]) => ({ currency, amount })).filter(({ amount }) => amount !== "0");
}

import type { Db } from "@db/client.ts";
import { plain } from "../domain/money.ts";
import { dayOf } from "../domain/wall.ts";
import { readDay } from "../statistics-queries.ts";

/** A day so far: orders, how many of all were paid, and what came of it, by currency. */
export interface TodaySales {
  orders: number;
  paid: number;
  revenue: { currency: string; amount: string }[];
}

/** What a workspace has sold since midnight in `timeZone`, which is its own. */
export async function todaySales(
  db: Db,
  { workspaceId, timeZone, now }: { workspaceId: string; timeZone: string; now: Date },
): Promise<TodaySales> {
  const rows = await readDay(db, workspaceId, dayOf(now, timeZone));
  return {
    orders: rows.reduce((sum, { orders }) => sum + orders, 0),
    paid: rows.reduce((sum, { paid }) => sum + paid, 0),
    revenue: rows.flatMap(({ currency, revenue }) =>
      plain(revenue) === "0" ? [] : [{ currency, amount: plain(revenue) }],
    ),
  };
}

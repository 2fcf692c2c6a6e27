/** Orders of people of a name, among a million of both. */
import { findPersonsCalled, isCalled } from "@backend/modules/identity/index.ts";
import { type Db, plannedForValues } from "@db/client.ts";
import { orders } from "@db/schema/shop.ts";
import { and, type SQL, sql } from "drizzle-orm";
import {
  findOwnOrders,
  newestFirst,
  type OrderFilter,
  type OrderPlace,
  type OrderRow,
  ordersWhere,
  upTo,
} from "./order-queries.ts";

/**
 * `walked`: orders whose people one page looks at, 3.5 ms a thousand (bench/orders, on two cores). `people`: whose orders are fetched
 * one by one, 15 ms a thousand.
 */
const usualBounds = { walked: 25_000, people: 5_000 };

export interface FoundOrders {
  rows: OrderRow[];
  /** How far was looked, when that is neither `limit` orders nor the end: what is behind it is another page's. */
  reached: readonly [moment: string, id: string] | null;
}

/**
 * Newest first, all there are, page by page. Which way is short nobody knows before: the orders of a common name are among any of the newest,
 * those of a rare one are reached by its people. So a bounded way is walked back from `before`, looking at each order's person; what is not
 * full then is fetched by people, if they are few. Left are names that many have of whom hardly anybody has ordered lately: such a
 * page ends where the walk did (`reached`), with fewer orders than asked for, or none.
 */
export async function findOrdersCalled(
  db: Db,
  workspaceId: string,
  filter: OrderFilter,
  search: string,
  { before, limit }: OrderPlace,
  bounds = usualBounds,
): Promise<FoundOrders> {
  const scope = ordersWhere(workspaceId, filter, before);
  const ordered = sql`order by ${sql.join(newestFirst, sql`, `)}`;
  const planned = sql.raw(plannedForValues);
  const idsOf = async (query: SQL) => (await db.execute<{ id: string }>(query)).map(({ id }) => id);
  const [end] = await db.execute<{ ms: string; id: string }>(sql`
    ${planned} select (extract(epoch from ${orders.createdAt}) * 1000)::bigint as ms, ${orders.id} from ${orders} where ${scope}
    ${ordered} offset ${bounds.walked - 1} limit 1`);
  const reached = end ? ([new Date(Number(end.ms)).toISOString(), end.id] as const) : null;
  // A range and no number of orders: one that is placed meanwhile must not push another out of it.
  const walked = and(scope, reached ? upTo(reached) : undefined, isCalled(orders.personId, workspaceId, search));
  const near = await idsOf(
    sql`${planned} select ${orders.id} from ${orders} where ${walked} ${ordered} limit ${limit}`,
  );
  if (reached === null || near.length >= limit) return { rows: await inOrder(db, workspaceId, near), reached: null };
  const personIds = await findPersonsCalled(db, workspaceId, search, bounds.people);
  if (personIds === null) return { rows: await inOrder(db, workspaceId, near), reached };
  // Of each person his own newest: the limit inside keeps PostgreSQL to his index, and somebody of many orders from being read whole.
  const theirs = await idsOf(sql`
    ${planned} select o.id from unnest(${`{${personIds.join(",")}}`}::uuid[]) as called(id) cross join lateral (
      select ${orders.id}, ${orders.createdAt} from ${orders} where ${scope} and ${orders.personId} = called.id ${ordered} limit ${limit}) o
    order by o.created_at desc nulls last, o.id limit ${limit}`);
  return { rows: await inOrder(db, workspaceId, theirs), reached: null };
}

async function inOrder(db: Db, workspaceId: string, ids: readonly string[]): Promise<OrderRow[]> {
  const rows = new Map((await findOwnOrders(db, workspaceId, ids)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

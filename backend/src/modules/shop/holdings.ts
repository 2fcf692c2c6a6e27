/** Doors for rooms that give people what products promise: what a product is, and who has it now. */
import type { ActionContext } from "@backend/kit/context.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import type { Db } from "@db/client.ts";
import type { ProductKind } from "@db/schema/shop.ts";
import { findOwnProduct, listOwnProducts, lockOwnProduct } from "./catalog-queries.ts";
import { textIn } from "./domain/local-text.ts";
import { listLiveOf } from "./entitlement-queries.ts";
import { findOwnOrders } from "./order-queries.ts";

/** Something that a person has at this moment. */
export interface Holding {
  productId: string;
  /** What gave it. */
  orderId: string;
  /** Null = without an end. */
  endsAt: Date | null;
}

/** What of a person runs now: begun, not ended, not taken back. What ends last comes last. */
export async function holdingsOf(
  db: Db,
  { workspaceId, personId, now }: { workspaceId: string; personId: string; now: Date },
): Promise<Holding[]> {
  const live = await listLiveOf(db, workspaceId, personId, now);
  return live.filter(({ startsAt }) => startsAt <= now);
}

/** An order in one line. */
export interface OrderRef {
  id: string;
  number: number;
  /** Of what was ordered, as it was. */
  title: string;
}

/** Those of the orders that are the workspace's, in the words of whoever reads. */
export async function orderRefsOf(
  ctx: Pick<ActionContext, "db" | "actor">,
  orderIds: readonly string[],
): Promise<Map<string, OrderRef>> {
  const { workspaceId, locale } = ctx.actor;
  const rows = await findOwnOrders(ctx.db, workspaceId, orderIds);
  const workspaceLocale = rows.length > 0 ? (await findWorkspace(ctx.db, workspaceId)).locale : locale;
  const titleOf = ({ product }: (typeof rows)[number]) => textIn(product.title, locale, workspaceLocale);
  return new Map(rows.map((row) => [row.id, { id: row.id, number: row.number, title: titleOf(row) }]));
}

/** The kind of a product of the workspace; null when it has none of that id. `isLocked`: as it is until the transaction ends. */
export async function kindOfProduct(
  db: Db,
  workspaceId: string,
  productId: string,
  how: { isLocked?: boolean } = {},
): Promise<ProductKind | null> {
  const row = await (how.isLocked ? lockOwnProduct : findOwnProduct)(db, workspaceId, productId);
  return row?.kind ?? null;
}

/** Which of these products customers may buy now, in the order of the shop. */
export async function onSaleOf(db: Db, workspaceId: string, productIds: readonly string[]): Promise<string[]> {
  if (productIds.length === 0) return [];
  const visible = await listOwnProducts(db, workspaceId, { isArchived: false, isVisible: true });
  return visible.flatMap(({ id }) => (productIds.includes(id) ? [id] : []));
}

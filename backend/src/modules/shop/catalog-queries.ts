/** SQL statements about what is kept of the shop: products, prices, categories, promo codes, questions, settings. */
import { pgArray } from "@backend/kit/pg-array.ts";
import type { Db } from "@db/client.ts";
import {
  faqEntries,
  orders,
  productPrices,
  products,
  promoCodes,
  shopCategories,
  shopSettings,
} from "@db/schema/shop.ts";
import { and, asc, count, desc, eq, gt, inArray, isNotNull, isNull, like, lt, max, or, sql } from "drizzle-orm";

export type ProductRow = typeof products.$inferSelect;
export type PriceRow = typeof productPrices.$inferSelect;
export type CategoryRow = typeof shopCategories.$inferSelect;
export type PromoCodeRow = typeof promoCodes.$inferSelect;
export type FaqRow = typeof faqEntries.$inferSelect;
export type SettingsRow = typeof shopSettings.$inferSelect;

// ── Settings ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What holds for a workspace that has never opened its shop's settings. */
const unset: Omit<SettingsRow, "workspaceId" | "createdAt" | "updatedAt"> = {
  isOpen: false,
  reportingCurrency: "USD",
  refundLimit: null,
  noticeChatId: null,
  noticeThreadId: null,
  notices: ["order", "payment", "failure"],
  support: {},
  vatCode: null,
  taxSystemCode: null,
  postsPerHour: 10,
  taskHours: 48,
  winBackDays: null,
  winBackCodeId: null,
  winBackCategoryId: null,
};
export type Settings = typeof unset;

export async function readSettings(db: Db, workspaceId: string): Promise<Settings> {
  const [row] = await db.select().from(shopSettings).where(eq(shopSettings.workspaceId, workspaceId));
  return row ?? unset;
}

/** Open shops that ask people back, and how. */
export async function listShopsThatAskBack(
  db: Db,
): Promise<{ workspaceId: string; days: number; codeId: string | null; categoryId: number | null }[]> {
  const rows = await db
    .select({
      workspaceId: shopSettings.workspaceId,
      days: shopSettings.winBackDays,
      codeId: shopSettings.winBackCodeId,
      categoryId: shopSettings.winBackCategoryId,
    })
    .from(shopSettings)
    .where(and(isNotNull(shopSettings.winBackDays), eq(shopSettings.isOpen, true)));
  return rows.flatMap(({ days, ...row }) => (days === null ? [] : [{ days, ...row }]));
}

export async function saveSettings(db: Db, workspaceId: string, values: Partial<Settings>): Promise<void> {
  await db
    .insert(shopSettings)
    .values({ ...values, workspaceId })
    .onConflictDoUpdate({ target: shopSettings.workspaceId, set: { ...values, updatedAt: new Date() } });
}

/** Held until the transaction ends: two who add, order or limit things of one list come one after another. */
export async function lockList(db: Db, workspaceId: string, list: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`shop ${list} ${workspaceId}`}, 0))`);
}

// ── Products ────────────────────────────────────────────────────────────────────────────────────────────────────────

const ownProduct = (workspaceId: string, productId: string) =>
  and(eq(products.workspaceId, workspaceId), eq(products.id, productId));

export async function findOwnProduct(db: Db, workspaceId: string, productId: string): Promise<ProductRow | null> {
  const [row] = await db.select().from(products).where(ownProduct(workspaceId, productId));
  return row ?? null;
}

export async function lockOwnProduct(db: Db, workspaceId: string, productId: string): Promise<ProductRow | null> {
  const [row] = await db.select().from(products).where(ownProduct(workspaceId, productId)).for("no key update");
  return row ?? null;
}

export async function listOwnProducts(
  db: Db,
  workspaceId: string,
  filter: { isArchived?: boolean; isVisible?: boolean; kind?: ProductRow["kind"] } = {},
): Promise<ProductRow[]> {
  return db
    .select()
    .from(products)
    .where(
      and(
        eq(products.workspaceId, workspaceId),
        filter.isArchived === undefined
          ? undefined
          : filter.isArchived
            ? isNotNull(products.archivedAt)
            : isNull(products.archivedAt),
        filter.isVisible === undefined ? undefined : eq(products.isVisible, filter.isVisible),
        filter.kind === undefined ? undefined : eq(products.kind, filter.kind),
      ),
    )
    .orderBy(asc(products.position), asc(products.id));
}

/** Which of these ids are products of the workspace. */
export async function ownProductIds(db: Db, workspaceId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.workspaceId, workspaceId), inArray(products.id, [...ids])));
  return rows.map(({ id }) => id);
}

export async function pricesOf(db: Db, productIds: readonly string[]): Promise<Map<string, PriceRow[]>> {
  if (productIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(productPrices)
    .where(inArray(productPrices.productId, [...productIds]))
    .orderBy(asc(productPrices.method), asc(productPrices.currency));
  return Map.groupBy(rows, ({ productId }) => productId);
}

/** Paid orders of each product. */
export async function soldOf(db: Db, productIds: readonly string[]): Promise<Map<string, number>> {
  if (productIds.length === 0) return new Map();
  const rows = await db
    .select({ id: orders.productId, sold: count() })
    .from(orders)
    .where(and(inArray(orders.productId, [...productIds]), isNotNull(orders.paidAt)))
    .groupBy(orders.productId);
  return new Map(rows.map(({ id, sold }) => [id, sold]));
}

export async function wasOrdered(db: Db, productId: string): Promise<boolean> {
  const [row] = await db.select({ id: orders.id }).from(orders).where(eq(orders.productId, productId)).limit(1);
  return row !== undefined;
}

export async function insertProduct(db: Db, values: typeof products.$inferInsert): Promise<ProductRow> {
  const [row] = await db.insert(products).values(values).returning();
  if (!row) throw new Error("a product just stored is not there");
  return row;
}

export async function updateProduct(
  db: Db,
  productId: string,
  values: Partial<typeof products.$inferInsert>,
): Promise<ProductRow> {
  const [row] = await db.update(products).set(values).where(eq(products.id, productId)).returning();
  if (!row) throw new Error("a locked product is not there");
  return row;
}

export async function deleteProduct(db: Db, productId: string): Promise<void> {
  await db.delete(products).where(eq(products.id, productId));
}

export async function replacePrices(db: Db, productId: string, prices: readonly Omit<PriceRow, "productId">[]) {
  await db.delete(productPrices).where(eq(productPrices.productId, productId));
  if (prices.length > 0) await db.insert(productPrices).values(prices.map((price) => ({ ...price, productId })));
}

export async function countProducts(db: Db, workspaceId: string): Promise<{ count: number; last: number }> {
  const [row] = await db
    .select({ count: count(), last: max(products.position) })
    .from(products)
    .where(and(eq(products.workspaceId, workspaceId), isNull(products.archivedAt)));
  return { count: row?.count ?? 0, last: row?.last ?? 0 };
}

export async function slugsLike(db: Db, workspaceId: string, beginning: string): Promise<Set<string>> {
  const rows = await db
    .select({ slug: products.slug })
    .from(products)
    .where(and(eq(products.workspaceId, workspaceId), like(products.slug, `${beginning}%`)));
  return new Set(rows.map(({ slug }) => slug));
}

/** Takes one from the stock; false when there is none left. A product without a limit always has one. */
export async function takeStock(db: Db, productId: string): Promise<boolean> {
  const rows = await db
    .update(products)
    .set({ stock: sql`${products.stock} - 1` })
    .where(and(eq(products.id, productId), gt(products.stock, 0)))
    .returning({ id: products.id });
  if (rows.length > 0) return true;
  const [row] = await db.select({ stock: products.stock }).from(products).where(eq(products.id, productId));
  return row?.stock === null;
}

export async function returnStock(db: Db, productId: string): Promise<void> {
  await db
    .update(products)
    .set({ stock: sql`${products.stock} + 1` })
    .where(and(eq(products.id, productId), isNotNull(products.stock)));
}

// ── Lists in an order of their own ──────────────────────────────────────────────────────────────────────────────────

const lists = { products, categories: shopCategories, faq: faqEntries };
type ListName = keyof typeof lists;

export async function idsOfList(db: Db, workspaceId: string, list: ListName): Promise<string[]> {
  const table = lists[list];
  const isShown = list === "products" ? isNull(products.archivedAt) : undefined;
  const rows = await db
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.workspaceId, workspaceId), isShown));
  return rows.map(({ id }) => id);
}

export async function savePositions(
  db: Db,
  workspaceId: string,
  list: ListName,
  ids: readonly string[],
): Promise<void> {
  await db.execute(sql`
    update ${lists[list]} set position = given.n
    from unnest(${pgArray(ids)}::uuid[]) with ordinality given(given_id, n)
    where id = given.given_id and workspace_id = ${workspaceId}`);
}

// ── Categories ──────────────────────────────────────────────────────────────────────────────────────────────────────

export async function listOwnCategories(db: Db, workspaceId: string): Promise<CategoryRow[]> {
  return db
    .select()
    .from(shopCategories)
    .where(eq(shopCategories.workspaceId, workspaceId))
    .orderBy(asc(shopCategories.position), asc(shopCategories.createdAt), asc(shopCategories.id));
}

const ownCategory = (workspaceId: string, categoryId: string) =>
  and(eq(shopCategories.workspaceId, workspaceId), eq(shopCategories.id, categoryId));

export async function findOwnCategory(db: Db, workspaceId: string, categoryId: string): Promise<CategoryRow | null> {
  const [row] = await db.select().from(shopCategories).where(ownCategory(workspaceId, categoryId));
  return row ?? null;
}

export async function productsPerCategory(db: Db, workspaceId: string): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: products.categoryId, count: count() })
    .from(products)
    .where(and(eq(products.workspaceId, workspaceId), isNull(products.archivedAt), isNotNull(products.categoryId)))
    .groupBy(products.categoryId);
  return new Map(rows.map(({ id, count: many }) => [id ?? "", many]));
}

export async function insertCategory(db: Db, values: typeof shopCategories.$inferInsert): Promise<CategoryRow> {
  const [row] = await db.insert(shopCategories).values(values).returning();
  if (!row) throw new Error("a category just stored is not there");
  return row;
}

export async function updateCategory(
  db: Db,
  workspaceId: string,
  categoryId: string,
  title: CategoryRow["title"],
): Promise<CategoryRow | null> {
  const [row] = await db.update(shopCategories).set({ title }).where(ownCategory(workspaceId, categoryId)).returning();
  return row ?? null;
}

export async function deleteCategory(db: Db, workspaceId: string, categoryId: string): Promise<boolean> {
  const rows = await db.delete(shopCategories).where(ownCategory(workspaceId, categoryId)).returning();
  return rows.length > 0;
}

// ── Questions and answers ───────────────────────────────────────────────────────────────────────────────────────────

export async function listOwnFaq(db: Db, workspaceId: string): Promise<FaqRow[]> {
  return db
    .select()
    .from(faqEntries)
    .where(eq(faqEntries.workspaceId, workspaceId))
    .orderBy(asc(faqEntries.position), asc(faqEntries.createdAt), asc(faqEntries.id));
}

const ownFaq = (workspaceId: string, faqId: string) =>
  and(eq(faqEntries.workspaceId, workspaceId), eq(faqEntries.id, faqId));

export async function insertFaq(db: Db, values: typeof faqEntries.$inferInsert): Promise<FaqRow> {
  const [row] = await db.insert(faqEntries).values(values).returning();
  if (!row) throw new Error("an entry just stored is not there");
  return row;
}

export async function updateFaq(
  db: Db,
  workspaceId: string,
  faqId: string,
  values: Pick<FaqRow, "question" | "answer">,
): Promise<FaqRow | null> {
  const [row] = await db.update(faqEntries).set(values).where(ownFaq(workspaceId, faqId)).returning();
  return row ?? null;
}

export async function deleteFaq(db: Db, workspaceId: string, faqId: string): Promise<boolean> {
  const rows = await db.delete(faqEntries).where(ownFaq(workspaceId, faqId)).returning();
  return rows.length > 0;
}

// ── Promo codes ─────────────────────────────────────────────────────────────────────────────────────────────────────

const ownCode = (workspaceId: string, promoCodeId: string) =>
  and(eq(promoCodes.workspaceId, workspaceId), eq(promoCodes.id, promoCodeId));

export async function findOwnPromoCode(db: Db, workspaceId: string, promoCodeId: string): Promise<PromoCodeRow | null> {
  const [row] = await db.select().from(promoCodes).where(ownCode(workspaceId, promoCodeId));
  return row ?? null;
}

export async function lockOwnPromoCode(db: Db, workspaceId: string, promoCodeId: string): Promise<PromoCodeRow | null> {
  const [row] = await db.select().from(promoCodes).where(ownCode(workspaceId, promoCodeId)).for("no key update");
  return row ?? null;
}

export async function findPromoCode(
  db: Db,
  workspaceId: string,
  code: string,
  how: { locked: boolean },
): Promise<PromoCodeRow | null> {
  const wanted = and(eq(promoCodes.workspaceId, workspaceId), eq(promoCodes.code, code));
  const asked = db.select().from(promoCodes).where(wanted);
  const [row] = await (how.locked ? asked.for("no key update") : asked);
  return row ?? null;
}

export async function findPromoCodeById(db: Db, promoCodeId: string): Promise<PromoCodeRow | null> {
  const [row] = await db.select().from(promoCodes).where(eq(promoCodes.id, promoCodeId));
  return row ?? null;
}

/** Newest first. `search` is the beginning of a code, in capitals. */
export async function listOwnPromoCodes(
  db: Db,
  workspaceId: string,
  ask: { search: string | null; before: readonly [string, string] | null; limit: number },
): Promise<PromoCodeRow[]> {
  const { search, before, limit } = ask;
  return db
    .select()
    .from(promoCodes)
    .where(
      and(
        eq(promoCodes.workspaceId, workspaceId),
        search === null ? undefined : sql`starts_with(${promoCodes.code}, ${search})`,
        before === null
          ? undefined
          : or(
              lt(promoCodes.createdAt, new Date(before[0])),
              and(eq(promoCodes.createdAt, new Date(before[0])), lt(promoCodes.id, before[1])),
            ),
      ),
    )
    .orderBy(desc(promoCodes.createdAt), desc(promoCodes.id))
    .limit(limit + 1);
}

export async function countPromoCodes(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(promoCodes).where(eq(promoCodes.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function insertPromoCode(db: Db, values: typeof promoCodes.$inferInsert): Promise<PromoCodeRow> {
  const [row] = await db.insert(promoCodes).values(values).returning();
  if (!row) throw new Error("a promo code just stored is not there");
  return row;
}

export async function updatePromoCode(
  db: Db,
  promoCodeId: string,
  values: Partial<typeof promoCodes.$inferInsert>,
): Promise<PromoCodeRow> {
  const [row] = await db.update(promoCodes).set(values).where(eq(promoCodes.id, promoCodeId)).returning();
  if (!row) throw new Error("a locked promo code is not there");
  return row;
}

export async function deletePromoCodeRow(db: Db, promoCodeId: string): Promise<void> {
  await db.delete(promoCodes).where(eq(promoCodes.id, promoCodeId));
}

export async function wasCodeUsed(db: Db, promoCodeId: string): Promise<boolean> {
  const [row] = await db.select({ id: orders.id }).from(orders).where(eq(orders.promoCodeId, promoCodeId)).limit(1);
  return row !== undefined;
}

/** Orders of a person that hold a code: open ones and paid ones. */
export async function usesOfPerson(db: Db, promoCodeId: string, personId: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(orders)
    .where(
      and(
        eq(orders.promoCodeId, promoCodeId),
        eq(orders.personId, personId),
        or(eq(orders.state, "pending"), isNotNull(orders.paidAt)),
      ),
    );
  return row?.count ?? 0;
}

/** One more or one fewer order holds a code; false when that would pass its limit. */
export async function moveUses(db: Db, promoCodeId: string, by: 1 | -1): Promise<boolean> {
  const rows = await db
    .update(promoCodes)
    .set({ uses: sql`${promoCodes.uses} + ${by}` })
    .where(
      and(
        eq(promoCodes.id, promoCodeId),
        by === 1 ? or(isNull(promoCodes.maxUses), lt(promoCodes.uses, promoCodes.maxUses)) : gt(promoCodes.uses, 0),
      ),
    )
    .returning({ id: promoCodes.id });
  return rows.length > 0;
}

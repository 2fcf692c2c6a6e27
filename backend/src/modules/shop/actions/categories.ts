/** Shelves of the shop. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { LocalText } from "@db/schema/shop.ts";
import type { ShopCategory } from "../catalog-contracts.ts";
import {
  type CategoryRow,
  deleteCategory,
  insertCategory,
  listOwnCategories,
  lockList,
  productsPerCategory,
  updateCategory,
} from "../catalog-queries.ts";
import { cleanText, hasWords } from "../domain/local-text.ts";
import { categoryNotFound, titleNeeded, tooMany } from "../errors.ts";
import { orderList } from "./products.ts";

const categoriesAtMost = 50;

const present = ({ id, title, position }: CategoryRow, products: number): ShopCategory => ({
  id,
  title,
  position,
  products,
});

function titleOf(title: LocalText): LocalText {
  if (!hasWords(title)) throw titleNeeded();
  return cleanText(title);
}

async function changed(ctx: ActionContext, action: string, categoryId: string): Promise<void> {
  await recordAudit(ctx, { action: `shop_category.${action}`, subjectKind: "shop_category", subjectId: categoryId });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "shop" });
}

export async function listShopCategories(ctx: ActionContext): Promise<{ items: ShopCategory[] }> {
  const { workspaceId } = ctx.actor;
  const rows = await listOwnCategories(ctx.db, workspaceId);
  const products = await productsPerCategory(ctx.db, workspaceId);
  return { items: rows.map((row) => present(row, products.get(row.id) ?? 0)) };
}

export function createShopCategory(outer: ActionContext, input: { title: LocalText }): Promise<ShopCategory> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const title = titleOf(input.title);
    await lockList(ctx.db, workspaceId, "categories");
    const known = await listOwnCategories(ctx.db, workspaceId);
    if (known.length >= categoriesAtMost) throw tooMany(categoriesAtMost);
    const position = Math.max(0, ...known.map((row) => row.position)) + 1;
    const row = await insertCategory(ctx.db, { workspaceId, title, position });
    await changed(ctx, "created", row.id);
    return present(row, 0);
  });
}

export function changeShopCategory(
  outer: ActionContext,
  input: { shopCategoryId: string; title: LocalText },
): Promise<ShopCategory> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await updateCategory(ctx.db, workspaceId, input.shopCategoryId, titleOf(input.title));
    if (!row) throw categoryNotFound();
    await changed(ctx, "changed", row.id);
    return present(row, (await productsPerCategory(ctx.db, workspaceId)).get(row.id) ?? 0);
  });
}

/** Its products stay, without a shelf. */
export function deleteShopCategory(outer: ActionContext, input: { shopCategoryId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    if (!(await deleteCategory(ctx.db, ctx.actor.workspaceId, input.shopCategoryId))) throw categoryNotFound();
    await changed(ctx, "deleted", input.shopCategoryId);
    return { ok: true };
  });
}

export const orderShopCategories = (ctx: ActionContext, input: { ids: string[] }): Promise<{ ok: true }> =>
  orderList(ctx, "categories", input.ids);

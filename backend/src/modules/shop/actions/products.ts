/** What is sold: the team's list and editor of products. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { randomToken } from "@backend/kit/crypto.ts";
import { violates } from "@backend/kit/errors.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { adoptUpload, findUpload, releaseUpload } from "@backend/kit/uploads.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { PackageDetails } from "@db/schema/shop.ts";
import type { ChangeProduct, CreateProduct, Product, ProductListQuery } from "../catalog-contracts.ts";
import {
  countProducts,
  deleteProduct,
  findOwnCategory,
  findOwnProduct,
  idsOfList,
  insertProduct,
  listOwnProducts,
  lockList,
  lockOwnProduct,
  type ProductRow,
  pricesOf,
  replacePrices,
  savePositions,
  slugsLike,
  soldOf,
  updateProduct,
  wasOrdered,
} from "../catalog-queries.ts";
import { cleanText, hasWords, textIn } from "../domain/local-text.ts";
import { freeSlug, isPriceFine, isSlug, type PriceShape, productProblem, slugOf } from "../domain/product.ts";
import {
  categoryNotFound,
  orderIncomplete,
  pictureNotUsable,
  priceInvalid,
  priceTwice,
  productNotFound,
  productRule,
  slugInvalid,
  slugTaken,
  titleNeeded,
  tooMany,
} from "../errors.ts";
import { presentProduct } from "../present.ts";

/** The list is one page: nobody sells more kinds of things in a chat. */
const productsAtMost = 500;
/** What a product is sold for when nothing else is said. */
const usualDays = 30;

type Values = Partial<Omit<ProductRow, "id" | "workspaceId" | "kind" | "position" | "createdAt" | "updatedAt">>;

async function show(ctx: ActionContext, rows: readonly ProductRow[]): Promise<Product[]> {
  const ids = rows.map(({ id }) => id);
  const prices = await pricesOf(ctx.db, ids);
  const sold = await soldOf(ctx.db, ids);
  return rows.map((row) => presentProduct(row, prices.get(row.id) ?? [], sold.get(row.id) ?? 0));
}

async function showOne(ctx: ActionContext, row: ProductRow): Promise<Product> {
  const [product] = await show(ctx, [row]);
  if (!product) throw productNotFound();
  return product;
}

/** All products in their order; archived ones are asked for apart. */
export async function listProducts(ctx: ActionContext, query: ProductListQuery): Promise<{ items: Product[] }> {
  const rows = await listOwnProducts(ctx.db, ctx.actor.workspaceId, {
    isArchived: query.isArchived ?? false,
    ...(query.kind ? { kind: query.kind } : {}),
  });
  const wanted = query.search?.trim().toLowerCase() ?? "";
  const found = rows.filter(({ title, slug }) =>
    [...Object.values(title), slug].some((words) => words.toLowerCase().includes(wanted)),
  );
  return { items: await show(ctx, found) };
}

export async function readProduct(ctx: ActionContext, input: { productId: string }): Promise<Product> {
  const row = await findOwnProduct(ctx.db, ctx.actor.workspaceId, input.productId);
  if (!row) throw productNotFound();
  return showOne(ctx, row);
}

function checkedPrices(prices: readonly PriceShape[]): PriceShape[] {
  const seen = new Set<string>();
  for (const price of prices) {
    if (!isPriceFine(price)) throw priceInvalid({ method: price.method, currency: price.currency });
    const key = `${price.method} ${price.currency}`;
    if (seen.has(key)) throw priceTwice({ method: price.method, currency: price.currency });
    seen.add(key);
  }
  return [...prices];
}

const cleanDetails = ({ features, ...ranges }: PackageDetails): PackageDetails => {
  for (const range of Object.values(ranges))
    if (range && (range.from < 0 || range.from > range.to)) throw productRule("range_turned");
  return { ...ranges, ...(features ? { features: features.map(cleanText).filter(hasWords) } : {}) };
};

/** What of a change goes into the row; everything that names another thing is looked up in the own workspace. */
async function valuesOf(ctx: ActionContext, input: ChangeProduct): Promise<Values> {
  const { workspaceId } = ctx.actor;
  const { title, description, terms, details, shopCategoryId, slug, prices: _, ...plain } = input;
  if (title !== undefined && !hasWords(title)) throw titleNeeded();
  if (slug !== undefined && !isSlug(slug)) throw slugInvalid();
  if (shopCategoryId && !(await findOwnCategory(ctx.db, workspaceId, shopCategoryId))) throw categoryNotFound();
  return {
    ...plain,
    ...(title === undefined ? {} : { title: cleanText(title) }),
    ...(description === undefined ? {} : { description: cleanText(description) }),
    ...(terms === undefined ? {} : { terms: cleanText(terms) }),
    ...(details === undefined ? {} : { details: cleanDetails(details) }),
    ...(shopCategoryId === undefined ? {} : { categoryId: shopCategoryId }),
    ...(slug === undefined ? {} : { slug }),
  };
}

/** The new picture is in use from now on, the former one is not any more. */
async function changePicture(ctx: ActionContext, before: string | null, after: string | null | undefined) {
  const { workspaceId } = ctx.actor;
  if (after === undefined || after === before) return;
  if (after !== null) {
    const upload = await findUpload(ctx.db, workspaceId, after);
    if (!upload?.contentType?.startsWith("image/")) throw pictureNotUsable();
    if (!(await adoptUpload(ctx.db, workspaceId, after, "picture"))) throw pictureNotUsable();
  }
  if (before !== null) await releaseUpload(ctx.db, workspaceId, before, ctx.now);
}

async function changed(ctx: ActionContext, action: string, productId: string, after?: Record<string, unknown>) {
  await recordAudit(ctx, {
    action: `product.${action}`,
    subjectKind: "product",
    subjectId: productId,
    ...(after ? { after } : {}),
  });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "shop" });
}

const saved = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (violates(error, "products_slug_once")) throw slugTaken();
    throw error;
  }
};

/**
 * A product, at the end of the list and hidden unless it is said to be visible. A package lasts 30 days and gives a post a day when nothing
 * else is said; a slug is made of the title. Throws shop.rule.* where kind, term and prices do not go together.
 */
export function createProduct(outer: ActionContext, input: CreateProduct): Promise<Product> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const { kind, prices: asked, ...rest } = input;
    const prices = checkedPrices(asked);
    const values = await valuesOf(ctx, rest);
    const shape = {
      kind,
      durationDays: rest.durationDays === undefined ? (kind === "topup" ? null : usualDays) : rest.durationDays,
      postsPerDay: rest.postsPerDay === undefined ? (kind === "service" ? 1 : null) : rest.postsPerDay,
      isByHand: rest.isByHand ?? false,
      isSubscription: rest.isSubscription ?? false,
    };
    const problem = productProblem(shape, prices);
    if (problem) throw productRule(problem);
    await lockList(ctx.db, workspaceId, "products");
    const known = await countProducts(ctx.db, workspaceId);
    if (known.count >= productsAtMost) throw tooMany(productsAtMost);
    const wanted =
      slugOf(textIn(rest.title, "en", "en")) ||
      `product-${randomToken(6)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, "0")}`;
    const slug = values.slug ?? freeSlug(wanted, await slugsLike(ctx.db, workspaceId, wanted));
    await changePicture(ctx, null, rest.pictureId);
    const row = await saved(
      insertProduct(ctx.db, {
        ...values,
        ...shape,
        title: cleanText(rest.title),
        slug,
        workspaceId,
        position: known.last + 1,
        createdAt: ctx.now,
        updatedAt: ctx.now,
      }),
    );
    await replacePrices(ctx.db, row.id, prices);
    await changed(ctx, "created", row.id, { kind, slug });
    return showOne(ctx, row);
  });
}

/** Orders keep what they were made with: a change concerns those to come. */
export function changeProduct(outer: ActionContext, input: ChangeProduct & { productId: string }): Promise<Product> {
  return inTransaction(outer, async (ctx) => {
    const { productId, ...change } = input;
    const before = await lockOwnProduct(ctx.db, ctx.actor.workspaceId, productId);
    if (!before) throw productNotFound();
    const values = await valuesOf(ctx, change);
    const prices = change.prices
      ? checkedPrices(change.prices)
      : ((await pricesOf(ctx.db, [productId])).get(productId) ?? []);
    const problem = productProblem({ ...before, ...values }, prices);
    if (problem) throw productRule(problem);
    await changePicture(ctx, before.pictureId, change.pictureId);
    const row = await saved(updateProduct(ctx.db, productId, { ...values, updatedAt: ctx.now }));
    if (change.prices) await replacePrices(ctx.db, productId, prices);
    await changed(ctx, "changed", productId, {
      changed: Object.keys(change),
      ...(change.isVisible === undefined ? {} : { isVisible: change.isVisible }),
      ...(change.prices
        ? { prices: prices.map(({ method, currency, amount }) => ({ method, currency, amount })) }
        : {}),
    });
    return showOne(ctx, row);
  });
}

/** Away for good if nobody has ever ordered it; otherwise archived, since orders point to it. */
export function removeProduct(outer: ActionContext, input: { productId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnProduct(ctx.db, ctx.actor.workspaceId, input.productId);
    if (!row) throw productNotFound();
    if (await wasOrdered(ctx.db, row.id)) {
      await updateProduct(ctx.db, row.id, { archivedAt: row.archivedAt ?? ctx.now, isVisible: false });
      await changed(ctx, "archived", row.id);
    } else {
      if (row.pictureId) await releaseUpload(ctx.db, row.workspaceId, row.pictureId, ctx.now);
      await deleteProduct(ctx.db, row.id);
      await changed(ctx, "deleted", row.id);
    }
    return { ok: true };
  });
}

/** Back from the archive, hidden. */
export function restoreProduct(outer: ActionContext, input: { productId: string }): Promise<Product> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnProduct(ctx.db, ctx.actor.workspaceId, input.productId);
    if (!row) throw productNotFound();
    if (row.archivedAt === null) return showOne(ctx, row);
    const restored = await updateProduct(ctx.db, row.id, { archivedAt: null, updatedAt: ctx.now });
    await changed(ctx, "restored", row.id);
    return showOne(ctx, restored);
  });
}

/** The order in which customers see them. Throws shop.order_incomplete when the list was changed meanwhile. */
export function orderProducts(outer: ActionContext, input: { ids: string[] }): Promise<{ ok: true }> {
  return orderList(outer, "products", input.ids);
}

/** All things of a list in their new order. */
export function orderList(
  outer: ActionContext,
  list: "products" | "categories" | "faq",
  ids: readonly string[],
): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockList(ctx.db, workspaceId, list);
    const known = new Set(await idsOfList(ctx.db, workspaceId, list));
    if (ids.length !== known.size || !ids.every((id) => known.has(id))) throw orderIncomplete();
    await savePositions(ctx.db, workspaceId, list, ids);
    await recordAudit(ctx, { action: `shop.${list}_ordered`, subjectKind: "workspace", subjectId: workspaceId });
    await notifyLive(ctx.db, { workspaceId, topic: "shop" });
    return { ok: true };
  });
}

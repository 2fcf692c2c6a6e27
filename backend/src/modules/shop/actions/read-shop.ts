/** The shop as a customer sees it. */
import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import { uploadResponse } from "@backend/kit/upload-response.ts";
import { findUpload } from "@backend/kit/uploads.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { balancesOf, withWaitingMoney } from "@backend/modules/payments/index.ts";
import type { LocalText } from "@db/schema/shop.ts";
import {
  findOwnProduct,
  listOwnCategories,
  listOwnFaq,
  listOwnProducts,
  type PriceRow,
  type ProductRow,
  pricesOf,
  readSettings,
} from "../catalog-queries.ts";
import type { Shop, ShopProduct } from "../contracts.ts";
import { runsUntil } from "../deliver-order.ts";
import { textIn } from "../domain/local-text.ts";
import { plain } from "../domain/money.ts";
import { type EntitlementRow, listLiveOf } from "../entitlement-queries.ts";
import { pictureNotFound, productNotFound } from "../errors.ts";
import { payable, type Way, waysToPay } from "../offer.ts";
import { listOpenOrders, listOverdueOf, type OrderRow } from "../order-queries.ts";
import { presentPrice } from "../present.ts";
import { waitingAmong } from "../present-orders.ts";

interface Facts {
  words: (text: LocalText) => string;
  ways: readonly Way[];
  live: readonly EntitlementRow[];
  open: readonly OrderRow[];
  /** Those of them for which money waits. */
  checked: ReadonlySet<string>;
}

/** The team may look at what is hidden, and at a shop that is closed, before others do. */
const mayPreview = (ctx: ActionContext): boolean => ctx.actor.permissions.has("shop.read");

async function factsOf(ctx: ActionContext): Promise<Facts> {
  const { workspaceId, personId, locale } = ctx.actor as MemberActor;
  const workspace = await findWorkspace(ctx.db, workspaceId);
  const open = await listOpenOrders(ctx.db, workspaceId, personId);
  const checked = await waitingAmong(ctx.db, open);
  return {
    words: (text) => textIn(text, locale, workspace.locale),
    ways: await waysToPay(ctx.db, workspaceId),
    live: await listLiveOf(ctx.db, workspaceId, personId, ctx.now),
    // One whose hour is over makes room for another, before the job that ends it comes; not while its money waits.
    open: open.filter(({ id, expiresAt }) => expiresAt > ctx.now || checked.has(id)),
    checked,
  };
}

/** With what overdue orders hold, and whoever wants it gets (`placeOrder`). Not with one whose money waits for a member. */
async function withFreed(ctx: ActionContext, rows: readonly ProductRow[]): Promise<ProductRow[]> {
  const limited = rows.filter(({ stock }) => stock !== null).map(({ id }) => id);
  const overdue = await listOverdueOf(ctx.db, limited, ctx.now);
  const waiting = await withWaitingMoney(
    ctx.db,
    overdue.map(({ id }) => id),
  );
  const freed = (productId: string) =>
    overdue.filter((order) => order.productId === productId && !waiting.has(order.id)).length;
  return rows.map((row) => (row.stock === null ? row : { ...row, stock: row.stock + freed(row.id) }));
}

function present(
  row: ProductRow,
  prices: readonly PriceRow[],
  { words, ways, live, open, checked }: Facts,
): ShopProduct {
  const { details } = row;
  const openOrderId = open.find(({ productId }) => productId === row.id)?.id ?? null;
  return {
    id: row.id,
    kind: row.kind,
    slug: row.slug,
    title: words(row.title),
    description: words(row.description),
    terms: words(row.terms),
    shopCategoryId: row.categoryId,
    pictureId: row.pictureId,
    durationDays: row.durationDays,
    postsPerDay: row.postsPerDay,
    promises: {
      views: details.views ?? null,
      reactions: details.reactions ?? null,
      comments: details.comments ?? null,
      reposts: details.reposts ?? null,
      features: (details.features ?? []).map(words),
    },
    isSubscription: row.isSubscription,
    isByHand: row.isByHand,
    stock: row.stock,
    prices: payable(prices, ways).map(presentPrice),
    activeUntil: runsUntil(live, row.id)?.toISOString() ?? null,
    openOrderId,
    isOpenOrderChecked: openOrderId !== null && checked.has(openOrderId),
  };
}

/** Everything that is on sale. A closed shop shows support and answers, and to the team everything. */
export async function readShop(ctx: ActionContext): Promise<Shop> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const { db } = ctx;
  const settings = await readSettings(db, workspaceId);
  const facts = await factsOf(ctx);
  const isShown = settings.isOpen || mayPreview(ctx);
  const listed = isShown ? await listOwnProducts(db, workspaceId, { isArchived: false, isVisible: true }) : [];
  const products = await withFreed(ctx, listed);
  const prices = await pricesOf(
    db,
    products.map(({ id }) => id),
  );
  const used = new Set(products.map(({ categoryId }) => categoryId));
  const categories = (await listOwnCategories(db, workspaceId)).filter(({ id }) => used.has(id));
  const balances = await balancesOf(db, workspaceId, personId);
  return {
    isOpen: settings.isOpen,
    categories: categories.map(({ id, title }) => ({ id, title: facts.words(title) })),
    products: products.map((row) => present(row, prices.get(row.id) ?? [], facts)),
    methods: facts.ways.map(({ method, currencies, isTest }) => ({
      method,
      currencies: [...(currencies ?? [])],
      isTest,
    })),
    balances: balances.map(({ currency, amount, held }) => ({ currency, amount: plain(amount), held: plain(held) })),
    needsEmail: settings.vatCode !== null,
    support: facts.words(settings.support),
    faq: (await listOwnFaq(db, workspaceId)).map(({ id, question, answer }) => ({
      id,
      question: facts.words(question),
      answer: facts.words(answer),
    })),
  };
}

async function findShown(ctx: ActionContext, productId: string): Promise<ProductRow> {
  const { workspaceId } = ctx.actor;
  const row = await findOwnProduct(ctx.db, workspaceId, productId);
  if (!row) throw productNotFound();
  if (mayPreview(ctx)) return row;
  const { isOpen } = await readSettings(ctx.db, workspaceId);
  if (!isOpen || !row.isVisible || row.archivedAt !== null) throw productNotFound();
  return row;
}

export async function readShopProduct(ctx: ActionContext, input: { productId: string }): Promise<ShopProduct> {
  const shown = await findShown(ctx, input.productId);
  const [row = shown] = await withFreed(ctx, [shown]);
  return present(row, (await pricesOf(ctx.db, [row.id])).get(row.id) ?? [], await factsOf(ctx));
}

/** The picture's bytes; whoever may see the product may see it. */
export async function readShopPicture(ctx: ActionContext, input: { productId: string }): Promise<Response> {
  const { pictureId } = await findShown(ctx, input.productId);
  const upload = pictureId === null ? null : await findUpload(ctx.db, ctx.actor.workspaceId, pictureId);
  if (upload?.state !== "ready") throw pictureNotFound();
  // Another picture has another id in the product, so a reader may keep this one for a day.
  return uploadResponse(ctx.db, upload, "private, max-age=86400");
}

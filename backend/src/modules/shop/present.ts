/** Rows → what leaves the server. */

import type { Product, PromoCode } from "./catalog-contracts.ts";
import type { PriceRow, ProductRow, PromoCodeRow } from "./catalog-queries.ts";
import type { Price } from "./contracts.ts";
import { plain } from "./domain/money.ts";

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export const presentPrice = ({ method, currency, amount }: PriceRow): Price => ({
  method,
  currency,
  amount: plain(amount),
});

export const presentProduct = (row: ProductRow, prices: readonly PriceRow[], sold: number): Product => ({
  id: row.id,
  kind: row.kind,
  slug: row.slug,
  title: row.title,
  description: row.description,
  terms: row.terms,
  shopCategoryId: row.categoryId,
  pictureId: row.pictureId,
  durationDays: row.durationDays,
  postsPerDay: row.postsPerDay,
  details: row.details,
  stock: row.stock,
  isVisible: row.isVisible,
  isByHand: row.isByHand,
  isSubscription: row.isSubscription,
  position: row.position,
  prices: prices.map(presentPrice),
  sold,
  archivedAt: iso(row.archivedAt),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

export const presentPromoCode = (row: PromoCodeRow): PromoCode => ({
  id: row.id,
  code: row.code,
  kind: row.kind,
  value: plain(row.value),
  currency: row.currency,
  productIds: row.productIds,
  startsAt: iso(row.startsAt),
  endsAt: iso(row.endsAt),
  maxUses: row.maxUses,
  maxPerPerson: row.maxPerPerson,
  isActive: row.isActive,
  uses: row.uses,
  createdAt: row.createdAt.toISOString(),
});

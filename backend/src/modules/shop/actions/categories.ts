import type { ActionContext } from "@backend/kit/context.ts";
import type { LocalText } from "@db/schema/shop.ts";
import type { ShopCategory } from "../catalog-contracts.ts";

export async function changeShopCategory(
  _ctx: ActionContext,
  _input: { shopCategoryId: string; title: LocalText },
): Promise<ShopCategory> {
  throw new Error("not yet");
}

export async function createShopCategory(_ctx: ActionContext, _input: { title: LocalText }): Promise<ShopCategory> {
  throw new Error("not yet");
}

export async function deleteShopCategory(
  _ctx: ActionContext,
  _input: { shopCategoryId: string },
): Promise<{ ok: true }> {
  throw new Error("not yet");
}

export async function listShopCategories(_ctx: ActionContext, _input: undefined): Promise<{ items: ShopCategory[] }> {
  throw new Error("not yet");
}

export async function orderShopCategories(_ctx: ActionContext, _input: { ids: string[] }): Promise<{ ok: true }> {
  throw new Error("not yet");
}

import type { ActionContext } from "@backend/kit/context.ts";
import type { Shop, ShopProduct } from "../contracts.ts";

export async function readShop(_ctx: ActionContext, _input: undefined): Promise<Shop> {
  throw new Error("not yet");
}

export async function readShopPicture(_ctx: ActionContext, _input: { productId: string }): Promise<Response> {
  throw new Error("not yet");
}

export async function readShopProduct(_ctx: ActionContext, _input: { productId: string }): Promise<ShopProduct> {
  throw new Error("not yet");
}

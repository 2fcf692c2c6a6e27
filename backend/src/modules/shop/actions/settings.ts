import type { ActionContext } from "@backend/kit/context.ts";
import type { ChangeShopSettings, ShopSettings } from "../catalog-contracts.ts";

export async function changeShopSettings(_ctx: ActionContext, _input: ChangeShopSettings): Promise<ShopSettings> {
  throw new Error("not yet");
}

export async function readShopSettings(_ctx: ActionContext, _input: undefined): Promise<ShopSettings> {
  throw new Error("not yet");
}

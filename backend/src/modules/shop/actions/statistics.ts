import type { ActionContext } from "@backend/kit/context.ts";
import type { ShopStatistics, ShopStatisticsQuery } from "../order-contracts.ts";

export async function readShopStatistics(_ctx: ActionContext, _input: ShopStatisticsQuery): Promise<ShopStatistics> {
  throw new Error("not yet");
}

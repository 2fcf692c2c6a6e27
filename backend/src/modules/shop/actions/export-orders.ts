import type { ActionContext } from "@backend/kit/context.ts";
import type { OrderExportQuery } from "../order-contracts.ts";

export async function exportOrders(_ctx: ActionContext, _input: OrderExportQuery): Promise<Response> {
  throw new Error("not yet");
}

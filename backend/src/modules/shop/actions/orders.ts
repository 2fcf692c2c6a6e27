import type { ActionContext } from "@backend/kit/context.ts";
import type { Page } from "@backend/kit/paging.ts";
import type { Order, OrderListQuery, OrderWithStory } from "../order-contracts.ts";

export async function listOrders(_ctx: ActionContext, _input: OrderListQuery): Promise<Page<Order>> {
  throw new Error("not yet");
}

export async function readOrder(_ctx: ActionContext, _input: { orderId: string }): Promise<OrderWithStory> {
  throw new Error("not yet");
}

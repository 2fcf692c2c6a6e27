import type { ActionContext } from "@backend/kit/context.ts";
import type { EndOrder, OrderWithStory } from "../order-contracts.ts";

export async function cancelOrder(
  _ctx: ActionContext,
  _input: EndOrder & { orderId: string },
): Promise<OrderWithStory> {
  throw new Error("not yet");
}

export async function completeOrder(_ctx: ActionContext, _input: { orderId: string }): Promise<OrderWithStory> {
  throw new Error("not yet");
}

export async function failOrder(_ctx: ActionContext, _input: EndOrder & { orderId: string }): Promise<OrderWithStory> {
  throw new Error("not yet");
}

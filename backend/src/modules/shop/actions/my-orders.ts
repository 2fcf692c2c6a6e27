import type { ActionContext } from "@backend/kit/context.ts";
import type { Page } from "@backend/kit/paging.ts";
import type { Mine, MyOrder, MyOrderQuery, MyOrderSummary } from "../contracts.ts";

export async function cancelMyOrder(_ctx: ActionContext, _input: { orderId: string }): Promise<MyOrder> {
  throw new Error("not yet");
}

export async function listMyOrders(_ctx: ActionContext, _input: MyOrderQuery): Promise<Page<MyOrderSummary>> {
  throw new Error("not yet");
}

export async function readMine(_ctx: ActionContext, _input: undefined): Promise<Mine> {
  throw new Error("not yet");
}

export async function readMyOrder(_ctx: ActionContext, _input: { orderId: string }): Promise<MyOrder> {
  throw new Error("not yet");
}

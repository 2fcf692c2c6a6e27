import type { ActionContext } from "@backend/kit/context.ts";
import type { RefundOrder, RefundsAsked } from "../order-contracts.ts";

export async function refundOrder(
  _ctx: ActionContext,
  _input: RefundOrder & { orderId: string },
): Promise<RefundsAsked> {
  throw new Error("not yet");
}

import type { ActionContext } from "@backend/kit/context.ts";
import type { PlacedOrder, PlaceOrder } from "../contracts.ts";

export async function placeOrder(_ctx: ActionContext, _input: PlaceOrder): Promise<PlacedOrder> {
  throw new Error("not yet");
}

/** Where an order stands, in one colour; the words are `app.order.state.<state>`. */
import type { Tone } from "@miniapp/shared/ui/index.ts";
import type { OrderState } from "./api.ts";

export const orderTone: Readonly<Record<OrderState, Tone>> = {
  pending: "warn",
  paid: "good",
  processing: "warn",
  completed: "good",
  failed: "bad",
  cancelled: "neutral",
  expired: "neutral",
  refunded: "neutral",
};

export const orderStates = Object.keys(orderTone) as OrderState[];

/** The machine that an order moves along: which step may follow which. Values in, values out. */

export type OrderState =
  | "pending"
  | "paid"
  | "processing"
  | "completed"
  | "failed"
  | "cancelled"
  | "expired"
  | "refunded";

/** Where an order stands, and whether money has ever paid it. */
export interface Standing {
  state: OrderState;
  isPaid: boolean;
}

/**
 * `paid` lasts no longer than the transaction that reaches it: from there an order goes on to `completed`, or to `processing` where a
 * member completes it. What ended unpaid may be paid after all, when somebody decides so about money that came late.
 */
const edges: Readonly<Record<OrderState, readonly OrderState[]>> = {
  pending: ["paid", "cancelled", "expired", "failed"],
  paid: ["processing", "completed"],
  processing: ["completed", "failed", "refunded"],
  completed: ["refunded"],
  failed: ["paid", "refunded"],
  cancelled: ["paid"],
  expired: ["paid"],
  refunded: [],
};

/** Whether an order may move there. One that failed after it was paid is not paid again, and nothing unpaid is refunded. */
export function mayMove({ state, isPaid }: Standing, to: OrderState): boolean {
  if (!edges[state].includes(to)) return false;
  if (to === "paid") return !isPaid;
  return to === "refunded" ? isPaid : true;
}

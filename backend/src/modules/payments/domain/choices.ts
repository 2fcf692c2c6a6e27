/** What somebody may decide about money that waits. */
import { type CheckReason, type Resolution, resolutions } from "./words.ts";

export interface Waiting {
  checkReason: CheckReason | null;
  hasOrder: boolean;
  /** Whose money it would be is known. */
  hasPerson: boolean;
  /** Somebody has decided to give it back, and it is on its way. */
  isGoingBack: boolean;
}

/**
 * Money in another currency, or of nobody's order, cannot pay an order; test money is no money, so that nothing is had for it. One that
 * its provider says is gone was settled before: accepting it is to say that it is there after all.
 */
export function choicesOf({ checkReason, hasOrder, hasPerson, isGoingBack }: Waiting): Resolution[] {
  if (isGoingBack || checkReason === null) return [];
  const isGone = checkReason === "charged_back";
  const isReal = checkReason !== "test_payment";
  const may: Readonly<Record<Resolution, boolean>> = {
    accepted: isGone || (isReal && hasOrder && hasPerson && checkReason !== "currency_differs"),
    to_balance: isReal && !isGone,
    refunded: true,
    dismissed: true,
  };
  return resolutions.filter((resolution) => may[resolution]);
}

import type { MyOrder } from "./api.ts";
import { isNothing } from "./price.ts";

/** Where an order stands for the person who looks at it; each has a title and a sentence (`app.order.stage.<stage>`). */
export type Stage =
  | "preparing"
  | "to_pay"
  | "checking"
  /** Money came, and somebody of the team decides what becomes of it. */
  | "with_team"
  | "overdue"
  | "unpaid"
  | "activating"
  | "by_hand"
  | "next"
  | "active"
  | "ended"
  | "failed"
  | "cancelled"
  | "expired"
  | "refunded";

type Standing = Pick<MyOrder, "state" | "due" | "expiresAt" | "paidAt" | "activatedAt" | "isChecked"> & {
  invoice: Pick<NonNullable<MyOrder["invoice"]>, "state"> | null;
  entitlement: Pick<NonNullable<MyOrder["entitlement"]>, "state" | "startsAt"> | null;
};

/**
 * Only what the server says makes an order paid: that somebody `hasGone` to pay, or that Telegram called an invoice paid, is no more
 * than a reason to look again. `now` in milliseconds since 1970.
 */
export function stageOf(order: Standing, hasGone: boolean, now: number): Stage {
  // What is paid goes on, whatever came besides.
  if (order.isChecked && order.paidAt === null) return "with_team";
  switch (order.state) {
    case "pending":
      return waiting(order, hasGone, now);
    case "processing":
      return "by_hand";
    case "paid":
    case "completed":
      if (order.entitlement && order.entitlement.state !== "active") return "ended";
      if (isNext(order, now)) return "next";
      return order.activatedAt === null && order.state === "paid" ? "activating" : "active";
    case "failed":
      // Nobody took money for what its provider ended; what was paid and then given up is another matter.
      return order.paidAt === null ? "unpaid" : "failed";
    default:
      return order.state;
  }
}

/** A renewal begins later than it was activated. This device's clock alone does not say so: it may be behind the server's. */
function isNext({ entitlement, activatedAt }: Standing, now: number): boolean {
  if (!entitlement || activatedAt === null) return false;
  const startsAt = Date.parse(entitlement.startsAt);
  return startsAt > Date.parse(activatedAt) && startsAt > now;
}

/** An order ends in the same moment as its invoice: one that still waits without it is a look too early. */
function waiting({ due, invoice, expiresAt }: Standing, hasGone: boolean, now: number): Stage {
  if (isNothing(due)) return "activating";
  if (invoice?.state === "paid") return "checking";
  if (now > Date.parse(expiresAt)) return "overdue";
  if (!invoice || invoice.state === "new") return "preparing";
  if (invoice.state !== "open") return "checking";
  return hasGone ? "checking" : "to_pay";
}

/** How often the server is asked while something is awaited; the live stream is faster, where it reaches. Undefined = not at all. */
export const askAgainMs: Readonly<Partial<Record<Stage, number>>> = {
  preparing: 2_000,
  to_pay: 15_000,
  checking: 3_000,
  with_team: 60_000,
  overdue: 15_000,
  activating: 2_000,
  by_hand: 60_000,
};

/** "42:07" of milliseconds. */
export function clockOf(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

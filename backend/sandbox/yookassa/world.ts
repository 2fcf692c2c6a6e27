/** What the stand-in of YooKassa knows. Field names are the service's own. */
export interface Money {
  value: string;
  currency: string;
}

export interface StandInPayment {
  id: string;
  status: "pending" | "waiting_for_capture" | "succeeded" | "canceled";
  paid: boolean;
  amount: Money;
  income_amount?: Money;
  refunded_amount: Money;
  description?: string;
  metadata: Record<string, string>;
  recipient: { account_id: string; gateway_id: string };
  confirmation?: { type: "redirect"; return_url: string; confirmation_url: string };
  cancellation_details?: { party: string; reason: string };
  payment_method?: { type: string; id: string; saved: boolean };
  receipt_registration?: "pending" | "succeeded";
  refundable: boolean;
  test: boolean;
  created_at: string;
  captured_at?: string;
}

export interface StandInRefund {
  id: string;
  payment_id: string;
  status: "pending" | "succeeded" | "canceled";
  amount: Money;
  description?: string;
  cancellation_details?: { party: string; reason: string };
  created_at: string;
}

/** A refusal: `{"type":"error",…}` with this code. 4xx: nothing was done. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly description: string,
    readonly parameter?: string,
  ) {
    super(description);
  }
}

export const invalid = (description: string, parameter?: string): Refusal =>
  new Refusal(400, "invalid_request", description, parameter);

/** Sums in kopecks: whole numbers, so that nothing is lost. */
export function kopecks(money: unknown, parameter: string): bigint {
  const { value, currency } = (money ?? {}) as Partial<Money>;
  if (currency !== "RUB") throw invalid("Currencies do not match", `${parameter}.currency`);
  if (typeof value !== "string" || !/^\d{1,12}\.\d{2}$/.test(value))
    throw invalid("Incorrect amount", `${parameter}.value`);
  return BigInt(value.replace(".", ""));
}

export const roubles = (sum: bigint): Money => ({
  value: `${sum / 100n}.${String(sum % 100n).padStart(2, "0")}`,
  currency: "RUB",
});

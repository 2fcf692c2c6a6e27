/** What the server says of money. */
export const payments = {
  "payments.payment_not_found": "There is no such payment.",
  "payments.refund_not_found": "There is no such refund.",
  "payments.connection_not_found": "This provider is not connected.",
  "payments.balance_too_low": "The balance does not suffice.",
} as const;

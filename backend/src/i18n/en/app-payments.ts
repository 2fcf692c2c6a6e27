/** Words of money: providers, payments, refunds, books. */
export const appPayments = {
  "app.payments.title": "Payments",
} as const;

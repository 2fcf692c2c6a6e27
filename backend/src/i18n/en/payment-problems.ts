/** What went wrong at a payment provider, for who manages payments and for who pays: said by the server and by the app. */
export const paymentProblems = {
  "payments.provider.key_refused": "The provider does not accept the key.",
  "payments.provider.not_allowed": "The provider does not allow this to the account.",
  "payments.provider.not_found": "The provider does not know this payment.",
  "payments.provider.request_refused": "The provider refused the request.",
  "payments.provider.amount_refused": "The provider does not take this amount.",
  "payments.provider.not_enough_money": "The account at the provider does not have enough money.",
  "payments.provider.too_many_calls": "The provider asks for a pause: too many requests.",
  "payments.provider.unreachable": "The provider cannot be reached.",
  "payments.provider.timed_out": "The provider did not answer in time.",
  "payments.provider.server_error": "The provider has a fault of its own.",
  "payments.provider.no_bot": "There is no working bot to take Stars with.",
  "payments.provider.key_unreadable": "The key can no longer be read: SECRETS_KEY was changed. Enter the key again.",
  "payments.provider.account_gone":
    "This account is not connected any more. Connect the same one again; money that is to go back can go to the balance instead.",
  "payments.provider.bot_gone":
    "The bot that took these Stars is not connected any more: connect it again, or give them back to the balance.",
  "payments.provider.stuck":
    "Something in the product failed five times in a row. Whether the money has gone is not known: the next try looks for it first.",
  "payments.provider.expired": "The time to pay is over at the provider.",
  "payments.provider.cancelled": "The provider cancelled the payment.",
} as const;

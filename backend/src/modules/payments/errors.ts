/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/payments.ts`. */
import { conflict, forbidden, invalid, notFound } from "@backend/kit/errors.ts";

export const paymentNotFound = () => notFound("payments.payment_not_found");
export const refundNotFound = () => notFound("payments.refund_not_found");
export const connectionNotFound = () => notFound("payments.connection_not_found");
export const personNotFound = () => notFound("payments.person_not_found");
export const balanceTooLow = () => conflict("payments.balance_too_low");
/** The provider is not connected, switched off, or refuses our key: nothing can be paid with it now. */
export const methodNotAvailable = () => conflict("payments.method_not_available");
export const notToCheck = () => conflict("payments.not_to_check");
export const choiceNotPossible = () => conflict("payments.choice_not_possible");
export const noteNeeded = () => invalid("payments.note_needed");
export const refundTooLarge = (left: string, currency: string) =>
  conflict("payments.refund_too_large", { left, currency });
/** A refund of that amount may have gone out: it must be looked for before another one is sent. */
export const refundInDoubt = (amount: string, currency: string) =>
  conflict("payments.refund_in_doubt", { amount, currency });
/** The provider has the money no more, and nobody has decided what that means. */
export const takenBack = () => conflict("payments.taken_back");
export const refundNotStuck = () => conflict("payments.refund_not_stuck");
export const refundNotWaiting = () => conflict("payments.refund_not_waiting");
export const secondPersonNeeded = () => forbidden("payments.second_person_needed");
export const credentialsNeeded = () => invalid("payments.credentials_needed");
export const credentialsRefused = (code: string) => conflict(`payments.provider.${code}`);
export const accountTaken = () => conflict("payments.account_taken");

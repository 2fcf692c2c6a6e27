/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/payments.ts`. */
import { conflict, notFound } from "@backend/kit/errors.ts";

export const paymentNotFound = () => notFound("payments.payment_not_found");
export const refundNotFound = () => notFound("payments.refund_not_found");
export const connectionNotFound = () => notFound("payments.connection_not_found");
export const balanceTooLow = () => conflict("payments.balance_too_low");

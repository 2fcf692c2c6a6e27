import { appPayments } from "@backend/i18n/uk/app-payments.ts";
import { paymentProblems } from "@backend/i18n/uk/payment-problems.ts";

/** What is wrong with a connection or a refund is said by the screen in the server's words. */
export const words = { ...paymentProblems, ...appPayments };

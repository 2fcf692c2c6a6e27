import { appPayments } from "@backend/i18n/en/app-payments.ts";
import { paymentProblems } from "@backend/i18n/en/payment-problems.ts";

/** What is wrong with a connection or a refund is said by the screen in the server's words. */
export const words = { ...paymentProblems, ...appPayments };

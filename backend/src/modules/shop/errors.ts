/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/shop.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { CodeProblem } from "./domain/price.ts";

export const productNotFound = () => notFound("shop.product_not_found");
export const categoryNotFound = () => notFound("shop.category_not_found");
export const promoCodeNotFound = () => notFound("shop.promo_code_not_found");
export const orderNotFound = () => notFound("shop.order_not_found");
export const faqNotFound = () => notFound("shop.faq_not_found");
export const pictureNotFound = () => notFound("shop.picture_not_found");

// The catalogue
export const titleNeeded = () => invalid("shop.title_needed");
export const slugInvalid = () => invalid("shop.slug_invalid");
export const slugTaken = () => conflict("shop.slug_taken");
export const pictureNotUsable = () => invalid("shop.picture_not_usable");
export const productRule = (problem: string) => invalid(`shop.rule.${problem}`);
export const priceInvalid = (price: { method: string; currency: string }) => invalid("shop.price_invalid", price);
export const priceTwice = (price: { method: string; currency: string }) => invalid("shop.price_twice", price);
export const orderIncomplete = () => conflict("shop.order_incomplete");
export const tooMany = (limit: number) => conflict("shop.too_many", { count: limit });
export const codeTaken = () => conflict("shop.code_taken");
export const codeUsed = () => conflict("shop.code_used");
export const codeInvalid = () => invalid("shop.code_invalid");
export const kindNotFound = () => invalid("shop.kind_not_found");
export const chatNotFound = () => invalid("shop.chat_not_found");

// Checkout
export const shopClosed = () => conflict("shop.closed");
export const notPriced = () => conflict("shop.not_priced");
export const soldOut = () => conflict("shop.sold_out");
export const codeRefused = (problem: CodeProblem) => conflict(`shop.code.${problem}`);
export const codeUnknown = () => invalid("shop.code.not_valid");
export const termsNotAgreed = () => invalid("shop.terms_not_agreed");
export const emailNeeded = () => invalid("shop.email_needed");
export const priceChanged = () => conflict("shop.price_changed");
export const subscribedAlready = () => conflict("shop.subscribed_already");
export const tooManyOpen = (limit: number) => conflict("shop.too_many_open", { count: limit });

// Orders
export const nothingRenewed = () => conflict("shop.nothing_renewed");
export const renewedInTelegram = () => conflict("shop.renewed_in_telegram");
export const orderCannot = (state: string) => conflict(`shop.cannot_now.${state}`);
export const refundTooHigh = (left: { amount: string; currency: string }) => conflict("shop.refund_too_high", left);
export const refundAmountInvalid = () => invalid("shop.refund_amount_invalid");

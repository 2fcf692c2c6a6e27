/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/shop.ts`. */
import { notFound } from "@backend/kit/errors.ts";

export const productNotFound = () => notFound("shop.product_not_found");
export const categoryNotFound = () => notFound("shop.category_not_found");
export const promoCodeNotFound = () => notFound("shop.promo_code_not_found");
export const orderNotFound = () => notFound("shop.order_not_found");

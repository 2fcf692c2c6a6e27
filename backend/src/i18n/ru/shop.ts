import type { shop as en } from "../en/shop.ts";
import type { SameShape } from "../translator.ts";

export const shop = {
  "shop.product_not_found": "Такого товара нет.",
  "shop.category_not_found": "Такой категории нет.",
  "shop.promo_code_not_found": "Такого промокода нет.",
  "shop.order_not_found": "Такого заказа нет.",
} as const satisfies SameShape<typeof en>;

import type { shop as en } from "../en/shop.ts";
import type { SameShape } from "../translator.ts";

export const shop = {
  "shop.product_not_found": "Такого товару немає.",
  "shop.category_not_found": "Такої категорії немає.",
  "shop.promo_code_not_found": "Такого промокоду немає.",
  "shop.order_not_found": "Такого замовлення немає.",
} as const satisfies SameShape<typeof en>;

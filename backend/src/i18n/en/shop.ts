/** What the server says of products, orders and what people have of them. */
export const shop = {
  "shop.product_not_found": "There is no such product.",
  "shop.category_not_found": "There is no such category.",
  "shop.promo_code_not_found": "There is no such promo code.",
  "shop.order_not_found": "There is no such order.",
} as const;

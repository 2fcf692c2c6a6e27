/** Words of the shop as customers see it. */
export const appShop = {
  "app.shop.title": "Shop",
} as const;

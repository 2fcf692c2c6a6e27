import type { appShop as en } from "../en/app-shop.ts";
import type { SameShape } from "../translator.ts";

export const appShop = {
  "app.shop.title": "Магазин",
} as const satisfies SameShape<typeof en>;

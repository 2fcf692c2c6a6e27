import type { appSales as en } from "../en/app-sales.ts";
import type { SameShape } from "../translator.ts";

export const appSales = {
  "app.sales.title": "Продажі",
} as const satisfies SameShape<typeof en>;

/** Wiring: the container takes it from here. */
import { shopCatalogRoutes } from "./catalog-routes.ts";
import { myShopRoutes } from "./my-routes.ts";
import { orderRoutes } from "./order-routes.ts";

export const shopModule = {
  /** All under the API's base. */
  myRoutes: myShopRoutes,
  catalogRoutes: shopCatalogRoutes,
  orderRoutes,
};

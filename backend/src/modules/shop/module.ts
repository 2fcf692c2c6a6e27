/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { endEntitlements, expireOrders, remind } from "./actions/keep-time.ts";
import { tellCustomer, tellStuckRefund, tellTeam } from "./actions/tell.ts";
import { winBack } from "./actions/win-back.ts";
import { shopCatalogRoutes } from "./catalog-routes.ts";
import {
  endEntitlementsJob,
  expireOrdersJob,
  remindJob,
  tellCustomerJob,
  tellStuckRefundJob,
  tellTeamJob,
  winBackJob,
} from "./jobs.ts";
import { myShopRoutes } from "./my-routes.ts";
import { orderRoutes } from "./order-routes.ts";

const handlers: readonly JobHandler[] = [
  handle(expireOrdersJob, expireOrders),
  handle(endEntitlementsJob, endEntitlements),
  handle(remindJob, remind),
  handle(winBackJob, winBack),
  handle(tellCustomerJob, tellCustomer, ({ workspaceId }) => workspaceId),
  handle(tellTeamJob, tellTeam, ({ workspaceId }) => workspaceId),
  handle(tellStuckRefundJob, tellStuckRefund, ({ workspaceId }) => workspaceId),
];

export const shopModule = {
  /** All under the API's base. */
  myRoutes: myShopRoutes,
  catalogRoutes: shopCatalogRoutes,
  orderRoutes,
  handlers,
};

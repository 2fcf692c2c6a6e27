/**
 * Shop: what a workspace sells, who ordered it, and what people have of it. What holds: an order moves along one machine
 * (`domain/order.ts`) and keeps price and terms as they were when it was made; a person has one open order of a product; nobody has
 * anything without settled money; stock, promo codes and the day's quota are exact under any number of callers; days are the
 * workspace's.
 */
export { shopPersonData } from "./actions/person-data.ts";
export { readSupport } from "./actions/read-support.ts";
export { type SalesTotals, salesTotals, type TodaySales, todaySales } from "./actions/today.ts";
export { entitlementMoved, orderMoved, renewalChosen } from "./events.ts";
export { type Holding, holdingsOf, kindOfProduct, type OrderRef, onSaleOf, orderRefsOf } from "./holdings.ts";
export { tellCustomerJob, tellStuckRefundJob, tellTeamJob } from "./jobs.ts";
export { shopModule } from "./module.ts";
export type { ShopPorts } from "./ports.ts";
export { readQuota, takeQuota, type UsableEntitlement, usableEntitlement } from "./quota.ts";
export {
  failOrders,
  followRefunds,
  noteReturns,
  noteStuckRefunds,
  noteSubscriptions,
  noteTurnedAway,
  noteWaiting,
  payOrders,
  type WorthReturned,
} from "./react.ts";
export { isGoingBack, returnable } from "./refundable.ts";
export { storefront } from "./storefront.ts";

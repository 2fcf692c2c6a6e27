/** Elysia: orders and figures, for the team. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { cancelOrder, completeOrder, failOrder } from "./actions/end-order.ts";
import { exportOrders } from "./actions/export-orders.ts";
import { listOrders, readOrder } from "./actions/orders.ts";
import { refundOrder } from "./actions/refund-order.ts";
import { readShopStatistics } from "./actions/statistics.ts";
import { OrderParams } from "./contracts.ts";
import {
  EndOrderBody,
  OrderExportQuery,
  OrderListQuery,
  OrderPage,
  OrderWithStory,
  RefundOrderBody,
  RefundsAsked,
  ShopStatistics,
  ShopStatisticsQuery,
} from "./order-contracts.ts";

const reading = { access: { permission: "orders.read" } } as const;
const managing = { access: { permission: "orders.manage" } } as const;

/** Under the API's base. */
export const orderRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "orders", detail: { tags: ["Orders"] } })
    .use(http)
    .get("/orders", ({ actor, requestId, query }) => run(listOrders, { actor, requestId }, query), {
      ...reading,
      query: OrderListQuery,
      response: { 200: OrderPage },
    })
    .get("/orders/export", ({ actor, requestId, query }) => run(exportOrders, { actor, requestId }, query), {
      ...reading,
      query: OrderExportQuery,
      response: { 200: t.Any({ description: "The file." }) },
    })
    .get("/orders/:orderId", ({ actor, requestId, params }) => run(readOrder, { actor, requestId }, params), {
      ...reading,
      params: OrderParams,
      response: { 200: OrderWithStory },
    })
    .post(
      "/orders/:orderId/complete",
      ({ actor, requestId, params }) => run(completeOrder, { actor, requestId }, params),
      { ...managing, params: OrderParams, response: { 200: OrderWithStory } },
    )
    .post(
      "/orders/:orderId/cancel",
      ({ actor, requestId, params, body }) => run(cancelOrder, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: OrderParams, body: EndOrderBody, response: { 200: OrderWithStory } },
    )
    .post(
      "/orders/:orderId/fail",
      ({ actor, requestId, params, body }) => run(failOrder, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: OrderParams, body: EndOrderBody, response: { 200: OrderWithStory } },
    )
    .post(
      "/orders/:orderId/refund",
      ({ actor, requestId, once, params, body }) =>
        run(refundOrder, { actor, requestId, once }, { ...body, ...params }),
      { creates: true, ...managing, params: OrderParams, body: RefundOrderBody, response: { 200: RefundsAsked } },
    )
    .get("/shop/statistics", ({ actor, requestId, query }) => run(readShopStatistics, { actor, requestId }, query), {
      access: { permission: "orders.read" },
      query: ShopStatisticsQuery,
      response: { 200: ShopStatistics },
    });

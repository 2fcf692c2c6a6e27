/** Elysia: the shop as its customers call it. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { cancelMyOrder, changeMyRenewal, listMyOrders, readMine, readMyOrder } from "./actions/my-orders.ts";
import { placeOrder } from "./actions/place-order.ts";
import { quoteOrder } from "./actions/quote-order.ts";
import { readShop, readShopPicture, readShopProduct } from "./actions/read-shop.ts";
import {
  Mine,
  MyOrder,
  MyOrderPage,
  MyOrderQuery,
  OrderParams,
  PlacedOrder,
  PlaceOrderBody,
  ProductParams,
  Quote,
  QuoteBody,
  RenewalBody,
  Shop,
  ShopProduct,
} from "./contracts.ts";

/** Under the API's base. Whoever opened the app through a bot of the workspace may buy. */
export const myShopRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "my-shop", prefix: "/my", detail: { tags: ["My shop"] } })
    .use(http)
    .get("/shop", ({ actor, requestId }) => run(readShop, { actor, requestId }, undefined), {
      access: "person",
      response: { 200: Shop },
    })
    .get(
      "/shop/products/:productId",
      ({ actor, requestId, params }) => run(readShopProduct, { actor, requestId }, params),
      { access: "person", params: ProductParams, response: { 200: ShopProduct } },
    )
    .get(
      "/shop/products/:productId/picture",
      ({ actor, requestId, params }) => run(readShopPicture, { actor, requestId }, params),
      { access: "person", params: ProductParams, response: { 200: t.Any({ description: "The picture." }) } },
    )
    .post("/shop/quote", ({ actor, requestId, body }) => run(quoteOrder, { actor, requestId }, body), {
      access: "person",
      body: QuoteBody,
      response: { 200: Quote },
    })
    .get("/mine", ({ actor, requestId }) => run(readMine, { actor, requestId }, undefined), {
      access: "person",
      response: { 200: Mine },
    })
    .get("/orders", ({ actor, requestId, query }) => run(listMyOrders, { actor, requestId }, query), {
      access: "person",
      query: MyOrderQuery,
      response: { 200: MyOrderPage },
    })
    .post("/orders", ({ actor, requestId, once, body }) => run(placeOrder, { actor, requestId, once }, body), {
      creates: true,
      access: "person",
      body: PlaceOrderBody,
      response: { 200: PlacedOrder },
    })
    .get("/orders/:orderId", ({ actor, requestId, params }) => run(readMyOrder, { actor, requestId }, params), {
      access: "person",
      params: OrderParams,
      response: { 200: MyOrder },
    })
    .post(
      "/orders/:orderId/cancel",
      ({ actor, requestId, params }) => run(cancelMyOrder, { actor, requestId }, params),
      { access: "person", params: OrderParams, response: { 200: MyOrder } },
    )
    .put(
      "/orders/:orderId/renewal",
      ({ actor, requestId, params, body }) => run(changeMyRenewal, { actor, requestId }, { ...params, ...body }),
      { access: "person", params: OrderParams, body: RenewalBody, response: { 200: MyOrder } },
    );

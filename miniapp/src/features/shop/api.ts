/** The shop as its customers use it: what is sold, what somebody ordered, and what he has of it. */
import type {
  Entitlement,
  Mine,
  MyOrder,
  MyOrderSummary,
  PlaceOrder,
  Price,
  Quote,
  QuoteAsk,
  Shop,
  ShopProduct,
} from "@backend/modules/shop/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export type { Mine, MyOrder, MyOrderSummary, Price, Quote, Shop, ShopProduct };
export type Method = Price["method"];
export type OrderState = MyOrderSummary["state"];
export type OrderEvent = MyOrder["timeline"][number];
export type ActiveThing = Mine["active"][number];
export type Money = Mine["spent"][number];
export type { Entitlement, PlaceOrder };

export const shopQuery = queryOptions({
  queryKey: ["shop", "my"],
  queryFn: (): Promise<Shop> => unwrap(api.my.shop.get()),
});

export const shopProductQuery = (productId: string) =>
  queryOptions({
    queryKey: ["shop", "my", "product", productId],
    queryFn: (): Promise<ShopProduct> => unwrap(api.my.shop.products({ productId }).get()),
  });

/** What an order would cost; it changes nothing. The last answer stands until the next has come. */
export const quoteQuery = (ask: QuoteAsk) =>
  queryOptions({
    queryKey: ["shop", "my", "quote", ask],
    queryFn: (): Promise<Quote> => unwrap(api.my.shop.quote.post(ask)),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

/** `key` makes a repeat the same order. */
export const placeOrder = ({ key, body }: { key: string; body: PlaceOrder }) =>
  unwrap(api.my.orders.post(body, { headers: { "idempotency-key": key } }));

export const myOrderQuery = (orderId: string) =>
  queryOptions({
    queryKey: ["orders", "my", "one", orderId],
    queryFn: (): Promise<MyOrder> => unwrap(api.my.orders({ orderId }).get()),
    meta: { of: orderId },
  });

export const cancelMyOrder = (orderId: string) => unwrap(api.my.orders({ orderId }).cancel.post());

/** Has a subscription renewed, or not. */
export const changeRenewal = (orderId: string, isOn: boolean): Promise<MyOrder> =>
  unwrap(api.my.orders({ orderId }).renewal.put({ isOn }));

export const myOrdersQuery = infiniteQueryOptions({
  queryKey: ["orders", "my", "list"],
  queryFn: ({ pageParam }) => unwrap(api.my.orders.get({ query: pageParam ? { cursor: pageParam } : {} })),
  initialPageParam: "",
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
});

export const mineQuery = (personId: string) =>
  queryOptions({
    queryKey: ["mine"],
    queryFn: (): Promise<Mine> => unwrap(api.my.mine.get()),
    meta: { of: personId },
  });

/** Below /api/v1. The id of the file is in it, so that another picture has another address. */
export const pictureOf = ({ id, pictureId }: Pick<ShopProduct, "id" | "pictureId">): string | null =>
  pictureId === null ? null : `/my/shop/products/${id}/picture?of=${pictureId}`;

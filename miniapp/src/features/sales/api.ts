/** What the team sells and who ordered it, as the server tells them. */
import type {
  ChangeProduct,
  ChangePromoCode,
  ChangeShopSettings,
  CreateProduct,
  CreatePromoCode,
  FaqEntry,
  NewFaqEntry,
  Product,
  PromoCode,
  ShopCategory,
  ShopSettings,
} from "@backend/modules/shop/catalog-contracts.ts";
import type { Order, OrderWithStory, RefundOrder, ShopStatistics } from "@backend/modules/shop/order-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Method, OrderState } from "../shop/api.ts";

export type {
  ChangeShopSettings,
  CreateProduct,
  CreatePromoCode,
  FaqEntry,
  Method,
  NewFaqEntry,
  Order,
  OrderState,
  OrderWithStory,
  Product,
  PromoCode,
  ShopCategory,
  ShopSettings,
  ShopStatistics,
};
export type ProductKind = Product["kind"];
export type LocalText = Product["title"];
export type Price = Product["prices"][number];
export type Period = "today" | "7d" | "30d" | "90d";

/** As the address of the list carries it. */
export interface OrderFilter {
  search?: string;
  state?: OrderState;
  method?: Method;
  productId?: string;
  personId?: string;
  /** Instants. */
  from?: string;
  to?: string;
}

export const ordersQuery = (filter: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: ["orders", "list", filter],
    queryFn: ({ pageParam }) =>
      unwrap(api.orders.get({ query: { ...filter, ...(pageParam ? { cursor: pageParam } : {}) } })),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    meta: { isLong: true },
  });

export const orderQuery = (orderId: string) =>
  queryOptions({
    queryKey: ["orders", "one", orderId],
    queryFn: (): Promise<OrderWithStory> => unwrap(api.orders({ orderId }).get()),
    meta: { of: orderId },
  });
export const completeOrder = (orderId: string) => unwrap(api.orders({ orderId }).complete.post());
export const cancelOrder = ({ orderId, reason }: { orderId: string; reason: string }) =>
  unwrap(api.orders({ orderId }).cancel.post(reason === "" ? {} : { reason }));
export const failOrder = ({ orderId, reason }: { orderId: string; reason: string }) =>
  unwrap(api.orders({ orderId }).fail.post(reason === "" ? {} : { reason }));
/** Sent again with the same `key`, after an answer that was lost, it gives nothing back twice. */
export const refundOrder = ({ orderId, key, ...body }: RefundOrder & { orderId: string; key: string }) =>
  unwrap(api.orders({ orderId }).refund.post(body, { headers: { "idempotency-key": key } }));

export const productsQuery = (isArchived = false) =>
  queryOptions({
    queryKey: ["shop", "products", { isArchived }],
    queryFn: async (): Promise<Product[]> => (await unwrap(api.products.get({ query: { isArchived } }))).items,
  });
export const productQuery = (productId: string) =>
  queryOptions({
    queryKey: ["shop", "products", "one", productId],
    queryFn: (): Promise<Product> => unwrap(api.products({ productId }).get()),
    meta: { of: productId },
  });
export const createProduct = (body: CreateProduct) => unwrap(api.products.post(body));
export const changeProduct = ({ productId, ...body }: ChangeProduct & { productId: string }) =>
  unwrap(api.products({ productId }).patch(body));
export const orderProducts = (ids: string[]) => unwrap(api.products.order.put({ ids }));
export const removeProduct = (productId: string) => unwrap(api.products({ productId }).delete());
export const restoreProduct = (productId: string) => unwrap(api.products({ productId }).restore.post());

export const shopCategoriesQuery = queryOptions({
  queryKey: ["shop", "categories"],
  queryFn: async (): Promise<ShopCategory[]> => (await unwrap(api["shop-categories"].get())).items,
});
export const createShopCategory = (title: LocalText) => unwrap(api["shop-categories"].post({ title }));
export const changeShopCategory = ({ id, title }: { id: string; title: LocalText }) =>
  unwrap(api["shop-categories"]({ shopCategoryId: id }).patch({ title }));
export const orderShopCategories = (ids: string[]) => unwrap(api["shop-categories"].order.put({ ids }));
export const deleteShopCategory = (id: string) => unwrap(api["shop-categories"]({ shopCategoryId: id }).delete());

export const promoCodesQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: ["shop", "codes", { search }],
    queryFn: ({ pageParam }) =>
      unwrap(
        api["promo-codes"].get({
          query: { ...(search === "" ? {} : { search }), ...(pageParam ? { cursor: pageParam } : {}) },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
export const promoCodeQuery = (promoCodeId: string) =>
  queryOptions({
    queryKey: ["shop", "codes", "one", promoCodeId],
    queryFn: (): Promise<PromoCode> => unwrap(api["promo-codes"]({ promoCodeId }).get()),
  });
export const createPromoCode = (body: CreatePromoCode) => unwrap(api["promo-codes"].post(body));
export const changePromoCode = ({ promoCodeId, ...body }: ChangePromoCode & { promoCodeId: string }) =>
  unwrap(api["promo-codes"]({ promoCodeId }).patch(body));
export const deletePromoCode = (promoCodeId: string) => unwrap(api["promo-codes"]({ promoCodeId }).delete());

export const shopSettingsQuery = queryOptions({
  queryKey: ["shop", "settings"],
  queryFn: (): Promise<ShopSettings> => unwrap(api.shop.settings.get()),
});
export const changeShopSettings = (change: ChangeShopSettings) => unwrap(api.shop.settings.patch(change));

export const faqQuery = queryOptions({
  queryKey: ["shop", "faq"],
  queryFn: async (): Promise<FaqEntry[]> => (await unwrap(api.faq.get())).items,
});
export const createFaqEntry = (body: NewFaqEntry) => unwrap(api.faq.post(body));
export const changeFaqEntry = ({ id, ...body }: NewFaqEntry & { id: string }) =>
  unwrap(api.faq({ faqId: id }).patch(body));
export const orderFaq = (ids: string[]) => unwrap(api.faq.order.put({ ids }));
export const deleteFaqEntry = (id: string) => unwrap(api.faq({ faqId: id }).delete());

/** Asked anew by the clock, not by every order: a busy shop has one every second. */
export const numbersQuery = (period: Period) =>
  queryOptions({
    queryKey: ["sales-numbers", period],
    queryFn: (): Promise<ShopStatistics> => unwrap(api.shop.statistics.get({ query: { period } })),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
    refetchInterval: 30_000,
  });

/** Elysia: what the team keeps of the shop. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import {
  changeShopCategory,
  createShopCategory,
  deleteShopCategory,
  listShopCategories,
  orderShopCategories,
} from "./actions/categories.ts";
import { changeFaqEntry, createFaqEntry, deleteFaqEntry, listFaq, orderFaq } from "./actions/faq.ts";
import {
  changeProduct,
  createProduct,
  listProducts,
  orderProducts,
  readProduct,
  removeProduct,
  restoreProduct,
} from "./actions/products.ts";
import {
  changePromoCode,
  createPromoCode,
  deletePromoCode,
  listPromoCodes,
  readPromoCode,
} from "./actions/promo-codes.ts";
import { changeShopSettings, readShopSettings } from "./actions/settings.ts";
import {
  ChangeProductBody,
  ChangePromoCodeBody,
  ChangeShopSettingsBody,
  CreateProductBody,
  CreatePromoCodeBody,
  Done,
  FaqBody,
  FaqEntry,
  FaqList,
  FaqParams,
  OrderOfBody,
  Product,
  ProductList,
  ProductListQuery,
  PromoCode,
  PromoCodePage,
  PromoCodeParams,
  PromoCodeQuery,
  ShopCategory,
  ShopCategoryBody,
  ShopCategoryList,
  ShopCategoryParams,
  ShopSettings,
} from "./catalog-contracts.ts";
import { ProductParams } from "./contracts.ts";

const reading = { access: { permission: "shop.read" } } as const;
const managing = { access: { permission: "shop.manage" } } as const;

/** Under the API's base. */
export const shopCatalogRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "shop-catalog", detail: { tags: ["Shop"] } })
    .use(http)
    .get("/products", ({ actor, requestId, query }) => run(listProducts, { actor, requestId }, query), {
      ...reading,
      query: ProductListQuery,
      response: { 200: ProductList },
    })
    .post("/products", ({ actor, requestId, once, body }) => run(createProduct, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: CreateProductBody,
      response: { 200: Product },
    })
    .put("/products/order", ({ actor, requestId, body }) => run(orderProducts, { actor, requestId }, body), {
      ...managing,
      body: OrderOfBody,
      response: { 200: Done },
    })
    .get("/products/:productId", ({ actor, requestId, params }) => run(readProduct, { actor, requestId }, params), {
      ...reading,
      params: ProductParams,
      response: { 200: Product },
    })
    .patch(
      "/products/:productId",
      ({ actor, requestId, params, body }) => run(changeProduct, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ProductParams, body: ChangeProductBody, response: { 200: Product } },
    )
    .delete(
      "/products/:productId",
      ({ actor, requestId, params }) => run(removeProduct, { actor, requestId }, params),
      {
        ...managing,
        params: ProductParams,
        response: { 200: Done },
      },
    )
    .post(
      "/products/:productId/restore",
      ({ actor, requestId, params }) => run(restoreProduct, { actor, requestId }, params),
      { ...managing, params: ProductParams, response: { 200: Product } },
    )
    .get("/shop-categories", ({ actor, requestId }) => run(listShopCategories, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: ShopCategoryList },
    })
    .post(
      "/shop-categories",
      ({ actor, requestId, once, body }) => run(createShopCategory, { actor, requestId, once }, body),
      { creates: true, ...managing, body: ShopCategoryBody, response: { 200: ShopCategory } },
    )
    .put(
      "/shop-categories/order",
      ({ actor, requestId, body }) => run(orderShopCategories, { actor, requestId }, body),
      {
        ...managing,
        body: OrderOfBody,
        response: { 200: Done },
      },
    )
    .patch(
      "/shop-categories/:shopCategoryId",
      ({ actor, requestId, params, body }) => run(changeShopCategory, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: ShopCategoryParams, body: ShopCategoryBody, response: { 200: ShopCategory } },
    )
    .delete(
      "/shop-categories/:shopCategoryId",
      ({ actor, requestId, params }) => run(deleteShopCategory, { actor, requestId }, params),
      { ...managing, params: ShopCategoryParams, response: { 200: Done } },
    )
    .get("/promo-codes", ({ actor, requestId, query }) => run(listPromoCodes, { actor, requestId }, query), {
      ...reading,
      query: PromoCodeQuery,
      response: { 200: PromoCodePage },
    })
    .post(
      "/promo-codes",
      ({ actor, requestId, once, body }) => run(createPromoCode, { actor, requestId, once }, body),
      { creates: true, ...managing, body: CreatePromoCodeBody, response: { 200: PromoCode } },
    )
    .get(
      "/promo-codes/:promoCodeId",
      ({ actor, requestId, params }) => run(readPromoCode, { actor, requestId }, params),
      { ...reading, params: PromoCodeParams, response: { 200: PromoCode } },
    )
    .patch(
      "/promo-codes/:promoCodeId",
      ({ actor, requestId, params, body }) => run(changePromoCode, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: PromoCodeParams, body: ChangePromoCodeBody, response: { 200: PromoCode } },
    )
    .delete(
      "/promo-codes/:promoCodeId",
      ({ actor, requestId, params }) => run(deletePromoCode, { actor, requestId }, params),
      { ...managing, params: PromoCodeParams, response: { 200: Done } },
    )
    .get("/shop/settings", ({ actor, requestId }) => run(readShopSettings, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: ShopSettings },
    })
    .patch("/shop/settings", ({ actor, requestId, body }) => run(changeShopSettings, { actor, requestId }, body), {
      ...managing,
      body: ChangeShopSettingsBody,
      response: { 200: ShopSettings },
    })
    .get("/faq", ({ actor, requestId }) => run(listFaq, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: FaqList },
    })
    .post("/faq", ({ actor, requestId, once, body }) => run(createFaqEntry, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: FaqBody,
      response: { 200: FaqEntry },
    })
    .put("/faq/order", ({ actor, requestId, body }) => run(orderFaq, { actor, requestId }, body), {
      ...managing,
      body: OrderOfBody,
      response: { 200: Done },
    })
    .patch(
      "/faq/:faqId",
      ({ actor, requestId, params, body }) => run(changeFaqEntry, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: FaqParams, body: FaqBody, response: { 200: FaqEntry } },
    )
    .delete("/faq/:faqId", ({ actor, requestId, params }) => run(deleteFaqEntry, { actor, requestId }, params), {
      ...managing,
      params: FaqParams,
      response: { 200: Done },
    });

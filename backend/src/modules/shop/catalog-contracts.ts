/** Shapes of what the team keeps: products, categories, promo codes, settings, questions and answers. */
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { promoKinds } from "@db/schema/shop.ts";
import { type Static, t } from "elysia";
import { Currency, Kind, Method, Price, Range } from "./contracts.ts";

const Id = t.String({ format: "uuid" });
export const Amount = t.String({ pattern: "^\\d{1,15}(\\.\\d{1,18})?$", description: "Exact decimal text." });
const localText = (maxLength: number) =>
  t.Object({
    en: t.Optional(t.String({ maxLength })),
    ru: t.Optional(t.String({ maxLength })),
    uk: t.Optional(t.String({ maxLength })),
  });
/** A text by language; a reader whose language is missing gets the workspace's, then any. */
const Title = localText(120);
const LongText = localText(4_000);

export const Details = t.Object({
  views: t.Optional(Range),
  reactions: t.Optional(Range),
  comments: t.Optional(Range),
  reposts: t.Optional(Range),
  features: t.Optional(t.Array(localText(200), { maxItems: 20 })),
});

const productFields = {
  slug: t.String({ minLength: 1, maxLength: 60, description: "Letters, digits and hyphens; unique in the workspace." }),
  title: Title,
  description: LongText,
  terms: LongText,
  shopCategoryId: t.Nullable(Id),
  /** A finished upload of a picture, sent for this ("picture") or as a medium that no message uses. */
  pictureId: t.Nullable(Id),
  durationDays: t.Nullable(t.Integer({ minimum: 1, maximum: 3650 })),
  postsPerDay: t.Nullable(t.Integer({ minimum: 1, maximum: 1000 })),
  details: Details,
  stock: t.Nullable(t.Integer({ minimum: 0, maximum: 1_000_000 })),
  isVisible: t.Boolean(),
  isByHand: t.Boolean(),
  isSubscription: t.Boolean(),
};
const NewPrices = t.Array(t.Object({ method: Method, currency: Currency, amount: Amount }), { maxItems: 40 });

export const Product = t.Object({
  id: t.String(),
  kind: Kind,
  ...productFields,
  shopCategoryId: t.Nullable(t.String()),
  pictureId: t.Nullable(t.String()),
  position: t.Integer(),
  prices: t.Array(Price),
  /** Paid orders of it. */
  sold: t.Integer(),
  archivedAt: t.Nullable(t.String()),
  createdAt: t.String(),
  updatedAt: t.String(),
});
export type Product = Static<typeof Product>;
export const ProductList = t.Object({ items: t.Array(Product) });
export const ProductListQuery = t.Object({
  search: t.Optional(t.String({ maxLength: 100 })),
  kind: t.Optional(Kind),
  isArchived: t.Optional(t.Boolean()),
});
export type ProductListQuery = Static<typeof ProductListQuery>;
const optional = t.Partial(t.Object(productFields)).properties;
export const CreateProductBody = t.Object(
  { ...optional, kind: Kind, title: Title, prices: NewPrices },
  {
    examples: [
      {
        kind: "service",
        title: { en: "Starter Mini" },
        durationDays: 30,
        postsPerDay: 2,
        isVisible: true,
        prices: [{ method: "crypto_pay", currency: "USD", amount: "99.99" }],
      },
    ],
  },
);
export type CreateProduct = Static<typeof CreateProductBody>;
/** What is left out stays; `prices` replaces all prices. The kind of a product does not change. */
export const ChangeProductBody = t.Object({ ...optional, prices: t.Optional(NewPrices) });
export type ChangeProduct = Static<typeof ChangeProductBody>;
/** All ids in their new order; a list that is not the whole one is refused. */
export const OrderOfBody = t.Object({ ids: t.Array(Id, { maxItems: 500, uniqueItems: true }) });

export const ShopCategory = t.Object({
  id: t.String(),
  title: Title,
  position: t.Integer(),
  /** Products in it that are not archived. */
  products: t.Integer(),
});
export type ShopCategory = Static<typeof ShopCategory>;
export const ShopCategoryList = t.Object({ items: t.Array(ShopCategory) });
export const ShopCategoryBody = t.Object(
  { title: Title },
  { examples: [{ title: { en: "Starter", ru: "Для начала" } }] },
);
export const ShopCategoryParams = t.Object({ shopCategoryId: Id });

const Instant = t.String({ format: "date-time" });
const codeFields = {
  /** Kept in capitals, typed in any. */
  code: t.String({ minLength: 2, maxLength: 40 }),
  kind: oneOf(promoKinds),
  /** Percent 1–100, an amount in `currency`, or days. */
  value: Amount,
  /** Of a fixed discount: prices in other currencies are not lowered. */
  currency: t.Nullable(Currency),
  /** Null = every product but top-ups. */
  productIds: t.Nullable(t.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true })),
  startsAt: t.Nullable(Instant),
  endsAt: t.Nullable(Instant),
  maxUses: t.Nullable(t.Integer({ minimum: 1, maximum: 1_000_000 })),
  maxPerPerson: t.Nullable(t.Integer({ minimum: 1, maximum: 1_000 })),
  isActive: t.Boolean(),
};
export const PromoCode = t.Object({
  id: t.String(),
  ...codeFields,
  currency: t.Nullable(t.String()),
  /** Orders that hold it: open ones and paid ones. */
  uses: t.Integer(),
  createdAt: t.String(),
});
export type PromoCode = Static<typeof PromoCode>;
export const PromoCodePage = pageOf(PromoCode);
export const PromoCodeQuery = t.Object({ ...pageQuery, search: t.Optional(t.String({ maxLength: 40 })) });
export type PromoCodeQuery = Static<typeof PromoCodeQuery>;
const optionalCode = t.Partial(t.Object(codeFields)).properties;
export const CreatePromoCodeBody = t.Object(
  { ...optionalCode, code: codeFields.code, kind: codeFields.kind, value: codeFields.value },
  { examples: [{ code: "WELCOME10", kind: "percent", value: "10", maxUses: 500 }] },
);
export type CreatePromoCode = Static<typeof CreatePromoCodeBody>;
export const ChangePromoCodeBody = t.Object(optionalCode);
export type ChangePromoCode = Static<typeof ChangePromoCodeBody>;
export const PromoCodeParams = t.Object({ promoCodeId: Id });

export const noticeKinds = ["person", "order", "payment", "failure"] as const;
const settingFields = {
  isOpen: t.Boolean(),
  reportingCurrency: Currency,
  /** In the reporting currency; null = nobody is asked for a second opinion. */
  refundLimit: t.Nullable(Amount),
  noticeChatId: t.Nullable(Id),
  noticeThreadId: t.Nullable(t.Integer({ minimum: 2 })),
  notices: t.Array(oneOf(noticeKinds), { uniqueItems: true, maxItems: 4 }),
  support: LongText,
  vatCode: t.Nullable(t.Integer({ minimum: 1, maximum: 12 })),
  taxSystemCode: t.Nullable(t.Integer({ minimum: 1, maximum: 6 })),
  postsPerHour: t.Integer({ minimum: 1, maximum: 1_000 }),
  taskHours: t.Integer({ minimum: 1, maximum: 720 }),
  /** So many days after something ended, whoever has bought nothing since gets one message; null = nobody does. */
  winBackDays: t.Nullable(t.Integer({ minimum: 1, maximum: 90 })),
  /** A promo code that the message brings. */
  winBackCode: t.Nullable(t.String({ minLength: 2, maxLength: 40 })),
  /** The kind of message that it is; whoever refuses that kind gets none. */
  winBackCategoryId: t.Nullable(t.Integer({ minimum: 1 })),
};
export const ShopSettings = t.Object({
  ...settingFields,
  noticeChat: t.Nullable(t.Object({ id: t.String(), name: t.String() })),
  /** Days of quotas and terms are counted in it; changed in the workspace's settings. */
  timeZone: t.String(),
});
export type ShopSettings = Static<typeof ShopSettings>;
export const ChangeShopSettingsBody = t.Partial(t.Object(settingFields));
export type ChangeShopSettings = Static<typeof ChangeShopSettingsBody>;

export const FaqEntry = t.Object({ id: t.String(), question: LongText, answer: LongText, position: t.Integer() });
export type FaqEntry = Static<typeof FaqEntry>;
export const FaqList = t.Object({ items: t.Array(FaqEntry) });
export const FaqBody = t.Object(
  { question: localText(300), answer: LongText },
  { examples: [{ question: { en: "When does it begin?" }, answer: { en: "When your payment arrives." } }] },
);
export type NewFaqEntry = Static<typeof FaqBody>;
export const FaqParams = t.Object({ faqId: Id });
export const Done = t.Object({ ok: t.Literal(true) });

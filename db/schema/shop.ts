/** What a workspace sells, who ordered it, and what a person has of it. Money itself is in payments.ts. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { audienceCategories } from "./audience.ts";
import { instant, rowId, serialId, timestamps } from "./columns.ts";
import { type Locale, persons, workspaces } from "./identity.ts";
import { uploads } from "./uploads.ts";

/** A text by language; a reader whose language is missing gets the workspace's, then any. */
export type LocalText = Partial<Record<Locale, string>>;

export const productKinds = ["service", "access", "topup", "course"] as const;
export type ProductKind = (typeof productKinds)[number];

/** How somebody pays. `balance` is what the workspace owes him already. */
export const paymentMethods = ["crypto_pay", "yookassa", "stars", "balance"] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

/** Whole numbers from-to, as a package promises them (S-044…S-047). */
export interface PromisedRange {
  from: number;
  to: number;
}

/** What a service package promises besides its posts a day; shown to buyers and handed to the worker. */
export interface PackageDetails {
  views?: PromisedRange;
  reactions?: PromisedRange;
  comments?: PromisedRange;
  reposts?: PromisedRange;
  /** Codes of promises that have words, or a workspace's own words by language. */
  features?: LocalText[];
}

/** What of a product an order keeps as it was when it was ordered. */
export interface FrozenProduct {
  kind: ProductKind;
  slug: string;
  title: LocalText;
  terms: LocalText;
  durationDays: number | null;
  postsPerDay: number | null;
  details: PackageDetails;
  isByHand: boolean;
  isSubscription: boolean;
}

/** One row for each workspace that has opened its shop's settings. */
export const shopSettings = pgTable(
  "shop_settings",
  {
    workspaceId: uuid("workspace_id")
      .primaryKey()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** People outside the team are shown the shop. */
    isOpen: boolean("is_open").notNull().default(false),
    /** Currency that reports add everything up in. */
    reportingCurrency: text("reporting_currency").notNull().default("USD"),
    /** A refund above it, in the reporting currency, needs a second person; null = none does. */
    refundLimit: numeric("refund_limit", { precision: 38, scale: 18 }),
    /** Chat and topic that hear of new people, orders, payments and failures; null = nobody is told. */
    noticeChatId: uuid("notice_chat_id"),
    noticeThreadId: bigint("notice_thread_id", { mode: "number" }),
    notices: text("notices").array().notNull().default(sql`'{order,payment,failure}'::text[]`),
    /** How to reach a human: a username, an address, a sentence. */
    support: jsonb("support").$type<LocalText>().notNull().default({}),
    /** YooKassa receipts (54-FZ): null = the workspace issues none through it. */
    vatCode: smallint("vat_code"),
    taxSystemCode: smallint("tax_system_code"),
    /** Posts that one person may add within an hour (S-228). */
    postsPerHour: integer("posts_per_hour").notNull().default(10),
    /** Hours within which a post must be done; its unused part is returned afterwards. */
    taskHours: integer("task_hours").notNull().default(48),
    /** So many days after something ended, whoever has bought nothing since is asked back once (P-11); null = nobody is. */
    winBackDays: smallint("win_back_days"),
    /** The code that such a message brings. */
    winBackCodeId: uuid("win_back_code_id").references((): AnyPgColumn => promoCodes.id, { onDelete: "set null" }),
    /** The kind of message that it is (`audience_categories`): whoever refuses it hears nothing; null = it is of no kind. */
    winBackCategoryId: integer("win_back_category_id").references(() => audienceCategories.id, {
      onDelete: "no action",
    }),
    ...timestamps(),
  },
  (t) => [
    index("shop_settings_by_code").on(t.winBackCodeId).where(sql`${t.winBackCodeId} is not null`),
    index("shop_settings_by_audience_category").on(t.winBackCategoryId).where(sql`${t.winBackCategoryId} is not null`),
    check("shop_settings_win_back_sane", sql`${t.winBackDays} between 1 and 90`),
  ],
);

export const faqEntries = pgTable(
  "faq_entries",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    question: jsonb("question").$type<LocalText>().notNull(),
    answer: jsonb("answer").$type<LocalText>().notNull(),
    position: integer("position").notNull().default(0),
    ...timestamps(),
  },
  (t) => [index("faq_entries_by_workspace").on(t.workspaceId, t.position)],
);

export const shopCategories = pgTable(
  "shop_categories",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    title: jsonb("title").$type<LocalText>().notNull(),
    position: integer("position").notNull().default(0),
    ...timestamps(),
  },
  (t) => [index("shop_categories_by_workspace").on(t.workspaceId, t.position)],
);

/** Never deleted once ordered: archived, since orders point here. */
export const products = pgTable(
  "products",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    categoryId: uuid("category_id").references(() => shopCategories.id, { onDelete: "set null" }),
    kind: text("kind").$type<ProductKind>().notNull(),
    slug: text("slug").notNull(),
    title: jsonb("title").$type<LocalText>().notNull(),
    description: jsonb("description").$type<LocalText>().notNull().default({}),
    terms: jsonb("terms").$type<LocalText>().notNull().default({}),
    pictureId: uuid("picture_id").references(() => uploads.id, { onDelete: "set null" }),
    /** Null = without an end. Days are counted in the workspace's zone. */
    durationDays: integer("duration_days"),
    postsPerDay: integer("posts_per_day"),
    details: jsonb("details").$type<PackageDetails>().notNull().default({}),
    /** Left to sell; null = without a limit. Taken when an order is made, given back when it ends unpaid. */
    stock: integer("stock"),
    position: integer("position").notNull().default(0),
    isVisible: boolean("is_visible").notNull().default(false),
    /** A paid order waits for a member to complete it. */
    isByHand: boolean("is_by_hand").notNull().default(false),
    /** Sold as a subscription in Stars, renewed by Telegram every 30 days. */
    isSubscription: boolean("is_subscription").notNull().default(false),
    archivedAt: instant("archived_at"),
    ...timestamps(),
  },
  (t) => [
    unique("products_slug_once").on(t.workspaceId, t.slug),
    // For what belongs to a product and names its workspace too (`product_chats`).
    unique("products_owner").on(t.id, t.workspaceId),
    index("products_by_workspace").on(t.workspaceId, t.position, t.id),
    index("products_by_category").on(t.categoryId),
    index("products_by_picture").on(t.pictureId),
    check("products_kind_known", sql`${t.kind} in ('service','access','topup','course')`),
    check("products_stock_not_negative", sql`${t.stock} >= 0`),
    check("products_duration_sane", sql`${t.durationDays} between 1 and 3650`),
    check("products_posts_sane", sql`${t.postsPerDay} between 1 and 1000`),
    check("products_subscription_month", sql`not ${t.isSubscription} or ${t.durationDays} = 30`),
  ],
);

/** What a product costs when it is paid in one way, in one currency. */
export const productPrices = pgTable(
  "product_prices",
  {
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id, { onDelete: "cascade" }),
    method: text("method").$type<PaymentMethod>().notNull(),
    /** ISO 4217, XTR for Stars, or a coin ("USDT"). */
    currency: text("currency").notNull(),
    amount: numeric("amount", { precision: 38, scale: 18 }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.productId, t.method, t.currency] }),
    check("product_prices_positive", sql`${t.amount} > 0`),
    check("product_prices_method_known", sql`${t.method} in ('crypto_pay','yookassa','stars','balance')`),
  ],
);

export const promoKinds = ["percent", "fixed", "bonus_days"] as const;
export type PromoKind = (typeof promoKinds)[number];

export const promoCodes = pgTable(
  "promo_codes",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    /** Upper case; typed in any. */
    code: text("code").notNull(),
    kind: text("kind").$type<PromoKind>().notNull(),
    /** Percent 1–100, an amount in `currency`, or days. */
    value: numeric("value", { precision: 38, scale: 18 }).notNull(),
    /** Of a fixed discount: it applies to prices in this currency alone. */
    currency: text("currency"),
    /** Null = all products. */
    productIds: uuid("product_ids").array(),
    startsAt: instant("starts_at"),
    endsAt: instant("ends_at"),
    maxUses: integer("max_uses"),
    maxPerPerson: integer("max_per_person").default(1),
    /** Orders that hold it: open ones and paid ones. */
    uses: integer("uses").notNull().default(0),
    isActive: boolean("is_active").notNull().default(true),
    ...timestamps(),
  },
  (t) => [
    unique("promo_codes_once").on(t.workspaceId, t.code),
    check("promo_codes_kind_known", sql`${t.kind} in ('percent','fixed','bonus_days')`),
    check("promo_codes_value_sane", sql`${t.value} > 0 and (${t.kind} <> 'percent' or ${t.value} <= 100)`),
    check("promo_codes_uses_within", sql`${t.uses} >= 0 and (${t.maxUses} is null or ${t.uses} <= ${t.maxUses})`),
  ],
);

export const orderStates = [
  "pending",
  "paid",
  "processing",
  "completed",
  "failed",
  "cancelled",
  "expired",
  "refunded",
] as const;
export type OrderState = (typeof orderStates)[number];

export const orders = pgTable(
  "orders",
  {
    ...rowId(),
    /** What people call it: counted per workspace. */
    number: integer("number").notNull(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id),
    state: text("state").$type<OrderState>().notNull().default("pending"),
    /** The product as it was when it was ordered. */
    product: jsonb("product").$type<FrozenProduct>().notNull(),
    method: text("method").$type<PaymentMethod>().notNull(),
    currency: text("currency").notNull(),
    /** Before any discount. */
    price: numeric("price", { precision: 38, scale: 18 }).notNull(),
    discount: numeric("discount", { precision: 38, scale: 18 }).notNull().default("0"),
    /** Taken from the balance. */
    fromBalance: numeric("from_balance", { precision: 38, scale: 18 }).notNull().default("0"),
    /** Left to pay with `method`: price − discount − fromBalance. */
    due: numeric("due", { precision: 38, scale: 18 }).notNull(),
    bonusDays: integer("bonus_days").notNull().default(0),
    promoCodeId: uuid("promo_code_id").references(() => promoCodes.id),
    /** The order whose subscription this one renews. */
    renewsOrderId: uuid("renews_order_id"),
    /** The payment that paid it; null for what the balance alone, or nothing, has paid. */
    paymentId: uuid("payment_id"),
    /** For a receipt. */
    email: text("email"),
    /** Until when it can be paid (S-187: one hour). */
    expiresAt: instant("expires_at").notNull(),
    paidAt: instant("paid_at"),
    activatedAt: instant("activated_at"),
    endedAt: instant("ended_at"),
    /** Given back so far, in `currency`. */
    refunded: numeric("refunded", { precision: 38, scale: 18 }).notNull().default("0"),
    /** Code of the sentence that says why it failed or was cancelled. */
    reason: text("reason"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at")
      .notNull()
      .defaultNow()
      .$onUpdate(() => new Date()),
  },
  (t) => [
    unique("orders_number_once").on(t.workspaceId, t.number),
    // A payment pays one order, however often it is told.
    uniqueIndex("orders_once_per_payment").on(t.paymentId).where(sql`${t.paymentId} is not null`),
    // One open order per product and person (R7).
    uniqueIndex("orders_one_open").on(t.personId, t.productId).where(sql`${t.state} = 'pending'`),
    index("orders_by_workspace").on(t.workspaceId, t.createdAt.desc(), t.id),
    index("orders_by_state").on(t.workspaceId, t.state, t.createdAt.desc(), t.id),
    index("orders_by_method").on(t.workspaceId, t.method, t.createdAt.desc(), t.id),
    // Who ordered and who paid within a quarter is read from the index alone.
    index("orders_of_buyers").on(t.workspaceId, t.createdAt, t.personId, t.paidAt),
    index("orders_by_person").on(t.personId, t.createdAt.desc()),
    index("orders_by_product").on(t.productId, t.createdAt.desc()),
    index("orders_by_promo_code").on(t.promoCodeId).where(sql`${t.promoCodeId} is not null`),
    index("orders_to_expire").on(t.expiresAt).where(sql`${t.state} = 'pending'`),
    check(
      "orders_state_known",
      sql`${t.state} in ('pending','paid','processing','completed','failed','cancelled','expired','refunded')`,
    ),
    check(
      "orders_add_up",
      sql`${t.due} >= 0 and ${t.fromBalance} >= 0 and ${t.discount} >= 0 and ${t.due} = ${t.price} - ${t.discount} - ${t.fromBalance}`,
    ),
    check("orders_refunded_within", sql`${t.refunded} >= 0 and ${t.refunded} <= ${t.price}`),
  ],
);

/** Where the next number of an order comes from. */
export const orderCounters = pgTable("order_counters", {
  workspaceId: uuid("workspace_id")
    .primaryKey()
    .references(() => workspaces.id, { onDelete: "cascade" }),
  last: integer("last").notNull(),
});

/**
 * Orders and their money added up per day of the workspace's zone, so that figures of years are read from a few thousand rows. Written
 * in the transaction of what is counted: an order counts on the day it was made, money on the day it came or went.
 */
export const shopDays = pgTable(
  "shop_days",
  {
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    day: date("day").notNull(),
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id, { onDelete: "cascade" }),
    currency: text("currency").notNull(),
    orders: integer("orders").notNull().default(0),
    paid: integer("paid").notNull().default(0),
    revenue: numeric("revenue", { precision: 38, scale: 18 }).notNull().default("0"),
    refunded: numeric("refunded", { precision: 38, scale: 18 }).notNull().default("0"),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.day, t.productId, t.currency] }),
    index("shop_days_by_product").on(t.productId),
  ],
);

/** An order's timeline: everything that happened to it, in order. */
export const orderEvents = pgTable(
  "order_events",
  {
    ...serialId(),
    orderId: uuid("order_id")
      .notNull()
      .references(() => orders.id, { onDelete: "cascade" }),
    workspaceId: uuid("workspace_id").notNull(),
    at: instant("at").notNull().defaultNow(),
    /** "created", "paid", "activated", "refunded"…; each has words. */
    kind: text("kind").notNull(),
    /** The member or customer who did it; null = the product itself. */
    personId: uuid("person_id").references(() => persons.id, { onDelete: "set null" }),
    details: jsonb("details").$type<Record<string, string | number>>().notNull().default({}),
  },
  (t) => [index("order_events_by_order").on(t.orderId, t.id), index("order_events_by_person").on(t.personId)],
);

export const entitlementStates = ["active", "expired", "revoked"] as const;
export type EntitlementState = (typeof entitlementStates)[number];

/** What a person has because he paid. One per order; there is none without settled money. */
export const entitlements = pgTable(
  "entitlements",
  {
    ...rowId(),
    workspaceId: uuid("workspace_id")
      .notNull()
      .references(() => workspaces.id, { onDelete: "cascade" }),
    personId: uuid("person_id")
      .notNull()
      .references(() => persons.id),
    orderId: uuid("order_id")
      .notNull()
      .references(() => orders.id)
      .unique("entitlements_one_per_order"),
    productId: uuid("product_id")
      .notNull()
      .references(() => products.id),
    kind: text("kind").$type<ProductKind>().notNull(),
    state: text("state").$type<EntitlementState>().notNull().default("active"),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at"),
    postsPerDay: integer("posts_per_day"),
    /** Reminders that went out: days before the end (P-16). */
    reminded: smallint("reminded").array().notNull().default(sql`'{}'::smallint[]`),
    endedAt: instant("ended_at"),
    /** When its owner was asked back; once at most (P-11). */
    wonBackAt: instant("won_back_at"),
    ...timestamps(),
  },
  (t) => [
    index("entitlements_by_person").on(t.personId, t.state),
    index("entitlements_by_workspace").on(t.workspaceId, t.state, t.endsAt),
    index("entitlements_by_product").on(t.productId),
    index("entitlements_to_end").on(t.endsAt).where(sql`${t.state} = 'active' and ${t.endsAt} is not null`),
    check("entitlements_state_known", sql`${t.state} in ('active','expired','revoked')`),
  ],
);

/** Posts accepted on a day of the workspace's zone. Deleting a post gives nothing back. */
export const quotaDays = pgTable(
  "quota_days",
  {
    entitlementId: uuid("entitlement_id")
      .notNull()
      .references(() => entitlements.id, { onDelete: "cascade" }),
    day: date("day").notNull(),
    used: integer("used").notNull(),
  },
  (t) => [primaryKey({ columns: [t.entitlementId, t.day] }), check("quota_days_positive", sql`${t.used} >= 0`)],
);

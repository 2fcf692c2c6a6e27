/** The shop of the invented team: three packages, a club, a top-up, and a month of orders, so that its lists and figures live. */
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { book, transfer } from "@backend/modules/payments/index.ts";
import { createShopCategory } from "@backend/modules/shop/actions/categories.ts";
import { completeOrder } from "@backend/modules/shop/actions/end-order.ts";
import { createFaqEntry } from "@backend/modules/shop/actions/faq.ts";
import { placeOrder } from "@backend/modules/shop/actions/place-order.ts";
import { createProduct } from "@backend/modules/shop/actions/products.ts";
import { createPromoCode } from "@backend/modules/shop/actions/promo-codes.ts";
import { refundOrder } from "@backend/modules/shop/actions/refund-order.ts";
import { changeShopSettings } from "@backend/modules/shop/actions/settings.ts";
import type { CreateProduct } from "@backend/modules/shop/catalog-contracts.ts";
import { persons } from "@db/schema/identity.ts";
import { eq } from "drizzle-orm";
import { seededRandom } from "./telegram/faults.ts";
import { sandboxPeople } from "./world.ts";

const dayMs = 86_400_000;
const days = 27;

/** Sold as S-095…S-097 describe them. */
const packages = [
  {
    shelf: { en: "Starter", ru: "Для начала", uk: "Для початку" },
    title: { en: "Starter Mini", ru: "Starter Mini", uk: "Starter Mini" },
    description: {
      en: "The first steps of a channel: two posts a day.",
      ru: "Первые шаги канала: два поста в день.",
      uk: "Перші кроки каналу: два дописи на день.",
    },
    price: { usd: "99.99", rub: "8990", stars: "5200" },
    postsPerDay: 2,
    views: { from: 1_000, to: 2_500 },
    reactions: { from: 15, to: 27 },
    comments: { from: 5, to: 15 },
    reposts: { from: 3, to: 11 },
  },
  {
    shelf: { en: "Professional", ru: "Профессиональные", uk: "Професійні" },
    title: { en: "Pro Advanced", ru: "Pro Advanced", uk: "Pro Advanced" },
    description: {
      en: "For a channel that grows: three posts a day.",
      ru: "Для растущего канала: три поста в день.",
      uk: "Для каналу, що росте: три дописи на день.",
    },
    price: { usd: "299.99", rub: "26990", stars: "15600" },
    postsPerDay: 3,
    views: { from: 8_000, to: 15_000 },
    reactions: { from: 60, to: 120 },
    comments: { from: 35, to: 65 },
    reposts: { from: 19, to: 41 },
  },
  {
    shelf: { en: "Enterprise", ru: "Для компаний", uk: "Для компаній" },
    title: { en: "Enterprise Elite", ru: "Enterprise Elite", uk: "Enterprise Elite" },
    description: {
      en: "The largest reach, three posts a day.",
      ru: "Самый большой охват, три поста в день.",
      uk: "Найбільше охоплення, три дописи на день.",
    },
    price: { usd: "999.99", rub: "89990", stars: "52000" },
    postsPerDay: 3,
    views: { from: 70_000, to: 120_000 },
    reactions: { from: 400, to: 700 },
    comments: { from: 84, to: 120 },
    reposts: { from: 72, to: 108 },
  },
] as const;

/** S-098…S-100. */
const features = [
  { en: "Figures vary by 30 %", ru: "Разброс показателей 30 %", uk: "Розкид показників 30 %" },
  { en: "80 % within a day", ru: "80 % в течение суток", uk: "80 % упродовж доби" },
  { en: "20 % over a week", ru: "20 % в течение недели", uk: "20 % упродовж тижня" },
];
const terms = {
  en: "Thirty days from the payment. Unused days of a package that you change come back to your balance.",
  ru: "Тридцать дней с момента оплаты. При смене пакета неиспользованные дни возвращаются на баланс.",
  uk: "Тридцять днів від оплати. Якщо змінити пакет, невикористані дні повертаються на баланс.",
};

const club: CreateProduct = {
  kind: "access",
  title: { en: "Northlight Club", ru: "Northlight Club", uk: "Northlight Club" },
  description: {
    en: "The closed channel of the team: cases, figures, answers.",
    ru: "Закрытый канал команды: разборы, цифры, ответы.",
    uk: "Закритий канал команди: розбори, цифри, відповіді.",
  },
  isSubscription: true,
  isVisible: true,
  prices: [
    { method: "stars", currency: "XTR", amount: "500" },
    { method: "crypto_pay", currency: "USD", amount: "9.99" },
    { method: "balance", currency: "USD", amount: "9.99" },
  ],
};
const audit: CreateProduct = {
  kind: "access",
  title: { en: "Channel audit", ru: "Аудит канала", uk: "Аудит каналу" },
  description: {
    en: "A member of the team looks at your channel and writes down what to mend.",
    ru: "Участник команды изучит ваш канал и напишет, что исправить.",
    uk: "Учасник команди вивчить ваш канал і напише, що виправити.",
  },
  durationDays: null,
  isByHand: true,
  isVisible: true,
  stock: 12,
  prices: [
    { method: "crypto_pay", currency: "USD", amount: "49" },
    { method: "yookassa", currency: "RUB", amount: "4400" },
    { method: "balance", currency: "USD", amount: "49" },
  ],
};
const topup: CreateProduct = {
  kind: "topup",
  title: { en: "Top up by $20", ru: "Пополнить на 20 $", uk: "Поповнити на 20 $" },
  description: {
    en: "Stays on your balance until you spend it.",
    ru: "Останется на балансе, пока вы его не потратите.",
    uk: "Залишиться на балансі, доки ви його не витратите.",
  },
  isVisible: true,
  prices: [{ method: "crypto_pay", currency: "USD", amount: "20" }],
};

const answers = [
  {
    question: { en: "When does my package begin?", ru: "Когда начнётся мой пакет?", uk: "Коли почнеться мій пакет?" },
    answer: {
      en: "In the moment in which your payment arrives; usually that is a second.",
      ru: "В тот момент, когда придёт оплата; обычно это секунда.",
      uk: "Тієї миті, коли надійде оплата; зазвичай це секунда.",
    },
  },
  {
    question: { en: "Can I get my money back?", ru: "Можно ли вернуть деньги?", uk: "Чи можна повернути гроші?" },
    answer: {
      en: "Yes, write to support. What you have not used comes back the way you paid, or onto your balance.",
      ru: "Да, напишите в поддержку. Неиспользованное вернётся тем же способом или на баланс.",
      uk: "Так, напишіть у підтримку. Невикористане повернеться тим самим способом або на баланс.",
    },
  },
  {
    question: { en: "What if I pay too late?", ru: "Что, если я заплачу поздно?", uk: "Що, коли я заплачу запізно?" },
    answer: {
      en: "Nothing is lost: a person looks at it and puts it on your order or your balance.",
      ru: "Ничего не пропадёт: человек посмотрит и зачтёт оплату в заказ или на баланс.",
      uk: "Нічого не пропаде: людина подивиться й зарахує оплату в замовлення або на баланс.",
    },
  },
];

const names =
  "Ihor Kateryna Maksym Sofiia Bohdan Daryna Artem Yuliia Roman Viktoriia Tomasz Elif Marek Ayla Leo Nina".split(" ");

/** Prices of a package in every way of paying. */
const pricesOf = ({ usd, rub, stars }: (typeof packages)[number]["price"]): CreateProduct["prices"] => [
  { method: "crypto_pay", currency: "USD", amount: usd },
  { method: "yookassa", currency: "RUB", amount: rub },
  { method: "stars", currency: "XTR", amount: stars },
  { method: "balance", currency: "USD", amount: usd },
];

async function stockShelves(ctx: ActionContext): Promise<string[]> {
  const sold: string[] = [];
  for (const { shelf, title, description, price, postsPerDay, ...promised } of packages) {
    const { id: shopCategoryId } = await createShopCategory(ctx, { title: shelf });
    const { views, reactions, comments, reposts } = promised;
    const { id } = await createProduct(ctx, {
      kind: "service",
      title,
      description,
      terms,
      shopCategoryId,
      postsPerDay,
      details: { views, reactions, comments, reposts, features },
      isVisible: true,
      prices: pricesOf(price),
    });
    sold.push(id);
  }
  const { id: shopCategoryId } = await createShopCategory(ctx, { title: { en: "More", ru: "Ещё", uk: "Ще" } });
  for (const product of [club, audit]) sold.push((await createProduct(ctx, { ...product, shopCategoryId })).id);
  await createProduct(ctx, { ...topup, shopCategoryId });
  await createPromoCode(ctx, { code: "WELCOME10", kind: "percent", value: "10", maxUses: 500 });
  await createPromoCode(ctx, { code: "PLUSWEEK", kind: "bonus_days", value: "7" });
  for (const entry of answers) await createFaqEntry(ctx, entry);
  return sold;
}

interface Customer {
  personId: string;
  since: Date;
}

/** People who know the shop already; the customer of the simulator is one of them when she has opened the app. */
async function invite(ctx: ActionContext, random: () => number): Promise<Customer[]> {
  const { workspaceId } = ctx.actor;
  const rows = await ctx.db
    .insert(persons)
    .values(
      names.map((firstName, n) => ({
        workspaceId,
        telegramId: 820_100_000 + n,
        firstName,
        username: `${firstName.toLowerCase()}_${n}`,
        telegramLocale: n % 3 === 0 ? "en" : "uk",
        createdAt: new Date(ctx.now.getTime() - (1 + random() * (days - 1)) * dayMs),
      })),
    )
    .returning();
  return rows.map(({ id, createdAt }) => ({ personId: id, since: createdAt }));
}

/** Buys from a balance that is given for it: what providers would have taken is not in their stand-ins' books. */
async function buy(
  ctx: ActionContext,
  botId: string,
  order: { personId: string; productId: string; usd: string; at: Date },
) {
  const { personId, productId, usd, at } = order;
  const { workspaceId, ...actor } = ctx.actor;
  const buyer: Actor = { ...actor, kind: "person", workspaceId, personId, botId, member: null, permissions: new Set() };
  const own = { ...ctx, actor: buyer, now: at };
  await book(ctx.db, {
    workspaceId,
    cause: "demo.granted",
    causeId: crypto.randomUUID(),
    at,
    entries: transfer({ kind: "granted" }, { kind: "customer", holder: personId }, "USD", usd),
  });
  return placeOrder(own, { productId, method: "balance", currency: "USD", hasAgreed: true });
}

/** Everything of the shop; once per database. `botId`: through which its customers came. */
export async function seedShop(ctx: ActionContext, botId: string, noticeChatId: string | null): Promise<void> {
  const { workspaceId } = ctx.actor;
  const random = seededRandom(60_326);
  const sold = await stockShelves(ctx);
  await changeShopSettings(ctx, {
    isOpen: true,
    noticeChatId,
    refundLimit: "200",
    support: { en: "Write to @oksana_koval", ru: "Пишите @oksana_koval", uk: "Пишіть @oksana_koval" },
  });
  const prices = [...packages.map(({ price }) => price.usd), "9.99", "49"];
  const customers = await invite(ctx, random);
  const [alice] = await ctx.db.select().from(persons).where(eq(persons.telegramId, sandboxPeople.customer.id));
  if (alice && sold[0])
    await buy(ctx, botId, {
      personId: alice.id,
      productId: sold[0],
      usd: "120",
      at: new Date(ctx.now.getTime() - 12 * dayMs),
    });
  // Older than what the team's chat is still told of: the demo's first alerts would drown in notices of them.
  const told = ctx.now.getTime() - 25 * 3_600_000;
  // One after another, as they happened: a renewal follows what it renews.
  const wishes = Array.from({ length: 40 }, () => {
    const { personId, since } = customers[Math.floor(random() * customers.length)] as Customer;
    const at = new Date(Math.min(since.getTime() + random() * (ctx.now.getTime() - since.getTime()), told));
    const chosen = random();
    const which = chosen < 0.4 ? 0 : chosen < 0.6 ? 1 : chosen < 0.68 ? 2 : chosen < 0.9 ? 3 : 4;
    return { personId, at, productId: sold[which] as string, usd: prices[which] as string };
  }).sort((a, b) => a.at.getTime() - b.at.getTime());
  const team = systemActor(workspaceId);
  for (const [n, wish] of wishes.entries()) {
    const { order } = await buy(ctx, botId, wish);
    const seen = { ...ctx, actor: team, now: new Date(Math.min(wish.at.getTime() + dayMs, ctx.now.getTime())) };
    if (order.state === "processing" && seen.now < ctx.now) await completeOrder(seen, { orderId: order.id });
    if (n === 3) await refundOrder(seen, { orderId: order.id, to: "balance", amount: "5", reason: "Late by a day" });
  }
}

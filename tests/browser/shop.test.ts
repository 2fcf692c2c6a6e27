/** The shop on the app's own screens: bought by a customer, kept by the team; and how the screens look. */
import { beforeAll, describe, expect, test } from "bun:test";
import { book, transfer } from "@backend/modules/payments/index.ts";
import { bots, orders, persons, products } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { and, eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");

const titles = {
  starter: { en: "Starter Mini", ru: "Старт мини", uk: "Старт міні" },
  card: { en: "A week on trial", uk: "Тиждень на пробу" },
  access: { en: "Closed channel", ru: "Закрытый канал", uk: "Закритий канал" },
} as const;
let starterId: string;
let accessId: string;
let cardId: string;

interface Made {
  id: string;
}

/** An open shop with two products, a promo code, a question, and a customer who has money on his balance. */
beforeAll(async () => {
  const { db, call } = product();
  const [bot] = await db.select().from(bots).where(eq(bots.isPlatform, true));
  const workspaceId = bot?.workspaceId ?? "";
  await call("owner", "PATCH", "/shop/settings", {
    isOpen: true,
    support: { uk: "Пишіть @northlight_help щодня з 9 до 18", en: "Write to @northlight_help" },
  });
  await call("owner", "POST", "/faq", {
    question: { uk: "Коли почнеться просування?", en: "When does it begin?" },
    answer: { uk: "Щойно ви додасте перший допис.", en: "As soon as you add a post." },
  });
  const category = await call<Made>("owner", "POST", "/shop-categories", {
    title: { en: "First steps", uk: "Перші кроки" },
  });
  const starter = await call<Made>("owner", "POST", "/products", {
    kind: "service",
    title: titles.starter,
    description: { uk: "Для каналу, який щойно починає.", en: "For a channel that has just begun." },
    terms: { uk: "Без гарантії продажів.", en: "Sales are not promised." },
    shopCategoryId: category.id,
    postsPerDay: 2,
    durationDays: 30,
    details: {
      views: { from: 1_000, to: 2_500 },
      reactions: { from: 15, to: 27 },
      features: [{ uk: "Розкид 30 %", en: "Randomised by 30 %" }],
    },
    prices: [{ method: "balance", currency: "USD", amount: "99.99" }],
    isVisible: true,
  });
  const access = await call<Made>("owner", "POST", "/products", {
    kind: "access",
    title: titles.access,
    durationDays: null,
    isByHand: true,
    prices: [{ method: "balance", currency: "USD", amount: "15" }],
    isVisible: true,
  });
  const card = await call<Made>("owner", "POST", "/products", {
    kind: "access",
    title: titles.card,
    durationDays: 7,
    prices: [{ method: "yookassa", currency: "RUB", amount: "490" }],
    isVisible: true,
  });
  [starterId, accessId, cardId] = [starter.id, access.id, card.id];
  await call("owner", "POST", "/promo-codes", { code: "NORTH10", kind: "percent", value: "10" });
  // The first call makes the customer known.
  await call("customer", "PATCH", "/me", { locale: "uk" });
  const isCustomer = and(eq(persons.workspaceId, workspaceId), eq(persons.telegramId, sandboxPeople.customer.id));
  const [customer] = await db.select().from(persons).where(isCustomer);
  await db.transaction((tx) =>
    book(tx, {
      workspaceId,
      cause: "test.granted",
      causeId: "1",
      at: new Date(),
      entries: transfer({ kind: "granted" }, { kind: "customer", holder: customer?.id ?? "" }, "USD", "200"),
    }),
  );
});

/** Buys from the balance as the customer, without the screens. */
const buy = (productId: string) =>
  product().call<{ order: Made }>("customer", "POST", "/my/orders", {
    productId,
    method: "balance",
    currency: "USD",
    hasAgreed: true,
  });

describe("a customer", () => {
  test("finds the shop first, buys with a promo code from his balance, and has it at once", async () => {
    const app = await openApp(product(), { person: "customer", path: "/" });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(titles.starter.uk) }).click();
    await page.getByText("15–27").waitFor();
    await app.pressMain();
    const sheet = page.getByRole("dialog");
    const code = sheet.getByLabel(t("app.shop.code"), { exact: true });
    await code.fill("nothing");
    await sheet.getByRole("alert").waitFor();
    await code.fill("north10");
    await sheet.getByText(/9,99/).first().waitFor();
    expect(await lookAt(app, "shop-checkout")).toEqual([]);
    await sheet.getByText(t("app.shop.agree")).click();
    await app.pressMain();
    await page.getByText(t("app.order.stage.active"), { exact: true }).waitFor();
    expect(await lookAt(app, "my-order-active")).toEqual([]);
    await app.pressBack();
    await page.getByRole("link", { name: t("app.shop.view.mine") }).click();
    await page
      .getByText(t("app.mine.quota", { left: 2, count: 2 }))
      .first()
      .waitFor();
    // Refusals are answers here: of a code that is none, and of the team's figures, which the page asks for before it knows who is here.
    expect(app.problems.filter((line) => !/shop\/quote|reports\/today/.test(line))).toEqual([]);
    await app.close();
  });

  test("pays by card on the provider's page, and the open order becomes active by itself", async () => {
    const order = () =>
      product().call<{ invoice: { links: { web: string } } }>("customer", "GET", `/my/orders/${orderId}`);
    const app = await openApp(product(), { person: "customer", path: href("shopProduct", { productId: cardId }) });
    const { page } = app;
    await page.getByText(titles.card.uk, { exact: true }).waitFor();
    await app.pressMain();
    await page.getByRole("dialog").getByText(t("app.shop.total"), { exact: true }).waitFor();
    await app.pressMain();
    await page.waitForURL(/mine\/orders/);
    const orderId = new URL(page.url()).pathname.split("/").at(-1);
    await page.getByText(t("app.order.stage.to_pay"), { exact: true }).waitFor();
    expect(await lookAt(app, "my-order-to-pay")).toEqual([]);
    await app.pressMain();
    await page
      .getByText(t("app.order.stage.checking", { provider: t("app.order.provider.yookassa") }), { exact: true })
      .waitFor();
    const { web } = (await order()).invoice.links;
    expect(await page.evaluate(() => window.__client.opened)).toEqual([web]);
    await fetch(web, { method: "POST", body: new URLSearchParams({ deed: "pay" }) });
    await page.getByText(t("app.order.stage.active"), { exact: true }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("sees at once that the team has completed what is prepared by hand", async () => {
    const { order } = await buy(accessId);
    const app = await openApp(product(), { person: "customer", path: href("myOrder", { orderId: order.id }) });
    const { page } = app;
    await page.getByText(t("app.order.stage.by_hand.text"), { exact: true }).waitFor();
    const team = await openApp(product(), { path: href("order", { orderId: order.id }) });
    await team.pressMain();
    // The live stream says so: the page asks by itself once a minute only.
    await page.getByText(t("app.order.stage.active"), { exact: true }).waitFor({ timeout: 15_000 });
    expect([...app.problems, ...team.problems]).toEqual([]);
    await Promise.all([app.close(), team.close()]);
  });
});

describe("the team", () => {
  test("gives a part of the money back in two taps", async () => {
    const { db } = product();
    const [order] = await db.select().from(orders).where(eq(orders.productId, starterId));
    const app = await openApp(product(), { path: href("order", { orderId: order?.id ?? "" }) });
    const { page } = app;
    await page.getByRole("button", { name: new RegExp(t("app.sales.refund")) }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText(t("app.sales.refund_rule_whole")).waitFor();
    await sheet.getByLabel(t("app.sales.amount_in", { currency: "USD" })).fill("10,5");
    await sheet.getByText(t("app.sales.refund_rule_part")).waitFor();
    expect(await lookAt(app, "order-refund")).toEqual([]);
    await sheet.getByRole("button", { name: /10,50/ }).click();
    await until("the refund", async () => {
      const [row] = await db
        .select()
        .from(orders)
        .where(eq(orders.id, order?.id ?? ""));
      return Number(row?.refunded) === 10.5;
    });
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("writes a product in its language, prices it, and sees it as customers will", async () => {
    const app = await openApp(product(), { path: href("products") });
    const { page } = app;
    await page.getByText(titles.starter.uk, { exact: true }).waitFor();
    await app.pressMain();
    await page.getByLabel(t("app.selling.name"), { exact: true }).fill("Про розширений");
    await page.getByRole("button", { name: t("app.selling.add_price") }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByRole("button", { name: t("app.shop.method.balance") }).click();
    await sheet.getByLabel(t("app.sales.amount"), { exact: true }).fill("299,99");
    expect(await lookAt(app, "product-price")).toEqual([]);
    await sheet.getByRole("button", { name: t("app.selling.done"), exact: true }).click();
    await page.getByText("299,99").first().waitFor();
    await app.pressMain();
    await until("the product to be stored", async () => {
      const made = await product().db.select().from(products);
      return made.some(
        ({ title, postsPerDay, isVisible }) => title.uk === "Про розширений" && postsPerDay === 1 && !isVisible,
      );
    });
    await page.getByText("Про розширений", { exact: true }).waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("screens of the shop", () => {
  testSights(product, async () => {
    const { db } = product();
    const [order] = await db.select().from(orders).where(eq(orders.productId, starterId));
    const orderId = order?.id ?? "";
    return {
      shop: { path: href("shop"), person: "customer" },
      "shop-product": { path: href("shopProduct", { productId: starterId }), person: "customer" },
      mine: { path: href("mine"), person: "customer" },
      "shop-help": { path: href("shopHelp"), person: "customer" },
      orders: { path: href("orders") },
      order: { path: href("order", { orderId }) },
      products: { path: href("products") },
      product: { path: href("product", { productId: starterId }) },
      "shop-categories": { path: href("shopCategories") },
      "shop-faq": {
        path: href("faqEntries"),
        open: ({ page }) => page.getByRole("button", { name: /^Коли почнеться просування/ }).click(),
      },
      "promo-codes": { path: href("promoCodes") },
      "promo-code": { path: href("newPromoCode") },
      "shop-settings": {
        path: href("salesSettings"),
        open: async ({ page }) => {
          await page.getByLabel(t("app.selling.ask_back_after"), { exact: true }).selectOption("3");
          await page.getByLabel(t("app.selling.ask_back_code"), { exact: true }).waitFor();
        },
      },
      "sales-numbers": { path: `${href("salesNumbers")}?period=30d` },
    };
  });
});

/** What a customer sees of money on its way: beside a provider's page, under a member's eyes, and in a shop with little to sell. */
import { beforeAll, describe, expect, test } from "bun:test";
import { reactions } from "@backend/app/reactions.ts";
import { setReactions } from "@backend/kit/events.ts";
import { takeStarsPayment } from "@backend/modules/payments/index.ts";
import { contextOf } from "@backend/modules/payments/testing.ts";
import { bots, invoices, orders, payments } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxPeople } from "@sandbox/world.ts";
import { eq } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt, testSights } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const titles = { uk: "Пакет для каналу про подорожі та фотографію", en: "Package for a travel channel" };
let workspaceId: string;
let productIds: { stars: string; card: string; soldOut: string };

interface Made {
  id: string;
}

beforeAll(async () => {
  const { db, call } = product();
  // Money that a test takes in does what it does in the product.
  setReactions(reactions);
  const [bot] = await db.select().from(bots).where(eq(bots.isPlatform, true));
  workspaceId = bot?.workspaceId ?? "";
  await call("owner", "PATCH", "/shop/settings", { isOpen: true });
  await call("owner", "POST", "/shop-categories", { title: { uk: "Порожня категорія", en: "Nothing in it" } });
  const make = async (method: string, currency: string, amount: string, more: object = {}) =>
    (
      await call<Made>("owner", "POST", "/products", {
        kind: "access",
        title: titles,
        durationDays: 7,
        prices: [{ method, currency, amount }],
        isVisible: true,
        ...more,
      })
    ).id;
  productIds = {
    stars: await make("stars", "XTR", "250", { stock: 3 }),
    card: await make("yookassa", "RUB", "490"),
    soldOut: await make("stars", "XTR", "250", { stock: 0 }),
  };
  await call("customer", "PATCH", "/me", { locale: "uk" });
});

/** Ordered by the customer, with its invoice to be paid. */
async function placed(productId: string, method: string, currency: string): Promise<string> {
  const { call } = product();
  const { order } = await call<{ order: Made }>("customer", "POST", "/my/orders", { productId, method, currency });
  await until("the invoice can be paid", async () => {
    const now = await call<{ invoice: { state: string } }>("customer", "GET", `/my/orders/${order.id}`);
    return now.invoice.state === "open";
  });
  return order.id;
}

/** Telegram says that so many Stars came for an order. */
async function pay(orderId: string, amount: number): Promise<void> {
  const { db } = product();
  const [invoice] = await db.select().from(invoices).where(eq(invoices.orderId, orderId));
  const paid = { amount, currency: "XTR", chargeId: crypto.randomUUID(), isRenewal: false, paidAt: new Date() };
  const whose = { botId: invoice?.botId ?? "", payload: invoice?.id ?? "", payerTelegramId: sandboxPeople.customer.id };
  await takeStarsPayment(contextOf(db, workspaceId, new Date()), { ...paid, ...whose });
}

describe("a customer", () => {
  test("comes back from the provider's page to an order that waits for its word, not for his money", async () => {
    const orderId = await placed(productIds.card, "yookassa", "RUB");
    const app = await openApp(product(), { person: "customer", path: href("myOrder", { orderId }) });
    const { page } = app;
    await page.getByText(t("app.order.stage.to_pay"), { exact: true }).waitFor();
    await app.pressMain();
    const waits = page.getByText(t("app.order.stage.checking", { provider: t("app.order.provider.yookassa") }), {
      exact: true,
    });
    await waits.waitFor();
    // The page leads back into the app, which begins anew.
    await page.reload();
    await waits.waitFor();
    await page.getByRole("button", { name: t("app.order.open_again") }).waitFor();
    expect(await lookAt(app, "my-order-checking")).toEqual([]);
    expect(app.problems).toEqual([]);
    await app.close();
  });

  test("sees that money came which a member looks at, may not pay again, and sees what was decided", async () => {
    const { db, call } = product();
    const orderId = await placed(productIds.stars, "stars", "XTR");
    const app = await openApp(product(), { person: "customer", path: href("myOrder", { orderId }) });
    const { page } = app;
    await page.getByText(t("app.order.stage.to_pay"), { exact: true }).waitFor();
    await pay(orderId, 200);
    await page.getByText(t("app.order.stage.with_team"), { exact: true }).waitFor();
    expect(await page.getByText(t("app.order.another_way")).count()).toBe(0);
    expect(await lookAt(app, "my-order-with-team")).toEqual([]);
    const [payment] = await db.select().from(payments).where(eq(payments.orderId, orderId));
    await call("owner", "POST", `/payments/${payment?.id}/resolve`, { resolution: "accepted" });
    await page.getByText(t("app.order.stage.active"), { exact: true }).waitFor();
    await pay(orderId, 250);
    await page.getByText(t("app.order.held_text"), { exact: true }).waitFor();
    expect(await lookAt(app, "my-order-active-and-held")).toEqual([]);
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

describe("screens of money on its way", () => {
  testSights(product, async () => {
    const { db } = product();
    const orderId = await placed(productIds.stars, "stars", "XTR");
    const known = await db.select().from(payments).where(eq(payments.orderId, orderId));
    if (known.length === 0) await pay(orderId, 200);
    const [card] = await db.select().from(orders).where(eq(orders.productId, productIds.card));
    return {
      "shop-little": { path: href("shop"), person: "customer" },
      "shop-sold-out": { path: href("shopProduct", { productId: productIds.soldOut }), person: "customer" },
      "mine-with-team": { path: href("mine"), person: "customer" },
      "my-order-with-team": { path: href("myOrder", { orderId }), person: "customer" },
      "my-order-to-pay": { path: href("myOrder", { orderId: card?.id ?? "" }), person: "customer" },
    };
  });
});

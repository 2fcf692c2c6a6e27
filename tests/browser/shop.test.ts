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
  access: { en: "Closed channel", ru: "Закрытый канал", uk: "Закритий канал" },
} as const;
let starterId: string;
let accessId: string;

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
  const category = await call<Made>("owner", "POST", "/shop-categories", { title: { en: "First steps", uk: "Перші кроки" } });
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
  [starterId, accessId] = [starter.id, access.id];
  await call("owner", "POST", "/promo-codes", { code: "WELCOME10", kind: "percent", value: "10" });
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
      entries: transfer({ kind: "granted" }, { kind: "customer", holder: customer?.id ?? "" }, "200", "USD"),
    }),
  );
});

describe("a customer", () => {
  test("finds the shop first, buys with a promo code from his balance, and has it at once", async () => {
    const app = await openApp(product(), { person: "customer", path: "/" });
    const { page } = app;
    await page.getByRole("link", { name: new RegExp(titles.starter.uk) }).click();
    await page.getByText("1 000–2 500").waitFor();
    await app.pressMain();
    const sheet = page.getByRole("dialog");
    const code = sheet.getByLabel(t("app.shop.code"), { exact: true });
    await code.fill("nothing");
    await sheet.getByRole("alert").waitFor();
    await code.fill("welcome10");
    await sheet.getByText(/9,99|10,00/).first().waitFor();
    expect(await lookAt(app, "shop-checkout")).toEqual([]);
    await sheet.getByText(t("app.shop.agree")).click();
    await until("the price with the code", async () => (await app.mainText()).length > 0);
    await app.pressMain();
    await page.getByText(t("app.order.stage.active"), { exact: true }).waitFor();
    expect(await lookAt(app, "my-order-active")).toEqual([]);
    await app.pressBack();
    await page.getByRole("link", { name: t("app.shop.view.mine") }).click();
    await page.getByText(t("app.mine.quota", { left: 2, count: 2 })).first().waitFor();
    expect(app.problems).toEqual([]);
    await app.close();
  });
});

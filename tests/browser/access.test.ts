/** A closed chat, from the product that opens it to the customer who is in. */
import { beforeAll, describe, expect, test } from "bun:test";
import { grant } from "@backend/modules/shop/testing.ts";
import { bots, chatAccesses, chats, persons, products } from "@db/schema/index.ts";
import { href } from "@miniapp/app/paths.ts";
import { sandboxClub, sandboxPeople } from "@sandbox/world.ts";
import { and, eq, sql } from "drizzle-orm";
import { productOfThisFile, until } from "./product.ts";
import { lookAt } from "./sights.ts";
import { openApp } from "./telegram-client.ts";
import { appWords } from "./words.ts";

const product = productOfThisFile();
const t = appWords("uk");
const small = { size: [320, 568] } as const;
const chat = sandboxClub.title;
let productId: string;
let orderId: string;
let customerId: string;

beforeAll(async () => {
  const { db, call } = product();
  const [bot] = await db.select().from(bots).where(eq(bots.isPlatform, true));
  const workspaceId = bot?.workspaceId ?? "";
  await call("owner", "PATCH", "/shop/settings", { isOpen: true });
  await call("customer", "PATCH", "/me", { locale: "uk" });
  const isCustomer = and(eq(persons.workspaceId, workspaceId), eq(persons.telegramId, sandboxPeople.customer.id));
  const [customer] = await db.select().from(persons).where(isCustomer);
  const [club] = await db.select().from(products).where(sql`${products.title}->>'en' = ${chat}`);
  productId = club?.id ?? "";
  customerId = customer?.id ?? "";
  const space = { workspaceId, botId: bot?.id ?? "", botUsername: "", token: "", timeZone: "UTC" };
  const buyer = { personId: customerId, telegramId: sandboxPeople.customer.id, memberId: null, headers: {} };
  await grant(db, space, buyer, "20", "USD");
  const body = { productId, method: "balance", currency: "USD", hasAgreed: true };
  orderId = (await call<{ order: { id: string } }>("customer", "POST", "/my/orders", body)).order.id;
});

describe("a closed chat", () => {
  test("is chosen on the product, taken away, and back with a tap", async () => {
    const app = await openApp(product(), { person: "owner", path: href("product", { productId }), ...small });
    const { page } = app;
    const row = page.getByRole("button", { name: new RegExp(chat) });
    await row.scrollIntoViewIfNeeded();
    expect(await lookAt(app, "access-product")).toEqual([]);
    await row.click();
    await page.getByRole("button", { name: t("app.access.remove") }).waitFor();
    expect(await lookAt(app, "access-product-chat")).toEqual([]);
    await page.getByRole("button", { name: t("app.access.remove") }).click();
    await page.getByRole("button", { name: t("app.action.undo") }).click();
    await row.waitFor();
    await page.getByRole("button", { name: t("app.access.add"), exact: true }).click();
    await page.getByRole("option", { name: t("app.access.add_channel") }).waitFor();
    expect(await lookAt(app, "access-choice")).toEqual([]);
    await app.close();
  });

  test("is entered from the order by a link of one's own, and the order says so by itself", async () => {
    const { db, url } = product();
    const app = await openApp(product(), { person: "customer", path: href("myOrder", { orderId }), ...small });
    const { page } = app;
    const row = page.getByRole("button", { name: t("app.access.open", { chat }) });
    await row.waitFor();
    expect(await lookAt(app, "access-order")).toEqual([]);
    await row.click();
    const link = await until("he has a link", async () => {
      const [access] = await db
        .select({ link: chatAccesses.link })
        .from(chatAccesses)
        .innerJoin(chats, eq(chats.id, chatAccesses.chatId))
        .where(eq(chats.telegramChatId, sandboxClub.id));
      return access?.link ?? false;
    });
    const followed = await fetch(`${url}/simulator/api/people/${sandboxPeople.customer.id}/invite`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link }),
    });
    expect(await followed.json()).toEqual({ chatId: sandboxClub.id, outcome: "asked" });
    await page.getByText(t("app.access.in")).waitFor();
    await app.close();
    const mine = await openApp(product(), { person: "customer", path: href("mine"), ...small, palette: "dark" });
    await mine.page.getByText(t("app.access.in")).waitFor();
    expect(await lookAt(mine, "access-mine")).toEqual([]);
    await mine.close();
  });

  test("is on the page of whoever is in it, with the order that let him in; blocked, he is shown out before the eyes of the team", async () => {
    const path = href("person", { personId: customerId });
    const app = await openApp(product(), { person: "owner", path, ...small });
    const { page } = app;
    const row = page.getByRole("link", { name: new RegExp(chat) });
    await row.getByText(t("app.access.state.joined")).waitFor();
    await row.scrollIntoViewIfNeeded();
    expect(await lookAt(app, "access-person")).toEqual([]);
    await product().call("owner", "POST", `/persons/${customerId}/block`, {});
    await page.getByText(t("app.access.state.removed")).waitFor();
    expect(await lookAt(app, "access-person-blocked")).toEqual([]);
    await product().call("owner", "POST", `/persons/${customerId}/unblock`);
    await row.getByText(t("app.access.state.may")).waitFor();
    await row.click();
    await page.getByText(chat).first().waitFor();
    expect(page.url()).toContain(orderId);
    await app.close();
  });
});

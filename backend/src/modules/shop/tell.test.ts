import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ActionContext } from "@backend/kit/context.ts";
import { nextTelegramId } from "@backend/modules/identity/testing.ts";
import { type Content, registerChat } from "@backend/modules/messaging/index.ts";
import { contextOf } from "@backend/modules/payments/testing.ts";
import type { Db } from "@db/client.ts";
import { persons } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { asc, eq } from "drizzle-orm";
import { placeOrder } from "./actions/place-order.ts";
import { tellCustomer, tellTeam } from "./actions/tell.ts";
import type { ShopPorts } from "./ports.ts";
import { grant, makeBuyer, makeProduct, openShop, type TestShop } from "./testing.ts";

let database: TestDatabase;
let db: Db;
const now = new Date("2026-06-10T09:00:00.000Z");
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const markup = { plain: escaped, bold: (text: string) => `<b>${escaped(text)}</b>` };
/** Names of the closed chats that products open. */
let opened: string[] = [];
const jobs = (shop: TestShop, at = now): ActionContext<ShopPorts> =>
  contextOf(db, shop.workspaceId, at, { markup, openedBy: () => Promise.resolve(opened) });

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());

/** Somebody who has started the bot, and bought. */
async function customer(shop: TestShop, locale: "en" | "uk") {
  const buyer = await makeBuyer(db, shop);
  await db.update(persons).set({ locale, timeZone: "UTC" }).where(eq(persons.id, buyer.personId));
  const { workspaceId, botId } = shop;
  await registerChat(db, {
    workspaceId,
    botId,
    telegramChatId: buyer.telegramId,
    kind: "private",
    title: "x",
    personId: buyer.personId,
  });
  await grant(db, shop, buyer, "100");
  const productId = await makeProduct(db, shop, { title: { en: "Tom & <Jerry>", uk: "Том і <Джеррі>" } });
  const { order } = await placeOrder(buyer.at(now), { productId, method: "balance", currency: "XTR" });
  return { buyer, order, productId };
}
const sentIn = async ({ workspaceId }: TestShop) => {
  const rows = await db
    .select()
    .from(deliveries)
    .where(eq(deliveries.workspaceId, workspaceId))
    .orderBy(asc(deliveries.id));
  return rows.map(({ content }) => content as Extract<Content, { kind: "text" }>);
};

describe("a customer hears of his order", () => {
  test("once, in his language, with a button that leads to it", async () => {
    const shop = await openShop(db);
    const { order, productId } = await customer(shop, "uk");
    const about = { workspaceId: shop.workspaceId, orderId: order.id };
    await tellCustomer(jobs(shop), { ...about, what: "completed" });
    await tellCustomer(jobs(shop), { ...about, what: "completed" });
    await tellCustomer(jobs(shop), { ...about, what: "ends_soon", subject: "3" });
    const [paid, soon, ...more] = await sentIn(shop);
    expect(paid?.html).toBe("Оплату отримано. <b>Том і &lt;Джеррі></b> — активно до 10 лип. 2026 р., 09:00.");
    expect(paid?.buttons).toEqual([[{ text: "Відкрити", app: `mine/orders/${order.id}` }]]);
    expect(soon?.html).toContain("залишилося 3 дні");
    expect(soon?.buttons).toEqual([[{ text: "Продовжити", app: `shop/${productId}` }]]);
    expect(more).toEqual([]);
  });

  test("with a button that names the closed chat that it opens, cut to what a phone shows", async () => {
    const texts = [["Club <1>"], ["A name of a chat that is longer than any phone is wide"], ["One", "Two"]];
    const shown: unknown[] = [];
    for (const names of texts) {
      const shop = await openShop(db);
      const { order } = await customer(shop, "en");
      opened = names;
      await tellCustomer(jobs(shop), { workspaceId: shop.workspaceId, orderId: order.id, what: "completed" });
      opened = [];
      const [{ buttons } = { buttons: [] }] = await sentIn(shop);
      shown.push(
        buttons?.flat().map((button) => [button.text, "app" in button && button.app === `mine/orders/${order.id}`]),
      );
    }
    expect(shown).toEqual([
      [["Open Club <1>", true]],
      [["Open A name of a chat that is longer th…", true]],
      [["Open the closed chats", true]],
    ]);
  });

  test("not when he is blocked", async () => {
    const shop = await openShop(db);
    const { buyer, order } = await customer(shop, "en");
    await db.update(persons).set({ blockedAt: now }).where(eq(persons.id, buyer.personId));
    await tellCustomer(jobs(shop), { workspaceId: shop.workspaceId, orderId: order.id, what: "completed" });
    expect(await sentIn(shop)).toEqual([]);
  });
});

describe("the team's chat hears", () => {
  test("of what the settings name, once, and of nothing that is a day old", async () => {
    const shop = await openShop(db);
    const { workspaceId, botId } = shop;
    const chat = await registerChat(db, {
      workspaceId,
      botId,
      telegramChatId: -nextTelegramId(),
      kind: "group",
      title: "Team",
    });
    const { order } = await customer(shop, "en");
    const notice = { workspaceId, kind: "payment" as const, id: order.id };
    await tellTeam(jobs(shop), notice);
    expect(await sentIn(shop)).toEqual([]);
    await db
      .update(shopSettings)
      .set({ noticeChatId: chat.id, notices: ["payment", "failure"] })
      .where(eq(shopSettings.workspaceId, workspaceId));
    await tellTeam(jobs(shop, new Date(now.getTime() + 86_400_001)), notice);
    await tellTeam(jobs(shop), { ...notice, kind: "order" });
    await tellTeam(jobs(shop), notice);
    await tellTeam(jobs(shop), notice);
    const details = { paymentId: crypto.randomUUID(), reason: "late", amount: "70", currency: "XTR" };
    await tellTeam(jobs(shop), { workspaceId, kind: "failure", id: details.paymentId, details });
    const [paid, late, ...more] = await sentIn(shop);
    expect(paid?.html).toContain("Paid: order No. 1, Tom &amp; &lt;Jerry>");
    expect(paid?.buttons).toEqual([[{ text: "Open", app: `sales/orders/${order.id}` }]]);
    expect(late?.html).toContain("waits for your decision");
    expect(more).toEqual([]);
  });
});

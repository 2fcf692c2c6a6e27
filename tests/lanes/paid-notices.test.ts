/** What somebody hears who has paid: Telegram takes the message and its answer is lost (F3). One copy or two, never none. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { contextOf } from "@backend/modules/payments/testing.ts";
import { placeOrder } from "@backend/modules/shop/actions/place-order.ts";
import { tellCustomer } from "@backend/modules/shop/actions/tell.ts";
import { grant, makeBuyer, makeProduct } from "@backend/modules/shop/testing.ts";
import { shopSettings } from "@db/schema/shop.ts";
import { createRig, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);
const now = new Date("2026-06-10T09:00:00.000Z");
const customers = 20;
const lost = 4;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
  await rig.start();
});
afterAll(() => rig.stop());

test("the word that something is paid and active comes once or twice, and never not at all", async () => {
  const { db } = rig.database;
  const bot = await rig.bot();
  const { workspaceId, botId, token } = bot;
  const shop = { workspaceId, botId, token, botUsername: "", timeZone: "UTC" };
  await db.insert(shopSettings).values({ workspaceId, isOpen: true });
  const productId = await makeProduct(db, shop);
  const people: { telegramId: number; orderId: string }[] = [];
  for (let n = 0; n < customers; n++) {
    const buyer = await makeBuyer(db, shop);
    const { telegramId, personId } = buyer;
    rig.telegram.people.addPerson({ id: telegramId, firstName: "Ann" });
    rig.telegram.people.start(bot.telegramId, telegramId);
    await registerChat(db, { workspaceId, botId, telegramChatId: telegramId, kind: "private", title: "Ann", personId });
    await grant(db, shop, buyer, "100");
    const { order } = await placeOrder(buyer.at(now), { productId, method: "balance", currency: "XTR" });
    people.push({ telegramId, orderId: order.id });
  }

  const fault = rig.telegram.addFault({ kind: "lost_answer", botId: bot.telegramId, probability: 0.3, count: lost });
  const ctx = contextOf(db, workspaceId, now, { markup: telegramMarkup, openedBy: () => Promise.resolve([]) });
  // The job itself may run twice, when its process died before it was taken out of the queue.
  for (const { orderId } of [...people, ...people])
    await tellCustomer(ctx, { workspaceId, orderId, what: "completed", subject: undefined });
  await until("all arrived", () => rig.isSettled(bot));

  const copies = people.map(({ telegramId }) => rig.texts(bot, telegramId).length);
  expect([Math.min(...copies), Math.max(...copies), fault.struck()]).toEqual([1, 2, lost]);
  // Whose second answer was lost too has two copies, and waits for a person instead of a third.
  const unknown = (await rig.rows(bot)).filter(({ state }) => state !== "sent").map(({ state }) => state);
  const twice = copies.filter((count) => count === 2).length;
  expect([unknown, twice + unknown.length]).toEqual([unknown.map(() => "unknown"), lost]);
});

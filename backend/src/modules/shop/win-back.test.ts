import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ActionContext } from "@backend/kit/context.ts";
import { broadcastsPersonData, hasAttention, takeAttention } from "@backend/modules/broadcasts/index.ts";
import { type Content, registerChat } from "@backend/modules/messaging/index.ts";
import { contextOf } from "@backend/modules/payments/testing.ts";
import type { Db } from "@db/client.ts";
import { audienceCategories, optOuts } from "@db/schema/audience.ts";
import { attentionMessages, broadcastSettings } from "@db/schema/broadcasts.ts";
import { persons, workspaces } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { entitlements, orders, products, promoCodes, shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { asc, eq } from "drizzle-orm";
import { endEntitlements } from "./actions/keep-time.ts";
import { placeOrder } from "./actions/place-order.ts";
import { changeShopSettings, readShopSettings } from "./actions/settings.ts";
import { winBack } from "./actions/win-back.ts";
import type { ShopPorts } from "./ports.ts";
import { type Buyer, grant, makeBuyer, makeProduct, makeSeller, openShop, type TestShop } from "./testing.ts";

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 10 });
  db = database.db;
});
afterAll(() => database.drop());

const ports: ShopPorts = {
  markup: { plain: (text) => text, bold: (text) => `<b>${text}</b>` },
  openedBy: () => Promise.resolve([]),
};
const dayMs = 86_400_000;
const bought = new Date("2026-06-10T09:00:00.000Z");
/** So many days after what was bought for thirty days has ended. */
const afterEnd = (days: number) => new Date(bought.getTime() + (30 + days) * dayMs);
const at = (shop: TestShop, now: Date): ActionContext<ShopPorts> => contextOf(db, shop.workspaceId, now, ports);

interface Lapsed {
  shop: TestShop;
  buyer: Buyer;
  productId: string;
  orderId: string;
}

/** A shop that asks back after three days, and somebody who speaks Ukrainian and whose month has just ended. */
async function lapsed(settings: Partial<typeof shopSettings.$inferInsert> = {}): Promise<Lapsed> {
  const shop = await openShop(db, "UTC");
  const { workspaceId, botId } = shop;
  await db
    .update(shopSettings)
    .set({ winBackDays: 3, ...settings })
    .where(eq(shopSettings.workspaceId, workspaceId));
  const buyer = await makeBuyer(db, shop);
  const { personId } = buyer;
  await db.update(persons).set({ locale: "uk", timeZone: "UTC" }).where(eq(persons.id, personId));
  const chat = { workspaceId, botId, telegramChatId: buyer.telegramId, kind: "private" as const, title: "x", personId };
  await registerChat(db, chat);
  await grant(db, shop, buyer, "1000");
  const productId = await makeProduct(db, shop, { title: { en: "Starter", uk: "Старт" } });
  const orderId = await buy(buyer, productId, bought);
  await endEntitlements(at(shop, afterEnd(0)), {});
  return { shop, buyer, productId, orderId };
}
const buy = async (buyer: Buyer, productId: string, now: Date) =>
  (await placeOrder(buyer.at(now), { productId, method: "balance", currency: "XTR" })).order.id;

const run = ({ shop }: Lapsed, days: number) => winBack(at(shop, afterEnd(days)), {});
const sentIn = async ({ shop }: Lapsed) => {
  const rows = await db
    .select()
    .from(deliveries)
    .where(eq(deliveries.workspaceId, shop.workspaceId))
    .orderBy(asc(deliveries.id));
  return rows.map(({ content }) => content as Extract<Content, { kind: "text" }>);
};
const askedIn = async (who: Lapsed) => (await sentIn(who)).length;

describe("whoever let something end is asked back", () => {
  test("once, after the days of the settings, in his language, with a button to the product and a way to hear no more", async () => {
    const who = await lapsed();
    await run(who, 2.99);
    expect(await askedIn(who)).toBe(0);
    await run(who, 3);
    await Promise.all([run(who, 3), run(who, 3), run(who, 3.01)]);
    for (const days of [4, 9, 20, 60]) await run(who, days);
    const [message, ...more] = await sentIn(who);
    expect(message?.html).toBe("Строк «<b>Старт</b>» нещодавно закінчився. Якщо захочете, візьміть знову.");
    expect(message?.buttons).toEqual([
      [{ text: "Замовити знову", app: `shop/${who.productId}` }],
      [{ text: "Більше не писати мені", callback: "optout:0" }],
    ]);
    expect(more).toEqual([]);
  });

  test("once, when two processes come to him at one moment", async () => {
    const who = await lapsed();
    await Promise.all(Array.from({ length: 8 }, () => run(who, 3)));
    expect(await askedIn(who)).toBe(1);
  });

  test("about one thing in a week, however many have ended", async () => {
    const who = await lapsed();
    await buy(who.buyer, await makeProduct(db, who.shop, { durationDays: 29 }), bought);
    await endEntitlements(at(who.shop, afterEnd(0)), {});
    for (const days of [3, 3.1, 5]) await run(who, days);
    expect(await askedIn(who)).toBe(1);
  });

  test("not at all unless the shop wants it, nor long after it happened", async () => {
    const off = await lapsed({ winBackDays: null });
    const shut = await lapsed();
    await db.update(shopSettings).set({ isOpen: false }).where(eq(shopSettings.workspaceId, shut.shop.workspaceId));
    for (const days of [3, 5]) await run(off, days);
    const late = await lapsed();
    await run(late, 10.01);
    expect(await Promise.all([off, shut, late].map(askedIn))).toEqual([0, 0, 0]);
    // A neighbour's setting is nobody else's.
    await run(late, 3);
    expect(await Promise.all([off, shut, late].map(askedIn))).toEqual([0, 0, 1]);
  });
});

describe("nobody is asked back", () => {
  const silent: Readonly<Record<string, (who: Lapsed) => Promise<unknown>>> = {
    "who renewed": ({ buyer, productId }) => buy(buyer, productId, afterEnd(1)),
    "who bought something else": async ({ shop, buyer }) => buy(buyer, await makeProduct(db, shop), afterEnd(2)),
    "who has an order open": async ({ buyer, productId }) =>
      placeOrder(buyer.at(afterEnd(2)), { productId, method: "stars", currency: "XTR" }),
    "whose money went back": ({ orderId }) =>
      db.update(orders).set({ state: "refunded", refunded: "100" }).where(eq(orders.id, orderId)),
    "whose thing was taken away": ({ orderId }) =>
      db.update(entitlements).set({ state: "revoked" }).where(eq(entitlements.orderId, orderId)),
    "who is blocked": ({ buyer }) =>
      db.update(persons).set({ blockedAt: bought }).where(eq(persons.id, buyer.personId)),
    "who was erased": ({ buyer }) =>
      db.update(persons).set({ erasedAt: bought, telegramId: null }).where(eq(persons.id, buyer.personId)),
    "who wants no messages": ({ shop, buyer }) =>
      db
        .insert(optOuts)
        .values({ workspaceId: shop.workspaceId, telegramId: buyer.telegramId, categoryId: 0, via: "command" }),
    "when it is hidden": ({ productId }) =>
      db.update(products).set({ isVisible: false }).where(eq(products.id, productId)),
    "when it is sold out": ({ productId }) => db.update(products).set({ stock: 0 }).where(eq(products.id, productId)),
  };
  for (const [name, happens] of Object.entries(silent))
    test(name, async () => {
      const who = await lapsed();
      await happens(who);
      for (const days of [3, 5, 9]) await run(who, days);
      expect(await askedIn(who)).toBe(0);
    });

  test("nobody of a shop whose turn fails, beside another whose people are", async () => {
    const [bad, good] = [await lapsed(), await lapsed()];
    // A zone that no clock knows: what is read of it is nonsense.
    await db.update(workspaces).set({ timeZone: "Nowhere/At_All" }).where(eq(workspaces.id, bad.shop.workspaceId));
    await run(good, 3);
    expect([await askedIn(bad), await askedIn(good)]).toEqual([0, 1]);
  });

  test("who renewed before the end", async () => {
    const shop = await lapsed();
    const buyer = await makeBuyer(db, shop.shop);
    await grant(db, shop.shop, buyer, "200");
    for (const days of [0, 10]) await buy(buyer, shop.productId, new Date(bought.getTime() + days * dayMs));
    await endEntitlements(at(shop.shop, afterEnd(0)), {});
    await run(shop, 3);
    const [row] = await db
      .select()
      .from(entitlements)
      .where(eq(entitlements.personId, buyer.personId))
      .orderBy(asc(entitlements.startsAt));
    expect([row?.state, row?.wonBackAt]).toEqual(["expired", null]);
  });

  test("who refuses that kind of message; another kind does not matter", async () => {
    const who = await lapsed();
    const { workspaceId } = who.shop;
    const [offers, news] = await db
      .insert(audienceCategories)
      .values([
        { workspaceId, names: { en: "Offers" } },
        { workspaceId, names: { en: "News" } },
      ])
      .returning();
    const [offersId, newsId] = [offers?.id ?? 0, news?.id ?? 0];
    await db.update(shopSettings).set({ winBackCategoryId: offersId }).where(eq(shopSettings.workspaceId, workspaceId));
    const refuse = { workspaceId, telegramId: who.buyer.telegramId, via: "command" as const };
    await db.insert(optOuts).values([
      { ...refuse, categoryId: offersId },
      { ...refuse, categoryId: newsId },
    ]);
    await run(who, 3);
    expect(await askedIn(who)).toBe(0);
    // He allows them again.
    await db
      .update(optOuts)
      .set({ endedAt: afterEnd(3) })
      .where(eq(optOuts.categoryId, offersId));
    await run(who, 4);
    const [message] = await sentIn(who);
    expect(message?.buttons?.at(-1)).toEqual([{ text: "Більше не надсилати такого", callback: `optout:${offersId}` }]);
  });

  test("while it is quiet where he is; he is in the morning", async () => {
    const who = await lapsed();
    const { workspaceId } = who.shop;
    await db.insert(broadcastSettings).values({ workspaceId, quietHours: { from: "22:00", to: "09:30" } });
    await db.update(persons).set({ timeZone: "Asia/Tokyo" }).where(eq(persons.id, who.buyer.personId));
    // 09:00 UTC is 18:00 in Tokyo; fourteen hours later it is eight in the morning there.
    const night = 3 + 14 / 24;
    await run(who, night);
    expect(await askedIn(who)).toBe(0);
    await run(who, night + 1.5 / 24);
    expect(await askedIn(who)).toBe(1);
  });

  test("while he has got as many messages as he may get, and it counts as one of them", async () => {
    const [free, weary] = [await lapsed(), await lapsed()];
    for (const { shop } of [free, weary])
      await db
        .insert(broadcastSettings)
        .values({ workspaceId: shop.workspaceId, attention: { messages: 1, hours: 48 } });
    const mine = ({ shop, buyer }: Lapsed, now: Date) => ({ ...shop, telegramId: buyer.telegramId, now });
    await takeAttention(db, mine(weary, afterEnd(2)));
    for (const who of [free, weary]) await run(who, 3);
    expect([await askedIn(free), await askedIn(weary)]).toEqual([1, 0]);
    expect([await hasAttention(db, mine(free, afterEnd(4))), await hasAttention(db, mine(free, afterEnd(5)))]).toEqual([
      false,
      true,
    ]);
    await run(weary, 4);
    expect(await askedIn(weary)).toBe(1);
  });

  test("counts for his attention without a limit too, and is forgotten with him or after thirty days", async () => {
    const [who, gone] = [await lapsed(), await lapsed()];
    const kept = async ({ shop }: Lapsed) =>
      (await db.select().from(attentionMessages).where(eq(attentionMessages.workspaceId, shop.workspaceId))).length;
    for (const one of [who, gone]) await run(one, 3);
    expect([await kept(who), await kept(gone)]).toEqual([1, 1]);
    const { workspaceId } = gone.shop;
    await broadcastsPersonData.erasePerson(db, { workspaceId, ...gone.buyer });
    expect([await kept(who), await kept(gone)]).toEqual([1, 0]);
    await takeAttention(db, { ...who.shop, telegramId: who.buyer.telegramId, now: afterEnd(34) });
    expect(await kept(who)).toBe(1);
  });
});

describe("a promo code", () => {
  const code = { kind: "percent" as const, value: "20", code: "COMEBACK" };
  const withCode = async (over: Partial<typeof promoCodes.$inferInsert> = {}) => {
    const who = await lapsed();
    const { workspaceId } = who.shop;
    const [row] = await db
      .insert(promoCodes)
      .values({ workspaceId, ...code, ...over })
      .returning();
    await db
      .update(shopSettings)
      .set({ winBackCodeId: row?.id ?? null })
      .where(eq(shopSettings.workspaceId, workspaceId));
    return who;
  };

  test("comes with the message, to be copied", async () => {
    const who = await withCode();
    await run(who, 3);
    const [message] = await sentIn(who);
    expect(message?.html).toContain("промокод <b>COMEBACK</b>");
    expect(message?.buttons?.[1]).toEqual([{ text: "Скопіювати COMEBACK", copy: "COMEBACK" }]);
  });

  test("that he could not use is not promised", async () => {
    for (const over of [
      { isActive: false },
      { endsAt: afterEnd(1) },
      { maxUses: 0 },
      { productIds: [crypto.randomUUID()] },
      { kind: "fixed" as const, currency: "USD" },
    ]) {
      const who = await withCode(over);
      await run(who, 3);
      const messages = await sentIn(who);
      expect([over, messages.length, messages[0]?.buttons?.length]).toEqual([over, 1, 2]);
    }
  });

  test("and the kind of message are chosen from the workspace's own", async () => {
    const { shop } = await withCode();
    const seller = (await makeSeller(db, shop))(bought);
    expect(await readShopSettings(seller)).toMatchObject({
      winBackDays: 3,
      winBackCode: "COMEBACK",
      winBackCategoryId: null,
    });
    expect((await changeShopSettings(seller, { winBackCode: null })).winBackCode).toBeNull();
    expect((await changeShopSettings(seller, { winBackCode: " come back " })).winBackCode).toBe("COMEBACK");
    const theirs = await openShop(db);
    const stranger = (await makeSeller(db, theirs))(bought);
    await expect(changeShopSettings(stranger, { winBackCode: "COMEBACK" })).rejects.toMatchObject({
      code: "shop.code.not_valid",
    });
    const [own] = await db
      .insert(audienceCategories)
      .values({ workspaceId: shop.workspaceId, names: { en: "Offers" } })
      .returning();
    const winBackCategoryId = own?.id ?? 0;
    await expect(changeShopSettings(stranger, { winBackCategoryId })).rejects.toMatchObject({
      code: "shop.kind_not_found",
    });
    expect((await changeShopSettings(seller, { winBackCategoryId })).winBackCategoryId).toBe(winBackCategoryId);
    expect((await readShopSettings(stranger)).winBackDays).toBeNull();
  });
});

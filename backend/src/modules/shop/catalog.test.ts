import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ActionContext } from "@backend/kit/context.ts";
import { beginUpload, findUpload, finishUpload, keepUpload, putUploadPart } from "@backend/kit/uploads.ts";
import { auditEntries, persons } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq } from "drizzle-orm";
import { changeShopCategory, createShopCategory, deleteShopCategory } from "./actions/categories.ts";
import { exportOrders } from "./actions/export-orders.ts";
import { listMyOrders, readMyOrder } from "./actions/my-orders.ts";
import { listOrders } from "./actions/orders.ts";
import { shopPersonData } from "./actions/person-data.ts";
import { placeOrder } from "./actions/place-order.ts";
import {
  changeProduct,
  createProduct,
  listProducts,
  orderProducts,
  readProduct,
  removeProduct,
  restoreProduct,
} from "./actions/products.ts";
import { changePromoCode, createPromoCode, deletePromoCode, listPromoCodes } from "./actions/promo-codes.ts";
import { readShop, readShopPicture, readShopProduct } from "./actions/read-shop.ts";
import { changeShopSettings, readShopSettings } from "./actions/settings.ts";
import { type Buyer, grant, makeBuyer, makeProduct, makeSeller, openShop, type TestShop } from "./testing.ts";

let database: TestDatabase;
let shop: TestShop;
let team: ActionContext;
const now = new Date("2026-06-10T09:00:00.000Z");
const png = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="),
  (sign) => sign.charCodeAt(0),
);

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openShop(database.db);
  team = (await makeSeller(database.db, shop))(now);
});
afterAll(() => database.drop());

const starter = {
  kind: "service" as const,
  title: { en: "Starter Mini" },
  isVisible: true,
  prices: [{ method: "stars" as const, currency: "XTR", amount: "100" }],
};
async function upload(bytes: Uint8Array, purpose: "picture" | "media" = "picture"): Promise<string> {
  const { workspaceId } = shop;
  const made = await beginUpload(database.db, {
    workspaceId,
    purpose,
    name: "x.png",
    size: bytes.length,
    createdBy: null,
    now,
  });
  await putUploadPart(database.db, { workspaceId, uploadId: made.id, number: 0, bytes, now });
  await finishUpload(database.db, workspaceId, made.id, now);
  return made.id;
}

describe("products", () => {
  test("get a slug of their own, thirty days and a post a day when nothing else is said", async () => {
    const one = await createProduct(team, starter);
    const two = await createProduct(team, starter);
    expect([one.slug, two.slug]).toEqual(["starter-mini", "starter-mini-2"]);
    expect([one.durationDays, one.postsPerDay, one.prices]).toEqual([30, 1, starter.prices]);
    await expect(changeProduct(team, { productId: two.id, slug: one.slug })).rejects.toMatchObject({
      code: "shop.slug_taken",
    });
    await expect(createProduct(team, { ...starter, slug: "Ünfit" })).rejects.toMatchObject({
      code: "shop.slug_invalid",
    });
    const audit = await database.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, shop.workspaceId), eq(auditEntries.action, "product.created")));
    expect(audit.length).toBeGreaterThanOrEqual(2);
  });

  test("are refused with prices that cannot be paid, twice the same, or a title without words", async () => {
    const price = (amount: string, currency = "XTR") => ({ method: "stars" as const, currency, amount });
    const codes = [];
    for (const over of [
      { prices: [price("1.5")] },
      { prices: [price("5"), price("6")] },
      { title: { en: "  " } },
      { postsPerDay: null },
      { details: { views: { from: 5, to: 1 } } },
    ])
      codes.push(await createProduct(team, { ...starter, ...over }).catch(({ code }) => code));
    expect(codes).toEqual([
      "shop.price_invalid",
      "shop.price_twice",
      "shop.title_needed",
      "shop.rule.service_needs_posts",
      "shop.rule.range_turned",
    ]);
  });

  test("keep their picture while they show it, and let go of the one before", async () => {
    const [one, two] = [await upload(png), await upload(png)];
    const { id: productId } = await createProduct(team, { ...starter, pictureId: one });
    const expiryOf = async (id: string) => (await findUpload(database.db, shop.workspaceId, id))?.expiresAt ?? null;
    expect(await expiryOf(one)).toBeNull();
    await changeProduct(team, { productId, pictureId: two });
    expect([(await expiryOf(one)) === null, await expiryOf(two)]).toEqual([false, null]);
    const buyer = await makeBuyer(database.db, shop);
    const answer = await readShopPicture(buyer.at(now), { productId });
    expect([answer.headers.get("content-type"), (await answer.bytes()).length]).toEqual(["image/png", png.length]);
    const text = await upload(new TextEncoder().encode("no picture"));
    // Sent as a medium and used by nothing, it becomes a picture; one that a letter carries does not.
    const [free, used] = [await upload(png, "media"), await upload(png, "media")];
    await changeProduct(team, { productId, pictureId: free });
    expect((await findUpload(database.db, shop.workspaceId, free))?.purpose).toBe("picture");
    await keepUpload(database.db, shop.workspaceId, used, "media");
    for (const pictureId of [text, used, crypto.randomUUID()])
      await expect(changeProduct(team, { productId, pictureId })).rejects.toMatchObject({
        code: "shop.picture_not_usable",
      });
  });

  test("that were ordered are archived, others go; archived ones come back hidden", async () => {
    const buyer = await makeBuyer(database.db, shop);
    const [ordered, fresh] = [await makeProduct(database.db, shop), await makeProduct(database.db, shop)];
    await placeOrder(buyer.at(now), { productId: ordered, method: "stars", currency: "XTR" });
    for (const productId of [ordered, fresh]) await removeProduct(team, { productId });
    expect((await readProduct(team, { productId: ordered })).archivedAt).toBe(now.toISOString());
    await expect(readProduct(team, { productId: fresh })).rejects.toMatchObject({ code: "shop.product_not_found" });
    const back = await restoreProduct(team, { productId: ordered });
    expect([back.archivedAt, back.isVisible]).toEqual([null, false]);
  });

  test("stand in the order that was given; a list that is not whole is refused", async () => {
    const own = await openShop(database.db);
    const seller = (await makeSeller(database.db, own))(now);
    const ids = [
      await makeProduct(database.db, own),
      await makeProduct(database.db, own),
      await makeProduct(database.db, own),
    ];
    const turned = ids.toReversed();
    await orderProducts(seller, { ids: turned });
    expect((await listProducts(seller, {})).items.map(({ id }) => id)).toEqual(turned);
    await expect(orderProducts(seller, { ids: ids.slice(1) })).rejects.toMatchObject({ code: "shop.order_incomplete" });
  });

  test("that are hidden, or in a closed shop, are seen by the team alone", async () => {
    const own = await openShop(database.db);
    const seller = (await makeSeller(database.db, own))(now);
    const buyer = await makeBuyer(database.db, own);
    const [shown, hidden] = [
      await makeProduct(database.db, own),
      await makeProduct(database.db, own, { isVisible: false }),
    ];
    expect((await readShop(buyer.at(now))).products.map(({ id }) => id)).toEqual([shown]);
    await expect(readShopProduct(buyer.at(now), { productId: hidden })).rejects.toMatchObject({
      code: "shop.product_not_found",
    });
    expect((await readShopProduct(seller, { productId: hidden })).id).toBe(hidden);
    await changeShopSettings(seller, { isOpen: false });
    expect((await readShop(buyer.at(now))).products).toEqual([]);
    expect((await readShop(seller)).products).toHaveLength(1);
    await expect(
      placeOrder(buyer.at(now), { productId: shown, method: "stars", currency: "XTR" }),
    ).rejects.toMatchObject({ code: "shop.closed" });
  });

  test("leave a category that is deleted, and cannot be put on a shelf of others", async () => {
    const { id: shopCategoryId } = await createShopCategory(team, { title: { en: "Shelf" } });
    const { id: productId } = await createProduct(team, { ...starter, shopCategoryId });
    await changeShopCategory(team, { shopCategoryId, title: { ru: "Полка" } });
    await deleteShopCategory(team, { shopCategoryId });
    expect((await readProduct(team, { productId })).shopCategoryId).toBeNull();
    await expect(changeProduct(team, { productId, shopCategoryId })).rejects.toMatchObject({
      code: "shop.category_not_found",
    });
  });
});

describe("promo codes", () => {
  const spring = { code: " spring 20 ", kind: "percent" as const, value: "20" };

  test("are kept in capitals, once each, and found by their beginning", async () => {
    const made = await createPromoCode(team, spring);
    expect([made.code, made.maxPerPerson, made.uses]).toEqual(["SPRING20", 1, 0]);
    await expect(createPromoCode(team, { ...spring, code: "Spring20" })).rejects.toMatchObject({
      code: "shop.code_taken",
    });
    expect((await listPromoCodes(team, { search: "spr" })).items.map(({ id }) => id)).toEqual([made.id]);
    await deletePromoCode(team, { promoCodeId: made.id });
  });

  test("that cannot be are refused", async () => {
    const buy = { ...spring, code: "X1" };
    for (const over of [
      { value: "101" },
      { kind: "fixed" as const },
      { kind: "fixed" as const, currency: "XTR", value: "1.5" },
      { kind: "bonus_days" as const, value: "1.5" },
      { startsAt: "2026-07-01T00:00:00Z", endsAt: "2026-06-01T00:00:00Z" },
      { code: "a b!" },
    ])
      await expect(createPromoCode(team, { ...buy, ...over })).rejects.toMatchObject({ code: "shop.code_invalid" });
    const theirs = await makeProduct(database.db, await openShop(database.db));
    await expect(createPromoCode(team, { ...buy, productIds: [theirs] })).rejects.toMatchObject({
      code: "shop.product_not_found",
    });
  });

  test("that orders hold give what they gave: only their limits change", async () => {
    const { id: promoCodeId, code } = await createPromoCode(team, { ...spring, code: "HELD", maxUses: 5 });
    const buyer = await makeBuyer(database.db, shop);
    const productId = await makeProduct(database.db, shop);
    await placeOrder(buyer.at(now), { productId, method: "stars", currency: "XTR", code });
    await expect(changePromoCode(team, { promoCodeId, value: "50" })).rejects.toMatchObject({ code: "shop.code_used" });
    await expect(deletePromoCode(team, { promoCodeId })).rejects.toMatchObject({ code: "shop.code_used" });
    expect((await changePromoCode(team, { promoCodeId, maxUses: 1, isActive: false })).maxUses).toBe(1);
  });
});

describe("orders are found", () => {
  test("by number, by name, by state, page by page, each once", async () => {
    const own = await openShop(database.db);
    const seller = (await makeSeller(database.db, own))(now);
    const productId = await makeProduct(database.db, own);
    for (let n = 0; n < 5; n++) {
      const buyer = await makeBuyer(database.db, own);
      // The same moment for some of them: a page must not lose one.
      await placeOrder(buyer.at(new Date(now.getTime() + Math.floor(n / 2) * 1000)), {
        productId,
        method: "stars",
        currency: "XTR",
      });
    }
    const seen: number[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listOrders(seller, { limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ number }) => number));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5]);
    const numbers = async (query: object) => (await listOrders(seller, query)).items.map(({ number }) => number);
    expect(await numbers({ search: "#3" })).toEqual([3]);
    expect(await numbers({ search: "ann" })).toHaveLength(5);
    expect(await numbers({ search: "nobody" })).toEqual([]);
    expect(await numbers({ state: "completed" })).toEqual([]);
    expect(
      await numbers({ method: "stars", productId, from: new Date(now.getTime() + 1000).toISOString() }),
    ).toHaveLength(3);
  });
});

describe("digits in the search of orders", () => {
  test("are the number of one and the short Telegram id of somebody, the number first", async () => {
    const own = await openShop(database.db);
    const seller = (await makeSeller(database.db, own))(now);
    const order = async (buyer: Buyer, seconds: number) => {
      const productId = await makeProduct(database.db, own);
      const at = buyer.at(new Date(now.getTime() + seconds * 1000));
      return (await placeOrder(at, { productId, method: "stars", currency: "XTR" })).order.number;
    };
    const old = await makeBuyer(database.db, own);
    const other = await makeBuyer(database.db, own);
    await database.db.update(persons).set({ telegramId: 2 }).where(eq(persons.id, old.personId));
    // Number 2 is another's; 1, 3 and 4 are those of Telegram's person 2.
    const placed = [await order(old, 0), await order(other, 1), await order(old, 2), await order(old, 3)];
    expect(placed).toEqual([1, 2, 3, 4]);
    const numbers = async (query: object) => (await listOrders(seller, query)).items.map(({ number }) => number);
    expect(await numbers({ search: "2" })).toEqual([2, 4, 3, 1]);
    expect(await numbers({ search: "#2" })).toEqual([2]);
    expect(await numbers({ search: "4" })).toEqual([4]);
    expect(await numbers({ search: "77" })).toEqual([]);
    expect(await numbers({ search: "2", to: new Date(now.getTime() + 500).toISOString() })).toEqual([1]);
    for (const limit of [1, 2, 3]) {
      const seen: number[] = [];
      for (let cursor: string | null = null; ; ) {
        const page = await listOrders(seller, { search: "2", limit, ...(cursor === null ? {} : { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map(({ number }) => number));
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      expect(seen).toEqual([2, 4, 3, 1]);
    }
    // The number is the person's own as well: once.
    await database.db.update(persons).set({ telegramId: 3 }).where(eq(persons.id, old.personId));
    expect(await numbers({ search: "3" })).toEqual([3, 4, 1]);
    const stranger = (await makeSeller(database.db, await openShop(database.db)))(now);
    expect((await listOrders(stranger, { search: "2" })).items).toEqual([]);
    const file = await (await exportOrders(seller, { search: "3", format: "csv" })).text();
    expect(file.trim().split("\n")).toHaveLength(4);
  });
});

describe("settings", () => {
  test("are usual ones until somebody changes them, and name no chat of others", async () => {
    const own = await openShop(database.db);
    const seller = (await makeSeller(database.db, own))(now);
    expect(await readShopSettings(seller)).toMatchObject({
      reportingCurrency: "USD",
      postsPerHour: 10,
      taskHours: 48,
      refundLimit: null,
    });
    const after = await changeShopSettings(seller, { refundLimit: "100.50", support: { en: " Write us ", ru: "" } });
    expect([after.refundLimit, after.support]).toEqual(["100.5", { en: "Write us" }]);
    await expect(changeShopSettings(seller, { noticeChatId: crypto.randomUUID() })).rejects.toMatchObject({
      code: "shop.chat_not_found",
    });
  });
});

describe("a person's data", () => {
  test("is told whole, and erased without losing the money's trace", async () => {
    const own = await openShop(database.db);
    const buyer = await makeBuyer(database.db, own);
    await grant(database.db, own, buyer, "100");
    const order = {
      productId: await makeProduct(database.db, own),
      method: "balance" as const,
      currency: "XTR",
      email: "ann@example.com",
    };
    const { order: placed } = await placeOrder(buyer.at(now), order);
    const person = { workspaceId: own.workspaceId, personId: buyer.personId, telegramId: buyer.telegramId };
    expect(await shopPersonData.exportPerson(database.db, person)).toMatchObject({
      orders: [{ number: 1, email: "ann@example.com", price: "100" }],
      entitlements: [{ kind: "service", state: "active" }],
    });
    await shopPersonData.erasePerson(database.db, person);
    expect(JSON.stringify(await shopPersonData.exportPerson(database.db, person))).not.toContain("ann@");
    expect((await listMyOrders(buyer.at(now), {})).items.map(({ id }) => id)).toEqual([placed.id]);
    const stranger = await makeBuyer(database.db, own);
    await expect(readMyOrder(stranger.at(now), { orderId: placed.id })).rejects.toMatchObject({
      code: "shop.order_not_found",
    });
  });
});

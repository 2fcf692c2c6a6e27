/** Money of an order that waits for a member, as its customer sees it: the whole product, with its reactions. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { findPrivateChatsOf, queueDelivery, registerChat } from "@backend/modules/messaging/index.ts";
import { balancesOf, lockTill, takeStarsPayment } from "@backend/modules/payments/index.ts";
import type { MyOrder, ShopProduct } from "@backend/modules/shop/contracts.ts";
import { isGoingBack, noteWaiting } from "@backend/modules/shop/index.ts";
import { makeProduct } from "@backend/modules/shop/testing.ts";
import { bots } from "@db/schema/bots.ts";
import { persons } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { invoices, paymentConnections, payments } from "@db/schema/payments.ts";
import { products, shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, asc, desc, eq, sql } from "drizzle-orm";
import { jobHandlers } from "./jobs.ts";
import { startTestProduct, type TestProduct } from "./testing.ts";

let database: TestDatabase;
let product: TestProduct;
let space: TestWorkspace;
let owner: TestPerson;
let customer: TestPerson;
let productId: string;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 12 });
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});
beforeEach(async () => {
  const { db } = database;
  space = await makeWorkspace(db, product.runtime.vault);
  const { workspaceId, botId } = space;
  owner = await makePerson(db, space, { role: "owner" });
  customer = await makePerson(db, space);
  await db.update(persons).set({ locale: "uk" }).where(eq(persons.id, customer.personId));
  await registerChat(db, {
    workspaceId,
    botId,
    telegramChatId: customer.telegramId,
    kind: "private",
    title: "x",
    personId: customer.personId,
  });
  await db.insert(shopSettings).values({ workspaceId, isOpen: true });
  await db.insert(paymentConnections).values({ workspaceId, provider: "stars", name: "Stars" });
  productId = await makeProduct(db, { ...space, timeZone: "UTC" }, { stock: 5 });
});

async function call<T>(
  who: TestPerson,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; data: T }> {
  const headers = { ...who.headers, "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
  const answer = await product.server.handle(
    new Request(`http://localhost/api/v1/${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );
  return { status: answer.status, data: (await answer.json()) as T };
}
const place = async () =>
  (await call<{ order: MyOrder }>(customer, "POST", "my/orders", { productId, method: "stars", currency: "XTR" })).data
    .order;
const mine = async (orderId: string) => (await call<MyOrder>(customer, "GET", `my/orders/${orderId}`)).data;
const kinds = ({ timeline }: MyOrder) => timeline.map(({ kind }) => kind);

async function work(name: string, payload: object = {}, now = new Date()): Promise<void> {
  const handler = jobHandlers(product.runtime).find(({ job }) => job.name === name);
  if (!handler) throw new Error(`nobody does ${name}`);
  const actor = product.runtime.actorFor(handler.workspaceOf?.(payload as never) ?? null);
  await handler.action({ ...product.runtime.contextFor(actor, "test"), now } as never, payload as never);
}
const expire = (order: MyOrder) => work("shop.expire-orders", {}, new Date(Date.parse(order.expiresAt) + 1));

/** Telegram says that so many Stars came for the order's latest invoice. */
async function pay(order: MyOrder, amount: number, chargeId: string = crypto.randomUUID()): Promise<string> {
  const [invoice] = await database.db
    .select()
    .from(invoices)
    .where(eq(invoices.orderId, order.id))
    .orderBy(desc(invoices.createdAt))
    .limit(1);
  const actor = product.runtime.actorFor(space.workspaceId);
  const { paymentId } = await takeStarsPayment(product.runtime.contextFor(actor, "test"), {
    botId: invoice?.botId ?? "",
    payload: invoice?.id ?? "",
    payerTelegramId: customer.telegramId,
    amount,
    currency: "XTR",
    chargeId,
    isRenewal: false,
    paidAt: new Date(),
  });
  return paymentId;
}
const decide = async (paymentId: string, resolution: string, more: object = {}) =>
  (await call(owner, "POST", `payments/${paymentId}/resolve`, { resolution, ...more })).status;

/** What the customer was sent, by doing the jobs that were left for it. */
async function told(): Promise<string[]> {
  const jobs = await database.db.execute<{ payload: { workspaceId: string } }>(sql`
    select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = 'shop.tell-customer' and j.payload ->> 'workspaceId' = ${space.workspaceId} order by j.id`);
  for (const { payload } of jobs) await work("shop.tell-customer", payload);
  const rows = await database.db
    .select({ content: deliveries.content })
    .from(deliveries)
    .where(eq(deliveries.workspaceId, space.workspaceId))
    .orderBy(asc(deliveries.id));
  return rows.map(({ content }) => spaced((content as { html: string }).html));
}
/** Amounts are written with a space that no line breaks at. */
const spaced = (text = "") => text.replaceAll("\u00a0", " ");
const balance = async () => (await balancesOf(database.db, space.workspaceId, customer.personId))[0]?.amount ?? "0";
const stock = async () => (await database.db.select().from(products).where(eq(products.id, productId)))[0]?.stock;

describe("money that waits for a member", () => {
  test("is seen by its customer at once, without the reason; the team reads it", async () => {
    const order = await place();
    await pay(order, 40, "one charge");
    await pay(order, 40, "one charge");
    const after = await mine(order.id);
    expect([after.state, after.waiting, kinds(after)]).toEqual([
      "pending",
      [{ amount: "40", currency: "XTR" }],
      ["placed", "money_waits"],
    ]);
    expect(spaced(after.timeline.at(-1)?.text)).toBe("Ми отримали 40 ★. Команда перевіряє платіж.");
    const seen = (await call<MyOrder>(owner, "GET", `orders/${order.id}`)).data;
    expect(seen.timeline.at(-1)?.text).toContain("The amount differs.");
    const [notice, ...more] = await told();
    expect(notice).toContain("Ми отримали 40 ★ за замовлення № 1");
    expect(more).toEqual([]);
  });

  test("keeps its order from ending by time, and from being ordered beside; nobody else sees it", async () => {
    const order = await place();
    await pay(order, 40);
    await expire(order);
    expect([(await mine(order.id)).state, await stock()]).toEqual(["pending", 4]);
    await database.db.execute(sql`update orders set expires_at = now() - interval '1 minute' where id = ${order.id}`);
    const shown = await call<ShopProduct>(customer, "GET", `my/shop/products/${productId}`);
    expect([shown.data.openOrderId, shown.data.isOpenOrderChecked, shown.data.stock]).toEqual([order.id, true, 4]);
    expect((await place()).id).toBe(order.id);
    const stranger = await makePerson(database.db, space);
    expect((await call(stranger, "GET", `my/orders/${order.id}`)).status).toBe(404);
  });

  test("adds up by currency, and stops waiting when it is accepted: the order is paid by it", async () => {
    const order = await place();
    const first = await pay(order, 40);
    const second = await pay(order, 7);
    expect((await mine(order.id)).waiting).toEqual([{ amount: "47", currency: "XTR" }]);
    expect(await decide(first, "accepted")).toBe(200);
    const after = await mine(order.id);
    expect([after.state, after.waiting]).toEqual(["completed", [{ amount: "7", currency: "XTR" }]]);
    expect(kinds(after).slice(-3)).toEqual(["rest_forgiven", "paid_by_stars", "activated_until"]);
    expect(await decide(second, "to_balance")).toBe(200);
    const end = await mine(order.id);
    expect([end.state, end.waiting, kinds(end).at(-1), await balance()]).toEqual([
      "completed",
      [],
      "money_to_balance",
      "7",
    ]);
    expect((await told()).at(-1)).toContain("тепер на вашому балансі");
  });

  test("that is put on the balance ends its order, which gives back what it held", async () => {
    const order = await place();
    const paymentId = await pay(order, 40);
    expect(await decide(paymentId, "to_balance")).toBe(200);
    const after = await mine(order.id);
    expect([after.state, after.invoice?.state, await stock(), await balance()]).toEqual([
      "cancelled",
      "cancelled",
      5,
      "40",
    ]);
    expect(kinds(after)).toEqual(["placed", "money_waits", "money_to_balance", "cancelled_unpaid"]);
    expect(after.reason).toBe("Отриманий платіж не підійшов до замовлення.");
    expect((await place()).id).not.toBe(order.id);
  });

  test("that turns out to be somebody else's, or nobody's, is said to be so", async () => {
    const order = await place();
    const other = await makePerson(database.db, space);
    expect(await decide(await pay(order, 40), "to_balance", { personId: other.personId })).toBe(200);
    expect(kinds(await mine(order.id)).slice(-2)).toEqual(["money_foreign", "cancelled_unpaid"]);
    const again = await place();
    expect(await decide(await pay(again, 41), "dismissed", { note: "A test" })).toBe(200);
    expect(kinds(await mine(again.id)).slice(-2)).toEqual(["money_foreign", "cancelled_unpaid"]);
    expect((await told()).filter((html) => html.includes("не стосується замовлення"))).toHaveLength(2);
    expect(await balance()).toBe("0");
  });

  test("that goes back waits again when giving it back does not work out", async () => {
    const order = await place();
    const paymentId = await pay(order, 40);
    expect(await decide(paymentId, "refunded")).toBe(200);
    expect([kinds(await mine(order.id)), (await mine(order.id)).waiting]).toEqual([
      ["placed", "money_waits", "money_returning", "cancelled_unpaid"],
      [],
    ]);
    const ofBot = eq(bots.id, space.botId);
    await database.db.update(bots).set({ releasedAt: new Date() }).where(ofBot);
    const [refund] = await database.db.execute<{ id: string }>(
      sql`select id from refunds where payment_id = ${paymentId}`,
    );
    await work("payments.move-refund", { workspaceId: space.workspaceId, refundId: refund?.id ?? "" });
    await database.db.update(bots).set({ releasedAt: null }).where(ofBot);
    const after = await mine(order.id);
    expect([after.state, after.waiting, kinds(after).at(-1)]).toEqual([
      "cancelled",
      [{ amount: "40", currency: "XTR" }],
      "money_waits",
    ]);
    expect(await decide(paymentId, "to_balance")).toBe(200);
    expect([(await mine(order.id)).waiting, await balance()]).toEqual([[], "40"]);
  });

  test("that came after the order was over is shown with it, and can still pay it", async () => {
    const order = await place();
    await expire(order);
    const paymentId = await pay(order, 100);
    const late = await mine(order.id);
    expect([late.state, late.waiting, kinds(late).slice(-2)]).toEqual([
      "expired",
      [{ amount: "100", currency: "XTR" }],
      ["expired", "money_waits"],
    ]);
    expect(await decide(paymentId, "accepted")).toBe(200);
    expect((await mine(order.id)).state).toBe("completed");
  });

  test("beside the order's being paid leaves it paid, whatever is decided", async () => {
    const order = await place();
    await pay(order, 100);
    const twice = await pay(order, 100);
    expect((await mine(order.id)).waiting).toEqual([{ amount: "100", currency: "XTR" }]);
    expect(await decide(twice, "accepted")).toBe(200);
    const after = await mine(order.id);
    expect([after.state, after.waiting, kinds(after).at(-1), await balance()]).toEqual([
      "completed",
      [],
      "money_kept",
      "100",
    ]);
    expect((await told()).at(-1)).toContain("100 ★");
  });

  test("and goes back beside the order's being paid takes nothing from what the order can give back", async () => {
    const order = await place();
    await pay(order, 100);
    expect(await decide(await pay(order, 100), "refunded")).toBe(200);
    const { data } = await call<{ refundable: string }>(owner, "GET", `orders/${order.id}`);
    expect(data.refundable).toBe("100");
    const back = await call(owner, "POST", `orders/${order.id}/refund`, { to: "balance" });
    expect([
      back.status,
      await isGoingBack(database.db, { workspaceId: space.workspaceId, orderId: order.id }),
    ]).toEqual([200, true]);
  });

  test("but was taken back from us is nothing that its customer hears of", async () => {
    const order = await place();
    const paymentId = await pay(order, 100);
    await database.db
      .update(payments)
      .set({ state: "to_check", checkReason: "charged_back" })
      .where(eq(payments.id, paymentId));
    const fact = { workspaceId: space.workspaceId, paymentId, orderId: order.id, provider: "stars" };
    await noteWaiting(database.db, [{ ...fact, reason: "charged_back", amount: "100", currency: "XTR" }]);
    const after = await mine(order.id);
    expect([after.waiting, kinds(after).includes("money_waits")]).toEqual([[], false]);
  });

  test("and the end of the hour at the same moment: the order waits, or has ended and shows the money", async () => {
    for (let round = 0; round < 12; round++) {
      const order = await place();
      const [paymentId] = await Promise.all([pay(order, 40), expire(order), expire(order)]);
      const after = await mine(order.id);
      expect(after.waiting).toEqual([{ amount: "40", currency: "XTR" }]);
      const ended = await database.db
        .select()
        .from(invoices)
        .where(and(eq(invoices.orderId, order.id), eq(invoices.state, "open")));
      // What waits is as it was; what ended has nothing left to be paid by.
      if (after.state !== "pending") expect([after.state, ended]).toEqual(["expired", []]);
      expect(await decide(paymentId, "to_balance")).toBe(200);
      expect([after.state === "pending" ? "cancelled" : "expired", await stock()]).toEqual([
        (await mine(order.id)).state,
        5,
      ]);
    }
  });
});

test("whoever is erased while his money moves, and hears of it, waits for it: nobody waits in a circle", async () => {
  const { db } = database;
  const { workspaceId } = space;
  const [chat] = (await findPrivateChatsOf(db, workspaceId, [customer.personId])).values();
  let erasing: Promise<{ status: number }> | undefined;
  await db.transaction(async (tx) => {
    await lockTill(tx, workspaceId);
    erasing = call(owner, "DELETE", `persons/${customer.personId}`);
    await Bun.sleep(300);
    const content = { kind: "text" as const, html: "x" };
    await queueDelivery(tx, { workspaceId, chatId: chat?.id ?? "", lane: "service", content, dedupeKey: "circle" });
  });
  expect((await erasing)?.status).toBe(200);
  const [told] = await db.select().from(deliveries).where(eq(deliveries.workspaceId, workspaceId));
  expect((told?.content as { html: string } | undefined)?.html).toBe("—");
});

test("what a provider says of an invoice that it did not make is for the team; its customer reads what he can do", async () => {
  const order = await place();
  await database.db.delete(paymentConnections).where(eq(paymentConnections.workspaceId, space.workspaceId));
  const [invoice] = await database.db.select().from(invoices).where(eq(invoices.orderId, order.id));
  await work("payments.make-invoice", { workspaceId: space.workspaceId, invoiceId: invoice?.id ?? "" });
  const after = await mine(order.id);
  const plain = "Не вдалося підготувати оплату. Спробуйте інший спосіб.";
  expect([after.state, after.reason, after.invoice?.problem, after.timeline.at(-1)?.text]).toEqual([
    "failed",
    plain,
    plain,
    plain,
  ]);
  const list = (await call<{ items: { reason: string }[] }>(customer, "GET", "my/orders")).data;
  expect(list.items.map(({ reason }) => reason)).toEqual([plain]);
  const seen = (await call<MyOrder>(owner, "GET", `orders/${order.id}`)).data;
  expect(seen.timeline.at(-1)?.text).toContain("This account is not connected any more.");
  expect([seen.reason, seen.invoice?.problem]).toEqual([
    expect.stringContaining("This account is not connected any more."),
    expect.stringContaining("This account is not connected any more."),
  ]);
});

/** What posts that were not done give back, and what refunds of their order do: the whole product, with its reactions, and one sum of money. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { balancesOf } from "@backend/modules/payments/index.ts";
import { taskEvents, tasks } from "@db/schema/fulfilment.ts";
import { refunds } from "@db/schema/payments.ts";
import { orderEvents, orders } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { jobHandlers } from "./jobs.ts";
import { startTestProduct, type TestProduct } from "./testing.ts";

const noon = new Date("2026-11-20T12:00:00Z");
const late = new Date("2026-11-23T12:00:00Z");
let database: TestDatabase;
let product: TestProduct;
let space: TestWorkspace;
let owner: TestPerson;
let customer: TestPerson;
let orderId: string;
let entitlementId: string;

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 12 });
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});
beforeEach(async () => {
  await database.db.delete(tasks);
  space = await makeWorkspace(database.db, product.runtime.vault);
  owner = await makePerson(database.db, space, { role: "owner" });
  customer = await makePerson(database.db, space);
  ({ orderId, entitlementId } = await makePackage(database.db, space, customer.personId));
});

/** Posts of the order of 100 USDT, each worth `worth`. */
const addPosts = async (count: number, worth: string) =>
  database.db
    .insert(tasks)
    .values(
      Array.from({ length: count }, (_, n) => ({
        workspaceId: space.workspaceId,
        personId: customer.personId,
        orderId,
        entitlementId,
        platform: "telegram" as const,
        url: postAddress(n + 1),
        address: postAddress(n + 1),
        worth,
        currency: "USDT",
        createdAt: noon,
        deadlineAt: new Date(noon.getTime() + 3_600_000),
      })),
    )
    .returning();

async function work(name: string, payload: object = {}): Promise<void> {
  const handler = jobHandlers(product.runtime).find(({ job }) => job.name === name);
  if (!handler) throw new Error(`nobody does ${name}`);
  const actor = product.runtime.actorFor(handler.workspaceOf?.(payload as never) ?? null);
  await handler.action({ ...product.runtime.contextFor(actor, "test"), now: late } as never, payload as never);
}
const endOverdue = () => work("fulfilment.end-overdue");

async function call(path: string, body: object = {}): Promise<number> {
  const answer = await product.server.handle(
    new Request(`http://localhost/api/v1/${path}`, {
      method: "POST",
      headers: { ...owner.headers, "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
      body: JSON.stringify(body),
    }),
  );
  return answer.status;
}
const askRefund = (amount?: string) =>
  call(`orders/${orderId}/refund`, { to: "balance", ...(amount ? { amount } : {}) });
async function sendRefunds(): Promise<void> {
  const { workspaceId } = space;
  const sending = await database.db
    .select()
    .from(refunds)
    .where(and(eq(refunds.workspaceId, workspaceId), eq(refunds.state, "sending")));
  for (const { id } of sending) await work("payments.move-refund", { workspaceId, refundId: id });
}

/** The provider says no, or a second person does. */
const failRefunds = () =>
  database.db.update(refunds).set({ state: "failed", endedAt: late }).where(eq(refunds.workspaceId, space.workspaceId));

const balance = async () => (await balancesOf(database.db, space.workspaceId, customer.personId))[0]?.amount ?? "0";
const order = async () => {
  const [row] = await database.db.select().from(orders).where(eq(orders.id, orderId));
  return { state: row?.state, refunded: Number(row?.refunded) };
};
const story = async () =>
  (
    await database.db.select().from(orderEvents).where(eq(orderEvents.orderId, orderId)).orderBy(asc(orderEvents.id))
  ).map(({ kind }) => kind);

describe("what an order cost comes back once", () => {
  test("when a post that was late comes first: so much less of the order is refunded, and nothing afterwards", async () => {
    await addPosts(3, "2");
    await endOverdue();
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["6", { state: "completed", refunded: 6 }]);
    expect(await story()).toEqual(["post_returned", "post_returned", "post_returned"]);
    expect(await askRefund("95")).toBe(409);
    expect(await askRefund()).toBe(200);
    await sendRefunds();
    expect([await balance(), await order()]).toEqual(["100", { state: "refunded", refunded: 100 }]);
  });

  test("when the whole refund is on its way: a post that is late meanwhile gives nothing besides", async () => {
    const [post] = await addPosts(2, "2");
    expect(await askRefund()).toBe(200);
    await endOverdue();
    await sendRefunds();
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["100", { state: "refunded", refunded: 100 }]);
    const [row] = await database.db
      .select()
      .from(tasks)
      .where(eq(tasks.id, post?.id ?? ""));
    expect([row?.state, row?.returnedAt]).toEqual(["cancelled", null]);
  });

  test("when the refund is through: what is not done of the order ends, and no deadline gives anything", async () => {
    await addPosts(2, "2");
    expect(await askRefund()).toBe(200);
    await sendRefunds();
    const [job] = await database.db.execute<{ payload: { workspaceId: string; orderId: string } }>(sql`
      select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier = 'fulfilment.end-refunded' and j.payload ->> 'orderId' = ${orderId}`);
    await work("fulfilment.end-refunded", job?.payload);
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["100", { state: "refunded", refunded: 100 }]);
    const rows = await database.db.select().from(tasks).where(eq(tasks.orderId, orderId));
    expect(rows.map(({ state, problem }) => [state, problem])).toEqual([
      ["cancelled", "order_refunded"],
      ["cancelled", "order_refunded"],
    ]);
  });

  test("when most of it went back before: late posts give what is left and no more", async () => {
    const posts = await addPosts(3, "2");
    expect(await askRefund("97")).toBe(200);
    await sendRefunds();
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["100", { state: "completed", refunded: 100 }]);
    const rows = await database.db.select().from(tasks).where(eq(tasks.orderId, orderId));
    expect(rows.length).toBe(posts.length);
    // What a customer is told of a post is what he got for it.
    const told = rows.flatMap(({ worth, returnedAt }) => (returnedAt === null ? [] : [Number(worth)]));
    expect(told.sort()).toEqual([1, 2]);
  });

  test("when the team cancels a post of an order that was refunded, it gives nothing", async () => {
    const [post] = await addPosts(1, "2");
    expect(await askRefund()).toBe(200);
    expect(await call(`tasks/${post?.id}/cancel`)).toBe(200);
    await sendRefunds();
    expect([await balance(), await order()]).toEqual(["100", { state: "refunded", refunded: 100 }]);
  });

  test("when a promised refund fails: what was missed meanwhile comes back, once, and its customer hears of it", async () => {
    await addPosts(3, "2");
    expect(await askRefund("99")).toBe(200);
    await Promise.all([endOverdue(), endOverdue()]);
    expect([await balance(), await order()]).toEqual(["0", { state: "completed", refunded: 0 }]);
    await failRefunds();
    await Promise.all([endOverdue(), endOverdue(), endOverdue()]);
    expect([await balance(), await order()]).toEqual(["6", { state: "completed", refunded: 6 }]);
    expect((await story()).filter((kind) => kind === "post_returned")).toHaveLength(3);
    const rows = await database.db.select().from(tasks).where(eq(tasks.orderId, orderId));
    expect(rows.map(({ worth, returnWaits }) => [Number(worth), returnWaits])).toEqual(Array(3).fill([2, false]));
    expect(await askRefund()).toBe(200);
    await sendRefunds();
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["100", { state: "refunded", refunded: 100 }]);
  });

  test("when a promised refund goes through: what it leaves of what was missed comes back", async () => {
    await addPosts(2, "2");
    expect(await askRefund("97")).toBe(200);
    await endOverdue();
    // There is room for one of them beside the promise; of the other it is not known yet.
    expect(await balance()).toBe("2");
    await sendRefunds();
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["100", { state: "completed", refunded: 100 }]);
  });

  test("when the team cancels a post under a refund that fails, it comes back; one failed for good as well", async () => {
    const [cancelled, failed] = await addPosts(2, "2");
    await database.db
      .update(tasks)
      .set({ state: "failed", endedAt: noon })
      .where(eq(tasks.id, failed?.id ?? ""));
    expect(await askRefund()).toBe(200);
    expect(await call(`tasks/${cancelled?.id}/cancel`)).toBe(200);
    await endOverdue();
    const events = async () =>
      (await database.db.select().from(taskEvents)).filter(({ kind }) => kind === "late").length;
    const before = await events();
    await endOverdue();
    // Told once that it is late, however long the refund takes.
    expect(await events()).toBe(before);
    await failRefunds();
    await endOverdue();
    expect([await balance(), await order()]).toEqual(["4", { state: "completed", refunded: 4 }]);
  });

  test("when deadlines, the team and a refund meet: whatever comes first, it is the price", async () => {
    for (let round = 0; round < 5; round++) {
      ({ orderId, entitlementId } = await makePackage(database.db, space, customer.personId));
      const posts = await addPosts(8, "2");
      const before = Number(await balance());
      await Promise.all([
        endOverdue(),
        askRefund().then(sendRefunds),
        call(`tasks/${posts[7]?.id}/cancel`),
        endOverdue(),
        askRefund("50"),
      ]);
      await askRefund();
      await sendRefunds();
      await endOverdue();
      expect([Number(await balance()) - before, (await order()).refunded]).toEqual([100, 100]);
      await database.db.delete(tasks);
    }
  });
});

/** A refund that fails in the product itself: it is held, said and tried again by a person, and its money goes once. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makePackage } from "@backend/modules/fulfilment/testing.ts";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { balancesOf } from "@backend/modules/payments/index.ts";
import type { OrderWithStory } from "@backend/modules/shop/order-contracts.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { refunds } from "@db/schema/payments.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { jobHandlers } from "./jobs.ts";
import { startTestProduct, type TestProduct } from "./testing.ts";

let now = new Date("2026-11-23T12:00:00Z");
let database: TestDatabase;
let product: TestProduct;
let space: TestWorkspace;
let owner: TestPerson;
let customer: TestPerson;
let orderId: string;
let refundId: string;

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
  owner = await makePerson(db, space, { role: "owner" });
  customer = await makePerson(db, space);
  for (const { telegramId, personId } of [owner, await makePerson(db, space, { role: "support" })])
    await registerChat(db, {
      ...{ workspaceId: space.workspaceId, botId: space.botId, telegramChatId: telegramId, personId },
      ...{ kind: "private", title: "x" },
    });
  ({ orderId } = await makePackage(db, space, customer.personId));
  expect((await call("POST", `orders/${orderId}/refund`, { to: "balance" })).status).toBe(200);
  refundId = (await rowOf()).id;
});

async function call<T>(method: string, path: string, body?: object, as = owner): Promise<{ status: number; data: T }> {
  const headers = { ...as.headers, "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const answer = await product.server.handle(new Request(`http://localhost/api/v1/${path}`, init));
  return { status: answer.status, data: (await answer.json()) as T };
}
async function work(name: string, payload: object): Promise<string> {
  const handler = jobHandlers(product.runtime).find(({ job }) => job.name === name);
  if (!handler) throw new Error(`nobody does ${name}`);
  const actor = product.runtime.actorFor(handler.workspaceOf?.(payload as never) ?? null);
  const ctx = { ...product.runtime.contextFor(actor, "test"), now };
  return handler.action(ctx as never, payload as never).then(
    () => "done",
    () => "failed",
  );
}
const move = () => work("payments.move-refund", { workspaceId: space.workspaceId, refundId });
async function rowOf() {
  const [row] = await database.db.select().from(refunds).where(eq(refunds.orderId, orderId));
  if (!row) throw new Error("there is no refund");
  return row;
}
const jobsOf = (name: string) =>
  database.db.execute<{ payload: object }>(sql`
    select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = ${name} and j.payload ->> 'refundId' = ${refundId}`);
const readOrder = async () => (await call<OrderWithStory>("GET", `orders/${orderId}`)).data;
const balance = async () => (await balancesOf(database.db, space.workspaceId, customer.personId))[0]?.amount ?? "0";
/** The books refuse what is given back: what a fault of ours would do to it. */
const breakBooks = () =>
  poison(database.db, "ledger_transactions", `new.cause = 'refund' and new.workspace_id = '${space.workspaceId}'`, {
    on: "insert",
  });
async function getStuck(): Promise<() => Promise<void>> {
  const mend = await breakBooks();
  const tries: string[] = [];
  for (let n = 0; n < 5; n++) tries.push(await move());
  expect(tries).toEqual(["failed", "failed", "failed", "failed", "done"]);
  return mend;
}

describe("a refund that fails in the product itself", () => {
  test("is stuck at the fifth try: its order says so, it is not ended, and nobody promises the money again", async () => {
    await getStuck();
    expect(await rowOf()).toMatchObject({ state: "sending", problem: "stuck", askAt: null, endedAt: null });
    const order = await readOrder();
    expect(order.stuckRefunds).toEqual([{ id: refundId, amount: "100", currency: "USDT" }]);
    expect(order.timeline.at(-1)?.kind).toBe("refund_stuck");
    expect([order.refundable, order.can.refund]).toEqual(["0", false]);
    expect((await call("POST", `orders/${orderId}/refund`, { to: "balance", amount: "1" })).status).toBe(409);
  });

  test("is told to whoever may have it tried again, once, with a link to its order", async () => {
    await getStuck();
    const [job] = await jobsOf("shop.tell-stuck-refund");
    for (let n = 0; n < 2; n++) expect(await work("shop.tell-stuck-refund", job?.payload ?? {})).toBe("done");
    const told = await database.db
      .select()
      .from(deliveries)
      .where(and(eq(deliveries.workspaceId, space.workspaceId), eq(deliveries.subjectId, refundId)));
    expect(told.map(({ content }) => JSON.stringify(content).includes(`sales/orders/${orderId}`))).toEqual([true]);
  });

  test("moves no more by itself, mended or not, and once when a person has it tried again", async () => {
    const mend = await getStuck();
    await mend();
    expect([await move(), await balance()]).toEqual(["done", "0"]);
    expect((await call("POST", `refunds/${refundId}/retry`)).status).toBe(200);
    expect(await rowOf()).toMatchObject({ state: "sending", problem: null });
    expect(await jobsOf("payments.move-refund")).toHaveLength(1);
    // A second tap, by then or later, finds nothing that is stuck.
    expect((await call("POST", `refunds/${refundId}/retry`)).status).toBe(409);
    expect([await move(), await move(), await balance()]).toEqual(["done", "done", "100"]);
    expect((await readOrder()).stuckRefunds).toEqual([]);
    expect((await call("POST", `refunds/${refundId}/retry`)).status).toBe(409);
    const audit = await database.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.subjectId, refundId), eq(auditEntries.action, "refund.retried")));
    expect(audit).toHaveLength(1);
  });

  test("is stuck anew, and told anew, when five more tries fail", async () => {
    await getStuck();
    await call("POST", `refunds/${refundId}/retry`);
    now = new Date(now.getTime() + 3_600_000);
    for (let n = 0; n < 5; n++) await move();
    expect((await rowOf()).problem).toBe("stuck");
    expect(await jobsOf("shop.tell-stuck-refund")).toHaveLength(2);
    expect((await readOrder()).timeline.filter(({ kind }) => kind === "refund_stuck")).toHaveLength(2);
  });

  test("is not tried again by whoever may not manage payments, nor by another workspace", async () => {
    await getStuck();
    const support = await makePerson(database.db, space, { role: "support" });
    expect((await call("POST", `refunds/${refundId}/retry`, undefined, support)).status).toBe(403);
    const other = await makePerson(database.db, await makeWorkspace(database.db, product.runtime.vault), {
      role: "owner",
    });
    expect((await call("POST", `refunds/${refundId}/retry`, undefined, other)).status).toBe(404);
    expect((await rowOf()).problem).toBe("stuck");
  });
});

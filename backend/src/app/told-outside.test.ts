/** What other systems hear of posts: the whole product with its reactions, a worker, and an endpoint that listens. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { makeApiKey, makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { webhookCalls } from "@db/schema/webhooks.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { asc } from "drizzle-orm";
import { startTestProduct, type TestProduct } from "./testing.ts";

let database: TestDatabase;
let product: TestProduct;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 8 });
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

test("every move of a post is told once, to its own workspace, by ids and without anybody's words", async () => {
  const { db } = database;
  const call = async (headers: HeadersInit, method: string, path: string, body?: object) => {
    const answer = await product.server.handle(
      new Request(`http://localhost/api${path}`, {
        method,
        headers: { ...headers, "content-type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    );
    expect(answer.status).toBeLessThan(300);
    return answer.json() as Promise<{ tasks: { task_id: string; lease: number }[] }>;
  };
  const [space, elsewhere] = [
    await makeWorkspace(db, product.runtime.vault),
    await makeWorkspace(db, product.runtime.vault),
  ];
  for (const at of [space, elsewhere]) {
    const owner = await makePerson(db, at, { role: "owner" });
    await call(owner.headers, "POST", "/v1/webhooks", {
      name: "CRM",
      url: "https://crm.example/hooks",
      events: ["task.moved"],
    });
  }
  const customer = await makePerson(db, space, { firstName: "Taras" });
  const { orderId, entitlementId } = await makePackage(db, space, customer.personId);
  const [post] = await db
    .insert(tasks)
    .values({
      workspaceId: space.workspaceId,
      personId: customer.personId,
      orderId,
      entitlementId,
      platform: "telegram",
      url: postAddress(1),
      address: postAddress(1),
      deadlineAt: new Date(Date.now() + 3_600_000),
    })
    .returning();
  const taskId = post?.id ?? "";
  const worker = (await makeApiKey(db, space, ["tasks"], product.runtime.vault)).headers;
  const { tasks: taken } = await call(worker, "GET", "/tasks/pending");
  expect(taken.map(({ task_id }) => task_id)).toEqual([taskId]);
  for (const status of ["processing", "processing", "completed", "completed"])
    await call(worker, "PUT", `/tasks/${taskId}/status`, { status, lease: 1 });

  const calls = await db.select().from(webhookCalls).orderBy(asc(webhookCalls.id));
  expect(new Set(calls.map(({ workspaceId }) => workspaceId))).toEqual(new Set([space.workspaceId]));
  const { personId } = customer;
  const fact = { taskId, personId, orderId, platform: "telegram", isLate: false };
  expect(calls.map(({ event, payload }) => [event, (payload as { data: unknown }).data])).toEqual([
    ["task.moved", { ...fact, state: "sent" }],
    ["task.moved", { ...fact, state: "processing" }],
    ["task.moved", { ...fact, state: "completed" }],
  ]);
  expect(JSON.stringify(calls.map(({ payload }) => payload))).not.toMatch(/Taras|t\.me|durov/);
});

/** The worker's door as programs find it: over HTTP, with whatever they send. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { untilLimited } from "@backend/kit/testing.ts";
import { makeApiKey, makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { makePackage, postAddress } from "./testing.ts";

let database: TestDatabase;
let product: TestProduct;
let space: TestWorkspace;
let headers: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database, { WORKER_CALLS_PER_MINUTE: "400" });
});
afterAll(async () => {
  await product.close();
  await database.drop();
});
beforeEach(async () => {
  space = await makeWorkspace(database.db, product.runtime.vault);
  headers = (await makeApiKey(database.db, space, ["tasks"], product.runtime.vault)).headers;
});

async function makeTasks(count: number): Promise<void> {
  const { personId } = await makePerson(database.db, space);
  const bought = await makePackage(database.db, space, personId);
  await database.db.insert(tasks).values(
    Array.from({ length: count }, (_, n) => ({
      workspaceId: space.workspaceId,
      personId,
      ...bought,
      platform: "telegram" as const,
      url: postAddress(n + 1),
      address: postAddress(n + 1),
      deadlineAt: new Date(Date.now() + 3_600_000),
    })),
  );
}
async function call(method: string, path: string, body?: unknown, over: Record<string, string> = {}) {
  const response = await product.server.handle(
    new Request(`http://localhost${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }), ...over },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
  return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers };
}
async function takeOne(): Promise<string> {
  await makeTasks(1);
  const { body } = await call("GET", "/api/tasks/pending?limit=1");
  return body.tasks[0].task_id;
}
const stateOf = async (taskId: string) =>
  (await database.db.select().from(tasks).where(eq(tasks.id, taskId)))[0]?.state;

describe("the worker's door", () => {
  test("works as documented: take, say, beat, complete", async () => {
    await makeTasks(12);
    const usual = await call("GET", "/api/tasks/pending");
    expect(usual.body.tasks).toHaveLength(10);
    const [task] = (await call("GET", "/api/tasks/pending?limit=100")).body.tasks;
    expect(Object.keys(task).sort()).toEqual([
      "attempt",
      "deadline_at",
      "lease",
      "lease_until",
      "package_data",
      "post_data",
      "task_id",
      "user_data",
    ]);
    const at = `/api/tasks/${task.task_id}`;
    expect((await call("POST", `${at}/heartbeat`, { lease: task.lease })).body.status).toBe("sent");
    expect((await call("PUT", `${at}/status`, { status: "processing", lease: task.lease })).body.status).toBe(
      "processing",
    );
    const done = await call("PUT", `${at}/status`, {
      status: "completed",
      external_task_id: "w-1",
      response_data: { views_added: 1500, reactions_added: 90 },
    });
    expect(done.body).toEqual({ task_id: task.task_id, status: "completed", lease: 1, lease_until: null });
    const late = await call("PUT", `${at}/status`, { status: "failed" });
    expect([late.status, late.body.error.code]).toEqual([409, "fulfilment.answer_ended"]);
  });

  test("opens to keys with the scope alone", async () => {
    const wrong = await makeApiKey(database.db, space, ["tasks.read", "tasks.manage"], product.runtime.vault);
    expect((await call("GET", "/api/tasks/pending", undefined, wrong.headers)).status).toBe(403);
    expect((await call("GET", "/api/tasks/pending", undefined, { authorization: "Bearer nothing" })).status).toBe(401);
  });

  test("refuses what is no status, no count and no lease, and changes nothing by it", async () => {
    const taskId = await takeOne();
    const put = (body: unknown) => call("PUT", `/api/tasks/${taskId}/status`, body);
    for (const body of [
      {},
      { status: "created" },
      { status: "cancelled" },
      { status: ["completed"] },
      { status: "completed", lease: 0 },
      { status: "completed", lease: 1.5 },
      { status: "completed", lease: "one" },
      { status: "completed", lease: null },
      { status: "completed", response_data: { views_added: -1 } },
      { status: "completed", response_data: { views_added: 1.5 } },
      { status: "completed", response_data: { views_added: 1e12 } },
      { status: "completed", response_data: { views_added: "many" } },
      { status: "completed", response_data: { progress: 101 } },
      { status: "completed", external_task_id: "x".repeat(201) },
      { status: "completed", external_task_id: "\u0000" },
      { status: "completed", response_data: { a: "\ud800" } },
      [],
      null,
      "completed",
    ]) {
      const { status } = await put(body);
      expect([body, status]).toEqual([body, typeof body === "string" ? 400 : 422]);
    }
    for (const text of ["", "{", "{'status':'completed'}", '{"status":NaN}', "\ufeff\ufeff{}"])
      expect([text, (await put(text)).status]).toEqual([text, 400]);
    expect(await stateOf(taskId)).toBe("sent");
  });

  test("takes 64 KB and no more, and nothing nested without end", async () => {
    const taskId = await takeOne();
    const put = (response_data: unknown) =>
      call("PUT", `/api/tasks/${taskId}/status`, { status: "processing", response_data });
    expect((await put({ note: "x".repeat(60_000) })).status).toBe(200);
    expect((await put({ note: "x".repeat(70_000) })).status).toBe(413);
    let deep: unknown = 1;
    for (let n = 0; n < 100; n++) deep = { deep };
    expect((await put({ deep })).status).toBe(422);
    expect((await call("PUT", `/api/tasks/${taskId}/status`, "[".repeat(20_000))).status).toBe(400);
  });

  test("answers whatever it is sent with a refusal, never with a fault", async () => {
    const taskId = await takeOne();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("status", "heartbeat"), async (value, door) => {
        const method = door === "status" ? "PUT" : "POST";
        const { status } = await call(method, `/api/tasks/${taskId}/${door}`, JSON.stringify(value));
        expect([200, 400, 409, 422]).toContain(status);
      }),
      { numRuns: 120 },
    );
    for (const id of ["1", "null", "%00", "..", taskId.slice(1)])
      expect((await call("PUT", `/api/tasks/${id}/status`, { status: "completed" })).status).toBeGreaterThanOrEqual(
        404,
      );
    for (const query of ["limit=0", "limit=101", "limit=x", "lease_seconds=1", "lease_seconds=1e9"])
      expect([query, (await call("GET", `/api/tasks/pending?${query}`)).status]).toEqual([query, 422]);
  });

  test("lets one key make so many calls a minute, and says when the next may come; another key is not concerned", async () => {
    const answers = await untilLimited(() => call("GET", "/api/tasks/pending?limit=1"));
    const refused = answers.pop();
    expect(answers.length).toBeGreaterThanOrEqual(400);
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    const other = await makeApiKey(database.db, space, ["tasks"], product.runtime.vault);
    expect((await call("GET", "/api/tasks/pending", undefined, other.headers)).status).toBe(200);
  });
});

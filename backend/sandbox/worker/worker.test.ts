import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { setReactions } from "@backend/kit/events.ts";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { demoWorkerKey } from "./employ.ts";
import { createDemoWorker, type WorkerFault } from "./index.ts";

let database: TestDatabase;
let product: TestProduct;
let server: ReturnType<typeof Bun.serve>;
let space: TestWorkspace;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database, { WORKER_CALLS_PER_MINUTE: "100000" });
  setReactions([]);
  server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => product.server.handle(request) });
});
afterAll(async () => {
  await server.stop(true);
  await product.close();
  await database.drop();
});
beforeEach(async () => {
  space = await makeWorkspace(database.db, product.runtime.vault);
});

/** One post that waits, met by a worker that breaks in this way first. */
async function work(...faults: WorkerFault[]) {
  const { personId } = await makePerson(database.db, space);
  const bought = await makePackage(database.db, space, personId);
  const [row] = await database.db
    .insert(tasks)
    .values({
      workspaceId: space.workspaceId,
      personId,
      ...bought,
      platform: "telegram",
      url: postAddress(1),
      address: postAddress(1),
      promises: { views: { from: 100, to: 300 } },
      deadlineAt: new Date(Date.now() + 3_600_000),
    })
    .returning();
  const ctx = product.runtime.contextFor(product.runtime.actorFor(space.workspaceId), "test");
  const key = await demoWorkerKey(ctx as never);
  // Asked for twice, as at a second start: it is the same key.
  expect(await demoWorkerKey(ctx as never)).toBe(key);
  const worker = createDemoWorker({ askEveryMs: 5, stepMs: 5 });
  worker.breakNext(...faults);
  worker.employ({ base: server.url.origin, key });
  return {
    worker,
    read: async () =>
      (
        await database.db
          .select()
          .from(tasks)
          .where(eq(tasks.id, row?.id ?? ""))
      )[0],
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 500; n++) {
    if (await isSo()) return;
    await Bun.sleep(20);
  }
  throw new Error("it did not come to that");
}

test("the demo's worker takes a post, shows how far it is and brings proof", async () => {
  const { worker, read } = await work();
  await until(async () => (await read())?.state === "completed");
  await worker.stop();
  const row = await read();
  expect(row?.progress).toEqual({ progress: 80, views_added: 200 });
  expect(row?.proof).toEqual({
    report: expect.stringContaining("https://worker.example/reports/") as unknown as string,
  });
});

test("what it could not do is tried again, and what it fell silent on stays with it", async () => {
  const failing = await work("fail");
  await until(async () => (await failing.read())?.state === "completed");
  await failing.worker.stop();
  expect((await failing.read())?.attempts).toBe(2);
  space = await makeWorkspace(database.db, product.runtime.vault);
  const silent = await work("silent");
  await until(async () => (await silent.read())?.state === "sent");
  await Bun.sleep(100);
  await silent.worker.stop();
  expect((await silent.read())?.state).toBe("sent");
});

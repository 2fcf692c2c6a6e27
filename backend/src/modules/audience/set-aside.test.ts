/** Imports and changes to many that fail every time: they end as failed, where somebody sees it, and others never notice. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { triesAtMost } from "@backend/kit/set-aside.ts";
import { makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { subscribers } from "@db/schema/audience.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { beginChange, runChangeOrFail } from "./actions/change-many.ts";
import { runImportOrFail } from "./actions/run-import.ts";
import { keysBeingForgotten } from "./change-queries.ts";
import type { Change } from "./contracts.ts";
import { rowsPerBatch } from "./import-limits.ts";
import { caller, jobContext, storeFile } from "./import-testing.ts";

let database: TestDatabase;
let product: TestProduct;
beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

async function scene() {
  const { db } = database;
  const at = await makeWorkspace(db, product.runtime.vault);
  const call = caller(product, (await makePerson(db, at, { role: "owner" })).headers);
  return {
    at,
    call,
    people: () => db.select().from(subscribers).where(eq(subscribers.workspaceId, at.workspaceId)),
    /** An import that has begun; `run` is one try of its job. */
    async begun(ids: readonly number[]) {
      const content = `id,name\n${ids.map((id) => `${id},P`).join("\n")}\n`;
      const uploadId = await storeFile(db, at.workspaceId, content);
      const { body } = await call("POST", "/imports", { uploadId, botId: at.botId });
      await call("PATCH", `/imports/${body.id}`, { consent: "Agreed on our site" });
      expect((await call("POST", `/imports/${body.id}/start`)).status).toBe(200);
      const input = { importId: body.id, workspaceId: at.workspaceId };
      return {
        run: () => runImportOrFail(jobContext(db, at.workspaceId), input),
        read: async () => (await call("GET", `/imports/${body.id}`)).body,
      };
    },
  };
}
const idsFrom = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);

test("an import whose rows fail every time ends as failed after five tries; what was imported stays, and another is done", async () => {
  const mine = await scene();
  const ids = idsFrom(7_100_000_001, rowsPerBatch + 20);
  const mend = await poison(database.db, "subscribers", `new.telegram_id = ${ids.at(-1)}`, { on: "insert" });
  const bad = await mine.begun(ids);
  for (let n = 1; n < triesAtMost; n++) {
    await expect(bad.run()).rejects.toThrow();
    expect(await bad.read()).toMatchObject({ state: "running", done: rowsPerBatch });
  }
  const theirs = await scene();
  const good = await theirs.begun(idsFrom(7_200_000_001, 10));
  await good.run();
  expect(await good.read()).toMatchObject({ state: "done", added: 10 });
  await bad.run();
  const ended = await bad.read();
  expect(ended).toMatchObject({ state: "failed", done: rowsPerBatch, added: rowsPerBatch });
  expect(ended.problem).toContain("What was imported stays");
  expect((await mine.people()).length).toBe(rowsPerBatch);
  await bad.run();
  expect((await bad.read()).state).toBe("failed");
  // Mended, the same file brings those who are missing, and nobody twice.
  await mend();
  const again = await mine.begun(ids);
  await again.run();
  expect(await again.read()).toMatchObject({ state: "done", added: 20 });
  expect((await mine.people()).length).toBe(ids.length);
});

test("a change to many that fails every time ends as failed, is shown for a day, and keeps its key from being given again", async () => {
  const { db } = database;
  const { at, begun, call } = await scene();
  const some = await begun(idsFrom(7_300_000_001, 3));
  await some.run();
  await db
    .update(subscribers)
    .set({ fields: { city: "Kyiv" } })
    .where(eq(subscribers.workspaceId, at.workspaceId));
  await poison(db, "subscribers", `old.workspace_id = '${at.workspaceId}'`);
  const context = (now = new Date()) => jobContext(db, at.workspaceId, now);
  const change = await beginChange(context(), { kind: "forget_field", fieldKey: "city" });
  const input = { workspaceId: at.workspaceId, changeId: change.id };
  const shown = async () => (await call<{ change: Change | null }>("GET", "/changes")).body.change;
  for (let n = 1; n < triesAtMost; n++) await expect(runChangeOrFail(context(), input)).rejects.toThrow();
  expect((await shown())?.state).toBe("running");
  await runChangeOrFail(context(), input);
  expect(await shown()).toMatchObject({ id: change.id, state: "failed", done: 0, total: 3 });
  expect(await keysBeingForgotten(db, at.workspaceId)).toEqual(["city"]);
  const dayAgo = new Date(Date.now() - 2 * 86_400_000).toISOString();
  await database.sql`update audience_changes set finished_at = ${dayAgo} where id = ${change.id}`;
  expect(await shown()).toBeNull();
});

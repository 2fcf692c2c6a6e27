/** Imports whose process is killed as `kill -9` does: nothing is lost, nothing happens twice, and the numbers are right. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { runImport } from "@backend/modules/audience/actions/run-import.ts";
import { caller, jobContext, storeFile } from "@backend/modules/audience/import-testing.ts";
import { makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";

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

const rows = 22_000;
/** Every hundredth row is refused, and the last thousand rows stand twice in the file. */
const file = () => {
  const lines = ["id,name"];
  for (let n = 0; n < rows; n++) lines.push(n % 100 === 0 ? `,nobody ${n}` : `${7_000_000_000 + n},Person ${n}`);
  for (let n = rows - 1000; n < rows; n++) lines.push(`${7_000_000_000 + n},Again ${n}`);
  return `${lines.join("\n")}\n`;
};

describe("an import that is killed", () => {
  for (const place of ["import-batch:1", "import-batch:2", "import-batch-saved:1", "import-batch-saved:2"])
    test(`at ${place} goes on where it was`, async () => {
      const { db } = database;
      const at = await makeWorkspace(db, product.runtime.vault);
      const call = caller(product, (await makePerson(db, at, { role: "owner" })).headers);
      const { body } = await call("POST", "/imports", {
        uploadId: await storeFile(db, at.workspaceId, file()),
        botId: at.botId,
      });
      await call("PATCH", `/imports/${body.id}`, { consent: "on our site" });
      await call("POST", `/imports/${body.id}/start`);
      const script = join(import.meta.dir, "import-process.ts");
      const child = Bun.spawn([
        process.execPath,
        "--no-env-file",
        script,
        database.url,
        at.workspaceId,
        body.id,
        place,
      ]);
      await child.exited;
      expect(child.signalCode).toBe("SIGKILL");
      const half = (await call("GET", `/imports/${body.id}`)).body;
      expect(half.state).toBe("running");
      expect(half.done).toBeLessThan(rows);
      await runImport(jobContext(db, at.workspaceId), { importId: body.id, workspaceId: at.workspaceId });
      // Of the thousand that stand twice, ten have no id in their first row: only their second is taken.
      const refused = rows / 100 + 1000 - 10;
      expect((await call("GET", `/imports/${body.id}`)).body).toMatchObject({
        state: "done",
        total: rows + 1000,
        done: rows + 1000,
        added: rows + 1000 - refused,
        updated: 0,
        refused,
        reported: refused,
      });
      const [people] = await db.execute<{ count: number; humans: number }>(sql`
        select count(*)::int as count, count(distinct telegram_id)::int as humans
        from subscribers where workspace_id = ${at.workspaceId}`);
      const there = rows + 1000 - refused;
      expect(people).toEqual({ count: there, humans: there });
    });
});

/** What programs are shown of the API. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { onceHeader } from "@backend/kit/idempotency.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { startTestProduct, type TestProduct } from "./testing.ts";

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

type Body = TSchema & { examples?: unknown[] };
interface Operation {
  parameters?: { in: string; name: string }[];
}

async function described(): Promise<Record<string, Record<string, Operation>>> {
  const answer = await product.server.handle(new Request("http://localhost/openapi/json"));
  return ((await answer.json()) as { paths: Record<string, Record<string, Operation>> }).paths;
}

/** Bodies of calls that make something: they take an Idempotency-Key. */
async function creating(): Promise<{ name: string; body: Body }[]> {
  const paths = await described();
  return product.server.routes.flatMap(({ method, path, hooks }) => {
    const operation = paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    const isCreating = operation?.parameters?.some((one) => one.in === "header" && one.name === onceHeader);
    return isCreating && hooks.body ? [{ name: `${method} ${path}`, body: hooks.body as Body }] : [];
  });
}

test("every call that makes something shows an example, and the example is one that is taken", async () => {
  const calls = await creating();
  expect(calls.length).toBeGreaterThan(10);
  expect(calls.filter(({ body }) => !body.examples?.length).map(({ name }) => name)).toEqual([]);
  for (const { name, body } of calls)
    for (const example of body.examples ?? [])
      expect([name, [...Value.Errors(body, example)].map(({ path, message }) => `${path}: ${message}`)]).toEqual([
        name,
        [],
      ]);
});

test("the description says that such calls may be repeated, and holds the examples", async () => {
  const post = JSON.stringify((await described())["/api/v1/webhooks"]?.post);
  expect(post).toContain(onceHeader);
  expect(post).toContain("https://crm.example/hooks/switchboard");
});

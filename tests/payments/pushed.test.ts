/** A process that is killed as `kill -9` does, after a worker got its posts and before that is written down. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { makePackage, postAddress } from "@backend/modules/fulfilment/testing.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { eq, sql } from "drizzle-orm";
import { type CashRig, createCashRig } from "./rig.ts";

let rig: CashRig;
let worker: ReturnType<typeof Bun.serve>;
const calls: { key: string | null; body: string }[] = [];

beforeAll(async () => {
  worker = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      calls.push({ key: request.headers.get("idempotency-key"), body: await request.text() });
      return new Response(null, { status: 202 });
    },
  });
  rig = await createCashRig({ MAIN_BOT_API_URL: worker.url.origin, MAIN_BOT_API_KEY: "key of the worker" });
  // The environment's worker is the first workspace's.
  await rig.database.db.execute(sql`update workspaces set is_first = false where is_first`);
  await rig.database.db.execute(sql`update workspaces set is_first = true where id = ${rig.space.workspaceId}`);
});
afterAll(async () => {
  await rig.close();
  await worker.stop(true);
});

test("posts that were brought and not written down are brought again as the same posts, and spend no attempt", async () => {
  const { db } = rig.database;
  const { workspaceId } = rig.space;
  const { personId } = await rig.customer();
  const bought = await makePackage(db, rig.space, personId);
  await db.insert(tasks).values(
    [1, 2].map((n) => ({
      ...{ workspaceId, personId, ...bought, platform: "telegram" as const },
      ...{ url: postAddress(n), address: postAddress(n), deadlineAt: new Date(rig.now().getTime() + 3_600_000) },
    })),
  );
  const push = async (killAt: string) => {
    const child = Bun.spawn(
      [
        ...[process.execPath, "--no-env-file", join(import.meta.dir, "pay-process.ts"), rig.database.url],
        ...[JSON.stringify(rig.environment), "fulfilment.push-tasks", "{}", killAt],
      ],
      { stdout: "ignore", stderr: "inherit" },
    );
    await child.exited;
    return child.signalCode;
  };
  const known = async () =>
    (await db.select().from(tasks).where(eq(tasks.workspaceId, workspaceId))).map(
      ({ state, lease, attempts, heardAt }) => [state, lease, attempts, heardAt !== null],
    );
  expect(await push("fulfilment.pushed")).toBe("SIGKILL");
  expect(await known()).toEqual([
    ["sent", 1, 1, false],
    ["sent", 1, 1, false],
  ]);
  expect(await push("")).toBeNull();
  expect(calls.length).toBe(2);
  expect(calls[1]).toEqual(calls[0] ?? { key: "", body: "" });
  expect(await known()).toEqual([
    ["sent", 1, 1, true],
    ["sent", 1, 1, true],
  ]);
  // Known to have arrived: nothing is left to bring.
  expect(await push("")).toBeNull();
  expect(calls.length).toBe(2);
});

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { failureOf } from "@backend/kit/testing.ts";
import type { WorkerTask } from "@backend/modules/fulfilment/worker-contracts.ts";
import { mainBot } from "./main-bot.ts";

interface Heard {
  path: string;
  authorization: string | null;
  once: string | null;
  body: string;
}
let heard: Heard[];
let answer: () => Response | Promise<Response>;
let server: ReturnType<typeof Bun.serve>;

beforeAll(() => {
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { headers } = request;
      heard.push({
        path: new URL(request.url).pathname,
        authorization: headers.get("authorization"),
        once: headers.get("idempotency-key"),
        body: await request.text(),
      });
      return answer();
    },
  });
});
afterAll(() => server.stop(true));
beforeEach(() => {
  heard = [];
  answer = () => new Response("{}", { status: 202 });
});

const bot = (over: { apiUrl?: string; timeoutMs?: number } = {}) =>
  mainBot({ apiUrl: `${server.url.origin}/base/`, apiKey: "key-of-the-bot", ...over });
const task = (task_id: string, lease: number) => ({ task_id, lease }) as WorkerTask;
async function problemOf(work: Promise<void>) {
  const { message, options } = await failureOf(work);
  expect(message).not.toContain("key-of-the-bot");
  return options.problem;
}

test("brings tasks with its key, and the same tasks and leases under the same idempotency key", async () => {
  await bot().send([task("a", 1), task("b", 2)]);
  await bot().send([task("a", 1), task("b", 2)]);
  await bot().send([task("a", 1), task("b", 3)]);
  expect(heard.map(({ path, authorization }) => [path, authorization])).toEqual(
    Array.from({ length: 3 }, () => ["/base/tasks", "Bearer key-of-the-bot"]),
  );
  expect(JSON.parse(heard[0]?.body ?? "")).toEqual({
    tasks: [
      { task_id: "a", lease: 1 },
      { task_id: "b", lease: 2 },
    ],
  });
  expect(heard[1]?.once).toBe(heard[0]?.once ?? "");
  expect(heard[2]?.once).not.toBe(heard[0]?.once ?? "");
});

test("asks for health, and names its machine without the key", async () => {
  await bot().check();
  expect(heard[0]?.path).toBe("/base/health");
  expect(bot().host).toBe(server.url.host);
});

test.each([
  [401, "key_refused"],
  [403, "key_refused"],
  [404, "refused"],
  [302, "refused"],
  [500, "server_error"],
] as const)("an answer %i is the problem %s, and no redirect is followed", async (status, problem) => {
  answer = () => new Response("key-of-the-bot", { status, headers: { location: `${server.url.origin}/elsewhere` } });
  expect(await problemOf(bot().send([task("a", 1)]))).toBe(problem);
  expect(heard.map(({ path }) => path)).toEqual(["/base/tasks"]);
});

test("silence and a closed door are told apart", async () => {
  answer = async () => {
    await Bun.sleep(300);
    return new Response();
  };
  expect(await problemOf(bot({ timeoutMs: 50 }).check())).toBe("timed_out");
  expect(await problemOf(bot({ apiUrl: "http://127.0.0.1:9" }).check())).toBe("unreachable");
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError, IntegrationError } from "@backend/kit/errors.ts";
import { setReactions } from "@backend/kit/events.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { balancesOf } from "@backend/modules/payments/index.ts";
import { taskEvents, tasks } from "@db/schema/fulfilment.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { ledgerTransactions } from "@db/schema/payments.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { addPost } from "./actions/add-post.ts";
import { endOverdue } from "./actions/end-overdue.ts";
import { endRefunded } from "./actions/end-refunded.ts";
import { readPushHealth, readStatistics, readWorkers } from "./actions/figures.ts";
import { readMyPost } from "./actions/my-posts.ts";
import { pushTasks } from "./actions/push-tasks.ts";
import { releaseExpired } from "./actions/release-expired.ts";
import { cancelTask, listTasks, readTask, releaseTask, retryTask } from "./actions/tasks.ts";
import { beat, sayStatus, takePending } from "./actions/work.ts";
import {
  after,
  day,
  hour,
  makePackage,
  makeShop,
  minute,
  noon,
  postAddress,
  second,
  type TestShop,
} from "./testing.ts";
import type { StatusBody, WorkerTask } from "./worker-contracts.ts";

let database: TestDatabase;
let shop: TestShop;

beforeAll(async () => {
  setReactions([]);
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  shop = await makeShop(database.db, { terms: { postsPerDay: 10 } });
});

/** Adds posts a second apart, so that their order is known. */
async function addPosts(count: number, at = shop, from = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const post = await addPost(at.asCustomer(after(n * second)), { url: postAddress(from + n) });
    ids.push(post.id);
  }
  return ids;
}
/** Straight into the table: the limits of people are not the subject here. */
async function fillQueue(count: number): Promise<void> {
  const { workspaceId } = shop.space;
  const { personId } = shop.customer;
  await database.db.insert(tasks).values(
    Array.from({ length: count }, (_, n) => ({
      workspaceId,
      personId,
      orderId: shop.orderId,
      entitlementId: shop.entitlementId,
      platform: "telegram" as const,
      url: postAddress(n + 1),
      address: postAddress(n + 1),
      createdAt: after(n),
      deadlineAt: after(2 * day),
    })),
  );
}
const rowOf = async (taskId: string) => {
  const [row] = await database.db.select().from(tasks).where(eq(tasks.id, taskId));
  if (!row) throw new Error("no such task");
  return row;
};
const kindsOf = async (taskId: string) =>
  (await database.db.select().from(taskEvents).where(eq(taskEvents.taskId, taskId)).orderBy(asc(taskEvents.id))).map(
    ({ kind }) => kind,
  );
const take = async (now = noon, limit = 10, keyId?: string): Promise<WorkerTask[]> =>
  (await takePending(shop.asWorker(now, keyId), { limit })).tasks;
const takeOne = async (now = noon, keyId?: string): Promise<WorkerTask> => {
  const [task] = await take(now, 1, keyId);
  if (!task) throw new Error("nothing was waiting");
  return task;
};
const say = (
  task: { task_id: string; lease?: number },
  status: StatusBody["status"],
  now = noon,
  over: Partial<StatusBody> = {},
) =>
  sayStatus(shop.asWorker(now), {
    taskId: task.task_id,
    status,
    ...(task.lease ? { lease: task.lease } : {}),
    ...over,
  });
async function refused(of: Promise<unknown>): Promise<[string, string]> {
  const error = await of.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`was not refused: ${error}`);
  return [error.kind, error.code];
}
const balance = () => balancesOf(database.db, shop.space.workspaceId, shop.customer.personId);
const saidTo = async (chatId: string) =>
  (await database.db.select().from(deliveries).where(eq(deliveries.chatId, chatId)).orderBy(asc(deliveries.id))).map(
    ({ content }) => (content as { html: string }).html,
  );

describe("taking tasks", () => {
  test("gives the oldest first, with what the work needs and nothing of who the customer is", async () => {
    const ids = await addPosts(3);
    const taken = await take(noon, 2);
    expect(taken.map(({ task_id }) => task_id)).toEqual(ids.slice(0, 2));
    expect(taken[0]).toEqual({
      task_id: ids[0] ?? "",
      lease: 1,
      lease_until: after(minute).toISOString(),
      attempt: 1,
      deadline_at: after(48 * hour).toISOString(),
      post_data: { url: postAddress(1), platform: "telegram", address: postAddress(1) },
      package_data: { promises: { views: { from: 100, to: 200 } } },
      user_data: { id: taken[1]?.user_data.id ?? "" },
    });
    expect(JSON.stringify(taken)).not.toContain(shop.customer.personId);
    expect(taken[0]?.user_data.id).toMatch(/^[\w-]{32}$/);
  });

  test("by eight workers at once gives each task one holder, and leaves none", async () => {
    await fillQueue(400);
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => makeApiKey(database.db, shop.space, ["tasks"]).then(({ keyId }) => keyId)),
    );
    const holders = new Map<string, string>();
    await Promise.all(
      keys.map(async (keyId) => {
        for (;;) {
          const taken = await take(noon, 13, keyId);
          if (taken.length === 0) return;
          for (const { task_id } of taken) {
            expect(holders.get(task_id)).toBeUndefined();
            holders.set(task_id, keyId);
          }
        }
      }),
    );
    expect(holders.size).toBe(400);
    const rows = await database.db.select().from(tasks).where(eq(tasks.workspaceId, shop.space.workspaceId));
    for (const row of rows) {
      expect([row.state, row.workerKeyId, row.attempts, row.lease]).toEqual(["sent", holders.get(row.id) ?? "", 1, 1]);
    }
  });

  test("gives another workspace's worker nothing", async () => {
    const [id = ""] = await addPosts(1);
    const other = await makeShop(database.db);
    expect((await takePending(other.asWorker(), {})).tasks).toEqual([]);
    await take();
    expect(await refused(sayStatus(other.asWorker(), { taskId: id, status: "completed" }))).toEqual([
      "not_found",
      "fulfilment.task_not_found",
    ]);
    expect(await refused(beat(other.asWorker(), { taskId: id }))).toEqual(["not_found", "fulfilment.task_not_found"]);
    expect((await rowOf(id)).state).toBe("sent");
  });

  test("gives nothing whose deadline has passed", async () => {
    await addPosts(1);
    expect(await take(after(48 * hour))).toEqual([]);
  });
});

describe("working", () => {
  test("shows the customer progress and proof, and tells him once that it is done", async () => {
    const [id = ""] = await addPosts(1);
    const task = await takeOne();
    expect(await say(task, "processing", after(second), { response_data: { progress: 40, views_added: 60 } })).toEqual({
      task_id: id,
      status: "processing",
      lease: 1,
      lease_until: after(61 * second).toISOString(),
    });
    const midway = await readMyPost(shop.asCustomer(), { taskId: id });
    expect(midway.post.progress).toEqual({ percent: 40, counts: [{ name: "views_added", count: 60 }] });
    const done = { external_task_id: "w-1", response_data: { views_added: 150, shot: "https://w.example/1.png" } };
    await say(task, "completed", after(5 * second), done);
    const { post, proof, timeline } = await readMyPost(shop.asCustomer(), { taskId: id });
    expect([post.state, post.endedAt]).toEqual(["completed", after(5 * second).toISOString()]);
    expect(post.progress).toEqual({ percent: 100, counts: [{ name: "views_added", count: 150 }] });
    expect(proof).toEqual([{ name: "shot", text: "https://w.example/1.png", url: "https://w.example/1.png" }]);
    expect(timeline.map(({ kind }) => kind)).toEqual(["added", "taken", "working", "completed"]);
    expect((await rowOf(id)).externalTaskId).toBe("w-1");
    expect(await saidTo(shop.chatId)).toEqual([`Done: ${postAddress(1)}`]);
  });

  test("completing twice answers the same twice and changes nothing the second time", async () => {
    await addPosts(1);
    const task = await takeOne();
    const first = await say(task, "completed", after(second), { response_data: { views_added: 10 } });
    const before = await rowOf(task.task_id);
    expect(await say(task, "completed", after(hour), { response_data: { views_added: 99 } })).toEqual(first);
    // Also without the lease, as a worker that knows of none repeats it.
    expect(await say({ task_id: task.task_id }, "completed", after(hour))).toEqual(first);
    expect(await rowOf(task.task_id)).toEqual(before);
    expect(await saidTo(shop.chatId)).toHaveLength(1);
  });

  test("fifty completions at once are one", async () => {
    await addPosts(1);
    const task = await takeOne();
    const answers = await Promise.all(Array.from({ length: 50 }, () => say(task, "completed", after(second))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await kindsOf(task.task_id)).filter((kind) => kind === "completed")).toHaveLength(1);
  });

  test("what has ended takes no other word", async () => {
    await addPosts(1);
    const task = await takeOne();
    await say(task, "completed");
    for (const status of ["processing", "failed"] as const)
      expect(await refused(say(task, status))).toEqual(["conflict", "fulfilment.answer_ended"]);
    expect(await refused(beat(shop.asWorker(), { taskId: task.task_id }))).toEqual([
      "conflict",
      "fulfilment.answer_ended",
    ]);
  });

  test("a failure goes back into the queue, the third is the last; the worker's repeat hears the same", async () => {
    await addPosts(1);
    for (const attempt of [1, 2, 3]) {
      const task = await takeOne(after(attempt * second));
      expect(task.attempt).toBe(attempt);
      const answer = await say(task, "failed", after(attempt * second), { response_data: { error: "no access" } });
      expect(answer.status).toBe(attempt < 3 ? "created" : "failed");
      expect(await say(task, "failed", after(attempt * second))).toEqual(answer);
    }
    expect(await take(after(minute))).toEqual([]);
    const [row] = (await listTasks(shop.asMember(), {})).items;
    expect([row?.state, row?.attempts, row?.problem]).toEqual(["failed", 3, "The worker could not do it."]);
    expect((await readTask(shop.asMember(), { taskId: row?.id ?? "" })).events.at(-1)?.text).toBe("no access");
    expect((await saidTo(shop.chatId)).map((text) => text.split(":")[0])).toEqual([
      "It did not work out with this post",
    ]);
  });

  test("a failure that the worker calls final is not tried again", async () => {
    await addPosts(1);
    const task = await takeOne();
    expect((await say(task, "failed", noon, { final: true })).status).toBe("failed");
  });

  test("text that cannot be stored is refused, and nothing changes", async () => {
    await addPosts(1);
    const task = await takeOne();
    for (const response_data of [{ a: "x\u0000" }, { a: ["\ud800"] }, { deep: { "\udc00": 1 } }])
      expect(await refused(say(task, "completed", noon, { response_data }))).toEqual([
        "invalid",
        "fulfilment.response_unstorable",
      ]);
    expect((await rowOf(task.task_id)).state).toBe("sent");
  });
});

describe("a lease", () => {
  test("is prolonged by every word of its holder", async () => {
    await addPosts(1);
    const task = await takeOne();
    const beaten = await beat(shop.asWorker(after(50 * second)), { taskId: task.task_id, lease: 1, progress: 10 });
    expect(beaten.lease_until).toBe(after(110 * second).toISOString());
    expect((await rowOf(task.task_id)).progress).toEqual({ progress: 10 });
    expect((await say(task, "processing", after(100 * second))).lease_until).toBe(after(160 * second).toISOString());
  });

  test("is as long as the worker asked for", async () => {
    await addPosts(1);
    const { tasks: taken } = await takePending(shop.asWorker(), { lease_seconds: 600 });
    expect(taken[0]?.lease_until).toBe(after(10 * minute).toISOString());
    const beaten = await beat(shop.asWorker(after(minute)), { taskId: taken[0]?.task_id ?? "" });
    expect(beaten.lease_until).toBe(after(11 * minute).toISOString());
  });

  test("of a worker that dies holding fifty frees all of them the moment it ends, and not before", async () => {
    await fillQueue(50);
    const other = await makeApiKey(database.db, shop.space, ["tasks"]);
    const first = await take(noon, 50);
    expect(first).toHaveLength(50);
    expect(await take(after(minute - 1), 100, other.keyId)).toEqual([]);
    const again = await take(after(minute), 100, other.keyId);
    expect(new Set(again.map(({ task_id }) => task_id))).toEqual(new Set(first.map(({ task_id }) => task_id)));
    expect(new Set(again.map(({ lease, attempt }) => `${lease} ${attempt}`))).toEqual(new Set(["2 2"]));
  });

  test("that ended gives its worker no word any more: late completions are refused and change nothing", async () => {
    await addPosts(2);
    const [kept, lost] = await take();
    const other = await makeApiKey(database.db, shop.space, ["tasks"]);
    // Ended, but nobody has taken it yet.
    expect(await refused(say(kept ?? { task_id: "" }, "completed", after(minute)))).toEqual([
      "conflict",
      "fulfilment.answer_expired",
    ]);
    // In the hands of another.
    await take(after(minute), 10, other.keyId);
    const before = await rowOf(lost?.task_id ?? "");
    for (const named of [lost?.lease, undefined])
      expect(
        await refused(
          say({ task_id: lost?.task_id ?? "", ...(named ? { lease: named } : {}) }, "completed", after(61 * second)),
        ),
      ).toEqual(["conflict", "fulfilment.answer_lost"]);
    expect(await rowOf(lost?.task_id ?? "")).toEqual(before);
  });

  test("of an earlier life of the same worker is refused too", async () => {
    await addPosts(1);
    const first = await takeOne();
    const second_ = await takeOne(after(minute));
    expect(second_.lease).toBe(2);
    expect(await refused(say(first, "completed", after(61 * second)))).toEqual(["conflict", "fulfilment.answer_lost"]);
    expect((await say(second_, "completed", after(61 * second))).status).toBe("completed");
  });

  test("lost three times fails the task, by the job as well as by those who ask", async () => {
    const [id = ""] = await addPosts(1);
    for (const n of [0, 1, 2]) {
      await take(after(2 * n * minute));
      await releaseExpired(shop.asJob(after((2 * n + 1) * minute)));
    }
    const row = await rowOf(id);
    expect([row.state, row.attempts, row.problem]).toEqual(["failed", 3, "lease_expired"]);
    expect(await kindsOf(id)).toEqual(["added", "taken", "lost", "taken", "lost", "taken", "lost"]);
    expect(await saidTo(shop.chatId)).toHaveLength(1);
  });
});

describe("a deadline", () => {
  test("that is missed ends the task, returns its worth once and tells both sides", async () => {
    const [waiting = "", working = "", done = ""] = await addPosts(3);
    const [, second_, third] = await take();
    await say(second_ ?? { task_id: "" }, "processing");
    await say(third ?? { task_id: "" }, "completed");
    const late = after(48 * hour + minute);
    await Promise.all(Array.from({ length: 4 }, () => endOverdue(shop.asJob(late))));
    await endOverdue(shop.asJob(late));
    expect((await rowOf(waiting)).state).toBe("cancelled");
    expect((await rowOf(working)).state).toBe("cancelled");
    expect((await rowOf(done)).state).toBe("completed");
    // Two posts of a package of 100 posts for 100 USDT.
    expect(await balance()).toEqual([{ currency: "USDT", amount: "2", held: "0" }]);
    const { post } = await readMyPost(shop.asCustomer(late), { taskId: waiting });
    expect([post.returned, post.problem]).toEqual([
      { amount: "1", currency: "USDT" },
      "It was not done by its deadline.",
    ]);
    expect(await saidTo(shop.chatId)).toEqual([
      `Done: ${postAddress(3)}`,
      `This post was not done in time: ${postAddress(1)}\n1.00 USDT went back to your balance.`,
      `This post was not done in time: ${postAddress(2)}\n1.00 USDT went back to your balance.`,
    ]);
    expect(await refused(say(second_ ?? { task_id: "" }, "completed", late))).toEqual([
      "conflict",
      "fulfilment.answer_ended",
    ]);
  });

  test("ends beside one whose end fails, and that one is tried again with the next minute", async () => {
    const [bad = "", good = ""] = await addPosts(2);
    const mend = await poison(database.db, "tasks", `new.id = '${bad}' and new.state = 'cancelled'`);
    await endOverdue(shop.asJob(after(49 * hour)));
    expect([(await rowOf(bad)).state, (await rowOf(good)).state]).toEqual(["created", "cancelled"]);
    await mend();
    await endOverdue(shop.asJob(after(49 * hour)));
    expect((await rowOf(bad)).state).toBe("cancelled");
    expect(await balance()).toEqual([{ currency: "USDT", amount: "2", held: "0" }]);
  });

  test("returns what failed before, too, which stays failed", async () => {
    const [id = ""] = await addPosts(1);
    await say(await takeOne(), "failed", noon, { final: true });
    await endOverdue(shop.asJob(after(47 * hour)));
    expect(await balance()).toEqual([]);
    await endOverdue(shop.asJob(after(48 * hour)));
    await endOverdue(shop.asJob(after(49 * hour)));
    expect(await balance()).toEqual([{ currency: "USDT", amount: "1", held: "0" }]);
    const row = await rowOf(id);
    expect([row.state, row.returnedAt?.toISOString()]).toEqual(["failed", after(48 * hour).toISOString()]);
  });

  test("of a package that cost nothing returns nothing", async () => {
    shop = await makeShop(database.db, { terms: { price: "0" } });
    const [id = ""] = await addPosts(1);
    await endOverdue(shop.asJob(after(48 * hour)));
    expect([(await rowOf(id)).state, await balance()]).toEqual(["cancelled", []]);
  });

  test("against a completion at the same moment: done or returned, never both", async () => {
    const ids = await addPosts(6);
    const taken = await take();
    const late = after(48 * hour);
    await database.db.update(tasks).set({ leaseUntil: after(hour, late) });
    await Promise.allSettled([...taken.map((task) => say(task, "completed", late)), endOverdue(shop.asJob(late))]);
    await endOverdue(shop.asJob(late));
    const rows = await Promise.all(ids.map(rowOf));
    const returned = rows.filter(({ returnedAt }) => returnedAt !== null);
    for (const row of rows) expect(row.state).toBe(row.returnedAt === null ? "completed" : "cancelled");
    expect((await balance())[0]?.amount ?? "0").toBe(String(returned.length));
  });
});

describe("the team", () => {
  test("gives a failed post another three attempts, and nobody else's", async () => {
    const [id = ""] = await addPosts(1);
    await say(await takeOne(), "failed", noon, { final: true });
    const other = await makeShop(database.db);
    expect(await refused(retryTask(other.asMember(), { taskId: id }))).toEqual([
      "not_found",
      "fulfilment.task_not_found",
    ]);
    expect((await retryTask(shop.asMember(after(second)), { taskId: id })).task).toMatchObject({
      state: "created",
      attempts: 0,
    });
    expect(await refused(retryTask(shop.asMember(), { taskId: id }))).toEqual(["conflict", "fulfilment.cannot_retry"]);
    const task = await takeOne(after(2 * second));
    expect([task.task_id, task.attempt, task.lease]).toEqual([id, 1, 2]);
  });

  test("cancels a post with its worth, once, whoever presses how often", async () => {
    const [id = ""] = await addPosts(1);
    const task = await takeOne();
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => cancelTask(shop.asMember(), { taskId: id })),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await balance()).toEqual([{ currency: "USDT", amount: "1", held: "0" }]);
    expect(await refused(say(task, "completed"))).toEqual(["conflict", "fulfilment.answer_ended"]);
    const booked = await database.db
      .select()
      .from(ledgerTransactions)
      .where(and(eq(ledgerTransactions.cause, "task-return"), eq(ledgerTransactions.causeId, id)));
    expect(booked).toHaveLength(1);
  });

  test("takes a post out of a worker's hands: another may have it, the first is refused, and no attempt is spent", async () => {
    const [id = ""] = await addPosts(1);
    const first = await takeOne();
    expect((await releaseTask(shop.asMember(), { taskId: id })).task).toMatchObject({ state: "created", attempts: 0 });
    expect(await refused(say(first, "completed"))).toEqual(["conflict", "fulfilment.answer_lost"]);
    expect(await refused(releaseTask(shop.asMember(), { taskId: id }))).toEqual([
      "conflict",
      "fulfilment.cannot_release",
    ]);
    const other = await makeApiKey(database.db, shop.space, ["tasks"]);
    expect(await takeOne(after(second), other.keyId)).toMatchObject({ task_id: id, lease: 2, attempt: 1 });
  });

  test("finds posts by state, worker, customer and address, however that is written, page by page", async () => {
    const ids = await addPosts(5);
    await take(noon, 2);
    const find = async (query: Parameters<typeof listTasks>[1]) =>
      (await listTasks(shop.asMember(), query)).items.map(({ id }) => ids.indexOf(id));
    expect(await find({})).toEqual([4, 3, 2, 1, 0]);
    expect(await find({ state: "sent" })).toEqual([1, 0]);
    expect(await find({ workerId: shop.keyId, platform: "telegram" })).toEqual([1, 0]);
    expect(await find({ personId: shop.customer.personId, orderId: shop.orderId })).toHaveLength(5);
    expect(await find({ search: " T.me/s/Channel_Of_Tests/3?single " })).toEqual([2]);
    expect(await find({ search: "of_tests/4" })).toEqual([3]);
    expect(await find({ search: "%" })).toEqual([]);
    const first = await listTasks(shop.asMember(), { limit: 2 });
    const rest = await listTasks(shop.asMember(), { limit: 3, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...rest.items].map(({ id }) => ids.indexOf(id))).toEqual([4, 3, 2, 1, 0]);
    const other = await makeShop(database.db);
    expect((await listTasks(other.asMember(), { search: postAddress(1) })).items).toEqual([]);
  });

  test("sees what each worker came to, what waits, and posts by platform and day", async () => {
    await addPosts(4);
    const [first, second_] = await take(noon, 3);
    await say(first ?? { task_id: "" }, "completed", after(20 * second));
    await say(second_ ?? { task_id: "" }, "failed", after(20 * second), { final: true });
    const { items, queue, pushedTo } = await readWorkers(shop.asMember(after(minute - 1)));
    expect(items).toEqual([
      {
        id: shop.keyId,
        name: "Test",
        isRevoked: false,
        done: 1,
        failed: 1,
        lost: 0,
        medianSec: 20,
        holds: 1,
        seenAt: null,
      },
    ]);
    expect(queue).toEqual({ waiting: 1, oldestAt: after(3 * second).toISOString(), held: 1, failed: 1 });
    expect(pushedTo).toBeNull();
    const none = { completed: 0, open: 0, failed: 0, returned: 0, cancelled: 0 };
    const some = { ...none, completed: 1, open: 2, failed: 1 };
    expect(await readStatistics(shop.asMember(), { days: 2 })).toEqual({
      days: [
        { day: "2026-11-19", ...none, platforms: [] },
        { day: "2026-11-20", ...some, platforms: [{ platform: "telegram", count: 4 }] },
      ],
      platforms: [{ platform: "telegram", total: 4, ...some }],
      total: 4,
      ...some,
    });
    // Two days later those that were not done, the failed one too, have given their worth back; the day is still that of their adding.
    await endOverdue(shop.asJob(after(49 * hour)));
    const later = await readStatistics(shop.asMember(after(49 * hour)), { days: 3 });
    expect(later.days.map(({ day, completed, failed, returned }) => [day, completed, failed, returned])).toEqual([
      ["2026-11-20", 1, 0, 3],
      ["2026-11-21", 0, 0, 0],
      ["2026-11-22", 0, 0, 0],
    ]);
    expect([later.total, later.completed, later.returned]).toEqual([4, 1, 3]);
    expect((await readStatistics(shop.asMember(after(49 * hour)), { days: 2 })).total).toBe(0);
  });
});

test("what is not done of an order that was refunded ends, and is not returned a second time", async () => {
  const [open = "", failed = "", done = ""] = await addPosts(3);
  const [, second_, third] = await take();
  await say(second_ ?? { task_id: "" }, "failed", noon, { final: true });
  await say(third ?? { task_id: "" }, "completed");
  const another = await makePackage(database.db, shop.space, shop.customer.personId);
  await endRefunded(shop.asJob(), another);
  expect((await rowOf(open)).state).toBe("sent");
  await endRefunded(shop.asJob(), shop);
  await endOverdue(shop.asJob(after(49 * hour)));
  expect(await Promise.all([open, failed, done].map(async (id) => (await rowOf(id)).state))).toEqual([
    "cancelled",
    "failed",
    "completed",
  ]);
  expect(await balance()).toEqual([]);
});

describe("pushing", () => {
  let sent: WorkerTask[][];
  let answer: () => void;
  const bot = {
    host: "worker.example",
    send: async (batch: readonly WorkerTask[]) => {
      sent.push([...batch]);
      answer();
    },
    check: async () => answer(),
  };
  const away = () => {
    throw new IntegrationError("main-bot", "away", { retryable: true, problem: "unreachable" });
  };
  beforeEach(async () => {
    sent = [];
    answer = () => {};
    await database.db.delete(tasks);
    shop = await makeShop(database.db, { terms: { postsPerDay: 10 }, mainBot: bot });
    // The environment's worker is the first workspace's.
    await database.db.execute(sql`update workspaces set is_first = false where is_first`);
    await database.db.execute(sql`update workspaces set is_first = true where id = ${shop.space.workspaceId}`);
  });

  test("brings waiting posts once, and whoever names their lease works on them", async () => {
    const ids = await addPosts(3);
    await pushTasks(shop.asJob());
    await pushTasks(shop.asJob(after(minute)));
    expect(sent.map((batch) => batch.map(({ task_id }) => task_id))).toEqual([ids]);
    const task = sent[0]?.[0];
    expect(await refused(say({ task_id: task?.task_id ?? "" }, "processing", after(minute)))).toEqual([
      "conflict",
      "fulfilment.answer_lost",
    ]);
    await say(task ?? { task_id: "" }, "processing", after(minute));
    expect((await rowOf(ids[0] ?? "")).workerKeyId).toBe(shop.keyId);
  });

  test("whose answer was lost is repeated with the same leases", async () => {
    await addPosts(2);
    answer = away;
    await expect(pushTasks(shop.asJob())).rejects.toBeInstanceOf(IntegrationError);
    answer = () => {};
    await pushTasks(shop.asJob(after(minute)));
    expect(sent[1]).toEqual(sent[0] ?? []);
  });

  test("to a worker that is away spends no attempt, however long it is", async () => {
    const [id = ""] = await addPosts(1);
    answer = away;
    for (let n = 0; n < 6; n++) await pushTasks(shop.asJob(after(n * 20 * minute))).catch(() => {});
    const row = await rowOf(id);
    expect([row.state, row.attempts]).toEqual(["sent", 1]);
    // Nobody has it after its lease: a worker that asks gets it.
    expect(await takeOne(after(3 * hour))).toMatchObject({ task_id: id, attempt: 1 });
  });

  test("says how the worker answers", async () => {
    expect(await readPushHealth(shop.asMember())).toEqual({
      isHealthy: true,
      problem: null,
      checkedAt: noon.toISOString(),
    });
    answer = away;
    expect(await readPushHealth(shop.asMember())).toEqual({
      isHealthy: false,
      problem: "The worker cannot be reached.",
      checkedAt: noon.toISOString(),
    });
    const without = await makeShop(database.db);
    expect(await refused(readPushHealth(without.asMember()))).toEqual(["not_found", "fulfilment.nothing_is_pushed"]);
  });
});

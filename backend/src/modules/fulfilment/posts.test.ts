import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { setReactions } from "@backend/kit/events.ts";
import { makePerson } from "@backend/modules/identity/testing.ts";
import { taskEvents, tasks } from "@db/schema/fulfilment.ts";
import { quotaDays, shopSettings } from "@db/schema/shop.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { addPost, readAllowance } from "./actions/add-post.ts";
import { cancelMyPost, listMyPosts, readMyPost } from "./actions/my-posts.ts";
import { sayStatus, takePending } from "./actions/work.ts";
import { fulfilmentPersonData } from "./person-data.ts";
import { after, day, hour, makePackage, makeShop, minute, noon, postAddress, type TestShop } from "./testing.ts";

let database: TestDatabase;
let shop: TestShop;

beforeAll(async () => {
  setReactions([]);
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  shop = await makeShop(database.db);
});

const add = (url: string, now = noon, again?: boolean) =>
  addPost(shop.asCustomer(now), { url, ...(again === undefined ? {} : { again }) });
/** The refusal's code; a success fails the test. */
async function refusal(of: Promise<unknown>): Promise<AppError> {
  const error = await of.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`was not refused: ${error}`);
  return error;
}
const code = async (of: Promise<unknown>) => (await refusal(of)).code;
const usedOn = async (entitlementId: string) =>
  (await database.db.select().from(quotaDays).where(eq(quotaDays.entitlementId, entitlementId))).map(
    ({ day: on, used }) => [on, used],
  );

describe("adding a post", () => {
  test("makes a task with what the package promises, its worth and its deadline, and takes one post of the day", async () => {
    const post = await add("see http://t.me/Durov/400?single .");
    expect(post).toMatchObject({
      platform: "telegram",
      address: "https://t.me/durov/400",
      state: "created",
      mayCancel: true,
    });
    const [row] = await database.db.select().from(tasks).where(eq(tasks.id, post.id));
    expect(row?.promises).toEqual({ views: { from: 100, to: 200 } });
    expect(row?.worth).toStartWith("2.0000");
    expect(row?.currency).toBe("USDT");
    expect(row?.deadlineAt.toISOString()).toBe(after(48 * hour).toISOString());
    expect(await usedOn(shop.entitlementId)).toEqual([["2026-11-20", 1]]);
    expect((await readMyPost(shop.asCustomer(), { taskId: post.id })).timeline.map(({ kind }) => kind)).toEqual([
      "added",
    ]);
  });

  test("is refused with an example where the address is no post", async () => {
    const error = await refusal(add("https://t.me/durov"));
    expect([error.kind, error.code, error.params.example]).toEqual([
      "invalid",
      "fulfilment.address_not_a_post",
      "https://t.me/durov/400",
    ]);
    expect(await code(add(""))).toBe("fulfilment.address_empty");
    expect(await usedOn(shop.entitlementId)).toEqual([]);
  });

  test("is refused without a package, after its end and before its beginning", async () => {
    const other = await makePerson(database.db, shop.space);
    const asOther = (now: Date) => addPost(shop.asCustomer(now, other), { url: postAddress(1) });
    expect(await code(asOther(noon))).toBe("fulfilment.no_package");
    await makePackage(database.db, shop.space, other.personId, { startsAt: after(hour), durationDays: 1 });
    expect(await code(asOther(noon))).toBe("fulfilment.no_package");
    expect((await asOther(after(hour))).state).toBe("created");
    expect(await code(asOther(after(hour + day)))).toBe("fulfilment.already_open");
    expect(await code(addPost(shop.asCustomer(after(hour + day), other), { url: postAddress(2) }))).toBe(
      "fulfilment.no_package",
    );
  });

  test("notices a post that is being worked on, however its address is written, and says which", async () => {
    const post = await add("https://t.me/durov/400");
    const error = await refusal(add("telegram.me/s/DUROV/400?comment=1"));
    expect([error.code, error.params.taskId]).toEqual(["fulfilment.already_open", post.id]);
    expect(await usedOn(shop.entitlementId)).toEqual([["2026-11-20", 1]]);
  });

  test("asks before it adds a post that was done, and then adds it", async () => {
    const post = await add(postAddress(1));
    const { tasks: taken } = await takePending(shop.asWorker(), {});
    await sayStatus(shop.asWorker(), { taskId: taken[0]?.task_id ?? "", status: "completed" });
    const error = await refusal(add(postAddress(1), after(minute)));
    expect([error.code, error.params.taskId]).toEqual(["fulfilment.done_before", post.id]);
    expect((await add(postAddress(1), after(minute), true)).state).toBe("created");
  });

  test("another customer's post of the same address is none of it", async () => {
    await add(postAddress(1));
    const other = await makePerson(database.db, shop.space);
    await makePackage(database.db, shop.space, other.personId);
    expect((await addPost(shop.asCustomer(noon, other), { url: postAddress(1) })).state).toBe("created");
  });
});

describe("limits", () => {
  test("exactly as many as the day allows are accepted of fifty at once, over all packages", async () => {
    await database.db.insert(shopSettings).values({ workspaceId: shop.space.workspaceId, postsPerHour: 100 });
    await makePackage(database.db, shop.space, shop.customer.personId, { postsPerDay: 3 });
    const tries = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => add(postAddress(n + 1))));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(8);
    const codes = new Set(tries.flatMap((one) => (one.status === "rejected" ? [(one.reason as AppError).code] : [])));
    expect([...codes]).toEqual(["fulfilment.day_is_full"]);
    const kept = await database.db.select().from(tasks).where(eq(tasks.personId, shop.customer.personId));
    expect(kept).toHaveLength(8);
  });

  test("exactly one of fifty is accepted of one post", async () => {
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => add(postAddress(1))));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await usedOn(shop.entitlementId)).toEqual([["2026-11-20", 1]]);
  });

  test("ten within an hour; the eleventh hears when its time comes, and has it then", async () => {
    shop = await makeShop(database.db, { terms: { postsPerDay: 40 } });
    const tries = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) => add(postAddress(n + 1), after(n * minute))),
    );
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const kept = await database.db.select().from(tasks).where(eq(tasks.personId, shop.customer.personId));
    const oldest = Math.min(...kept.map(({ createdAt }) => createdAt.getTime()));
    const error = await refusal(add(postAddress(99), after(31 * minute)));
    const slot = new Date(oldest + hour);
    expect([error.kind, error.code]).toEqual(["too_many", "fulfilment.hour_is_full"]);
    expect(error.params).toEqual({ limit: 10, time: slot.toISOString().slice(11, 16), at: slot.toISOString() });
    expect(error.retryAfterMs).toBe(slot.getTime() - after(31 * minute).getTime());
    expect(await code(add(postAddress(99), new Date(slot.getTime() - 1)))).toBe("fulfilment.hour_is_full");
    expect((await add(postAddress(99), slot)).state).toBe("created");
  });

  test("days are the workspace's: they begin at its midnight, also where the clocks change", async () => {
    // In Kyiv the clocks go back on 25 October 2026 at 04:00: the day has 25 hours, and ends at 22:00 UTC.
    const terms = { postsPerDay: 1, startsAt: new Date("2026-10-20T00:00:00Z"), durationDays: 60 };
    shop = await makeShop(database.db, { terms, timeZone: "Europe/Kyiv" });
    const at = (time: string) => new Date(time);
    await add(postAddress(1), at("2026-10-24T20:59:00Z"));
    expect(await code(add(postAddress(2), at("2026-10-24T20:59:59Z")))).toBe("fulfilment.day_is_full");
    await add(postAddress(2), at("2026-10-24T21:00:00Z"));
    expect(await code(add(postAddress(3), at("2026-10-25T21:59:59Z")))).toBe("fulfilment.day_is_full");
    expect((await readAllowance(shop.asCustomer(at("2026-10-25T21:59:59Z")))).day).toEqual({
      left: 0,
      limit: 1,
      endsAt: "2026-10-25T22:00:00.000Z",
    });
    await add(postAddress(3), at("2026-10-25T22:00:00Z"));
    expect(await usedOn(shop.entitlementId)).toEqual([
      ["2026-10-24", 1],
      ["2026-10-25", 1],
      ["2026-10-26", 1],
    ]);
  });

  test("are told before somebody tries", async () => {
    await add(postAddress(1));
    expect(await readAllowance(shop.asCustomer(after(minute)))).toEqual({
      day: { left: 4, limit: 5, endsAt: "2026-11-21T00:00:00.000Z" },
      hour: { left: 9, limit: 10, nextAt: null },
    });
    const other = await makePerson(database.db, shop.space);
    expect((await readAllowance(shop.asCustomer(noon, other))).day).toBeNull();
  });
});

describe("a customer's own posts", () => {
  test("are taken back before a worker has them, and give nothing back of the day", async () => {
    const post = await add(postAddress(1));
    const cancelled = await cancelMyPost(shop.asCustomer(after(minute)), { taskId: post.id });
    expect([cancelled.state, cancelled.mayCancel, cancelled.problem]).toEqual([
      "cancelled",
      false,
      "Taken back before the work began.",
    ]);
    expect(await usedOn(shop.entitlementId)).toEqual([["2026-11-20", 1]]);
    expect(await code(cancelMyPost(shop.asCustomer(), { taskId: post.id }))).toBe("fulfilment.cannot_cancel");
    // It is not open any more, so it may be added again.
    expect((await add(postAddress(1))).state).toBe("created");
  });

  test("are not taken back once a worker has them", async () => {
    const post = await add(postAddress(1));
    await takePending(shop.asWorker(), {});
    expect(await code(cancelMyPost(shop.asCustomer(), { taskId: post.id }))).toBe("fulfilment.already_taken");
  });

  test("either go to a worker or are taken back, never both", async () => {
    for (let n = 1; n <= 5; n++) {
      const post = await add(postAddress(n));
      const [taken, cancelled] = await Promise.allSettled([
        takePending(shop.asWorker(), { limit: 100 }),
        cancelMyPost(shop.asCustomer(), { taskId: post.id }),
      ]);
      const isTaken = taken.status === "fulfilled" && taken.value.tasks.some(({ task_id }) => task_id === post.id);
      expect(isTaken).not.toBe(cancelled.status === "fulfilled");
    }
  });

  test("are listed newest first, page by page, and nobody else's", async () => {
    for (let n = 1; n <= 5; n++) await add(postAddress(n), after(n));
    const first = await listMyPosts(shop.asCustomer(), { limit: 3 });
    const second = await listMyPosts(shop.asCustomer(), { limit: 3, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map(({ address }) => address.split("/").at(-1))).toEqual([
      "5",
      "4",
      "3",
      "2",
      "1",
    ]);
    expect(second.nextCursor).toBeNull();
    const other = await makePerson(database.db, shop.space);
    expect((await listMyPosts(shop.asCustomer(noon, other), {})).items).toEqual([]);
    const taskId = first.items[0]?.id ?? "";
    expect(await code(readMyPost(shop.asCustomer(noon, other), { taskId }))).toBe("fulfilment.task_not_found");
    expect(await code(cancelMyPost(shop.asCustomer(noon, other), { taskId }))).toBe("fulfilment.task_not_found");
  });

  test("are handed out when a person asks for his data, and blank when he is erased", async () => {
    const { workspaceId } = shop.space;
    const { personId, telegramId } = shop.customer;
    const person = { workspaceId, personId, telegramId };
    const done = await add(postAddress(1));
    await takePending(shop.asWorker(), {});
    await sayStatus(shop.asWorker(), {
      taskId: done.id,
      status: "completed",
      response_data: { shot: "https://a.example/1" },
    });
    await add(postAddress(2), after(1));
    expect(await fulfilmentPersonData.exportPerson(database.db, person)).toMatchObject({
      posts: [{ url: postAddress(2) }, { url: postAddress(1), proof: { shot: "https://a.example/1" } }],
    });
    await fulfilmentPersonData.erasePerson(database.db, person);
    const rows = await database.db.select().from(tasks).where(eq(tasks.personId, personId)).orderBy(tasks.createdAt);
    expect(rows.map(({ url, address, proof, state }) => [url, address, proof, state])).toEqual([
      ["", "", null, "completed"],
      ["", "", null, "cancelled"],
    ]);
    expect((await takePending(shop.asWorker(after(minute)), {})).tasks).toEqual([]);
    const traces = await database.db.select().from(taskEvents).where(eq(taskEvents.taskId, done.id));
    expect(traces.map(({ kind }) => kind)).toEqual(["added", "taken", "completed"]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type ActionContext, type Actor, inTransaction, systemActor } from "@backend/kit/context.ts";
import { liveChannel } from "@backend/kit/live.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createOutbound } from "@backend/kit/outbound.ts";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import { makePerson, makeWorkspace, type TestWorkspace, testVault } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { webhookAttempts, webhookCalls, webhookEndpoints } from "@db/schema/webhooks.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { callEndpoint, sweepCalls } from "./actions/call-endpoint.ts";
import { listCalls, readCall, replayCall, replayFailedCalls, testEndpoint } from "./actions/inspect-calls.ts";
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  readEndpoint,
  rotateEndpointSecret,
} from "./actions/manage-endpoints.ts";
import type { CreateEndpoint } from "./contracts.ts";
import { eventNames } from "./domain/catalog.ts";
import type { WebhooksPorts } from "./ports.ts";
import { lockOwnEndpoint } from "./queries.ts";
import { tellEndpoints } from "./tell-endpoints.ts";

interface Heard {
  headers: Record<string, string>;
  body: string;
}

let database: TestDatabase;
let space: TestWorkspace;
let personId: string;
let heard: Heard[];
let answer: () => Response | Promise<Response>;
let receiver: ReturnType<typeof Bun.serve>;
const start = new Date("2026-11-25T08:20:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;
const later = (ms: number) => new Date(start.getTime() + ms);

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      heard.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
      return answer();
    },
  });
});
afterAll(async () => {
  await receiver.stop(true);
  await database.drop();
});
beforeEach(async () => {
  heard = [];
  answer = () => new Response("thanks");
  space = await makeWorkspace(database.db);
  personId = (await makePerson(database.db, space, { role: "owner" })).personId;
});
afterEach(async () => {
  await database.db.execute(sql`delete from webhook_endpoints`);
});

const ports: WebhooksPorts = {
  vault: testVault,
  outbound: createOutbound({ allowPrivate: true, refusalMs: 0 }),
  allowsPrivateAddresses: true,
};

function contextAt(now: Date, at = space, who = personId): ActionContext<WebhooksPorts> {
  const { workspaceId } = at;
  const actor: Actor = {
    kind: "person",
    workspaceId,
    personId: who,
    botId: at.botId,
    locale: "en",
    timeZone: "UTC",
    member: null,
    permissions: permissionsOf("owner"),
  };
  return { db: database.db, actor, now, log: createLogger("silent"), requestId: "test", ports };
}
const ctx = () => contextAt(start);
/** As a program with these scopes. */
const asProgram = (...scopes: string[]): ActionContext<WebhooksPorts> => ({
  ...ctx(),
  actor: {
    kind: "api_key",
    workspaceId: space.workspaceId,
    keyId: personId,
    locale: "en",
    timeZone: "UTC",
    permissions: new Set(["webhooks.manage", ...scopes]),
  },
});
const asSystem = (now: Date) => ({ ...contextAt(now), actor: systemActor(space.workspaceId) });

const create = (over: Partial<CreateEndpoint> = {}) =>
  createEndpoint(ctx(), { name: "CRM", url: `http://127.0.0.1:${receiver.port}/hook`, events: [], ...over });

const tell = (db: Db, data = { personId: "7" }) =>
  tellEndpoints<{ workspaceId: string; personId: string }>("chat.lost", ({ personId: id }) => ({ personId: id }))(db, [
    { workspaceId: space.workspaceId, ...data },
  ]);
/** Something happens in the workspace. */
const happen = (data?: { personId: string }) => inTransaction(ctx(), ({ db }) => tell(db, data));

const callsOf = (endpointId: string) =>
  database.db.select().from(webhookCalls).where(eq(webhookCalls.endpointId, endpointId)).orderBy(webhookCalls.id);

/** Makes the try that is due of every waiting call. */
async function makeCalls(endpointId: string, now = start): Promise<void> {
  for (const { id, state } of await callsOf(endpointId))
    if (state === "waiting")
      await callEndpoint(asSystem(now), { workspaceId: space.workspaceId, endpointId, callId: String(id) });
}

/** From the end of a call's last try to its next one. */
async function pauseBefore({ id, nextAt }: { id: bigint; nextAt: Date | null }): Promise<number> {
  const { tries } = await readCall(ctx(), { callId: String(id) });
  const last = tries.at(-1);
  return (nextAt?.getTime() ?? 0) - new Date(last?.at ?? 0).getTime() - (last?.tookMs ?? 0);
}

describe("a fact", () => {
  test("reaches an endpoint signed, and only the right secret verifies it", async () => {
    const { endpoint, secret } = await create();
    await happen();
    await makeCalls(endpoint.id);
    expect(heard).toHaveLength(1);
    const [call] = heard as [Heard];
    expect(new Webhook(secret).verify(call.body, call.headers)).toMatchObject({
      type: "chat.lost",
      data: { personId: "7" },
    });
    expect(() => new Webhook(`whsec_${btoa("another secret")}`).verify(call.body, call.headers)).toThrow();
    expect(() => new Webhook(secret).verify(call.body.replace("7", "8"), call.headers)).toThrow();
    const [row] = await callsOf(endpoint.id);
    expect(row).toMatchObject({ state: "delivered", attempts: 1, messageId: call.headers["webhook-id"] });
  });

  test("is told to those who listen for it, in its own workspace", async () => {
    const wanted = await create({ events: ["chat.lost"] });
    const other = await create({ events: ["subscriber.joined"] });
    const off = await create();
    await changeEndpoint(ctx(), { endpointId: off.endpoint.id, isActive: false });
    const theirs = await makeWorkspace(database.db);
    const them = await makePerson(database.db, theirs, { role: "owner" });
    const foreign = await createEndpoint(contextAt(start, theirs, them.personId), {
      name: "Spy",
      url: `http://127.0.0.1:${receiver.port}/spy`,
      events: [],
    });
    await happen();
    expect(await callsOf(wanted.endpoint.id)).toHaveLength(1);
    for (const { endpoint } of [other, off, foreign]) expect(await callsOf(endpoint.id)).toHaveLength(0);
  });

  test("is one of many that are told together, each to every listener once and in order", async () => {
    const [one, two] = [await create(), await create()];
    const facts = Array.from({ length: 30 }, (_, n) => ({ workspaceId: space.workspaceId, personId: String(n) }));
    await inTransaction(ctx(), ({ db }) =>
      tellEndpoints<(typeof facts)[number]>("chat.lost", ({ personId: id }) => ({ personId: id }))(db, facts),
    );
    for (const { endpoint } of [one, two]) {
      const calls = await callsOf(endpoint.id);
      const people = calls.map(({ payload }) => (payload as { data: { personId: string } }).data.personId);
      expect(people).toEqual(facts.map(({ personId: id }) => id));
      const jobs = await database.db.execute<{ key: string }>(
        sql`select key from graphile_worker.jobs where queue_name = ${`webhook:${endpoint.id}`} order by id`,
      );
      expect(jobs.map(({ key }) => key)).toEqual(calls.map(({ id }) => `webhooks.call-endpoint:${id}`));
    }
  });

  test("happens all the same when another process has just deleted or switched off who listened", async () => {
    const deleted = await create();
    const off = await create();
    await happen();
    await database.db.delete(webhookEndpoints).where(eq(webhookEndpoints.id, deleted.endpoint.id));
    await database.db.update(webhookEndpoints).set({ state: "inactive" });
    await happen();
    expect(await callsOf(off.endpoint.id)).toHaveLength(1);
  });

  test("does not wait for a call to the same endpoint that is being recorded", async () => {
    const { endpoint } = await create();
    await database.db.transaction(async (transaction) => {
      await lockOwnEndpoint(transaction as unknown as Db, space.workspaceId, endpoint.id);
      await inTransaction(ctx(), async ({ db }) => {
        await db.execute(sql`set local lock_timeout = '1s'`);
        await tell(db);
      });
    });
    expect(await callsOf(endpoint.id)).toHaveLength(1);
  });

  test("that is rolled back is told to nobody", async () => {
    const { endpoint } = await create();
    const failing = inTransaction(ctx(), async ({ db }) => {
      await tellEndpoints("chat.lost", () => ({}))(db, [{ workspaceId: space.workspaceId }]);
      throw new Error("the fact did not happen");
    });
    await expect(failing).rejects.toThrow("did not happen");
    expect(await callsOf(endpoint.id)).toHaveLength(0);
  });
});

describe("a call that fails", () => {
  test("is tried again under the same id after growing pauses, and once given up can be replayed", async () => {
    const { endpoint } = await create();
    answer = () => new Response("busy", { status: 500 });
    await happen();
    let now = start;
    const pauses: number[] = [];
    for (;;) {
      await makeCalls(endpoint.id, now);
      const [row] = await callsOf(endpoint.id);
      if (!row?.nextAt) break;
      pauses.push(await pauseBefore(row));
      now = row.nextAt;
    }
    expect(pauses[0]).toBe(5_000);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(now.getTime() - start.getTime()).toBeLessThanOrEqual(day);
    expect(new Set(heard.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const [failed] = await callsOf(endpoint.id);
    expect(failed).toMatchObject({ state: "failed", attempts: pauses.length + 1 });

    answer = () => new Response("back");
    await replayCall(contextAt(now), { callId: String(failed?.id) });
    await makeCalls(endpoint.id, now);
    const shown = await readCall(contextAt(now), { callId: String(failed?.id) });
    expect(shown.call).toMatchObject({ state: "delivered", lastStatus: 200 });
    expect(shown.tries).toHaveLength(pauses.length + 2);
    expect(shown.tries[0]).toMatchObject({ status: 500, answer: "busy" });
  });

  test("waits as long as the receiver asks", async () => {
    const { endpoint } = await create();
    answer = () => new Response(null, { status: 429, headers: { "retry-after": "90" } });
    await happen();
    await makeCalls(endpoint.id);
    const [row] = (await callsOf(endpoint.id)) as [typeof webhookCalls.$inferSelect];
    expect(await pauseBefore(row)).toBe(90_000);
  });

  test("is made again after its pause, counted from the end of a slow try", async () => {
    const { endpoint } = await create();
    answer = async () => {
      await Bun.sleep(50);
      return new Response(null, { status: 500 });
    };
    await happen();
    await makeCalls(endpoint.id);
    const [row] = (await callsOf(endpoint.id)) as [typeof webhookCalls.$inferSelect];
    expect(await pauseBefore(row)).toBe(5_000);
  });

  test("says why, in the reader's language, when nobody answers", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const url = `http://127.0.0.1:${gone.port}/`;
    await gone.stop(true);
    const { endpoint } = await create({ url });
    await happen();
    await makeCalls(endpoint.id);
    const [row] = await callsOf(endpoint.id);
    const { tries } = await readCall(ctx(), { callId: String(row?.id) });
    expect(tries).toMatchObject([{ status: null, problem: "No connection to the address." }]);
  });

  test("is not one whose receiver took it and writes without end: the status is the answer", async () => {
    const { endpoint } = await create();
    const more = new Uint8Array(64 * 1024).fill(120);
    answer = () => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(more) }));
    await happen();
    await makeCalls(endpoint.id);
    const [row] = await callsOf(endpoint.id);
    expect(row).toMatchObject({ state: "delivered", attempts: 1 });
    expect((await readCall(ctx(), { callId: String(row?.id) })).tries[0]?.answer).toHaveLength(2_000);
  });

  test("reaches nothing inside where private networks are closed, and its inspector does not tell what is there", async () => {
    const { endpoint } = await create();
    const closed = { ...ports, outbound: createOutbound({ refusalMs: 0 }), allowsPrivateAddresses: false };
    await happen();
    const [row] = await callsOf(endpoint.id);
    const call = { workspaceId: space.workspaceId, endpointId: endpoint.id, callId: String(row?.id) };
    await callEndpoint({ ...asSystem(start), ports: closed }, call);
    expect(heard).toEqual([]);
    const { call: shown, tries } = await readCall(ctx(), { callId: String(row?.id) });
    expect(shown).toMatchObject({ state: "waiting", lastStatus: null });
    expect(tries).toMatchObject([{ status: null, answer: null, problem: expect.any(String) }]);
  });

  test("does not follow a redirect: our facts go where a member sent them", async () => {
    const { endpoint } = await create();
    answer = () => Response.redirect("http://127.0.0.1:9/elsewhere", 307);
    await happen();
    await makeCalls(endpoint.id);
    expect(heard).toHaveLength(1);
    expect((await callsOf(endpoint.id))[0]?.state).toBe("waiting");
  });

  test("made twice by two workers at once is recorded as two tries of one call", async () => {
    const { endpoint } = await create();
    await happen();
    await Promise.all([makeCalls(endpoint.id), makeCalls(endpoint.id)]);
    const [row] = await callsOf(endpoint.id);
    expect(row?.state).toBe("delivered");
    expect(new Set(heard.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });
});

describe("an endpoint", () => {
  test("that fails for five days is switched off with a trace, and hears nothing until it is switched on", async () => {
    const { endpoint } = await create();
    answer = () => new Response(null, { status: 500 });
    // Failures are dated when they end: the last may have taken a moment less than the first.
    for (let hours = 0; hours <= 5 * 24; hours += 20) {
      await happen();
      await makeCalls(endpoint.id, later(hours * 60 * minute + (hours === 5 * 24 ? minute : 0)));
    }
    expect((await readEndpoint(ctx(), { endpointId: endpoint.id })).state).toBe("disabled");
    const audit = await database.db.select().from(auditEntries).where(eq(auditEntries.subjectId, endpoint.id));
    expect(audit.filter(({ action }) => action === "webhook.disabled")).toHaveLength(1);
    const count = (await callsOf(endpoint.id)).length;
    await happen();
    expect(await callsOf(endpoint.id)).toHaveLength(count);
    await expect(testEndpoint(ctx(), { endpointId: endpoint.id })).rejects.toMatchObject({
      code: "webhooks.endpoint_is_off",
    });
    const again = await changeEndpoint(ctx(), { endpointId: endpoint.id, isActive: true });
    expect(again).toMatchObject({ state: "active", failingSince: null });
    answer = () => new Response();
    await makeCalls(endpoint.id, later(6 * day));
    const { count: revived } = await replayFailedCalls(contextAt(later(6 * day)), {
      endpointId: endpoint.id,
      since: start.toISOString(),
    });
    expect(revived).toBeGreaterThan(0);
    await makeCalls(endpoint.id, later(6 * day));
    expect((await callsOf(endpoint.id)).every(({ state }) => state === "delivered")).toBe(true);
  });

  test("that failed once, heard nothing for days and fails again is not switched off for it", async () => {
    const { endpoint } = await create();
    answer = () => new Response(null, { status: 500 });
    await happen();
    await makeCalls(endpoint.id);
    await makeCalls(endpoint.id, later(6 * day));
    const shown = await readEndpoint(ctx(), { endpointId: endpoint.id });
    expect(shown.state).toBe("active");
    expect(new Date(shown.failingSince ?? 0) >= later(6 * day)).toBe(true);
  });

  test("that is turned to another address has not failed there yet", async () => {
    const { endpoint } = await create();
    answer = () => new Response(null, { status: 500 });
    await happen();
    await makeCalls(endpoint.id);
    const url = `http://127.0.0.1:${receiver.port}/other`;
    expect(await changeEndpoint(ctx(), { endpointId: endpoint.id, url })).toMatchObject({ failingSince: null });
  });

  test("that answers once is failing no longer", async () => {
    const { endpoint } = await create();
    answer = () => new Response(null, { status: 500 });
    await happen();
    await makeCalls(endpoint.id);
    expect((await readEndpoint(ctx(), { endpointId: endpoint.id })).failingSince).not.toBeNull();
    answer = () => new Response();
    await makeCalls(endpoint.id, later(4 * day));
    expect((await readEndpoint(ctx(), { endpointId: endpoint.id })).failingSince).toBeNull();
  });

  test("shows what became of its own calls of the last day", async () => {
    const { endpoint } = await create();
    const { endpoint: other } = await create();
    await happen();
    await makeCalls(endpoint.id);
    await happen();
    await happen();
    const [, , old] = await callsOf(endpoint.id);
    await database.db
      .update(webhookCalls)
      .set({ createdAt: new Date(Date.now() - 25 * 60 * minute) })
      .where(eq(webhookCalls.id, old?.id ?? 0n));
    const now = contextAt(new Date());
    const expected = { delivered: 1, failed: 0, waiting: 1 };
    expect((await readEndpoint(now, { endpointId: endpoint.id })).lastDay).toEqual(expected);
    const { items } = await listEndpoints(now);
    expect(items.map(({ id, lastDay }) => [id, lastDay])).toEqual([
      [endpoint.id, expected],
      [other.id, { delivered: 0, failed: 0, waiting: 3 }],
    ]);
  });

  test("that says it is gone is asked no more", async () => {
    const { endpoint } = await create();
    answer = () => new Response(null, { status: 410 });
    await happen();
    await makeCalls(endpoint.id);
    expect((await readEndpoint(ctx(), { endpointId: endpoint.id })).state).toBe("disabled");
    expect((await callsOf(endpoint.id))[0]?.state).toBe("failed");
  });

  test("that is switched off while calls wait for it fails them, and open screens hear of each", async () => {
    const { endpoint } = await create();
    await happen();
    await changeEndpoint(ctx(), { endpointId: endpoint.id, isActive: false });
    const told: unknown[] = [];
    const listening = await database.sql.listen(liveChannel, (event) => told.push(JSON.parse(event)));
    await makeCalls(endpoint.id);
    const end = Promise.withResolvers<void>();
    const ending = await database.sql.listen("end_of_test", () => end.resolve());
    await database.sql.notify("end_of_test", "");
    await end.promise;
    for (const one of [listening, ending]) await one.unlisten();
    expect(told).toEqual([{ workspaceId: space.workspaceId, topic: "webhooks", id: endpoint.id }]);
    expect((await callsOf(endpoint.id))[0]?.state).toBe("failed");
  });

  test("gets two signatures for a day after its secret was changed, then one", async () => {
    const { endpoint, secret } = await create();
    const { secret: next } = await rotateEndpointSecret(ctx(), { endpointId: endpoint.id });
    await happen();
    await makeCalls(endpoint.id);
    const [call] = heard as [Heard];
    for (const one of [secret, next])
      expect(new Webhook(one).verify(call.body, call.headers)).toMatchObject({ type: "chat.lost" });
    await happen();
    await makeCalls(endpoint.id, later(day));
    expect(() => new Webhook(secret).verify(heard[1]?.body ?? "", heard[1]?.headers ?? {})).toThrow();
  });

  test("shows its secret when it is made, and in nothing that is asked later", async () => {
    const { endpoint, secret } = await create();
    const later = [await listEndpoints(ctx()), await readEndpoint(ctx(), { endpointId: endpoint.id })];
    expect(JSON.stringify(later)).not.toContain(secret.slice(6, 30));
    const [row] = await database.db.execute<{ all: string }>(
      sql`select string_agg(x::text, '') as all from webhook_endpoints x`,
    );
    expect(row?.all).not.toContain(secret.slice(6, 30));
  });

  test.each(["http://crm.example/hook", "ftp://crm.example", "https://user:word@crm.example/", "javascript:1", "crm"])(
    "is not made for the address %s",
    async (url) => {
      const strict = { ...ctx(), ports: { ...ports, allowsPrivateAddresses: false } };
      await expect(createEndpoint(strict, { name: "X", url, events: [] })).rejects.toMatchObject({
        code: "webhooks.address_invalid",
      });
    },
  );

  test("in a private network is not called, whatever its name says", async () => {
    const guarded = { ...asSystem(start), ports: { ...ports, outbound: createOutbound({ refusalMs: 0 }) } };
    const { endpoint } = await create();
    await happen();
    const [row] = await callsOf(endpoint.id);
    const call = { workspaceId: space.workspaceId, endpointId: endpoint.id, callId: String(row?.id) };
    await callEndpoint(guarded, call);
    expect(heard).toHaveLength(0);
    const tries = await database.db
      .select()
      .from(webhookAttempts)
      .where(eq(webhookAttempts.callId, row?.id ?? 0n));
    expect(tries.map(({ problem }) => problem)).toEqual(["address_refused"]);
  });

  test("of another workspace is not found by any action", async () => {
    const { endpoint } = await create();
    await happen();
    const [row] = await callsOf(endpoint.id);
    const theirs = await makeWorkspace(database.db);
    const stranger = contextAt(start, theirs, (await makePerson(database.db, theirs, { role: "owner" })).personId);
    const at = { endpointId: endpoint.id, callId: String(row?.id) };
    for (const attempt of [
      () => readEndpoint(stranger, at),
      () => changeEndpoint(stranger, { ...at, name: "Mine" }),
      () => rotateEndpointSecret(stranger, at),
      () => deleteEndpoint(stranger, at),
      () => testEndpoint(stranger, at),
      () => listCalls(stranger, at),
      () => replayFailedCalls(stranger, { ...at, since: start.toISOString() }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "webhooks.endpoint_not_found" });
    for (const attempt of [() => readCall(stranger, at), () => replayCall(stranger, at)])
      await expect(attempt()).rejects.toMatchObject({ code: "webhooks.call_not_found" });
    expect(await listEndpoints(stranger)).toMatchObject({ items: [] });
  });

  test("is one of at most twenty, also when they are made at once", async () => {
    const made = await Promise.allSettled(Array.from({ length: 25 }, () => create()));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
  });
});

describe("a program that may only manage endpoints", () => {
  const url = "https://elsewhere.example/";
  const lacking = (scope: string) => ({ kind: "forbidden", code: "auth.scope_missing", params: { scope } });

  test("has nothing sent that it may not read", async () => {
    const blind = asProgram();
    const reader = asProgram("conversions.read");
    const conversions: CreateEndpoint = { name: "X", url, events: ["conversion.recorded"] };
    await expect(createEndpoint(blind, conversions)).rejects.toMatchObject(lacking("conversions.read"));
    await expect(createEndpoint(reader, { ...conversions, events: [] })).rejects.toMatchObject({ kind: "forbidden" });
    const { endpoint } = await createEndpoint(reader, conversions);
    await expect(
      changeEndpoint(reader, { endpointId: endpoint.id, events: ["message.converted"] }),
    ).rejects.toMatchObject(lacking("broadcasts.read"));
    await expect(changeEndpoint(reader, { endpointId: endpoint.id, events: [] })).rejects.toMatchObject({
      kind: "forbidden",
    });
  });

  test("turns nobody's endpoint to another address, and may rename it", async () => {
    const { endpoint } = await create({ events: ["subscriber.joined"] });
    const at = { endpointId: endpoint.id };
    await expect(changeEndpoint(asProgram(), { ...at, url })).rejects.toMatchObject(lacking("audience.read"));
    expect(await changeEndpoint(asProgram(), { ...at, name: "Sales" })).toMatchObject({ name: "Sales" });
    expect(await changeEndpoint(asProgram("audience.read"), { ...at, url })).toMatchObject({ url });
  });

  test("turns none to another address whose earlier calls it may not read, also when it hears them no more", async () => {
    const { endpoint } = await create({ events: ["chat.lost", "subscriber.joined"] });
    const narrow = { endpointId: endpoint.id, events: ["subscriber.joined" as const] };
    await happen();
    const reader = asProgram("audience.read");
    await expect(changeEndpoint(reader, { ...narrow, url })).rejects.toMatchObject(lacking("chats.read"));
    await changeEndpoint(reader, narrow);
    await expect(changeEndpoint(reader, { endpointId: endpoint.id, url })).rejects.toMatchObject(lacking("chats.read"));
  });

  test("does not read in the inspector what was sent", async () => {
    const { endpoint } = await create();
    await happen();
    const [row] = await callsOf(endpoint.id);
    const call = { callId: String(row?.id) };
    await expect(readCall(asProgram(), call)).rejects.toMatchObject(lacking("chats.read"));
    expect((await readCall(asProgram("chats.read"), call)).call.event).toBe("chat.lost");
  });

  test("is offered the events that it may read, an owner all of them", async () => {
    expect((await listEndpoints(asProgram())).events).toEqual([]);
    expect((await listEndpoints(asProgram("conversions.read"))).events).toEqual(["conversion.recorded"]);
    expect((await listEndpoints(ctx())).events).toHaveLength(eventNames.length - 1);
  });
});

test("a call whose job was lost gets one again; what is a month old is forgotten", async () => {
  const { endpoint } = await create();
  await happen();
  await happen();
  const [first, second] = await callsOf(endpoint.id);
  const old = later(-40 * day).toISOString();
  await database.db.execute(
    sql`update webhook_calls set state = 'delivered', created_at = ${old}::timestamptz where id = ${first?.id}`,
  );
  await database.db.execute(sql`update webhook_calls set next_at = ${later(-5 * minute).toISOString()}::timestamptz
    where id = ${second?.id}`);
  await database.db.execute(sql`select graphile_worker.remove_job(${`webhooks.call-endpoint:${second?.id}`})`);
  await sweepCalls(asSystem(start), {});
  const jobs = await database.db.execute<{ key: string }>(
    sql`select key from graphile_worker.jobs where key = ${`webhooks.call-endpoint:${second?.id}`}`,
  );
  expect(jobs).toHaveLength(1);
  expect((await callsOf(endpoint.id)).map(({ id }) => id)).toEqual([second?.id as bigint]);
});

test("a call that waits its turn keeps its job, one whose job has failed for good gets another", async () => {
  const { endpoint } = await create();
  await happen();
  const [call] = await callsOf(endpoint.id);
  await database.db.execute(sql`update webhook_calls set next_at = ${later(-5 * minute).toISOString()}::timestamptz`);
  const jobs = () =>
    database.db.execute(
      sql`select id, revision from graphile_worker.jobs where key = ${`webhooks.call-endpoint:${call?.id}`}`,
    );
  const before = await jobs();
  await sweepCalls(asSystem(start), {});
  expect(await jobs()).toEqual(before);
  await database.db.execute(
    sql`update graphile_worker._private_jobs set attempts = max_attempts where key = ${`webhooks.call-endpoint:${call?.id}`}`,
  );
  await sweepCalls(asSystem(start), {});
  expect(await jobs()).not.toEqual(before);
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { runOnce } from "@backend/kit/idempotency.ts";
import { triesAtMost } from "@backend/kit/set-aside.ts";
import { testVault } from "@backend/modules/identity/testing.ts";
import { createTestDatabase, poison as poisonRow, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { continueReplay, continueReplayOrFail, replayCalls } from "./actions/replay-calls.ts";
import { createTestTeam, type TestTeam } from "./testing.ts";

let database: TestDatabase;
let stranger: TestTeam;
beforeAll(async () => {
  database = await createTestDatabase();
  stranger = await createTestTeam(database.db);
  await stranger.receive({ query: "subid=foreign" });
});
afterAll(() => database.drop());

const team = () => createTestTeam(database.db);
const handled = async () => ({ status: "handled" as const, outcome: { conversionId: "7", deliveryIds: ["8", "9"] } });
const bytes = (text: string) => new TextEncoder().encode(text);
const audit = async (of: TestTeam) =>
  (
    await database.db.execute<{ action: string }>(
      sql`select action from audit_entries where workspace_id = ${of.workspaceId} order by id`,
    )
  ).map(({ action }) => action);

describe("the list", () => {
  test("shows one's own calls, newest first, and no stranger's", async () => {
    const mine = await team();
    await mine.receive({ query: "subid=1" });
    await mine.receive({ query: "subid=2" });
    const { status, body } = await mine.ask("GET", "/inbox");
    expect(status).toBe(200);
    expect(body.items.map((item: { query: string }) => item.query)).toEqual(["subid=2", "subid=1"]);
    expect(body.nextCursor).toBeNull();
    const search = await mine.ask("GET", "/inbox?q=foreign");
    expect(search.body.items).toEqual([]);
  });

  test("needs the right to read", async () => {
    expect((await (await team()).ask("GET", "/inbox", undefined, [])).status).toBe(403);
  });

  test("pages without gaps or repeats while calls arrive", async () => {
    const mine = await team();
    for (let n = 0; n < 7; n++) await mine.receive({ query: `subid=${n}` });
    const seen: string[] = [];
    let cursor = "";
    for (;;) {
      const { body } = await mine.ask("GET", `/inbox?limit=3${cursor}`);
      seen.push(...body.items.map((item: { query: string }) => item.query));
      await mine.receive({ query: "subid=late" });
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(["subid=6", "subid=5", "subid=4", "subid=3", "subid=2", "subid=1", "subid=0"]);
  });

  test("filters by status, source and connection", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" }, { query: "b=1", source: "telegram" }, { query: "c=1", sourceId: null });
    await database.db.execute(
      sql`update inbound_events set status = 'ignored' where workspace_id = ${mine.workspaceId} and query = 'a=1'`,
    );
    const queries = async (filter: string) =>
      (await mine.ask("GET", `/inbox?${filter}`)).body.items.map((item: { query: string }) => item.query).sort();
    expect(await queries("status=ignored")).toEqual(["a=1"]);
    expect(await queries("source=telegram")).toEqual(["b=1"]);
    expect(await queries(`connectionId=${mine.botId}`)).toEqual(["a=1", "b=1"]);
    expect((await mine.ask("GET", "/inbox?status=nonsense")).status).toBe(422);
  });

  test("keeps what people wrote to the bot from those who may not see people", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" }, { query: "phone=1", source: "telegram" });
    const [first, second] = await mine.events();
    const letter = first?.query === "phone=1" ? first : second;
    const buyer = ["inbox.read"];
    expect((await mine.ask("GET", "/inbox", undefined, buyer)).body.items).toHaveLength(1);
    expect((await mine.ask("GET", "/inbox?source=telegram", undefined, buyer)).body.items).toEqual([]);
    expect((await mine.ask("GET", "/inbox?q=phone", undefined, buyer)).body.items).toEqual([]);
    expect((await mine.ask("GET", `/inbox/${letter?.id}`, undefined, buyer)).status).toBe(404);
    expect((await mine.ask("GET", "/inbox")).body.items).toHaveLength(2);
    expect((await mine.ask("GET", `/inbox/${letter?.id}`)).status).toBe(200);
  });

  const found: [string, string, Parameters<TestTeam["receive"]>[0]][] = [
    ["a part of the query", "CLICK-9", { query: "subid=click-99" }],
    ["percent-encoded words", "Привет мир", { query: `name=${encodeURIComponent("Привет мир")}` }],
    ["plus for spaces", "big offer", { query: "offer=Big+Offer" }],
    ["a body", "transaction-5", { method: "POST", body: bytes('{"tid":"Transaction-55"}') }],
    ["Cyrillic in a body, in other case", "ОФФЕР", { method: "POST", body: bytes('{"offer":"оффер"}') }],
    ["JSON escapes in a body", "Жук", { method: "POST", body: bytes('{"n":"\\u0416\\u0443\\u043a"}') }],
    ["the sender", "198.51.100.", { senderAddress: "198.51.100.23" }],
    ["signs of LIKE as themselves", "100%_x", { query: "note=100%_x" }],
    ["a backslash in a body", "a\\b", { method: "POST", body: bytes("a\\b") }],
  ];
  for (const [what, term, call] of found)
    test(`finds ${what}`, async () => {
      const mine = await team();
      await mine.receive({ query: "nothing=here" }, { query: "100=percent", body: bytes("ab") }, call);
      const { body } = await mine.ask("GET", `/inbox?q=${encodeURIComponent(term)}`);
      expect(body.items).toHaveLength(1);
    });

  test("finds what became of a call", async () => {
    const mine = await team();
    await mine.receive({ query: "x=1" });
    await mine.readInbox(async () => ({ status: "ignored", outcome: { reason: "nothing_resolved" } }));
    await mine.receive({ query: "x=2" });
    expect((await mine.ask("GET", "/inbox?q=nothing_resolved")).body.items).toHaveLength(1);
  });

  test("finds the calls of an exact click id at once, shows them once, and only their own workspace's", async () => {
    const mine = await team();
    await mine.receive({ query: "subid=needle-1&status=lead" });
    for (let n = 0; n < 5; n++) await mine.receive({ query: `subid=other-${n}` });
    const [event] = await mine.events();
    const [connection] = await database.db.execute<{ id: string }>(sql`
      insert into tracker_connections (workspace_id, name, kind, secret_hash, locale)
      values (${mine.workspaceId}, 'K', 'keitaro', ${mine.workspaceId}, 'en') returning id`);
    await database.db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, subid, status, facts, received_at, event_id, amount_event_id)
      values (${mine.workspaceId}, ${connection?.id}, '1', 'needle-1', 'lead', '{}', now(), ${event?.id}, ${event?.id})`);
    const { body } = await mine.ask("GET", "/inbox?q=needle-1&limit=3");
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([event?.id]);
    expect((await mine.ask("GET", "/inbox?q=needle-1&source=telegram")).body.items).toEqual([]);
    expect((await mine.ask("GET", "/inbox?q=needle-1&status=failed")).body.items).toEqual([]);
    expect((await stranger.ask("GET", "/inbox?q=needle-1")).body.items).toEqual([]);
    const common = await mine.ask("GET", "/inbox?q=subid&limit=2");
    const next = await mine.ask("GET", `/inbox?q=subid&limit=50&cursor=${common.body.nextCursor}`);
    expect(common.body.items.length + next.body.items.length).toBe(6);
  });

  test("refuses foreign cursors instead of failing", async () => {
    const mine = await team();
    for (const cursor of ["x", "e30", Buffer.from('["9999999999999999999"]').toString("base64url")])
      expect((await mine.ask("GET", `/inbox?cursor=${cursor}`)).status).toBeOneOf([200, 422]);
  });
});

describe("one call", () => {
  test("is shown as it came, with what became of it, and a stranger's is not found", async () => {
    const mine = await team();
    await mine.receive({
      method: "POST",
      query: "a=%FF",
      headers: { "content-type": "application/json" },
      body: bytes('{"sum":"1,50"}'),
    });
    await mine.readInbox(handled);
    const [event] = await mine.events();
    const { body } = await mine.ask("GET", `/inbox/${event?.id}`);
    expect(body).toMatchObject({
      method: "POST",
      query: "a=%FF",
      bodyBytes: 14,
      body: { text: '{"sum":"1,50"}', encoding: "utf-8", isCut: false },
      headers: { "content-type": "application/json" },
      status: "handled",
      attempts: 1,
      links: [
        { kind: "conversion", id: "7" },
        { kind: "delivery", id: "8" },
        { kind: "delivery", id: "9" },
      ],
      error: null,
      from: { id: mine.botId },
    });
    expect((await stranger.ask("GET", `/inbox/${event?.id}`)).status).toBe(404);
    expect((await mine.ask("GET", "/inbox/9999999999999999999")).status).toBe(404);
    expect((await mine.ask("GET", "/inbox/nonsense")).status).toBe(422);
  });

  test("hides secrets by name and by shape, wherever they stand", async () => {
    const mine = await team();
    const token = `${123456789}:${"A".repeat(35)}`;
    await mine.receive({
      method: "POST",
      query: `secret=hush&subid=1&note=${token}`,
      headers: { "user-agent": `x ${token}` },
      body: bytes(`{"api_key":"hush-hush","subid":"1","password":"hush","text":"${token}"}`),
    });
    await mine.readInbox(async (_, event) => {
      throw new Error(`cannot read ${event.query}`);
    }, 1);
    const [event] = await mine.events();
    const shown = JSON.stringify([
      (await mine.ask("GET", `/inbox/${event?.id}`)).body,
      (await mine.ask("GET", "/inbox")).body,
    ]);
    expect(shown).not.toContain("hush");
    expect(shown).not.toContain("AAAA");
    expect(shown).toContain("subid");
  });
});

describe("replay", () => {
  test("makes exactly one new call that names the old, and leaves the old as it is", async () => {
    const mine = await team();
    await mine.receive({ method: "POST", query: "subid=1", body: bytes("x=ÿ"), externalId: "sender-7" });
    await mine.readInbox(handled);
    const [before] = await mine.events();
    const { body } = await mine.ask("POST", "/inbox/replay", { ids: [before?.id] });
    expect(body).toEqual({ stored: 1, missing: [], replay: null });
    const after = await mine.events();
    expect(after).toHaveLength(2);
    expect(after[0]).toEqual(before as never);
    expect(after[1]).toMatchObject({ status: "received", query: "subid=1", replay_of: before?.id });
    const read: Uint8Array[] = [];
    await mine.readInbox(async (_, event) => {
      if (event.body) read.push(event.body);
      return { status: "handled", outcome: {} };
    });
    expect(read.map((body) => new TextDecoder().decode(body))).toEqual(["x=ÿ"]);
    expect((await mine.ask("GET", `/inbox/${before?.id}`)).body.replays).toMatchObject([{ id: after[1]?.id }]);
    expect(await audit(mine)).toEqual(["inbox.replayed"]);
  });

  test("under a key that is repeated is done once, and a failure leaves neither copies nor trace", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" });
    const ids = (await mine.events()).map(({ id }) => id);
    const once = { key: "again", requestHash: "h" };
    const replay = (fails: boolean) =>
      runOnce({ db: database.db, vault: testVault }, mine.actor, once, async (tx) => {
        const answer = await replayCalls({ ...mine.context(), db: tx }, { ids });
        if (fails) throw new Error("the process died before its answer");
        return answer;
      });
    await expect(replay(true)).rejects.toThrow("died");
    expect([(await mine.events()).length, (await audit(mine)).length]).toEqual([1, 0]);
    expect(await replay(false)).toEqual(await replay(false));
    expect([(await mine.events()).length, (await audit(mine)).length]).toEqual([2, 1]);
  });

  test("enqueues the reading of each copy once", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" }, { query: "a=2" }, { query: "a=3" });
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    await mine.ask("POST", "/inbox/replay", { ids: (await mine.events()).map(({ id }) => id) });
    const jobs = await database.db.execute<{ payload: { ids: string[] } }>(
      sql`select payload from graphile_worker._private_jobs`,
    );
    const copies = (await mine.events()).filter((event) => event.replay_of !== null).map(({ id }) => id);
    expect(jobs.flatMap(({ payload }) => payload.ids).sort()).toEqual(copies.sort());
  });

  test("reports foreign and unknown ids as missing and never touches them", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" });
    const [own] = await mine.events();
    const [foreign] = await stranger.events();
    const ids = [own?.id, foreign?.id, "9223372036854775806", "9999999999999999999"];
    const before = await stranger.events();
    const { body } = await mine.ask("POST", "/inbox/replay", { ids });
    expect(body).toEqual({ stored: 1, missing: ids.slice(1), replay: null });
    expect(await stranger.events()).toEqual(before);
    expect((await mine.events()).filter((event) => event.replay_of !== null)).toHaveLength(1);
    const nothing = await stranger.ask("POST", "/inbox/replay", { ids: [own?.id] });
    expect(nothing.body).toEqual({ stored: 0, missing: [own?.id], replay: null });
  });

  test("takes at most 200 ids and needs the right to manage", async () => {
    const mine = await team();
    const many = Array.from({ length: 201 }, (_, n) => String(n + 1));
    await mine.receive({ query: "a=1" });
    for (const body of [
      { ids: many },
      { ids: [] },
      {},
      { ids: ["1"], filter: {} },
      { ids: ["x"] },
      { filter: {} },
      [],
      [1],

      { filter: { status: "x" } },
    ])
      expect((await mine.ask("POST", "/inbox/replay", body)).status).toBe(422);
    for (const body of [{ ids: many }, {}, [], [1], { all: false }, { ids: ["1"], all: true }])
      expect((await mine.ask("POST", "/inbox/dead-letters/dismiss", body)).status).toBe(422);
    expect(await mine.events()).toHaveLength(1);
    expect((await mine.ask("POST", "/inbox/replay", { ids: ["1"] }, ["inbox.read"])).status).toBe(403);
  });

  test("by filter copies what matched when it was asked for, once, also when the job is killed and runs again", async () => {
    const mine = await team();
    for (let n = 0; n < 6; n++) await mine.receive({ query: `${n % 2 ? "odd" : "even"}=${n}` });
    const { body } = await mine.ask("POST", "/inbox/replay", { filter: { q: "odd" } });
    expect(body.replay).toMatchObject({ state: "running", stored: 0 });
    expect((await mine.ask("POST", "/inbox/replay", { filter: { q: "even" } })).status).toBe(409);

    // Killed between storing and recording: the copies are there, the checkpoint is not.
    const job = { replayId: body.replay.id, workspaceId: mine.workspaceId };
    await continueReplay(mine.context(), job);
    await database.db.execute(
      sql`update inbox_replays set state = 'running', checkpoint_id = first_id - 1, stored = 0, finished_at = null, filter = '{"q":"odd"}' where id = ${job.replayId}`,
    );
    await continueReplay(mine.context(), job);
    const copies = (await mine.events()).filter((event) => event.replay_of !== null);
    expect(copies.map(({ query }) => query).sort()).toEqual(["odd=1", "odd=3", "odd=5"]);
    const progress = await mine.ask("GET", `/inbox/replays/${job.replayId}`);
    expect(progress.body).toMatchObject({ state: "done", stored: 3, percent: 100 });
    const kept = await database.db.execute<{ filter: unknown }>(
      sql`select filter from inbox_replays where id = ${job.replayId}`,
    );
    expect(kept[0]?.filter).toEqual({});
    expect((await stranger.ask("GET", `/inbox/replays/${job.replayId}`)).status).toBe(404);
    expect(await audit(mine)).toEqual(["inbox.replay_started"]);
  });

  test("by filter that fails every time ends as failed after five tries, and another may begin", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" });
    const { body } = await mine.ask("POST", "/inbox/replay", { filter: { source: "tracker" } });
    const { id } = body.replay;
    const mend = await poisonRow(database.db, "inbox_replays", `new.id = '${id}' and new.stored > 0`);
    const tryOnce = () => continueReplayOrFail(mine.context(), { replayId: id, workspaceId: mine.workspaceId });
    for (let n = 1; n < triesAtMost; n++) await expect(tryOnce()).rejects.toThrow();
    await tryOnce();
    expect((await mine.ask("GET", `/inbox/replays/${id}`)).body.state).toBe("failed");
    await mend();
    expect((await mine.ask("POST", "/inbox/replay", { filter: { source: "tracker" } })).status).toBe(200);
  });

  test("by filter can be stopped, and nothing is stored after that", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" });
    const { body } = await mine.ask("POST", "/inbox/replay", { filter: { source: "tracker" } });
    expect((await stranger.ask("POST", `/inbox/replays/${body.replay.id}/stop`)).status).toBe(404);
    const stopped = await mine.ask("POST", `/inbox/replays/${body.replay.id}/stop`);
    expect(stopped.body.state).toBe("stopped");
    await continueReplay(mine.context(), { replayId: body.replay.id, workspaceId: mine.workspaceId });
    expect(await mine.events()).toHaveLength(1);
  });
});

describe("dead letters", () => {
  const poison = async (_: unknown, event: { query: string }) => {
    if (event.query.includes("poison")) throw new Error("cannot be read");
    return { status: "handled" as const, outcome: {} };
  };

  test("are set aside after five tries, and their neighbours never notice", async () => {
    const mine = await team();
    await mine.receive({ query: "a=1" }, { query: "poison=1" }, { query: "a=2" });
    await mine.readInbox(poison, 1);
    const states = async () => (await mine.events()).map(({ query, status }) => `${query} ${status}`).sort();
    expect(await states()).toEqual(["a=1 handled", "a=2 handled", "poison=1 received"]);
    await mine.readInbox(poison, 3);
    expect(await states()).toContain("poison=1 received");
    await mine.readInbox(poison, 4);
    expect(await states()).toEqual(["a=1 handled", "a=2 handled", "poison=1 failed"]);
    const dead = (await mine.ask("GET", "/inbox?status=failed")).body.items;
    expect(dead).toHaveLength(1);
    expect(dead[0]).toMatchObject({
      attempts: 5,
      error: { code: "operations.reading_failed", detail: "Error: cannot be read" },
    });
  });

  test("are read again with five new tries, the same call and no copy", async () => {
    const mine = await team();
    await mine.receive({ query: "poison=1" }, { query: "poison=2" });
    await mine.readInbox(poison, 5);
    const [first] = await mine.events();
    const foreign = await stranger.ask("POST", "/inbox/dead-letters/retry", { ids: [first?.id] });
    expect(foreign.body).toEqual({ count: 0, missing: [first?.id], hasMore: false });
    expect((await mine.events()).every(({ status }) => status === "failed")).toBe(true);

    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    const one = await mine.ask("POST", "/inbox/dead-letters/retry", { ids: [first?.id] });
    expect(one.body).toEqual({ count: 1, missing: [], hasMore: false });
    expect((await mine.events()).map(({ status, attempts }) => [status, attempts])).toEqual([
      ["received", 0],
      ["failed", 5],
    ]);
    const jobs = await database.db.execute<{ payload: { ids: string[]; since: string } }>(
      sql`select payload from graphile_worker._private_jobs`,
    );
    expect(jobs.map(({ payload }) => payload.ids)).toEqual([[first?.id as string]]);
    expect(Number.isNaN(Date.parse(jobs[0]?.payload.since ?? ""))).toBe(false);

    expect((await mine.ask("POST", "/inbox/dead-letters/retry", { all: true })).body.count).toBe(1);
    await mine.readInbox(handled);
    expect((await mine.events()).map(({ status }) => status)).toEqual(["handled", "handled"]);
    expect(await audit(mine)).toEqual(["inbox.dead_letters_retried", "inbox.dead_letters_retried"]);
  });

  test("can be dismissed: readable, and no longer dead", async () => {
    const mine = await team();
    await mine.receive({ query: "poison=1" }, { query: "poison=2" });
    await mine.readInbox(poison, 5);
    const before = await stranger.events();
    expect((await stranger.ask("POST", "/inbox/dead-letters/dismiss", { all: true })).body.count).toBe(0);
    expect((await mine.ask("POST", "/inbox/dead-letters/dismiss", { all: true })).body.count).toBe(2);
    expect((await mine.ask("GET", "/inbox?status=failed")).body.items).toEqual([]);
    expect((await mine.events()).map(({ outcome }) => outcome)).toEqual([
      { reason: "dismissed" },
      { reason: "dismissed" },
    ]);
    expect(await stranger.events()).toEqual(before);
  });
});

/** Who may call: signatures, lists of senders, limits and the life of an address, from the row in the database to the answer. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { pause } from "@backend/kit/clock.ts";
import { httpKit, toErrorResponse } from "@backend/kit/http.ts";
import { createIntake } from "@backend/kit/inbox.ts";
import { createLogger } from "@backend/kit/log.ts";
import { untilLimited } from "@backend/kit/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Elysia } from "elysia";
import { changeConnection } from "./actions/change-connection.ts";
import { removeSigning, rotateSigningKey, setSigning } from "./actions/change-signing.ts";
import { deleteConnection } from "./actions/delete-connection.ts";
import { findConnection } from "./actions/list-connections.ts";
import { listConversions } from "./actions/list-conversions.ts";
import { pauseConnection } from "./actions/pause-connection.ts";
import { revealAddress } from "./actions/reveal-address.ts";
import { rotateSecret } from "./actions/rotate-secret.ts";
import type { SigningContract } from "./contracts.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { noteRefusals } from "./refusals.ts";
import { connectionBySecret } from "./secret-lookup.ts";
import { createTestWorkspace, type TestWorkspace } from "./testing.ts";

const log = createLogger("silent");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

interface Call {
  method?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string;
  sender?: string | null;
}

/** A workspace with one connection, and the intake as it is at this moment: nothing looked up yet. */
async function enter(some: Parameters<TestWorkspace["connect"]>[0] = {}) {
  const space = await createTestWorkspace(database.db, telegramMarkup);
  const connectionId = await space.connect(some);
  const pathOf = async () => new URL((await revealAddress(space.context(), { connectionId })).url).pathname;
  let path = await pathOf();
  let sender: string | null = "203.0.113.7";
  const makeApp = () =>
    new Elysia()
      .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence: (code) => code }))
      .use(
        intakeRoutes(
          httpKit({
            authenticate: () => Promise.reject(new Error("intake asks nobody who they are")),
            senderOf: () => sender,
          }),
          {
            intake: createIntake(database.db),
            connectionBySecret: connectionBySecret(database.db, space.ports.vault),
            limits: { perSecond: 1_000, burst: 1_000 },
            noteRefusal: noteRefusals(database.db, log),
            log,
          },
        ),
      );
  let app = makeApp();
  return {
    space,
    connectionId,
    /** As after the two seconds for which a looked-up connection is believed. */
    async later() {
      app = makeApp();
      path = await pathOf();
    },
    oldPath: () => path,
    forget() {
      app = makeApp();
    },
    async call(made: Call = {}, at = path) {
      const { query = "subid=s1&status=sale", headers = {}, body } = made;
      sender = made.sender === undefined ? "203.0.113.7" : made.sender;
      const method = made.method ?? (body === undefined ? "GET" : "POST");
      const request = new Request(`http://localhost${at}?${query}`, { method, headers, ...(body && { body }) });
      const answer = await app.handle(request);
      const text = await answer.text();
      const error = text.startsWith("{") ? (JSON.parse(text) as { error: { code: string } }).error : { code: "" };
      return { status: answer.status, error: { ...error, requestId: "" }, headers: answer.headers };
    },
    stored: async () =>
      (
        await database.sql<
          { query: string }[]
        >`select query from inbound_events where source_id = ${connectionId} order by id`
      ).map((row) => row.query),
    /** What the connection says of the call that was turned away: it is written behind the answer. */
    async refusal(wanted: string) {
      for (let tries = 0; tries < 200; tries++) {
        const connection = await findConnection(space.context(), { connectionId });
        if (connection.lastRefusal === wanted) return connection;
        await pause(10);
      }
      throw new Error(`the connection never said ${wanted}`);
    },
    sign: (settings: Partial<SigningContract> = {}) =>
      setSigning(space.context(), {
        connectionId,
        in: "header",
        name: "X-Signature",
        timestampName: null,
        windowSec: 0,
        ...settings,
      }),
  };
}

const macOf = (key: string, text: string) => createHmac("sha256", key).update(text).digest("hex");

describe("a connection that asks for signatures", () => {
  test("takes what is signed with its key and stores it without the signature; the rest is 401 and stored nowhere", async () => {
    const at = await enter();
    const { key } = await at.sign({ in: "parameter", name: "sign" });
    await at.later();
    const query = "subid=s1&status=sale&payout=5";
    const signature = macOf(key ?? "", query);
    expect((await at.call({ query: `${query}&sign=${signature}` })).status).toBe(200);
    for (const wrong of [
      query,
      `${query}&sign=`,
      `${query}0&sign=${signature}`,
      `${query}&sign=${macOf("guess", query)}`,
    ]) {
      const answer = await at.call({ query: wrong });
      expect([answer.status, answer.error.code]).toEqual([401, "conversions.signature_refused"]);
    }
    expect(await at.stored()).toEqual([query]);
    await at.space.readInbox();
    expect((await listConversions(at.space.context(), {})).items).toMatchObject([{ subid: "s1", amount: "5" }]);
  });

  test("says so where its owner looks, once for a flood", async () => {
    const at = await enter();
    await at.sign();
    await at.later();
    await Promise.all(Array.from({ length: 50 }, () => at.call()));
    expect(await at.refusal("signature_missing")).toMatchObject({ lastRefusedSender: null });
  });

  test("believes only what was signed: a query beside a signed body is not stored", async () => {
    const at = await enter();
    const { key } = await at.sign();
    await at.later();
    const body = "subid=s1&status=lead&payout=1";
    const headers = { "x-signature": macOf(key ?? "", body), "content-type": "application/x-www-form-urlencoded" };
    expect((await at.call({ query: "status=sale&payout=9999", body, headers })).status).toBe(200);
    await at.space.readInbox();
    expect((await listConversions(at.space.context(), {})).items).toMatchObject([{ status: "lead", amount: "1" }]);
  });

  test("a call signed a day ago is refused within a window and taken without one", async () => {
    const at = await enter();
    const { key } = await at.sign({ timestampName: "X-Timestamp", windowSec: 300 });
    const stamp = String(Math.floor(Date.now() / 1000) - 86_400);
    const headers = { "x-timestamp": stamp, "x-signature": macOf(key ?? "", `${stamp}.subid=old&status=sale`) };
    await at.later();
    expect((await at.call({ query: "subid=old&status=sale", headers })).status).toBe(401);
    await at.refusal("signature_expired");
    expect((await at.sign({ timestampName: "X-Timestamp", windowSec: 0 })).key).toBeNull();
    await at.later();
    expect((await at.call({ query: "subid=old&status=sale", headers })).status).toBe(200);
  });

  test("the key is shown once, in no list and no trace; a new one leaves the old a day, or nothing", async () => {
    const at = await enter();
    const first = (await at.sign()).key ?? "";
    expect(first.length).toBeGreaterThanOrEqual(43);
    const { connectionId, space } = at;
    const rotated = await rotateSigningKey(space.context(), { connectionId });
    const second = rotated.key ?? "";
    expect(rotated.previousKeyUntil).not.toBeNull();
    const query = "subid=s1&status=sale";
    const by = (key: string) => at.call({ query, headers: { "x-signature": macOf(key, query) } });
    await at.later();
    expect([(await by(first)).status, (await by(second)).status]).toEqual([200, 200]);
    const third = (await rotateSigningKey(space.context(), { connectionId, overlapHours: 0 })).key ?? "";
    await at.later();
    expect([(await by(first)).status, (await by(second)).status, (await by(third)).status]).toEqual([401, 401, 200]);
    const everything = await database.sql`
      select c::text, (select string_agg(a::text, ' ') from audit_entries a) from tracker_connections c where id = ${connectionId}`;
    for (const key of [first, second, third]) expect(JSON.stringify(everything)).not.toContain(key);
    await removeSigning(space.context(), { connectionId });
    await at.later();
    expect((await at.call({ query })).status).toBe(200);
  });

  test("forgers use up nothing of what the sender may send", async () => {
    const at = await enter({ intakePerSecond: 1, intakeBurst: 2 });
    const { key } = await at.sign();
    await at.later();
    for (let n = 0; n < 20; n++) expect((await at.call()).status).toBe(401);
    const query = "subid=s1&status=sale";
    const headers = { "x-signature": macOf(key ?? "", query) };
    const answers = await untilLimited(() => at.call({ query, headers }));
    const limited = answers.pop();
    expect(answers.length).toBeGreaterThanOrEqual(2);
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  });

  test("a key that nobody can open any more lets nothing in, and is named as the cause", async () => {
    const at = await enter();
    await at.sign();
    await database.sql`update tracker_connections set signing_sealed = 'v1.gone.x.y' where id = ${at.connectionId}`;
    await at.later();
    expect((await at.call({ headers: { "x-signature": macOf("", "subid=s1&status=sale") } })).status).toBe(401);
    await at.refusal("signature_unreadable");
    expect((await rotateSigningKey(at.space.context(), { connectionId: at.connectionId })).previousKeyUntil).toBeNull();
  });

  test("a link checker still hears that the address exists", async () => {
    const at = await enter();
    await at.sign();
    await at.later();
    expect((await at.call({ method: "HEAD" })).status).toBe(200);
    expect(await at.stored()).toEqual([]);
  });
});

describe("a connection with a list of senders", () => {
  const allowedSenders = ["203.0.113.7", "198.51.100.0/24", "2001:db8::/32"];

  test("takes calls of those and of nobody else", async () => {
    const at = await enter({ allowedSenders });
    const statuses: Record<string, number> = {};
    for (const sender of [
      "203.0.113.7",
      "198.51.100.250",
      "2001:db8:1::5",
      "203.0.113.8",
      "198.51.101.1",
      "2001:db9::1",
    ])
      statuses[sender] = (await at.call({ sender })).status;
    expect(statuses).toEqual({
      "203.0.113.7": 200,
      "198.51.100.250": 200,
      "2001:db8:1::5": 200,
      "203.0.113.8": 404,
      "198.51.101.1": 404,
      "2001:db9::1": 404,
    });
    expect(await at.stored()).toHaveLength(3);
    // Garbage in forwarded-for: the sender is unknown, and so not on the list.
    expect((await at.call({ sender: null })).status).toBe(404);
  });

  test("answers others as it answers a wrong address, slowing them down alike", async () => {
    const at = await enter({ allowedSenders });
    const refused = await at.call({ sender: "192.0.2.1" });
    const wrong = await at.call({ sender: "192.0.2.2" }, `/in/${"a".repeat(32)}`);
    expect([refused.status, refused.error]).toEqual([wrong.status, wrong.error]);
    await untilLimited(() => at.call({ sender: "192.0.2.1" }));
    expect((await at.call()).status).toBe(200);
  });

  test("shows whom it refused to whoever may change the list, who adds him by one change", async () => {
    const at = await enter({ allowedSenders });
    await at.call({ sender: "192.0.2.55" });
    const shown = await at.refusal("sender_not_allowed");
    expect(shown.lastRefusedSender).toBe("192.0.2.55");
    const { connectionId, space } = at;
    const reader = { ...space.context(), actor: { ...space.actor, permissions: new Set(["connections.read"]) } };
    expect(await findConnection(reader, { connectionId })).toMatchObject({
      lastRefusal: "sender_not_allowed",
      lastRefusedSender: null,
    });
    await changeConnection(space.context(), {
      connectionId,
      allowedSenders: [...(shown.allowedSenders ?? []), shown.lastRefusedSender ?? ""],
    });
    await at.later();
    expect((await at.call({ sender: "192.0.2.55" })).status).toBe(200);
  });
});

describe("with a signature and a list", () => {
  const query = "subid=s1&status=sale";
  async function guarded() {
    const at = await enter({ allowedSenders: ["203.0.113.7"] });
    const { key } = await at.sign();
    await at.later();
    return { ...at, key, headers: { "x-signature": macOf(key ?? "", query) } };
  }

  test("both must hold: a right signature from elsewhere is 404, a wrong one from the right place 401", async () => {
    const at = await guarded();
    expect((await at.call({ query, headers: at.headers, sender: "192.0.2.1" })).status).toBe(404);
    expect((await at.call({ query })).status).toBe(401);
    expect((await at.call({ query, headers: at.headers })).status).toBe(200);
  });

  test("an old address is accepted until its overlap ends, and asks for both as well", async () => {
    const at = await guarded();
    const old = at.oldPath();
    await rotateSecret(at.space.context(), { connectionId: at.connectionId, overlapHours: 2 });
    await at.later();
    expect(at.oldPath()).not.toBe(old);
    expect((await at.call({ query, headers: at.headers }, old)).status).toBe(200);
    expect((await at.call({ query }, old)).status).toBe(401);
    expect((await at.call({ query, headers: at.headers, sender: "192.0.2.1" }, old)).status).toBe(404);
    await rotateSecret(at.space.context(), { connectionId: at.connectionId, overlapHours: 0 });
    at.forget();
    expect((await at.call({ query, headers: at.headers }, old)).status).toBe(404);
  });

  test("a paused one keeps what it is sent; a deleted one is gone, keys and all", async () => {
    const at = await guarded();
    await pauseConnection(at.space.context(), { connectionId: at.connectionId });
    await at.later();
    expect((await at.call({ query, headers: at.headers })).status).toBe(200);
    const path = at.oldPath();
    await deleteConnection(at.space.context(), { connectionId: at.connectionId });
    at.forget();
    expect((await at.call({ query, headers: at.headers }, path)).status).toBe(404);
    const [row] =
      await database.sql`select signing, signing_sealed, secret_sealed from tracker_connections where id = ${at.connectionId}`;
    expect(row).toEqual({ signing: null, signing_sealed: null, secret_sealed: null });
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { Actor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { createLogger } from "@backend/kit/log.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Elysia } from "elysia";
import { conversionRoutes } from "./routes.ts";
import { createTestWorkspace, type TestWorkspace } from "./testing.ts";

const log = createLogger("silent");
let database: TestDatabase;
let space: TestWorkspace;
beforeAll(async () => {
  database = await createTestDatabase();
  space = await createTestWorkspace(database.db, telegramMarkup);
});
afterAll(() => database.drop());

/** The room's routes, asked by somebody with these permissions; null asks without signing in. */
function routesFor(permissions: string[] | null) {
  const actor = (): Actor => ({ ...space.actor, permissions: new Set(permissions) });
  const http = httpKit({
    authenticate: async (_, access) => {
      if (permissions === null) throw new AppError("unauthorized", "auth.required");
      const needed = typeof access === "object" && "permission" in access ? access.permission : "";
      if (!permissions.includes(needed)) throw new AppError("forbidden", "common.forbidden");
      return actor();
    },
    senderOf: () => null,
  });
  const run: Run = (action, caller, input) =>
    action({ ...space.context(), actor: caller.actor, requestId: caller.requestId } as never, input);
  return new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence: (code) => code }))
    .use(conversionRoutes(http, run));
}

const everything = [
  "connections.read",
  "connections.own",
  "connections.manage",
  "conversions.read",
  "deliveries.read",
  "inbox.read",
];

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
type Answer = { status: number; body: any };

async function ask(permissions: string[] | null, method: string, path: string, body?: unknown): Promise<Answer> {
  const request = new Request(`http://localhost${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const response = await routesFor(permissions).handle(request);
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}

describe("connections over HTTP", () => {
  test("one life: made, listed, changed, paused, rotated, tested, deleted", async () => {
    const made = await ask(everything, "POST", "/connections", { name: "Main", kind: "keitaro", chatId: space.chatId });
    expect(made).toMatchObject({ status: 200, body: { connection: { name: "Main", health: "waiting" } } });
    expect(made.body.address.url).toStartWith("https://our.example/in/");
    const at = `/connections/${made.body.connection.id}`;
    expect(await ask(everything, "GET", at)).toMatchObject({ status: 200, body: { name: "Main" } });
    expect((await ask(everything, "GET", "/connections?limit=10")).body.items).toHaveLength(1);
    expect(await ask(everything, "PATCH", at, { name: "Second" })).toMatchObject({
      status: 200,
      body: { name: "Second" },
    });
    expect(await ask(everything, "PUT", `${at}/target`, { chatId: space.chatId, threadId: 3 })).toMatchObject({
      body: { target: { threadId: 3 } },
    });
    expect(await ask(everything, "POST", `${at}/test`)).toMatchObject({ status: 200, body: { ok: true } });
    expect(await ask(everything, "POST", `${at}/pause`)).toMatchObject({ body: { health: "paused" } });
    expect(await ask(everything, "POST", `${at}/resume`)).toMatchObject({ body: { health: "waiting" } });
    const address = await ask(everything, "POST", `${at}/address`);
    expect(address.body.url).toBe(made.body.address.url);
    const rotated = await ask(everything, "POST", `${at}/rotate-secret`, {});
    expect(rotated.body.url).not.toBe(address.body.url);
    expect(await ask(everything, "DELETE", at)).toMatchObject({ status: 200, body: { ok: true } });
    expect(await ask(everything, "GET", at)).toMatchObject({
      status: 404,
      body: { error: { code: "conversions.connection_not_found" } },
    });
  });

  test("reading rights change nothing and see no address", async () => {
    const id = await space.connect();
    const readOnly = ["connections.read", "conversions.read"];
    expect((await ask(readOnly, "GET", `/connections/${id}`)).status).toBe(200);
    for (const [method, path, body] of [
      ["POST", "/connections", { name: "X", kind: "keitaro" }],
      ["PATCH", `/connections/${id}`, { name: "X" }],
      ["PUT", `/connections/${id}/target`, { chatId: null }],
      ["POST", `/connections/${id}/address`],
      ["POST", `/connections/${id}/rotate-secret`, {}],
      ["POST", `/connections/${id}/pause`],
      ["POST", `/connections/${id}/test`],
      ["DELETE", `/connections/${id}`],
    ] as const) {
      expect((await ask(readOnly, method, path, body)).status).toBe(403);
      expect((await ask(null, method, path, body)).status).toBe(401);
    }
  });

  test.each([
    ["an unknown kind", { name: "X", kind: "hasoffers" }],
    ["no name", { kind: "keitaro" }],
    ["a chat that is no id", { name: "X", kind: "keitaro", chatId: "1 or 1=1" }],
    ["a status outside ours", { name: "X", kind: "keitaro", statusMap: { a: "profit" } }],
    ["a status map of nothing but controls", { name: "X", kind: "keitaro", statusMap: { "\u0000": "sale" } }],
    ["a limit of zero", { name: "X", kind: "keitaro", intakePerSecond: 0 }],
    ["a fractional limit", { name: "X", kind: "keitaro", intakeBurst: 1.5 }],
  ])("%s is 422", async (_, body) => {
    expect((await ask(everything, "POST", "/connections", body)).status).toBe(422);
  });

  test("words that no database holds are folded to ones that it does", async () => {
    const body = { name: "Odd \0 words \ud800", kind: "keitaro", statusMap: { "a\0b": "sale", "\ud800": "lead" } };
    expect(await ask(everything, "POST", "/connections", body)).toMatchObject({
      status: 200,
      body: { connection: { statusMap: { a_b: "sale", "\ufffd": "lead" } } },
    });
  });

  test("a taken name is 409, a foreign chat 404", async () => {
    await ask(everything, "POST", "/connections", { name: "Taken", kind: "keitaro" });
    expect(await ask(everything, "POST", "/connections", { name: "taken", kind: "keitaro" })).toMatchObject({
      status: 409,
      body: { error: { code: "conversions.name_taken" } },
    });
    const foreign = { name: "Y", kind: "keitaro", chatId: crypto.randomUUID() };
    expect((await ask(everything, "POST", "/connections", foreign)).status).toBe(404);
  });

  test("columns that are nobody's business do not pass from a body to the row", async () => {
    const made = await ask(everything, "POST", "/connections", {
      name: "Sly",
      kind: "keitaro",
      workspaceId: crypto.randomUUID(),
      secretHash: "mine",
      state: "paused",
    });
    expect([200, 422]).toContain(made.status);
    const changed = await ask(everything, "PATCH", `/connections/${await space.connect()}`, {
      state: "paused",
      secretHash: "mine",
    });
    expect([200, 422]).toContain(changed.status);
    const rows =
      await database.sql`select count(*)::int as n from tracker_connections where secret_hash = 'mine' or state = 'paused'`;
    expect(rows[0]?.n).toBe(0);
  });
});

describe("conversions over HTTP", () => {
  test("are listed, filtered and opened; amounts and ids are text", async () => {
    const id = await space.connect();
    await space.receive(id, "subid=s9&tid=t9&status=sale&payout=12.10&currency=USD");
    await space.readInbox();
    const list = await ask(everything, "GET", `/conversions?connectionId=${id}&status=sale&limit=5`);
    expect(list).toMatchObject({
      status: 200,
      body: { items: [{ amount: "12.10", tid: "t9", sentTo: [{ state: "queued" }] }] },
    });
    const one = await ask(everything, "GET", `/conversions/${list.body.items[0].id}`);
    expect(one).toMatchObject({ status: 200, body: { facts: { subid: "s9" }, rawCall: { method: "GET" } } });
    expect(one.body.deliveries[0].content.html).toContain("$12.10");
  });

  test.each([
    ["/conversions?status=profit", 422],
    ["/conversions?limit=0", 422],
    ["/conversions?limit=100000", 422],
    ["/conversions?connectionId=1", 422],
    ["/conversions?from=yesterday", 422],
    ["/conversions?cursor=%00", 422],
    ["/conversions?search=%25%25%25%25%00", 200],
    ["/conversions?country=%00ua&currency=%00", 200],
    [`/connections?cursor=${btoa('["x","y"]')}`, 422],
    ["/conversions/abc", 422],
    ["/conversions/9999999999999999999", 422],
    ["/conversions/999999999999999999", 404],
  ])("%s is %d", async (path, status) => {
    expect((await ask(everything, "GET", path)).status).toBe(status);
  });
});

/** What programs may count on, whichever room they call: cursors, bodies, and the examples of the description. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Access } from "@backend/kit/http.ts";
import { encodeCursor } from "@backend/kit/paging.ts";
import { permissions } from "@backend/modules/identity/index.ts";
import { makeApiKey, makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { type Schema, sampleOf, startTestProduct, type TestProduct } from "./testing.ts";
import { type Things, thingsFor } from "./testing-things.ts";

setDefaultTimeout(180_000);

interface Route {
  method: string;
  path: string;
  access: Access | undefined;
  query: Schema | undefined;
  body: (Schema & { examples?: readonly unknown[] }) | undefined;
}

let database: TestDatabase;
let product: TestProduct;
let mine: TestWorkspace;
let routes: Route[];
let things: Things;
let owner: Record<string, string>;
/** A key with every scope that a key may have. */
let program: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
  const { vault } = product.runtime;
  mine = await makeWorkspace(database.db, vault, "Mine");
  const person = await makePerson(database.db, mine, { role: "owner" });
  owner = person.headers;
  program = (await makeApiKey(database.db, mine, [...permissions, "tasks", "stats"], vault)).headers;
  things = thingsFor({ vault, mine, owner: person });
  routes = product.server.routes
    .map(({ method, path, hooks }) => ({
      method,
      path,
      access: hooks.detail?.["x-access"] as Access | undefined,
      query: hooks.query as Schema | undefined,
      body: hooks.body as Route["body"],
    }))
    .filter(({ path, access }) => path.startsWith("/api") && access !== "public");
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

let sender = 0;
async function call(method: string, path: string, headers: Record<string, string>, body?: BodyInit) {
  const from = { "x-forwarded-for": `192.0.2.${sender++ % 250}` };
  const given = body === undefined ? {} : { body };
  const answer = await product.server.handle(
    new Request(`http://localhost${path}`, { method, headers: { ...headers, ...from }, ...given }),
  );
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true;
  const parsed = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: answer.status, code: (parsed.error as { code?: string } | undefined)?.code ?? "", parsed };
}

/** The address of a route with things of ours in it. */
async function addressOf({ path }: Route): Promise<string> {
  let address = path;
  for (const [, name = ""] of path.matchAll(/:(\w+)/g))
    address = address.replace(`:${name}`, (await things[name]?.(database.db, mine)) ?? "");
  return address;
}

describe("a list", () => {
  const lists = () => routes.filter(({ method, query }) => method === "GET" && query?.properties?.cursor);

  test("refuses a cursor that is none of its own: 422, whatever is in it", async () => {
    const parts = [
      "0",
      "-1",
      "9999999999999999999999",
      "",
      "\0",
      "\ud800",
      "'; select 1",
      "2026-02-30T00:00:00.000Z",
      "9999-99-99T99:99:99.999Z",
      "0000-01-01T00:00:00.000Z",
      "+275760-09-13T00:00:00.000Z",
      "2026-11-25T00:00:00.000Z",
      crypto.randomUUID(),
    ];
    const cursors = [
      "====",
      "%F0%9F",
      Buffer.from("{}").toString("base64url"),
      Buffer.from("[[1]]").toString("base64url"),
      ...parts.map((part) => encodeCursor([part])),
      ...parts.flatMap((part) => [crypto.randomUUID(), "1", "x"].map((other) => encodeCursor([part, other]))),
    ];
    expect(lists().length).toBeGreaterThan(20);
    for (const route of lists()) {
      const address = await addressOf(route);
      const needed = sampleOf(route.query) as Record<string, unknown>;
      const sorts = route.query?.properties?.sort?.anyOf?.map((one) => one.const) ?? [undefined];
      for (const sort of sorts)
        for (const cursor of cursors) {
          const search = new URLSearchParams({ ...(needed as Record<string, string>), cursor });
          if (sort !== undefined) search.set("sort", String(sort));
          const { status, code } = await call("GET", `${address}?${search}`, owner);
          // A cursor that happens to fit is one; some lists look for what their address names first.
          const isSound = [200, 404].includes(status) || ["common.bad_cursor", "common.invalid"].includes(code);
          expect([nameOf(route), cursor, status, code, isSound]).toEqual([nameOf(route), cursor, status, code, true]);
        }
    }
  });

  test("shows each row once that was there when the first page was read, also of one moment, while others arrive", async () => {
    const make = (name: string) => things[name]?.(database.db, mine) ?? Promise.reject(new Error(name));
    const tables: [path: string, thing: string, table: string][] = [
      ["/api/v1/broadcasts", "broadcastId", "broadcasts"],
      ["/api/v1/audience/subscribers", "subscriberId", "subscribers"],
      ["/api/v1/chats", "chatId", "chats"],
      ["/api/v1/audience/imports", "importId", "audience_imports"],
    ];
    for (const [path, thing, table] of tables) {
      for (let n = 0; n < 7; n++) await make(thing);
      await database.db.execute(sql`update ${sql.identifier(table)}
        set created_at = '2026-11-25T10:00:00.000Z'::timestamptz + random() * interval '1 microsecond' * 1500
        where workspace_id = ${mine.workspaceId}`);
      const before = await database.db.execute<{ id: string }>(
        sql`select id from ${sql.identifier(table)} where workspace_id = ${mine.workspaceId}`,
      );
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page = await call("GET", `${path}?limit=2${cursor && `&cursor=${cursor}`}`, program);
        expect([path, page.status]).toEqual([path, 200]);
        seen.push(...(page.parsed.items as { id: string | number }[]).map(({ id }) => String(id)));
        cursor = page.parsed.nextCursor as string | null;
        await make(thing);
      }
      const known = new Set(before.map(({ id }) => String(id)));
      expect([path, seen.filter((id) => known.has(id)).sort()]).toEqual([path, [...known].sort()]);
    }
  });
});

describe("a body", () => {
  const reading = () => routes.filter(({ path, body }) => path.startsWith("/api/v1") && body !== undefined);

  test("that is no object in JSON is refused in plain words: nothing is read as a call for everything", async () => {
    const json = JSON.stringify({ name: "Sale" });
    const form = new FormData();
    form.set("name", "Sale");
    const bodies: [type: string | null, body: BodyInit][] = [
      ["text/plain", json],
      ["application/x-www-form-urlencoded", json],
      ["application/octet-stream", json],
      ["application/xml", json],
      ["Application/JSON", json],
      [null, form],
      ["application/json", JSON.stringify("x".repeat(1_000_000))],
      ["application/json", "[1]"],
      ["application/json", "7"],
    ];
    expect(reading().length).toBeGreaterThan(50);
    for (const route of reading())
      for (const [type, body] of bodies) {
        const path = route.path.replace(/:\w+/g, crypto.randomUUID());
        const answer = await call(route.method, path, { ...owner, ...(type && { "content-type": type }) }, body);
        const refusal = [nameOf(route), type, 422, "common.body_not_json"];
        expect([nameOf(route), type, answer.status, answer.code]).toEqual(refusal as [string, string, number, string]);
      }
  });

  test("that is not there is no mistake where nothing has to be said, whatever type it is said to have", async () => {
    for (const [type, body] of [
      ["application/x-www-form-urlencoded", ""],
      ["application/json", "{}"],
      ["text/plain", ""],
    ] as const) {
      const answer = await call("POST", "/api/v1/broadcasts", { ...program, "content-type": type }, body);
      expect([type, answer.status]).toEqual([type, 200]);
    }
  });
});

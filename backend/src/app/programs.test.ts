/** What programs may count on, whichever room they call: cursors, bodies, and the examples of the description. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Access } from "@backend/kit/http.ts";
import { onceHeader } from "@backend/kit/idempotency.ts";
import { encodeCursor } from "@backend/kit/paging.ts";
import { storeFile } from "@backend/modules/audience/import-testing.ts";
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
  /** Takes an Idempotency-Key. */
  isCreating: boolean;
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
  const description = await product.server.handle(new Request("http://localhost/openapi/json"));
  const described = (await description.json()) as {
    paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
  };
  routes = product.server.routes
    .map(({ method, path, hooks }) => ({
      method,
      path,
      access: hooks.detail?.["x-access"] as Access | undefined,
      query: hooks.query as Schema | undefined,
      body: hooks.body as Route["body"],
      isCreating:
        described.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()]?.parameters?.some(
          ({ name }) => name === onceHeader,
        ) === true,
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

/** The address of a route with things of a workspace in it. */
async function addressOf(path: string, at: TestWorkspace): Promise<string> {
  let address = path;
  for (const [, name = ""] of path.matchAll(/:(\w+)/g))
    address = address.replace(`:${name}`, (await things[name]?.(database.db, at)) ?? "");
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
      const address = await addressOf(route.path, mine);
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

describe("an example of the description", () => {
  /** Things of a workspace in place of those that an example names. */
  const oursIn = (at: TestWorkspace): Readonly<Record<string, () => Promise<unknown>>> => {
    const { db } = database;
    const tags = async () => [Number(await things.tagId?.(db, at))];
    return {
      botIds: async () => [at.botId],
      botId: async () => at.botId,
      personIds: async () => [(await makePerson(db, at, { role: "support" })).personId],
      uploadId: () => storeFile(db, at.workspaceId, "id,name\n700000001,Ann\n"),
      subscriberId: async () => Number(await things.subscriberId?.(db, at)),
      add: tags,
      addTags: tags,
      removeTags: tags,
    };
  };
  /** What changes words needs messages that were delivered: `change-delivered.test.ts` has it. */
  const rooms = /^\/api\/v1\/(audience|broadcasts|chats|sequences|webhooks|uploads)\b(?!.*\/edit$)/;
  const shown = () =>
    routes.flatMap((route) =>
      rooms.test(route.path) ? (route.body?.examples ?? []).map((example) => ({ route, example })) : [],
    );

  /** A workspace of its own for each example, so that none has taken another's name. */
  async function ready({ path }: Route, example: unknown) {
    const { vault } = product.runtime;
    const at = await makeWorkspace(database.db, vault);
    const { headers } = await makeApiKey(database.db, at, [...permissions], vault);
    const ours = oursIn(at);
    const fields = Object.entries(example as object).map(async ([name, value]) => [
      name,
      ours[name] ? await ours[name]() : value,
    ]);
    const address = await addressOf(path, at);
    // People are put into a sequence that runs.
    if (path.endsWith("/runs"))
      await database.db.execute(sql`update sequences set state = 'active' where workspace_id = ${at.workspaceId}`);
    return { address, headers, body: Object.fromEntries(await Promise.all(fields)) as Record<string, unknown> };
  }

  test("does what it says when a program sends it, and once however often it is sent under one key", async () => {
    expect(shown().length).toBeGreaterThan(15);
    for (const { route, example } of shown()) {
      const { address, headers, body } = await ready(route, example);
      const send = (sent: object, key: string) =>
        call(
          route.method,
          address,
          { ...headers, "content-type": "application/json", "idempotency-key": key },
          JSON.stringify(sent),
        );
      if (!route.isCreating) {
        const { status, code } = await send(body, "k");
        expect([nameOf(route), status, code]).toEqual([nameOf(route), 200, ""]);
        continue;
      }
      const answers = await Promise.all([1, 2, 3].map(() => send(body, "k")));
      for (const { status, code } of answers) expect([nameOf(route), status, code]).toEqual([nameOf(route), 200, ""]);
      expect([nameOf(route), answers[1]?.parsed]).toEqual([nameOf(route), answers[0]?.parsed]);
      expect([nameOf(route), answers[2]?.parsed]).toEqual([nameOf(route), answers[0]?.parsed]);
      if (typeof body.name !== "string") continue;
      const { code } = await send({ ...body, name: `2 ${body.name}` }, "k");
      expect([nameOf(route), code]).toEqual([nameOf(route), "common.key_reused"]);
    }
  });
});

/**
 * A walk over every route there is, taken from the server itself, so that a route is covered on the day it appears. It fails
 * when a route says nothing of who may call it, when it enforces something else than it says, and when an address names a
 * thing that nothing makes: then testing-things.ts needs one more line.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomToken } from "@backend/kit/crypto.ts";
import type { Access } from "@backend/kit/http.ts";
import {
  isRole,
  type Permission,
  permissions,
  permissionsOf,
  type RoleName,
  roleNames,
  scopeFor,
  withImplied,
} from "@backend/modules/identity/index.ts";
import {
  makeApiKey,
  makePerson,
  makeWorkspace,
  type TestPerson,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { TSchema } from "@sinclair/typebox";
import { sql } from "drizzle-orm";
import { Elysia } from "elysia";
import { type Schema, sampleOf, startTestProduct, type TestProduct } from "./testing.ts";
import { type Things, thingsFor } from "./testing-things.ts";

interface Route {
  method: string;
  path: string;
  access: Access | undefined;
  schemas: { params?: Schema; query?: Schema; body?: Schema };
  response: unknown;
}

let database: TestDatabase;
let product: TestProduct;
let mine: TestWorkspace;
let theirs: TestWorkspace;
let routes: Route[];
let owner: TestPerson;
let things: Things;
/** Whose rows are a workspace's. */
let ownTables: string[];
/** A walk makes hundreds of things and calls: it needs its time on a machine that does much else. */
const walkMs = 300_000;

/** Doors that are open by what they are: pages, health, and those where a secret in the call decides. */
const openDoors =
  /^\/($|health|ready|metrics|robots|favicon|in\/|l\/|integrations\/|telegram\/webhook\/|app\/|(app-)?assets\/|webhook\/cryptobot|webhooks\/(crypto-pay|yookassa)\/|payment_notification|simulator|openapi)/;
/** Routes of libraries, which know nothing of our access. */
const ofLibraries = /^\/openapi(\/json)?$/;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
  const { vault } = product.runtime;
  mine = await makeWorkspace(database.db, vault, "Mine");
  theirs = await makeWorkspace(database.db, vault, "Theirs");
  owner = await makePerson(database.db, mine, { role: "owner" });
  things = thingsFor({ vault, mine, owner });
  const tables = await database.db.execute<{ name: string }>(sql`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE' order by 1`);
  ownTables = tables.map(({ name }) => name);
  routes = product.server.routes
    .filter(({ method, path }) => method !== "OPTIONS" && !ofLibraries.test(path))
    .map(({ method, path, hooks }) => ({
      method,
      path,
      access: hooks.detail?.["x-access"] as Access | undefined,
      schemas: { params: hooks.params, query: hooks.query, body: hooks.body },
      response: hooks.response,
    }));
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

const guarded = () => routes.filter(({ access }) => access !== "public");
const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const paramsOf = ({ path }: Route) => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? "");
/** Fields of bodies and queries that name one of our things. */
const namedIn = ({ schemas }: Route) =>
  [schemas.body, schemas.query].flatMap((schema) =>
    Object.keys(schema?.properties ?? {}).filter((name) => name in things),
  );

let sender = 0;
/** Calls a route with a valid body, the named ids in its address, and every id of its body or query that is given. */
async function call(
  route: Route,
  headers: Record<string, string>,
  ids: Record<string, string> = {},
  options: { inBody?: Record<string, string> } = {},
) {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? crypto.randomUUID());
  const query = sampleOf(route.schemas.query, options.inBody) as Record<string, unknown> | undefined;
  const search = new URLSearchParams(Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]));
  const body = sampleOf(route.schemas.body, options.inBody);
  const answer = await product.server.handle(
    new Request(`http://localhost${path}${search.size > 0 ? `?${search}` : ""}`, {
      method: route.method,
      headers: {
        ...headers,
        "x-forwarded-for": `192.0.2.${sender++ % 250}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (isStream) await answer.body?.cancel();
  const text = isStream ? "" : await answer.text();
  const parsed = answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : null;
  const error = (parsed as { error?: { code: string; params: Record<string, unknown> } } | null)?.error ?? null;
  return { status: answer.status, code: error?.code ?? "", error, text };
}

const idsIn = async (route: Route, at: TestWorkspace) => {
  const entries = paramsOf(route).map(async (name) => [name, await things[name]?.(database.db, at)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, string>;
};

/** What a handler behind this schema is given for `sent`; the status when it is refused. */
async function readBy(schema: Schema, place: string, sent: Record<string, unknown>): Promise<unknown> {
  const echo =
    place === "body"
      ? new Elysia().post("/", ({ body }) => body as object, { body: schema as TSchema })
      : new Elysia().get("/", ({ query }) => query as object, { query: schema as TSchema });
  const search = new URLSearchParams(Object.entries(sent).map(([name, value]) => [name, String(value)]));
  const request =
    place === "body"
      ? new Request("http://localhost/", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(sent),
        })
      : new Request(`http://localhost/${search.size > 0 ? `?${search}` : ""}`);
  const answer = await echo.handle(request);
  return answer.status === 200 ? answer.json() : answer.status;
}

/** Everything a workspace has, digested in one statement: two equal ones mean that nothing was changed in between. */
async function digestOf(workspaceId: string): Promise<Record<string, string>> {
  const rows = await database.db.execute<{ name: string; digest: string }>(
    sql.join(
      ownTables.map(
        (
          name,
        ) => sql`select ${name}::text as name, coalesce(md5(string_agg(x::text, '|' order by x::text)), '') as digest
          from ${sql.identifier(name)} x where workspace_id = ${workspaceId}`,
      ),
      sql` union all `,
    ),
  );
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

describe("every route", () => {
  test("is there to be walked", () => {
    expect(guarded().length).toBeGreaterThan(30);
    expect(new Set(routes.map(nameOf)).size).toBe(routes.length);
  });

  test("says who may call it, with a permission that exists", () => {
    const silent = routes.filter(({ access }) => access === undefined).map(nameOf);
    expect(silent).toEqual([]);
    for (const { access } of routes)
      if (typeof access === "object" && "permission" in access)
        expect(permissions).toContain(access.permission as Permission);
  });

  test("is open to strangers only where that is its purpose, and never under /api", () => {
    const open = routes.filter(({ access }) => access === "public").map(({ path }) => path);
    expect(open.filter((path) => !openDoors.test(path) || path.startsWith("/api"))).toEqual([]);
  });

  test("under /api says what it answers, live streams excepted", () => {
    const vague = guarded().filter(
      ({ path, response }) => path.startsWith("/api") && !response && !path.endsWith("/live"),
    );
    expect(vague.map(nameOf)).toEqual([]);
  });

  test(
    "reads a body and a query as they were sent, and fills in nothing: a missing role must not become the first one",
    async () => {
      for (const route of guarded())
        for (const [place, schema] of Object.entries({ body: route.schemas.body, query: route.schemas.query })) {
          if (!schema) continue;
          const sent = sampleOf(schema) as Record<string, unknown>;
          expect([nameOf(route), place, await readBy(schema, place, sent)]).toEqual([nameOf(route), place, sent]);
          for (const name of schema.required ?? []) {
            const { [name]: _, ...rest } = sent;
            expect([nameOf(route), place, name, await readBy(schema, place, rest)]).toEqual([
              nameOf(route),
              place,
              name,
              422,
            ]);
          }
        }
    },
    walkMs,
  );

  test("names in its address only things that this walk can make", () => {
    const unknown = guarded().flatMap((route) => paramsOf(route).filter((name) => !(name in things)));
    expect([...new Set(unknown)]).toEqual([]);
  });
});

describe("a guarded route refuses", () => {
  test(
    "everybody who does not say who he is: 401",
    async () => {
      for (const route of guarded())
        for (const headers of [{}, { "x-user-id": "1", "x-bot": mine.botId }] as Record<string, string>[]) {
          const answer = await call(route, headers);
          expect([nameOf(route), answer.status, answer.code]).toEqual([nameOf(route), 401, "auth.required"]);
        }
    },
    walkMs,
  );

  test(
    "launch data and keys that are not right: 401, and 429 when they are many",
    async () => {
      for (const route of guarded())
        for (const authorization of [`${owner.headers.authorization}0`, `Bearer swb_${randomToken()}`]) {
          const { status } = await call(route, { ...owner.headers, authorization });
          expect([nameOf(route), status === 401 || status === 429]).toEqual([nameOf(route), true]);
        }
    },
    walkMs,
  );

  test(
    "a blocked person, whatever his role: 403",
    async () => {
      const blocked = await makePerson(database.db, mine, { role: "owner", isBlocked: true });
      for (const route of guarded()) {
        const answer = await call(route, blocked.headers);
        expect([nameOf(route), answer.status, answer.code]).toEqual([nameOf(route), 403, "auth.blocked"]);
      }
    },
    walkMs,
  );

  test(
    "whoever is not in the team, and every role without the permission: 403",
    async () => {
      const outsider = await makePerson(database.db, mine);
      const team = new Map<RoleName, TestPerson>();
      for (const role of roleNames) if (isRole(role)) team.set(role, await makePerson(database.db, mine, { role }));
      for (const route of guarded()) {
        const { access } = route;
        if (typeof access !== "object") continue;
        const expected = [nameOf(route), 403, "common.forbidden"];
        const refused = [outsider];
        for (const [role, person] of team)
          if ("scope" in access || !permissionsOf(role).has(access.permission as Permission)) refused.push(person);
        for (const person of refused) {
          const answer = await call(route, person.headers);
          expect([nameOf(route), answer.status, answer.code]).toEqual(expected as [string, number, string]);
        }
      }
    },
    walkMs,
  );

  test(
    "keys without the scope, saying which it wants: the one that the route documents",
    async () => {
      const { headers } = await makeApiKey(database.db, mine, [], product.runtime.vault);
      for (const route of guarded()) {
        const answer = await call(route, headers);
        const { access } = route;
        const wanted =
          typeof access === "object"
            ? { scope: "scope" in access ? access.scope : scopeFor(access.permission) }
            : undefined;
        expect([nameOf(route), answer.status, answer.code]).toEqual([
          nameOf(route),
          403,
          wanted ? "auth.scope_missing" : "common.forbidden",
        ]);
        if (wanted) expect([nameOf(route), answer.error?.params]).toEqual([nameOf(route), wanted]);
      }
    },
    walkMs,
  );

  test(
    "keys with every other scope",
    async () => {
      for (const route of guarded()) {
        const { access } = route;
        const right = typeof access !== "object" ? null : "scope" in access ? access.scope : access.permission;
        const others = [...permissions, "tasks", "stats"].filter((scope) => !withImplied([scope]).has(right ?? ""));
        const { headers } = await makeApiKey(database.db, mine, others, product.runtime.vault);
        expect([nameOf(route), (await call(route, headers)).status]).toEqual([nameOf(route), 403]);
      }
    },
    walkMs,
  );
});

describe("things of another workspace", () => {
  test(
    "are not found, in the same words as things that never were, and stay as they are",
    async () => {
      for (const route of guarded()) {
        if (paramsOf(route).length === 0) continue;
        const foreignIds = await idsIn(route, theirs);
        const { access } = route;
        // Doors of programs alone are tried by a program.
        const { headers } =
          typeof access === "object" && "scope" in access
            ? await makeApiKey(database.db, mine, [access.scope], product.runtime.vault)
            : owner;
        const before = await digestOf(theirs.workspaceId);
        const foreign = await call(route, headers, foreignIds);
        expect([nameOf(route), foreign.status]).toEqual([nameOf(route), 404]);
        expect([nameOf(route), await digestOf(theirs.workspaceId)]).toEqual([nameOf(route), before]);
        const absentIds = Object.fromEntries(
          Object.entries(foreignIds).map(([name, id]) => [
            name,
            /^\d+$/.test(id) ? "999999999999" : crypto.randomUUID(),
          ]),
        );
        const absent = await call(route, headers, absentIds);
        expect([nameOf(route), { ...absent.error, requestId: "" }]).toEqual([
          nameOf(route),
          { ...foreign.error, requestId: "" },
        ]);
      }
    },
    walkMs,
  );

  test(
    "cannot be reached through a body or a query either",
    async () => {
      for (const route of guarded()) {
        const names = namedIn(route);
        if (names.length === 0) continue;
        const inBody: Record<string, string> = {};
        for (const name of names) inBody[name] = (await things[name]?.(database.db, theirs)) ?? "";
        const ids = await idsIn(route, mine);
        const before = await digestOf(theirs.workspaceId);
        const answer = await call(route, owner.headers, ids, { inBody });
        expect([nameOf(route), await digestOf(theirs.workspaceId)]).toEqual([nameOf(route), before]);
        // In quotes: a short number stands in every request id by chance.
        for (const id of Object.values(inBody))
          expect([nameOf(route), answer.text.includes(`"${id}"`)]).toEqual([nameOf(route), false]);
        if (route.method !== "GET")
          expect([nameOf(route), [404, 422].includes(answer.status)]).toEqual([nameOf(route), true]);
      }
    },
    walkMs,
  );

  test(
    "are not reached by cursors, limits and filters out of bounds; no answer is a 500",
    async () => {
      const odd = ["1e9", "-1", "0", "NaN", "'", "%00", "a".repeat(300), "[]"];
      for (const route of guarded()) {
        if (route.method !== "GET" || !route.schemas.query) continue;
        const ids = await idsIn(route, mine);
        const path = route.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? "");
        for (const name of Object.keys(route.schemas.query.properties ?? {}))
          for (const value of odd) {
            const answer = await product.server.handle(
              new Request(`http://localhost${path}?${name}=${value}`, { headers: owner.headers }),
            );
            expect([nameOf(route), name, value, answer.status < 500]).toEqual([nameOf(route), name, value, true]);
          }
      }
    },
    walkMs,
  );
});

describe("one's own things", () => {
  test(
    "are found: the ids that the walk makes are real ones",
    async () => {
      for (const route of guarded()) {
        if (paramsOf(route).length === 0 || (typeof route.access === "object" && "scope" in route.access)) continue;
        const inBody: Record<string, string> = {};
        for (const name of namedIn(route)) inBody[name] = (await things[name]?.(database.db, mine)) ?? "";
        const { status, code } = await call(route, owner.headers, await idsIn(route, mine), { inBody });
        expect([nameOf(route), status, code, [401, 403, 404].includes(status) || status >= 500]).toEqual([
          nameOf(route),
          status,
          code,
          false,
        ]);
      }
    },
    walkMs,
  );
});

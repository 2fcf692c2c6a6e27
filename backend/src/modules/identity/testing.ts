/** A workspace, its bot and people who open the app through it, for tests of this room and of the routes of all rooms. */
import { localeOf, translator } from "@backend/i18n/index.ts";
import { systemClock } from "@backend/kit/clock.ts";
import { createVault, randomToken } from "@backend/kit/crypto.ts";
import { type HttpKit, httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { runOnce } from "@backend/kit/idempotency.ts";
import { createLogger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { apiKeys, members, persons, type Role, workspaces } from "@db/schema/identity.ts";
import { and, asc, desc, eq } from "drizzle-orm";
import { type AnyElysia, Elysia } from "elysia";
import { createAuthenticator } from "./authenticate.ts";
import { apiKeyMark, apiKeyPrefix, apiKeyPurpose } from "./domain/api-key.ts";
import { initDataKey, signInitData } from "./domain/init-data.ts";
import type { IdentityPorts, WorkspaceBots } from "./ports.ts";

export const testVault = createVault("a secret for tests of identity, long enough");
export const silentLog = createLogger("silent");

/** The bots room as this room sees it, read from the table itself: tests of identity need no other room. */
export const testBots: WorkspaceBots = {
  async findSignInBot(db, botId) {
    const [row] = await db.select().from(bots).where(eq(bots.id, botId));
    return row
      ? { botId: row.id, workspaceId: row.workspaceId, tokenSealed: row.tokenSealed, isActive: row.state === "active" }
      : null;
  },
  async findBot(db, workspaceId, botId) {
    const [row] = await db
      .select({ id: bots.id, username: bots.username })
      .from(bots)
      .where(and(eq(bots.workspaceId, workspaceId), eq(bots.id, botId)));
    return row ?? null;
  },
  async findMainBot(db, workspaceId) {
    const [row] = await db
      .select({ id: bots.id, username: bots.username })
      .from(bots)
      .where(eq(bots.workspaceId, workspaceId))
      .orderBy(desc(bots.isPlatform), asc(bots.createdAt))
      .limit(1);
    return row ?? null;
  },
};

export interface TestWorkspace {
  workspaceId: string;
  botId: string;
  botUsername: string;
  token: string;
}

let nextId = 7_000_000_000;
export const nextTelegramId = (): number => nextId++;

export async function makeWorkspace(db: Db, vault = testVault, name = "Acme"): Promise<TestWorkspace> {
  const telegramId = nextTelegramId() + Math.floor(Math.random() * 1e9);
  const token = `${telegramId}:${randomToken(26)}`;
  const [workspace] = await db.insert(workspaces).values({ name }).returning();
  const botUsername = `acme_${telegramId}_bot`;
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId: workspace?.id ?? "",
      telegramId,
      username: botUsername,
      name: "Acme",
      tokenSealed: vault.seal(token),
      webhookSecretSealed: vault.seal(randomToken()),
    })
    .returning();
  if (!workspace || !bot) throw new Error("a row just stored is not there");
  return { workspaceId: workspace.id, botId: bot.id, botUsername, token };
}

export interface TestPerson {
  personId: string;
  telegramId: number;
  memberId: string | null;
  /** What the app sends. */
  headers: Record<string, string>;
}

/** Headers of somebody who opened the app through the workspace's bot. */
export function signedHeaders(
  at: TestWorkspace,
  telegramId: number,
  over: { user?: Record<string, unknown>; fields?: Record<string, string>; authDate?: Date } = {},
): Record<string, string> {
  const initData = signInitData(
    {
      user: JSON.stringify({ id: telegramId, first_name: "Ann", language_code: "en", ...over.user }),
      auth_date: String(Math.floor((over.authDate ?? new Date()).getTime() / 1000)),
      ...over.fields,
    },
    initDataKey(at.token),
  );
  return { authorization: `tma ${initData}`, "x-bot": at.botId };
}

export async function makePerson(
  db: Db,
  at: TestWorkspace,
  options: { role?: Role; firstName?: string; isBlocked?: boolean } = {},
): Promise<TestPerson> {
  const telegramId = nextTelegramId();
  const firstName = options.firstName ?? "Ann";
  const [person] = await db
    .insert(persons)
    .values({
      workspaceId: at.workspaceId,
      telegramId,
      firstName,
      telegramLocale: "en",
      blockedAt: options.isBlocked ? new Date() : null,
    })
    .returning();
  if (!person) throw new Error("a row just stored is not there");
  const [member] = options.role
    ? await db
        .insert(members)
        .values({ workspaceId: at.workspaceId, personId: person.id, role: options.role })
        .returning()
    : [];
  const headers = signedHeaders(at, telegramId, { user: { first_name: firstName } });
  return { personId: person.id, telegramId, memberId: member?.id ?? null, headers };
}

export async function makeApiKey(db: Db, at: TestWorkspace, scopes: string[], vault = testVault) {
  const key = `${apiKeyMark}${randomToken()}`;
  const [row] = await db
    .insert(apiKeys)
    .values({
      workspaceId: at.workspaceId,
      name: "Test",
      prefix: apiKeyPrefix(key),
      keyHash: vault.lookupHash(apiKeyPurpose, key),
      scopes,
    })
    .returning();
  return { keyId: row?.id ?? "", key, headers: { authorization: `Bearer ${key}` } };
}

export interface TestServer {
  call(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: unknown; sender?: string },
  ): Promise<{ status: number; body: ReturnType<typeof JSON.parse>; headers: Headers }>;
}

/** A server with some rooms' routes, signing people in as the product does. `ports` are what their actions need. */
export function createTestServer<Ports extends object>(
  db: Db,
  rooms: readonly ((http: HttpKit, run: Run) => AnyElysia)[],
  ports: Ports,
  options: { maxAgeSec?: number; clock?: () => Date; bots?: Pick<WorkspaceBots, "findSignInBot"> } = {},
): TestServer {
  const clock = options.clock ?? systemClock;
  const http = httpKit({
    authenticate: createAuthenticator({
      db,
      vault: testVault,
      clock,
      maxAgeSec: options.maxAgeSec ?? 86_400,
      log: silentLog,
      bots: options.bots ?? testBots,
    }),
    senderOf: (request) => request.headers.get("x-test-sender"),
  });
  const run: Run = (action, { actor, requestId, once }, input) => {
    const ctx = { db, actor, now: clock(), log: silentLog, ports: ports as never, requestId };
    return once
      ? runOnce({ db, vault: testVault }, actor, once, (tx) => action({ ...ctx, db: tx }, input))
      : action(ctx, input);
  };
  const server: AnyElysia = new Elysia().onError(({ error, request }) =>
    toErrorResponse(error, request, {
      log: silentLog,
      sentence: (code, params) => translator(localeOf("en")).find(code, params) ?? code,
    }),
  );
  for (const room of rooms) server.use(room(http, run));
  return {
    async call(method, path, { headers = {}, body, sender = "192.0.2.1" } = {}) {
      const answer = await server.handle(
        new Request(`http://localhost${path}`, {
          method,
          headers: {
            ...headers,
            "x-test-sender": sender,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text), headers: answer.headers };
    },
  };
}

export const testPorts = (over: Partial<IdentityPorts> = {}): IdentityPorts => ({
  vault: testVault,
  workspaceBots: testBots,
  storefront: { isOpen: async () => false },
  personData: [],
  installation: { sandbox: false, openWorkspaces: false },
  ...over,
});

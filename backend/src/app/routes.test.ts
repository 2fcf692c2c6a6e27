/**
 * A walk over every route there is, taken from the server itself, so that a route is covered on the day it appears. It fails
 * when a route says nothing of who may call it, when it enforces something else than it says, and when an address names a
 * thing that this file cannot make: then `things` below needs one more line.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomToken } from "@backend/kit/crypto.ts";
import type { Access } from "@backend/kit/http.ts";
import { beginUpload, finishUpload, putUploadPart } from "@backend/kit/uploads.ts";
import { makePackage } from "@backend/modules/fulfilment/testing.ts";
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
  nextTelegramId,
  type TestPerson,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import { queueDelivery, registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { alertRoutes, alertTemplates } from "@db/schema/alerts.ts";
import {
  audienceCategories,
  audienceChanges,
  audienceFields,
  audienceImports,
  audienceTags,
  segments,
  subscribers,
} from "@db/schema/audience.ts";
import { bots } from "@db/schema/bots.ts";
import { broadcastChanges, broadcasts, messageTemplates, sequenceRuns, sequences } from "@db/schema/broadcasts.ts";
import { campaigns, flowPushes, flows } from "@db/schema/campaigns.ts";
import { conversionBatches, conversions, trackerConnections } from "@db/schema/conversions.ts";
import { tasks } from "@db/schema/fulfilment.ts";
import { invitations } from "@db/schema/identity.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { inboxReplays } from "@db/schema/operations.ts";
import { paymentConnections, payments, refunds } from "@db/schema/payments.ts";
import { reportSummaries, reportWatches } from "@db/schema/reports.ts";
import { faqEntries, orders, products, promoCodes, shopCategories } from "@db/schema/shop.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { webhookCalls, webhookEndpoints } from "@db/schema/webhooks.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { TSchema } from "@sinclair/typebox";
import { sql } from "drizzle-orm";
import { Elysia } from "elysia";
import { type Schema, sampleOf, startTestProduct, type TestProduct } from "./testing.ts";

// ---- what addresses name -------------------------------------------------------------------------------------------

const makeChat = async (db: Db, at: TestWorkspace) =>
  (await registerChat(db, { ...at, telegramChatId: nextTelegramId(), kind: "private", title: "Somebody" })).id;

async function makeSubscriber(db: Db, at: TestWorkspace): Promise<string> {
  const telegramId = nextTelegramId();
  const chat = await registerChat(db, { ...at, telegramChatId: telegramId, kind: "private", title: "Somebody" });
  const [row] = await db
    .insert(subscribers)
    .values({ ...at, chatId: chat.id, telegramId, origin: "start" })
    .returning();
  return String(row?.id);
}

async function makeConnection(db: Db, at: TestWorkspace): Promise<string> {
  const [row] = await db
    .insert(trackerConnections)
    .values({
      workspaceId: at.workspaceId,
      name: randomToken(8),
      kind: "keitaro",
      locale: "en",
      secretHash: randomToken(),
      secretSealed: product.runtime.vault.seal(randomToken()),
      chatId: await makeChat(db, at),
    })
    .returning();
  const connectionId = row?.id ?? "";
  // Without a key there is no tracker, and its campaigns do not exist.
  const apiKeySealed = product.runtime.vault.seal("key");
  const { workspaceId } = at;
  await db.insert(trackerPulls).values({ connectionId, workspaceId, apiUrl: "https://tracker.example", apiKeySealed });
  return connectionId;
}

async function makeEndpoint(db: Db, at: TestWorkspace): Promise<string> {
  const secretSealed = product.runtime.vault.seal(randomToken());
  const values = { workspaceId: at.workspaceId, name: "CRM", url: "https://crm.example/", events: [], secretSealed };
  const [row] = await db.insert(webhookEndpoints).values(values).returning();
  return row?.id ?? "";
}
/** Money that waits for somebody. */
async function makePayment(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
  const values = {
    provider: "crypto_pay",
    amount: "1",
    currency: "USD",
    state: "to_check",
    checkReason: "late",
  } as const;
  const told = { providerRef: randomToken(), foundBy: "webhook", paidAt: new Date() };
  const [row] = await db
    .insert(payments)
    .values({ workspaceId, ...values, ...told })
    .returning();
  return row?.id ?? "";
}
/** One for each workspace: it has one of a provider. */
async function makePaymentConnection(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
  const credentialsSealed = product.runtime.vault.seal("1:token");
  const [row] = await db
    .insert(paymentConnections)
    .values({ workspaceId, provider: "crypto_pay", name: "Shop", account: randomToken(8), credentialsSealed })
    .onConflictDoUpdate({
      target: [paymentConnections.workspaceId, paymentConnections.provider],
      set: { name: "Shop" },
    })
    .returning();
  return row?.id ?? "";
}
/** A plan with an experiment: every door of a broadcast knows what to say of it. */
async function makeBroadcast(db: Db, at: TestWorkspace): Promise<string> {
  const letter = { fallback: "en", messages: { en: { kind: "text", html: "x" } } };
  const [row] = await db
    .insert(broadcasts)
    .values({
      workspaceId: at.workspaceId,
      kind: "recurring",
      name: "Weekly",
      schedule: { kind: "cron", cron: "0 9 * * 1", timeZone: "UTC" },
      experiment: { samplePercent: 100, measure: "clicks", isAuto: false, afterMinutes: 10, editLosers: false },
      variants: [
        { key: "A", share: 50, letter },
        { key: "B", share: 50, letter },
      ],
    })
    .returning();
  return row?.id ?? "";
}
async function makeSequence(db: Db, at: TestWorkspace): Promise<string> {
  const values = { workspaceId: at.workspaceId, name: "Welcome", trigger: { kind: "by_hand" } };
  const [row] = await db.insert(sequences).values(values).returning();
  return row?.id ?? "";
}

async function makeCampaign(db: Db, { workspaceId, ...at }: TestWorkspace): Promise<string> {
  const connectionId = await makeConnection(db, { workspaceId, ...at });
  const values = { workspaceId, connectionId, ref: "15", name: "Spring", state: "active", readAt: new Date() };
  const [row] = await db.insert(campaigns).values(values).returning();
  return row?.id ?? "";
}
/** One for each workspace: a push is found in its own flow alone. */
const flowOf = new Map<string, Promise<string>>();
function makeFlow(db: Db, at: TestWorkspace): Promise<string> {
  const { workspaceId } = at;
  const make = async () => {
    const values = { workspaceId, ref: "5002", name: "Flow", state: "active", schema: "landings", readAt: new Date() };
    const [row] = await db
      .insert(flows)
      .values({ ...values, campaignId: await makeCampaign(db, at) })
      .returning();
    return row?.id ?? "";
  };
  const made = flowOf.get(workspaceId) ?? make();
  flowOf.set(workspaceId, made);
  return made;
}

/** With a picture: every door of a product has something to show. */
async function makeProduct(db: Db, { workspaceId }: TestWorkspace): Promise<string> {
  const upload = { workspaceId, purpose: "picture" as const, name: "x.png", size: 1, createdBy: null, now: new Date() };
  const { id: pictureId } = await beginUpload(db, upload);
  await putUploadPart(db, { ...upload, uploadId: pictureId, number: 0, bytes: new Uint8Array(1) });
  await finishUpload(db, workspaceId, pictureId, upload.now);
  const [row] = await db
    .insert(products)
    .values({
      workspaceId,
      kind: "access",
      slug: crypto.randomUUID(),
      title: { en: "Club" },
      pictureId,
      isVisible: true,
    })
    .returning();
  return row?.id ?? "";
}
let orderNumber = 0;
/** One's own, where one is asked for: nobody reads another customer's order. */
async function makeOrder(db: Db, at: TestWorkspace): Promise<string> {
  const { workspaceId } = at;
  const product = {
    kind: "access" as const,
    slug: "club",
    title: { en: "Club" },
    terms: {},
    durationDays: null,
    postsPerDay: null,
    details: {},
    isByHand: false,
    isSubscription: false,
  };
  const [row] = await db
    .insert(orders)
    .values({
      workspaceId,
      personId: workspaceId === mine.workspaceId ? owner.personId : (await makePerson(db, at)).personId,
      productId: await makeProduct(db, at),
      product,
      number: ++orderNumber,
      method: "stars",
      currency: "XTR",
      price: "5",
      due: "5",
      expiresAt: new Date(Date.now() + 3_600_000),
    })
    .returning();
  return row?.id ?? "";
}

/** Makes a thing in a workspace and answers with its id, by the name of the parameter that addresses use for it. */
const things: Readonly<Record<string, (db: Db, at: TestWorkspace) => Promise<string>>> = {
  memberId: async (db, at) => (await makePerson(db, at, { role: "support" })).memberId ?? "",
  personId: async (db, at) => (await makePerson(db, at)).personId,
  /** Another one than people open the app through: switching that off would lock them out. */
  async botId(db, at) {
    const { vault } = product.runtime;
    const sealed = { tokenSealed: vault.seal(`1:${randomToken(26)}`), webhookSecretSealed: vault.seal(randomToken()) };
    const values = { workspaceId: at.workspaceId, telegramId: nextTelegramId(), username: "spare_bot", name: "Spare" };
    const [row] = await db
      .insert(bots)
      .values({ ...values, ...sealed })
      .returning();
    return row?.id ?? "";
  },
  language: () => Promise.resolve("default"),
  keyId: async (db, at) => (await makeApiKey(db, at, ["stats"], product.runtime.vault)).keyId,
  chatId: makeChat,
  connectionId: makeConnection,
  async alertRouteId(db, at) {
    const values = { name: "Route", conditions: [], targets: [], pace: { digestMinutes: null, cap: null } };
    const [row] = await db
      .insert(alertRoutes)
      .values({ ...values, ...at, position: 0 })
      .returning();
    return row?.id ?? "";
  },
  async templateId(db, at) {
    const [row] = await db
      .insert(alertTemplates)
      .values({ ...at, name: randomToken(8), buttons: [] })
      .returning();
    return row?.id ?? "";
  },
  async messageTemplateId(db, at) {
    const letter = { fallback: "en", messages: { en: { kind: "text", html: "x" } } };
    const [row] = await db
      .insert(messageTemplates)
      .values({ workspaceId: at.workspaceId, name: randomToken(8), letter })
      .returning();
    return row?.id ?? "";
  },
  broadcastId: makeBroadcast,
  async changeId(db, at) {
    const values = { ...at, broadcastId: await makeBroadcast(db, at), act: "delete" as const, variants: [0] };
    const [row] = await db
      .insert(broadcastChanges)
      .values({ ...values, ceiling: 0n, total: 0 })
      .returning();
    return row?.id ?? "";
  },
  subscriberId: makeSubscriber,
  async tagId(db, at) {
    const [row] = await db
      .insert(audienceTags)
      .values({ ...at, name: randomToken(8) })
      .returning();
    return String(row?.id);
  },
  async fieldId(db, at) {
    const [row] = await db
      .insert(audienceFields)
      .values({ ...at, key: randomToken(8), name: "City", kind: "text" })
      .returning();
    return row?.id ?? "";
  },
  async categoryId(db, at) {
    const [row] = await db
      .insert(audienceCategories)
      .values({ ...at, names: { en: "News" } })
      .returning();
    return String(row?.id);
  },
  async audienceChangeId(db, at) {
    const [row] = await db
      .insert(audienceChanges)
      .values({ ...at, kind: "tags", state: "done", total: 0, ceilingId: 0 })
      .returning();
    return row?.id ?? "";
  },
  async invitationId(db, at) {
    const [row] = await db
      .insert(invitations)
      .values({
        workspaceId: at.workspaceId,
        role: "support",
        tokenHash: randomToken(),
        expiresAt: new Date(Date.now() + 3_600_000),
      })
      .returning();
    return row?.id ?? "";
  },
  async deliveryId(db, at) {
    const content = { kind: "text", html: "x" } as const;
    const chatId = await makeChat(db, at);
    return (await queueDelivery(db, { workspaceId: at.workspaceId, chatId, lane: "alert", content })).id ?? "";
  },
  async conversionId(db, at) {
    const [row] = await db
      .insert(conversions)
      .values({
        workspaceId: at.workspaceId,
        connectionId: await makeConnection(db, at),
        identityKey: randomToken(),
        status: "lead",
        facts: {},
        receivedAt: new Date(),
      })
      .returning();
    return String(row?.id);
  },
  async eventId(db, at) {
    const [row] = await db
      .insert(inboundEvents)
      .values({ workspaceId: at.workspaceId, source: "tracker", method: "GET", path: "/in/…", status: "handled" })
      .returning();
    return String(row?.id);
  },
  async replayId(db, at) {
    const [row] = await db
      .insert(inboxReplays)
      .values({ workspaceId: at.workspaceId, filter: {}, firstId: 1n, checkpointId: 1n, ceilingId: 1n, state: "done" })
      .returning();
    return row?.id ?? "";
  },
  async batchId(db, at) {
    const [row] = await db
      .insert(conversionBatches)
      .values({ ...at, kind: "replay", state: "done", checkpointId: 1n, ceilingId: 1n, total: 0 })
      .returning();
    return row?.id ?? "";
  },
  campaignId: makeCampaign,
  flowId: makeFlow,
  async pushId(db, at) {
    const parts = { offers: [], landings: [] };
    const values = { workspaceId: at.workspaceId, base: parts, target: parts, state: "done" as const };
    const [row] = await db
      .insert(flowPushes)
      .values({ ...values, flowId: await makeFlow(db, at) })
      .returning();
    return row?.id ?? "";
  },
  sequenceId: makeSequence,
  async runId(db, at) {
    const [row] = await db
      .insert(sequenceRuns)
      .values({
        workspaceId: at.workspaceId,
        sequenceId: await makeSequence(db, at),
        subscriberId: Number(await makeSubscriber(db, at)),
      })
      .returning();
    return String(row?.id);
  },
  async watchId(db, at) {
    const chatId = await makeChat(db, at);
    const [row] = await db
      .insert(reportWatches)
      .values({
        ...at,
        name: "X",
        direction: "drop",
        percent: 50,
        minVolume: 1,
        coolDownMinutes: 0,
        chatId,
        locale: "en",
      })
      .returning();
    return row?.id ?? "";
  },
  /** In one's own workspace the caller's own post: a customer finds no other. */
  async taskId(db, at) {
    const { workspaceId } = at;
    const personId = at === mine ? owner.personId : (await makePerson(db, at)).personId;
    const bought = await makePackage(db, at, personId);
    const address = `https://t.me/routes/${Math.floor(Math.random() * 1e9)}`;
    const values = { workspaceId, personId, ...bought, platform: "telegram" as const, url: address, address };
    const [row] = await db
      .insert(tasks)
      .values({ ...values, deadlineAt: new Date(Date.now() + 3_600_000) })
      .returning();
    return row?.id ?? "";
  },
  paymentId: makePayment,
  async refundId(db, at) {
    const values = {
      workspaceId: at.workspaceId,
      amount: "1",
      currency: "USD",
      to: "balance",
      state: "requested",
    } as const;
    const [row] = await db.insert(refunds).values(values).returning();
    return row?.id ?? "";
  },
  paymentConnectionId: makePaymentConnection,
  endpointId: makeEndpoint,
  async callId(db, at) {
    const endpointId = await makeEndpoint(db, at);
    const values = { ...at, endpointId, messageId: randomToken(), event: "endpoint.test", payload: {} };
    const [row] = await db.insert(webhookCalls).values(values).returning();
    return String(row?.id);
  },
  async segmentId(db, at) {
    const [row] = await db
      .insert(segments)
      .values({ workspaceId: at.workspaceId, name: randomToken(8), condition: { kind: "all", of: [] } })
      .returning();
    return row?.id ?? "";
  },
  productId: makeProduct,
  orderId: makeOrder,
  async shopCategoryId(db, at) {
    const [row] = await db
      .insert(shopCategories)
      .values({ workspaceId: at.workspaceId, title: { en: "Packages" } })
      .returning();
    return row?.id ?? "";
  },
  async promoCodeId(db, at) {
    const [row] = await db
      .insert(promoCodes)
      .values({ workspaceId: at.workspaceId, code: randomToken(8), kind: "percent", value: "10" })
      .returning();
    return row?.id ?? "";
  },
  async faqId(db, at) {
    const [row] = await db
      .insert(faqEntries)
      .values({ workspaceId: at.workspaceId, question: { en: "How?" }, answer: { en: "So." } })
      .returning();
    return row?.id ?? "";
  },
  async uploadId(db, at) {
    const now = new Date();
    const upload = await beginUpload(db, { ...at, purpose: "media", name: "x.txt", size: 1, createdBy: null, now });
    await putUploadPart(db, { ...at, uploadId: upload.id, number: 0, bytes: new Uint8Array(1), now });
    await finishUpload(db, at.workspaceId, upload.id, now);
    return upload.id;
  },
  async importId(db, at) {
    const [row] = await db
      .insert(audienceImports)
      .values({ ...at, fileName: "people.csv", reading: {}, mapping: [] })
      .returning();
    return row?.id ?? "";
  },
  partNumber: () => Promise.resolve("0"),
  async summaryId(db, at) {
    const chatId = await makeChat(db, at);
    const [row] = await db
      .insert(reportSummaries)
      .values({ workspaceId: at.workspaceId, period: "day", at: "09:00", chatId, locale: "en" })
      .returning();
    return row?.id ?? "";
  },
};

// ---- the walk ------------------------------------------------------------------------------------------------------

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

/** Everything a workspace has, digested: two equal ones mean that nothing was changed in between. */
async function digestOf(workspaceId: string): Promise<Record<string, string>> {
  const tables = await database.db.execute<{ name: string }>(sql`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE' order by 1`);
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await database.db.execute<{ digest: string }>(sql`
      select coalesce(md5(string_agg(x::text, '|' order by x::text)), '') as digest from ${sql.identifier(name)} x where workspace_id = ${workspaceId}`);
    digests[name] = row?.digest ?? "";
  }
  return digests;
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

  test("reads a body and a query as they were sent, and fills in nothing: a missing role must not become the first one", async () => {
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
  });

  test("names in its address only things that this walk can make", () => {
    const unknown = guarded().flatMap((route) => paramsOf(route).filter((name) => !(name in things)));
    expect([...new Set(unknown)]).toEqual([]);
  });
});

describe("a guarded route refuses", () => {
  test("everybody who does not say who he is: 401", async () => {
    for (const route of guarded())
      for (const headers of [{}, { "x-user-id": "1", "x-bot": mine.botId }] as Record<string, string>[]) {
        const answer = await call(route, headers);
        expect([nameOf(route), answer.status, answer.code]).toEqual([nameOf(route), 401, "auth.required"]);
      }
  });

  test("launch data and keys that are not right: 401, and 429 when they are many", async () => {
    for (const route of guarded())
      for (const authorization of [`${owner.headers.authorization}0`, `Bearer swb_${randomToken()}`]) {
        const { status } = await call(route, { ...owner.headers, authorization });
        expect([nameOf(route), status === 401 || status === 429]).toEqual([nameOf(route), true]);
      }
  });

  test("a blocked person, whatever his role: 403", async () => {
    const blocked = await makePerson(database.db, mine, { role: "owner", isBlocked: true });
    for (const route of guarded()) {
      const answer = await call(route, blocked.headers);
      expect([nameOf(route), answer.status, answer.code]).toEqual([nameOf(route), 403, "auth.blocked"]);
    }
  });

  test("whoever is not in the team, and every role without the permission: 403", async () => {
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
  });

  test("keys without the scope, saying which it wants: the one that the route documents", async () => {
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
  });

  test("keys with every other scope", async () => {
    for (const route of guarded()) {
      const { access } = route;
      const right = typeof access !== "object" ? null : "scope" in access ? access.scope : access.permission;
      const others = [...permissions, "tasks", "stats"].filter((scope) => !withImplied([scope]).has(right ?? ""));
      const { headers } = await makeApiKey(database.db, mine, others, product.runtime.vault);
      expect([nameOf(route), (await call(route, headers)).status]).toEqual([nameOf(route), 403]);
    }
  });
});

describe("things of another workspace", () => {
  test("are not found, in the same words as things that never were, and stay as they are", async () => {
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
        Object.entries(foreignIds).map(([name, id]) => [name, /^\d+$/.test(id) ? "999999999999" : crypto.randomUUID()]),
      );
      const absent = await call(route, headers, absentIds);
      expect([nameOf(route), { ...absent.error, requestId: "" }]).toEqual([
        nameOf(route),
        { ...foreign.error, requestId: "" },
      ]);
    }
  });

  test("cannot be reached through a body or a query either", async () => {
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
  });

  test("are not reached by cursors, limits and filters out of bounds; no answer is a 500", async () => {
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
  });
});

describe("one's own things", () => {
  test("are found: the ids that the walk makes are real ones", async () => {
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
  });
});

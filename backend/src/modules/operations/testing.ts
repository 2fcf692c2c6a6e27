/** What tests of this room stand on: a workspace with members, an inbox to fill and read, routes to ask. */
import type { ActionContext, Actor } from "@backend/kit/context.ts";
import { systemActor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { type InboundCall, type InboxReader, processInbox, storeCalls } from "@backend/kit/inbox.ts";
import { createLogger } from "@backend/kit/log.ts";
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { members, persons, type Role, workspaces } from "@db/schema/identity.ts";
import { chats } from "@db/schema/messaging.ts";
import { sql } from "drizzle-orm";
import { Elysia } from "elysia";
import type { OperationsPorts } from "./ports.ts";
import { operationsRoutes } from "./routes.ts";

export const testLog = createLogger("silent");
const everything = ["inbox.read", "inbox.manage", "workspace.manage", "operations.read", "persons.read"];
let counter = 0;
export const fresh = () => Math.floor(Math.random() * 2 ** 38) * 100 + (counter++ % 100);

export interface TestTeam {
  workspaceId: string;
  botId: string;
  ownerId: string;
  actor: Actor;
  ports: OperationsPorts;
  context(now?: Date): ActionContext<OperationsPorts>;
  /** A member with a private chat that can be written to. */
  join(role: Role, locale?: "en" | "ru" | "uk"): Promise<{ personId: string; chatId: string }>;
  receive(...calls: Partial<InboundCall>[]): Promise<void>;
  events(): Promise<StoredRow[]>;
  /** Runs the job `inbox.process` over everything that waits, `times` over, whatever its pauses between tries. */
  readInbox(reader: InboxReader, times?: number): Promise<void>;
  ask(method: string, path: string, body?: unknown, permissions?: readonly string[]): Promise<Answer>;
}

export interface StoredRow extends Record<string, unknown> {
  id: string;
  status: string;
  attempts: number;
  query: string;
  replay_of: string | null;
  outcome: Record<string, unknown> | null;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
export type Answer = { status: number; body: any };

export async function createTestTeam(db: Db): Promise<TestTeam> {
  const [workspace] = await db.insert(workspaces).values({ name: "Team", locale: "en" }).returning();
  if (!workspace) throw new Error("no workspace");
  const workspaceId = workspace.id;
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId,
      telegramId: fresh(),
      username: `bot_${fresh()}`,
      name: "Team",
      tokenSealed: "sealed",
      webhookSecretSealed: "sealed",
    })
    .returning();
  if (!bot) throw new Error("no bot");

  async function join(role: Role, locale: "en" | "ru" | "uk" = "en") {
    const [person] = await db.insert(persons).values({ workspaceId, telegramId: fresh(), locale }).returning();
    if (!person || !bot) throw new Error("no person");
    await db.insert(members).values({ workspaceId, personId: person.id, role });
    const [chat] = await db
      .insert(chats)
      .values({
        workspaceId,
        botId: bot.id,
        telegramChatId: fresh(),
        kind: "private",
        title: "Person",
        personId: person.id,
      })
      .returning();
    if (!chat) throw new Error("no chat");
    return { personId: person.id, chatId: chat.id };
  }

  const owner = await join("owner");
  const actor: Actor = {
    kind: "person",
    workspaceId,
    personId: owner.personId,
    botId: bot.id,
    locale: "en",
    timeZone: "UTC",
    member: { memberId: owner.personId, role: "owner" },
    permissions: new Set(["*"]),
  };
  const ports: OperationsPorts = {
    markup: { plain: (text) => text.replaceAll("<", "&lt;"), bold: (text) => `<b>${text}</b>` },
    adminChannelId: null,
    partitions: { ensure: async () => {}, dropOld: async () => [] },
    keep: { inboxDays: 90, deliveriesDays: 180 },
  };
  const context = (now = new Date()): ActionContext<OperationsPorts> => ({
    db,
    actor,
    now,
    log: testLog,
    ports,
    requestId: `test-${fresh()}`,
  });

  async function events() {
    const rows = await db.execute<StoredRow>(sql`
      select id::text as id, status, attempts, query, replay_of::text as replay_of, outcome from inbound_events
      where workspace_id = ${workspaceId} order by inbound_events.id`);
    return [...rows];
  }

  return {
    workspaceId,
    botId: bot.id,
    ownerId: owner.personId,
    actor,
    ports,
    context,
    join,
    events,
    async receive(...calls) {
      await storeCalls(
        db,
        calls.map((call) => ({
          workspaceId,
          source: "tracker",
          sourceId: bot.id,
          externalId: null,
          orderKey: null,
          method: "GET",
          path: "/in/…",
          query: "",
          headers: {},
          body: null,
          senderAddress: "203.0.113.7",
          requestId: `call-${fresh()}`,
          ...call,
        })),
      );
    },
    async readInbox(reader, times = 1) {
      const ctx = { ...context(), ports: { readers: { tracker: reader, telegram: reader }, actorFor: systemActor } };
      for (let n = 0; n < times; n++) {
        const waiting = (await events()).filter(({ status }) => status === "received").map(({ id }) => id);
        await processInbox(ctx, { ids: waiting, since: "2000-01-01T00:00:00Z" });
      }
    },
    async ask(method, path, body, permissions = everything) {
      const http = httpKit({
        authenticate: async (_, access) => {
          const needed = typeof access === "object" && "permission" in access ? access.permission : "";
          if (!permissions.includes(needed)) throw new AppError("forbidden", "common.forbidden");
          return { ...actor, permissions: new Set(permissions) };
        },
        senderOf: () => null,
      });
      const run: Run = (action, caller, input) =>
        action({ ...context(), actor: caller.actor, requestId: caller.requestId } as never, input);
      const app = new Elysia()
        .onError(({ error, request }) => toErrorResponse(error, request, { log: testLog, sentence: (code) => code }))
        .use(operationsRoutes(http, run));
      const response = await app.handle(
        new Request(`http://localhost${path}`, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        }),
      );
      return { status: response.status, body: await response.json() };
    },
  };
}

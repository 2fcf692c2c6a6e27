/** What tests of this room stand on: a workspace with a bot, chats and a person, and a connection whose calls can be fed and read. */
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createIntake, type InboundCall, processInbox } from "@backend/kit/inbox.ts";
import { createLogger } from "@backend/kit/log.ts";
import { permissions } from "@backend/modules/identity/index.ts";
import { storeCallsAgain } from "@backend/modules/operations/index.ts";
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { persons, workspaces } from "@db/schema/identity.ts";
import { chats } from "@db/schema/messaging.ts";
import { sql } from "drizzle-orm";
import { createConnection } from "./actions/create-connection.ts";
import type { CreateConnection } from "./contracts.ts";
import type { Markup } from "./domain/alert.ts";
import { conversionsModule } from "./module.ts";
import type { ConversionsPorts } from "./ports.ts";

/** Of every test of this room, so that processes of one test read what the others sealed. */
export const testVault = createVault("a secrets key for tests of conversions, long enough");
const log = createLogger("fatal");
let counter = 0;
const fresh = () => Math.floor(Math.random() * 2 ** 40) * 100 + (counter++ % 100);

export interface TestWorkspace {
  workspaceId: string;
  botId: string;
  chatId: string;
  actor: Actor;
  ports: ConversionsPorts;
  /** A context for an action, at `now`. */
  context(now?: Date): ActionContext<ConversionsPorts>;
  connect(some?: Partial<CreateConnection>): Promise<string>;
  /** Stores calls as the intake does; they wait in the inbox. */
  receive(connectionId: string, ...calls: (string | Partial<InboundCall>)[]): Promise<void>;
  /** Reads what waits in the inbox, `workers` jobs at a time, as if it were `now`. */
  readInbox(workers?: number, now?: Date): Promise<void>;
  outcomes(): Promise<{ status: string; outcome: Record<string, unknown> | null }[]>;
}

export async function createTestWorkspace(db: Db, markup: Markup): Promise<TestWorkspace> {
  const [workspace] = await db.insert(workspaces).values({ name: "Team", locale: "en" }).returning();
  if (!workspace) throw new Error("no workspace");
  const workspaceId = workspace.id;
  const [person] = await db
    .insert(persons)
    .values({ workspaceId, telegramId: fresh(), firstName: "Olena" })
    .returning();
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId,
      telegramId: fresh(),
      username: "team_bot",
      name: "Team",
      tokenSealed: testVault.seal("1:token"),
      webhookSecretSealed: testVault.seal("secret"),
    })
    .returning();
  if (!person || !bot) throw new Error("no person or bot");
  const [chat] = await db
    .insert(chats)
    .values({
      workspaceId,
      botId: bot.id,
      telegramChatId: -fresh(),
      kind: "supergroup",
      title: "Traffic",
      isForum: true,
    })
    .returning();
  if (!chat) throw new Error("no chat");

  const actor: Actor = {
    kind: "person",
    workspaceId,
    personId: person.id,
    botId: bot.id,
    locale: "en",
    timeZone: "UTC",
    member: null,
    permissions: new Set(["*", ...permissions]),
  };
  const intake = createIntake(db);
  const ports: ConversionsPorts = {
    vault: testVault,
    markup,
    publicUrl: "https://our.example",
    intake,
    replayCalls: (on, ...of) => storeCallsAgain({ db: on, intake }, ...of),
  };
  const context = (now = new Date()): ActionContext<ConversionsPorts> => ({
    db,
    actor,
    now,
    log,
    ports,
    requestId: `test-${fresh()}`,
  });
  const readers = conversionsModule.readers(ports);
  return {
    workspaceId,
    botId: bot.id,
    chatId: chat.id,
    actor,
    ports,
    context,
    async connect(some = {}) {
      const created = await createConnection(context(), {
        name: `Keitaro ${fresh()}`,
        kind: "keitaro",
        chatId: chat.id,
        ...some,
      });
      return created.connection.id;
    },
    async receive(connectionId, ...calls) {
      const stored = calls.map((call) =>
        intake.store({
          workspaceId,
          source: "tracker",
          sourceId: connectionId,
          externalId: null,
          orderKey: null,
          method: "GET",
          path: "/in/…",
          query: "",
          headers: {},
          body: null,
          senderAddress: "203.0.113.7",
          requestId: `call-${fresh()}`,
          ...(typeof call === "string" ? { query: call } : call),
        }),
      );
      await Promise.all(stored);
    },
    async readInbox(workers = 1, now) {
      const waiting = await db.execute<{ id: string; since: string }>(sql`
        select id::text as id, received_at::text as since from inbound_events
        where workspace_id = ${workspaceId} and status = 'received' order by id`);
      const events = [...waiting];
      const jobContext = {
        ...context(now),
        actor: systemActor(workspaceId),
        ports: { readers, actorFor: systemActor },
      };
      const work = async () => {
        for (let event = events.shift(); event; event = events.shift()) {
          await processInbox(jobContext, { ids: [event.id], since: event.since });
        }
      };
      await Promise.all(Array.from({ length: workers }, work));
    },
    async outcomes() {
      const rows = await db.execute<{ status: string; outcome: Record<string, unknown> | null }>(sql`
        select status, outcome from inbound_events where workspace_id = ${workspaceId} order by id`);
      return [...rows];
    },
  };
}

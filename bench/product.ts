/**
 * The whole product as a process of its own, over a fresh durable PostgreSQL, with the strict stand-in of the Bot API in the
 * benchmark's process: it notes when each message arrived.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import { type ConversionsPorts, createConnection } from "@backend/modules/conversions/index.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { type Database, openDatabase } from "@db/client.ts";
import { startEmbeddedPostgres } from "@db/embedded.ts";
import { migrateDatabase } from "@db/migrate.ts";
import { bots, workspaces } from "@db/schema/index.ts";
import { type StandInOptions, startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { eq, sql } from "drizzle-orm";
import { freePort } from "../tests/free-port.ts";
import { until } from "./row.ts";

export const mainFile = fileURLToPath(new URL("../backend/src/app/main.ts", import.meta.url));
const secretsKey = "benchmarks-2f9d0c7a51e84b6c93d1-not-a-secret";
const ownerId = 910_000_001;

/** A folder of its own, on a real disk as far as the system's folder for such things is one. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "switchboard-bench-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Server {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Starts a Bun program that listens on `PORT` and waits until `path` answers 200. */
export async function startServer(
  file: string,
  env: Record<string, string>,
  path = "/ready",
  bunFlags: string[] = [],
): Promise<Server> {
  const port = await freePort();
  const child = Bun.spawn([process.execPath, "--no-env-file", ...bunFlags, file], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", PORT: String(port), ...env },
    stdout: "ignore",
    stderr: "inherit",
  });
  await until(`${file} to answer`, () => {
    if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}`);
    return fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return {
    port,
    pid: child.pid,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

export interface BenchBot {
  id: string;
  workspaceId: string;
  telegramId: number;
}

export interface BenchChat {
  id: string;
  telegramId: number;
  bot: BenchBot;
}

export interface Rig {
  databaseUrl: string;
  /** SECRETS_KEY of its products. */
  secretsKey: string;
  database: Database;
  telegram: TelegramStandIn;
  /** The platform bot, there once a product has started. */
  platformBot(): Promise<BenchBot>;
  addBot(): Promise<BenchBot>;
  /** People who have pressed Start, and their private chats with the bot. */
  addChats(bot: BenchBot, count: number): Promise<BenchChat[]>;
  /** A connection whose alerts go to the chat; answers with the path of its postbacks. */
  connect(workspaceId: string, chat: BenchChat | null): Promise<string>;
  start(env?: Record<string, string>, bunFlags?: string[]): Promise<Server>;
  count(what: "inbound_events" | "unread" | "conversions" | "sent"): Promise<number>;
  close(): Promise<void>;
}

let nextTelegramId = 920_000_000;
let nextName = 1;

/** A clock of wall time that does not jump while we run, with fractions of a millisecond. */
export const clock = (): number => performance.timeOrigin + performance.now();

export async function createRig(options: { limits?: StandInOptions["limits"] } = {}): Promise<Rig> {
  const folder = temporaryFolder();
  const server = await startEmbeddedPostgres({ dataDir: join(folder.path, "postgres") });
  await migrateDatabase(server.url);
  const database = openDatabase(server.url, { poolSize: 6, statementTimeoutMs: 0 });
  const telegram = await startTelegramStandIn({ now: clock, ...options });
  const vault = createVault(secretsKey);
  telegram.people.addPerson({ id: ownerId, firstName: "Owner" });
  const platform = telegram.addBot({ username: "bench_platform_bot" });
  const running: Server[] = [];
  const { db } = database;

  const counts = {
    inbound_events: sql`select count(*)::int as n from inbound_events`,
    unread: sql`select count(*)::int as n from inbound_events where status = 'received'`,
    conversions: sql`select count(*)::int as n from conversions`,
    sent: sql`select count(*)::int as n from deliveries where state = 'sent'`,
  };

  return {
    databaseUrl: server.url,
    secretsKey,
    database,
    telegram,
    async platformBot() {
      const [bot] = await db.select().from(bots).where(eq(bots.isPlatform, true));
      if (!bot) throw new Error("no product has been started yet");
      return { id: bot.id, workspaceId: bot.workspaceId, telegramId: bot.telegramId };
    },
    async addBot() {
      const [workspace] = await db.select({ id: workspaces.id }).from(workspaces);
      if (!workspace) throw new Error("no product has been started yet");
      const telegramBot = telegram.addBot({ username: `bench_${nextName++}_bot` });
      const [made] = await db
        .insert(bots)
        .values({
          workspaceId: workspace.id,
          telegramId: telegramBot.user.id,
          username: telegramBot.user.username ?? "",
          name: "Bench",
          tokenSealed: vault.seal(telegramBot.token),
          webhookSecretSealed: vault.seal("unused"),
        })
        .returning({ id: bots.id });
      return { id: made?.id ?? "", workspaceId: workspace.id, telegramId: telegramBot.user.id };
    },
    async addChats(bot, count) {
      const made: BenchChat[] = [];
      for (let n = 0; n < count; n++) {
        const telegramId = nextTelegramId++;
        telegram.people.addPerson({ id: telegramId, firstName: `Person ${telegramId}` });
        const terms = telegram.world.privateChat(bot.telegramId, telegramId).private;
        if (terms) terms.isStarted = true;
        const { id } = await registerChat(db, {
          workspaceId: bot.workspaceId,
          botId: bot.id,
          telegramChatId: telegramId,
          kind: "private",
          title: `Person ${telegramId}`,
        });
        made.push({ id, telegramId, bot });
      }
      return made;
    },
    async connect(workspaceId, chat) {
      const ctx: ActionContext<ConversionsPorts> = {
        db,
        actor: systemActor(workspaceId),
        now: new Date(),
        log: createLogger("silent"),
        requestId: "bench",
        ports: {
          vault,
          markup: telegramMarkup,
          publicUrl: "http://localhost",
          intake: { store: () => Promise.reject(new Error("unused")) },
          replayCalls: () => Promise.reject(new Error("unused")),
        },
      };
      const made = await createConnection(ctx, {
        name: `Tracker ${nextName++}`,
        kind: "keitaro",
        ...(chat && { chatId: chat.id }),
      });
      return new URL(made.address.url.split("?")[0] ?? "").pathname;
    },
    async start(env = {}, bunFlags = []) {
      const started = await startServer(
        mainFile,
        {
          DATABASE_URL: server.url,
          BOT_TOKEN: platform.token,
          TELEGRAM_API_ROOT: telegram.apiRoot,
          ADMIN_TELEGRAM_IDS: String(ownerId),
          SECRETS_KEY: secretsKey,
          HOST: "127.0.0.1",
          LOG_LEVEL: "error",
          INTAKE_PER_SECOND: "100000",
          INTAKE_BURST: "1000000",
          ...env,
        },
        "/ready",
        bunFlags,
      );
      running.push(started);
      return started;
    },
    async count(what) {
      const [found] = await db.execute<{ n: number }>(counts[what]);
      return found?.n ?? 0;
    },
    async close() {
      await Promise.all(running.map((one) => one.stop()));
      await telegram.stop();
      await database.close();
      await server.stop();
      folder.remove();
    },
  };
}

/** What a process holds of the machine's memory now. */
export function memoryMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** How far a process grows above what it has now, after a second's rest. */
export async function watchMemory({ pid }: Server): Promise<{ endMb(): number }> {
  await Bun.sleep(1_000);
  const idle = memoryMb(pid);
  let peak = idle;
  const watching = setInterval(() => {
    peak = Math.max(peak, memoryMb(pid));
  }, 50);
  return {
    endMb() {
      clearInterval(watching);
      return peak - idle;
    },
  };
}

/** The whole product as a process of its own, with real PostgreSQL and the strict stand-in of Telegram, to be killed at will. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import { type ConversionsPorts, createConnection } from "@backend/modules/conversions/index.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import { type Database, type Db, openDatabase } from "@db/client.ts";
import { bots, workspaces } from "@db/schema/index.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { freePort } from "../free-port.ts";

const main = fileURLToPath(new URL("../../backend/src/app/main.ts", import.meta.url));
const botToken = "6000000001:PRODUCT-TEST-not-a-real-token-0000";
export const secretsKey = "9d2c1f77a0b94f0e8f6a4c3e5b7d1a20-product-tests";
export const ownerId = 910_000_001;

export async function until<T>(
  what: string,
  ask: () => Promise<T | null | false | undefined>,
  timeoutMs = 25_000,
  /** What a reader of the failure needs to see. */
  state: () => Promise<unknown> = async () => "",
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end)
      throw new Error(`waited ${timeoutMs} ms in vain: ${what}\n${JSON.stringify(await state(), null, 1)}`);
    await Bun.sleep(50);
  }
}

export interface RunningProduct {
  readonly url: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<void>;
  output(): string;
}

/** Starts one process and waits until it is ready. Without a stand-in it is for `env` to say where Telegram is. */
export async function startProduct(input: {
  databaseUrl: string;
  telegram?: TelegramStandIn;
  env?: Record<string, string>;
}): Promise<RunningProduct> {
  const port = await freePort();
  const child = spawn(process.execPath, ["--no-env-file", main], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      DATABASE_URL: input.databaseUrl,
      BOT_TOKEN: botToken,
      ...(input.telegram ? { TELEGRAM_API_ROOT: input.telegram.apiRoot } : {}),
      ADMIN_TELEGRAM_IDS: String(ownerId),
      SECRETS_KEY: secretsKey,
      HOST: "127.0.0.1",
      PORT: String(port),
      LOG_LEVEL: "warn",
      INTAKE_PER_SECOND: "5000",
      INTAKE_BURST: "50000",
      ...input.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  child.stdout.on("data", (data) => lines.push(String(data)));
  child.stderr.on("data", (data) => lines.push(String(data)));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const isApi = (input.env?.ROLE ?? "api").includes("api");
  if (isApi)
    await until(`the product to be ready:\n${lines.join("")}`, () =>
      fetch(`${url}/ready`).then(
        (response) => response.status === 200,
        () => {
          if (child.exitCode !== null) throw new Error(`the product ended:\n${lines.join("")}`);
          return false;
        },
      ),
    );
  return {
    url,
    pid: child.pid as number,
    output: () => lines.join(""),
    async kill(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** A stand-in with the bot and people who have pressed Start, and connections that tell them. Start a product first: it makes the schema. */
export async function makeTelegram(
  people: number,
  limits: Parameters<typeof startTelegramStandIn>[0] = {},
): Promise<TelegramStandIn> {
  const telegram = await startTelegramStandIn(limits);
  const bot = telegram.addBot({ token: botToken, username: "product_test_bot", firstName: "Product" });
  telegram.people.addPerson({ id: ownerId, firstName: "Owner", languageCode: "en" });
  for (let i = 0; i < people; i++) {
    telegram.people.addPerson({ id: personId(i), firstName: `Person ${i}` });
    const terms = telegram.world.privateChat(bot.user.id, personId(i)).private;
    if (terms) terms.isStarted = true;
  }
  return telegram;
}

export const botId = Number(botToken.split(":")[0]);
export const personId = (i: number): number => 920_000_000 + i;

/** Makes connections in the database of a product that has been started once; each tells one person's private chat. */
export async function connectPeople(
  databaseUrl: string,
  count: number,
): Promise<{ secrets: string[]; database: Database }> {
  const database = openDatabase(databaseUrl, { poolSize: 4 });
  const [workspace] = await database.db.select().from(workspaces);
  const [bot] = await database.db.select().from(bots);
  if (!workspace || !bot) throw new Error("the product has made no workspace");
  const ctx = contextOf(database.db, workspace.id);
  const secrets: string[] = [];
  for (let i = 0; i < count; i++) {
    const chat = await registerChat(database.db, {
      workspaceId: workspace.id,
      botId: bot.id,
      telegramChatId: personId(i),
      kind: "private",
      title: `Person ${i}`,
    });
    const made = await createConnection(ctx, { name: `Tracker ${i}`, kind: "keitaro", chatId: chat.id });
    secrets.push(/\/in\/([^?]+)/.exec(made.address.url)?.[1] ?? "");
  }
  return { secrets, database };
}

function contextOf(db: Db, workspaceId: string): ActionContext<ConversionsPorts> {
  return {
    db,
    actor: systemActor(workspaceId),
    now: new Date(),
    log: createLogger("silent"),
    requestId: "test",
    ports: {
      vault: createVault(secretsKey),
      markup: telegramMarkup,
      publicUrl: "http://localhost",
      intake: { store: () => Promise.reject(new Error("unused")) },
      replayCalls: () => Promise.reject(new Error("unused")),
    },
  };
}

/**
 * The product as a newcomer starts it, in the sandbox with its demo data, and a real browser beside it. One of both per test
 * file, so that what one file changes (a role, a language, a stopped server) no other file can notice.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Db } from "@db/client.ts";
import { bots, deliveries, inboundEvents } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { signInitData } from "@sandbox/telegram/index.ts";
import { sandboxBot, sandboxPeople } from "@sandbox/world.ts";
import { count, eq, inArray } from "drizzle-orm";
import { type Browser, chromium } from "playwright-core";
import { freePort } from "../free-port.ts";
import { until } from "../product/product.ts";

export { until };

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = join(root, "backend/src/app/main.ts");
/** A browser on a busy machine of two cores. */
const patienceMs = 90_000;

export type PersonName = keyof typeof sandboxPeople;

export interface Product {
  readonly url: string;
  /** Address of the Mini App, without a slash at the end. */
  readonly appUrl: string;
  readonly botId: string;
  readonly db: Db;
  readonly browser: Browser;
  /** What Telegram would hand to the app that this person opens now. */
  initDataOf(person: PersonName, fields?: Partial<Parameters<typeof signInitData>[1]>): string;
  /** Calls `/api/v1…` as this person; throws what a refusal says. */
  call<Answer>(person: PersonName, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Ends the server at once, as a crash would; the browser stays. */
  crash(): Promise<void>;
  /** Starts the server again, at the same address and over the same data. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** Gives the tests of this file a product of their own, with these variables besides. Read the returned function only inside tests. */
export function productOfThisFile(variables: Record<string, string> = {}): () => Product {
  setDefaultTimeout(patienceMs);
  let product: Product | undefined;
  beforeAll(async () => {
    product = await startProduct(variables);
  }, patienceMs);
  afterAll(async () => {
    await product?.stop();
  }, patienceMs);
  return () => {
    if (!product) throw new Error("the product is started before the first test");
    return product;
  };
}

async function startProduct(variables: Record<string, string>): Promise<Product> {
  build();
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), "switchboard-browser-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    HOST: "127.0.0.1",
    PORT: String(port),
    LOG_LEVEL: "warn",
    ...variables,
  };
  let server = await startServer(env, url);
  await demoTold(database);
  const [bot] = await database.db.select({ id: bots.id }).from(bots).where(eq(bots.isPlatform, true));
  if (!bot) throw new Error("the sandbox has connected no bot");
  const browser = await launchBrowser();

  const initDataOf: Product["initDataOf"] = (name, fields = {}) => {
    const { id, firstName, lastName, username, languageCode } = sandboxPeople[name];
    const user = { id, first_name: firstName, last_name: lastName, username, language_code: languageCode };
    return signInitData(sandboxBot.token, { query_id: "AAF-browser-tests", user, ...fields });
  };
  return {
    url,
    appUrl: `${url}/app/${bot.id}`,
    botId: bot.id,
    db: database.db,
    browser,
    initDataOf,
    async call(name, method, path, body) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `tma ${initDataOf(name)}`,
          "x-bot": bot.id,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    crash: () => server.end("SIGKILL"),
    async revive() {
      server = await startServer(env, url);
    },
    async stop() {
      await browser.close();
      await server.end("SIGTERM");
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Brings dist/ up to date; does nothing after `npm run build`. */
function build(): void {
  const built = Bun.spawnSync([process.execPath, "scripts/run.mjs", "build"], { cwd: root });
  if (built.exitCode !== 0) throw new Error(`the bundles could not be built:\n${built.stdout}${built.stderr}`);
}

async function startServer(env: Record<string, string>, url: string) {
  const child = spawn(process.execPath, ["--no-env-file", main], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  child.stdout.on("data", (data) => lines.push(String(data)));
  child.stderr.on("data", (data) => lines.push(String(data)));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  // The greeting is printed when the demo data is written.
  await until(
    "the product to greet",
    async () => {
      if (child.exitCode !== null) throw new Error(`the product ended:\n${lines.join("")}`);
      return lines.join("").includes("Fire a postback");
    },
    patienceMs,
  );
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  return {
    async end(signal: "SIGTERM" | "SIGKILL") {
      child.kill(signal);
      await ended;
    },
  };
}

/** Waits until the postbacks that the demo fires at its start have been read, and told in the chats. */
async function demoTold({ db }: TestDatabase): Promise<void> {
  await until("the demo's first alerts", async () => {
    const [calls] = await db
      .select({ left: count() })
      .from(inboundEvents)
      .where(inArray(inboundEvents.status, ["received"]));
    const [messages] = await db
      .select({ left: count() })
      .from(deliveries)
      .where(inArray(deliveries.state, ["queued", "sending"]));
    return calls?.left === 0 && messages?.left === 0;
  });
}

function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

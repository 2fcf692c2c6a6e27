/** Start and end of a process. Everything in between belongs to the roles it was given. */
import { join } from "node:path";
import { createLogger, type Logger } from "@backend/kit/log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@db/embedded.ts";
import { migrateDatabase } from "@db/migrate.ts";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { isPortFree } from "./port.ts";

/** From the signal to the end of the process; systemd and Kubernetes wait longer than this by default. */
const shutdownMs = 10_000;
/** How long a first start waits for a database that is still starting (containers come up in any order). */
const databasePatienceMs = 60_000;

function die(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function configOrDie(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (error instanceof ConfigError) die(error.message);
    throw error;
  }
}

async function migrateWithPatience(url: string, log: Logger): Promise<void> {
  const until = performance.now() + databasePatienceMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 4_000)) {
    try {
      return await migrateDatabase(url);
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      const isStarting = [
        "ECONNREFUSED",
        "ENOTFOUND",
        "EAI_AGAIN",
        "CONNECT_TIMEOUT",
        "57P03",
        "CONNECTION_CLOSED",
      ].includes(code);
      if (!isStarting || performance.now() > until) throw error;
      log.warn({ code }, "waiting for the database");
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function main(): Promise<void> {
  const startedAt = performance.now();
  const config = configOrDie();
  if (!(await isPortFree(config.host, config.port)))
    die(
      `Port ${config.port} is taken by another program. Stop it, or choose another port: PORT=${config.port + 1} npm start`,
    );
  const log = createLogger(config.logLevel);
  const closers: { name: string; close(): Promise<unknown> | unknown }[] = [];
  let isEnding = false;

  async function end(reason: string, code: number): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    log.info({ reason }, "shutting down");
    const deadline = setTimeout(() => {
      log.warn("not everything ended in time; what is left is safe in the database");
      process.exit(code);
    }, shutdownMs);
    for (const { name, close } of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error, part: name }, "could not be closed");
      }
    }
    clearTimeout(deadline);
    process.exit(code);
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(signal, 0));
  process.on("unhandledRejection", (error) => log.error({ err: error }, "a promise failed unheard"));

  try {
    let embedded: EmbeddedPostgres | null = null;
    if (!config.databaseUrl) {
      embedded = await startEmbeddedPostgres({
        dataDir: join(config.dataDir, "postgres"),
        log: (message) => log.info(message),
      });
      closers.push({ name: "embedded database", close: embedded.stop });
    }
    const databaseUrl = config.databaseUrl ?? (embedded as EmbeddedPostgres).url;
    await migrateWithPatience(databaseUrl, log);
    const { startRoles } = await import("./roles.ts");
    await startRoles({ config, databaseUrl, log, onClose: (name, close) => closers.push({ name, close }), startedAt });
  } catch (error) {
    log.error({ err: error }, "could not start");
    console.error(`Switchboard could not start: ${error instanceof Error ? error.message : String(error)}`);
    await end("failed start", 1);
  }
}

await main();

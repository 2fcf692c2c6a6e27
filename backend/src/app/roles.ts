/** Starts what this process was asked to do: api, worker, bot. The order of closing is the reverse of the order of starting. */

import { pause } from "@backend/kit/clock.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import type { Logger } from "@backend/kit/log.ts";
import { startWorker } from "@backend/kit/worker.ts";
import { adoptChatsJob } from "@backend/modules/audience/index.ts";
import { ensurePlatformBot, setUpAllBots } from "@backend/modules/bots/index.ts";
import { rollDaysJob } from "@backend/modules/conversions/index.ts";
import { createFirstWorkspace } from "@backend/modules/identity/index.ts";
import { createLaneRuntime } from "@backend/modules/messaging/module.ts";
import { startPulse } from "@backend/modules/operations/index.ts";
import { connectFromEnvironment } from "@backend/modules/payments/index.ts";
import { readBacklog } from "@backend/modules/reports/index.ts";
import { startPoller } from "@bot/main.ts";
import { openDatabase } from "@db/client.ts";
import { sandboxWorkspaceName } from "@sandbox/world.ts";
import type { Config } from "./config.ts";
import { createRuntime, type Runtime } from "./container.ts";
import { jobHandlers } from "./jobs.ts";
import { enliven, greeting, sandboxProviders, simulatorOf } from "./sandbox-mode.ts";
import { createHealthServer, createServer } from "./server.ts";

const workerGraceMs = 6_000;
const httpGraceMs = 2_000;
const laneGraceMs = 5_000;
const botRetryMs = 5_000;

type Simulator = ReturnType<typeof simulatorOf>;

export interface StartInput {
  config: Config;
  databaseUrl: string;
  log: Logger;
  /** `performance.now()` at the start of the process; the ready line says how long it took. */
  startedAt: number;
  onClose(name: string, close: () => Promise<unknown> | unknown): void;
}

export async function startRoles(input: StartInput): Promise<void> {
  const { log, onClose } = input;
  const sandbox = input.config.sandbox ? await (await import("@sandbox/index.ts")).startSandbox() : null;
  if (sandbox) onClose("sandbox", sandbox.stop);
  const config: Config = sandbox
    ? {
        ...input.config,
        botToken: sandbox.botToken,
        telegramApiRoot: sandbox.apiRoot,
        adminTelegramIds: sandbox.adminTelegramIds,
        ...sandboxProviders(sandbox, input.config.publicUrl),
      }
    : input.config;

  const database = openDatabase(input.databaseUrl, { poolSize: config.poolSize });
  onClose("database", () => database.close());
  const runtime = await createRuntime({ config, database, log });
  onClose("live hub", () => runtime.hub.close());

  const workspaceId = await createFirstWorkspace(
    { db: database.db, log },
    { name: sandbox ? sandboxWorkspaceName : "Switchboard", adminTelegramIds: config.adminTelegramIds },
  );
  const stopping = new AbortController();
  onClose("bot connection", () => stopping.abort());
  const botId = await connectPlatformBot(runtime, workspaceId, stopping.signal);
  await connectPayments(runtime, workspaceId);
  metricsOf(runtime);
  const pulse = startPulse({
    db: database.db,
    log,
    roles: [...config.roles],
    dataDir: config.dataDir,
    errorsPerMinute: runtime.metrics.errorsPerMinute,
  });
  onClose("pulse", () => pulse.stop());
  if (config.roles.has("worker")) await startWorkerRole(runtime, input);
  if (config.roles.has("bot")) await startBotRole(runtime, input);
  startHttp(runtime, input, sandbox && simulatorOf(sandbox, runtime, workspaceId));
  log.info({ workspaceId, ms: Math.round(performance.now() - input.startedAt) }, "ready");
  if (sandbox && botId) {
    await enliven(sandbox, runtime, workspaceId);
    console.log(await greeting(runtime, workspaceId, botId));
  } else if (process.stdout.isTTY)
    console.log(`\n  Switchboard is ready at ${config.publicUrl}. Open it from the bot.\n`);
}

/**
 * Makes the row of BOT_TOKEN's bot. Telegram may be away when we start: the rest of the product then starts without it, and this
 * goes on trying until it answers. Throws a sentence for people when Telegram does not know the token.
 */
async function connectPlatformBot(
  runtime: Runtime,
  workspaceId: string,
  stopping: AbortSignal,
): Promise<string | null> {
  const { config, database, log, vault, ports } = runtime;
  const token = config.botToken;
  if (token === null) throw new Error("there is no bot token");
  const connect = async () => {
    const { botId } = await ensurePlatformBot(
      { db: database.db, log, vault, accounts: ports.botAccounts },
      { workspaceId, token },
    );
    await setUpAllBots(database.db);
    return botId;
  };
  try {
    return await connect();
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const { status } = error.options;
    if (status === 401 || status === 404)
      throw new Error("Telegram does not know this BOT_TOKEN. Copy it again from @BotFather, whole.", { cause: error });
    log.warn({ err: error }, "Telegram is away; trying again in the background");
    void (async () => {
      while (!stopping.aborted) {
        await pause(botRetryMs, stopping);
        if (!stopping.aborted && (await connect().catch(() => null))) return;
      }
    })();
    return (await ports.workspaceBots.findMainBot(database.db, workspaceId))?.id ?? null;
  }
}

/** What the environment names of payment providers, for the first workspace. */
function connectPayments({ config, contextFor, actorFor }: Runtime, workspaceId: string): Promise<void> {
  const { shopId, secretKey } = config.yookassa;
  return connectFromEnvironment(contextFor(actorFor(workspaceId), "start"), {
    cryptoPayToken: config.cryptoPay.token,
    yookassa: shopId !== null && secretKey !== null ? { shopId, secretKey } : null,
  });
}

function metricsOf(runtime: Runtime): void {
  const { database, hub, config } = runtime;
  runtime.metrics.watch({
    readBacklog: () => readBacklog(database.db, new Date()),
    liveStreams: () => hub.openStreams,
    poolSize: () => config.poolSize,
  });
}

async function startBotRole(runtime: Runtime, { log, onClose }: StartInput): Promise<void> {
  const lanes = await createLaneRuntime({
    database: runtime.database,
    sender: runtime.sender,
    bots: runtime.sendingBots,
    renderers: runtime.foldRenderers,
    log,
  });
  onClose("sending lanes", () => lanes.stop(laneGraceMs));
  if (runtime.config.botMode === "polling") {
    const poller = startPoller({
      db: runtime.database.db,
      vault: runtime.vault,
      accounts: runtime.ports.botAccounts,
      takeUpdate: runtime.takeUpdate,
      log,
    });
    onClose("poller", () => poller.stop());
  }
  runtime.roleStarted("bot");
}

/** Calls to other people's servers, at once: more than the endpoints of one workspace, so that no single one takes all places. */
const outsideAtOnce = 24;

async function startWorkerRole(runtime: Runtime, { databaseUrl, log, onClose }: StartInput): Promise<void> {
  const worker = await startWorker({
    databaseUrl,
    handlers: jobHandlers(runtime),
    concurrency: runtime.config.jobConcurrency,
    outsideConcurrency: outsideAtOnce,
    log,
    contextFor: (actor, jobName) => runtime.contextFor(actor, `${jobName}-${crypto.randomUUID().slice(0, 8)}`),
    actorFor: runtime.actorFor,
    onJobDone: (name, seconds, failed) => runtime.metrics.observeJob({ name, seconds, failed }),
  });
  onClose("worker", () => worker.stop(workerGraceMs));
  // Days that passed while nothing ran, and all of them after an upgrade: nobody should wait for the next firing.
  await enqueue(runtime.database.db, rollDaysJob, {});
  // People who wrote to a bot before there were subscribers.
  await enqueue(runtime.database.db, adoptChatsJob, {});
  runtime.roleStarted("worker");
}

/** Every process answers health, readiness and metrics; the api role everything else. */
function startHttp(runtime: Runtime, { log, onClose }: StartInput, simulator: Simulator | null): void {
  const { config } = runtime;
  const isApi = config.roles.has("api");
  const app = isApi ? createServer(runtime) : createHealthServer(runtime);
  if (simulator) app.use(simulator);
  app.listen({ hostname: config.host, port: config.port });
  onClose("http server", async () => {
    runtime.beginStopping();
    // Streams never end by themselves; everything else is given time to finish.
    await Promise.race([app.server?.stop(), pause(httpGraceMs)]);
    await app.server?.stop(true);
    await runtime.intake.drain();
  });
  runtime.roleStarted("api");
  log.info({ host: config.host, port: config.port }, "listening");
}

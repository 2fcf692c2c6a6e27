/** The worker role: graphile-worker over our job handlers. */
import { EventEmitter } from "node:events";
import {
  type JobHelpers,
  Logger as JobsLogger,
  parseCronItems,
  type Runner,
  run as runJobs,
  type TaskList,
  type WorkerEvents,
} from "graphile-worker";
import { pause } from "./clock.ts";
import type { ActionContext, Actor } from "./context.ts";
import { guardWorkers, type WorkerGuard } from "./dead-workers.ts";
import { isOutage } from "./errors.ts";
import { type JobDefinition, type JobHandler, readPayload } from "./jobs.ts";
import type { Logger } from "./log.ts";
import { createPlaces, type Places } from "./places.ts";

export interface WorkerOptions {
  databaseUrl: string;
  handlers: readonly JobHandler[];
  concurrency: number;
  /** Jobs that wait for somebody else's server, at once: they hold no connection to the database meanwhile. */
  outsideConcurrency: number;
  log: Logger;
  /** A context for one job; `actor` is the system of the job's workspace, or of none. */
  contextFor(actor: Actor, jobName: string): ActionContext;
  actorFor(workspaceId: string | null): Actor;
  onJobDone(name: string, seconds: number, failed: boolean): void;
}

export interface Worker {
  /** Takes no new job, waits for running ones up to `graceMs`, then hands them back to be tried elsewhere. */
  stop(graceMs: number): Promise<void>;
}

/** A runner that is replaced gets this long to finish what it does. */
const runnerGraceMs = 5_000;
/** Between two tries to replace a runner while the database is half there. */
const anewEveryMs = 1_000;

/** graphile-worker refuses to stop a runner that has ended by itself; both are an end. */
const stopRunners = (runners: readonly Runner[], graceMs: number) =>
  Promise.race([Promise.all(runners.map((runner) => runner.stop().catch(() => {}))), pause(graceMs)]);
/** Places that wait for outsiders ask the database for moments between their calls: they share these connections. */
const outsideConnections = 8;

/**
 * Gives back the try that an outage has cost: it is nobody's fault, and work of days would be given up by the time it is over. One try
 * more, and not one less that was made: the pauses go on growing. Through graphile-worker's own connections, since ours may be what is used
 * up. Where those are away too, nobody takes jobs, so that one outage costs one try. Work of a schedule is left to its next turn, and what
 * was asked for again meanwhile, which has lost its key, to the later job.
 */
async function giveTryBack(job: JobDefinition, { job: { id, key }, query }: JobHelpers, log: Logger): Promise<void> {
  if (job.every) return;
  try {
    await query(
      `update graphile_worker._private_jobs set max_attempts = max_attempts + 1
      where id = $1 and max_attempts < 32767 and key is not distinct from $2`,
      [id, key],
    );
  } catch (error) {
    log.warn({ err: error, job: job.name }, "an outage has cost a job a try");
  }
}

interface RunnerSize {
  concurrency: number;
  connections: number;
  pollInterval: number;
  /** Shares of servers, where it waits for such. */
  places?: Places;
}

interface Started {
  runners: Runner[];
  /** What they lock jobs in. */
  names: string[];
}

/** Starts taking jobs. Schedules (`every`) fire once per cluster: graphile-worker records each firing in the database. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  /** What waits for outsiders has places of its own: eight receivers that hang would otherwise be the end of all other work. */
  const inside: TaskList = {};
  const outside: TaskList = {};
  for (const handler of options.handlers) {
    const { job } = handler;
    if (inside[job.name] || outside[job.name]) throw new Error(`two handlers for job ${job.name}`);
    (job.isOutside ? outside : inside)[job.name] = async (raw, helpers) => {
      // Cron firings carry `_cron`; it is no part of our payload.
      const { _cron: _, ...given } = (raw ?? {}) as Record<string, unknown>;
      const payload = readPayload(job, given) as never;
      const actor = options.actorFor(handler.workspaceOf?.(payload) ?? null);
      const startedAt = performance.now();
      let failed = true;
      try {
        await handler.action(options.contextFor(actor, job.name) as never, payload);
        failed = false;
      } catch (error) {
        options.log.error({ err: error, job: job.name }, "job failed");
        if (isOutage(error)) await giveTryBack(job, helpers, options.log);
        throw error;
      } finally {
        options.onJobDone(job.name, (performance.now() - startedAt) / 1000, failed);
      }
    };
  }
  const crons = options.handlers.flatMap(({ job }) =>
    job.every
      ? [
          {
            task: job.name,
            match: job.every,
            identifier: job.name,
            options: { backfillPeriod: 0, maxAttempts: job.attempts },
          },
        ]
      : [],
  );
  /** `register` hears the names that it locks jobs in. */
  async function startRunner(
    register: (name: string) => void,
    taskList: TaskList,
    { concurrency, connections, pollInterval, places }: RunnerSize,
  ): Promise<Runner> {
    const events: WorkerEvents = new EventEmitter();
    // Jobs are locked in the name of the pool or of one of its workers.
    events.on("pool:create", ({ workerPool }) => register(workerPool.id));
    events.on("worker:create", ({ worker }) => register(worker.workerId));
    places?.follow(events);
    const runner = await runJobs({
      events,
      ...(places ? { forbiddenFlags: () => places.taken() } : {}),
      connectionString: options.databaseUrl,
      concurrency,
      noHandleSignals: true,
      pollInterval,
      taskList,
      parsedCronItems: parseCronItems(crons.filter(({ task }) => taskList[task])),
      maxPoolSize: connections,
      logger: new JobsLogger(() => (level, message) => {
        if (level === "error") options.log.error({ message }, "graphile-worker");
        else if (level === "warning") options.log.warn({ message }, "graphile-worker");
      }),
    });
    runner.promise.catch((error: unknown) => options.log.error({ err: error }, "worker stopped by an error"));
    return runner;
  }

  async function startRunners(guard: WorkerGuard): Promise<Started> {
    const names: string[] = [];
    const register = (name: string) => {
      names.push(name);
      guard.add(name);
    };
    // Notifications wake us within milliseconds; polling, which each place does, only finds jobs whose time has come.
    const { concurrency, outsideConcurrency } = options;
    const runners = [
      await startRunner(register, inside, { concurrency, connections: concurrency + 2, pollInterval: 1_000 }),
    ];
    if (Object.keys(outside).length === 0) return { runners, names };
    const size = { concurrency: outsideConcurrency, connections: outsideConnections, pollInterval: 2_000 };
    try {
      runners.push(await startRunner(register, outside, { ...size, places: createPlaces() }));
    } catch (error) {
      // Half a worker would take jobs, and nobody would stop it.
      await stopRunners(runners, runnerGraceMs);
      guard.forget(names);
      throw error;
    }
    return { runners, names };
  }

  let isStopping = false;
  let current: Started = { runners: [], names: [] };
  let changing: Promise<void> = Promise.resolve();
  const guard = guardWorkers({
    databaseUrl: options.databaseUrl,
    log: options.log,
    onReconnected() {
      // graphile-worker may have lost the answer to a lock or to a release: a runner with new names starts clean.
      changing = changing.then(startAnew);
    },
  });

  /** As often as it takes: the former runner may hold jobs that it does not know of, and nobody else gives them back. */
  async function startAnew(): Promise<void> {
    const { exitCode } = process;
    while (!isStopping) {
      const former = current;
      try {
        current = await startRunners(guard);
      } catch (error) {
        // graphile-worker sets one of its own (57) when it finds a schema that is newer than it; this process goes on.
        process.exitCode = exitCode ?? 0;
        options.log.error({ err: error }, "the worker could not be started anew");
        await pause(anewEveryMs);
        continue;
      }
      await stopRunners(former.runners, runnerGraceMs);
      guard.forget(former.names);
      options.log.warn("the database was away; the worker has started anew");
      return;
    }
  }

  const first = startRunners(guard).then((started) => {
    current = started;
  });
  // The connection may be lost while they start: then they are replaced, once they have.
  changing = first.catch(() => {});
  await first;
  return {
    async stop(graceMs) {
      isStopping = true;
      await changing;
      await stopRunners(current.runners, graceMs);
      await guard.stop();
    },
  };
}

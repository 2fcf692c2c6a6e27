/** The worker role: graphile-worker over our job handlers. */
import { EventEmitter } from "node:events";
import {
  Logger as JobsLogger,
  parseCronItems,
  type Runner,
  run as runJobs,
  type TaskList,
  type WorkerEvents,
} from "graphile-worker";
import { pause } from "./clock.ts";
import type { ActionContext, Actor } from "./context.ts";
import { guardWorkers } from "./dead-workers.ts";
import { type JobHandler, readPayload } from "./jobs.ts";
import type { Logger } from "./log.ts";

export interface WorkerOptions {
  databaseUrl: string;
  handlers: readonly JobHandler[];
  concurrency: number;
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

/** Starts taking jobs. Schedules (`every`) fire once per cluster: graphile-worker records each firing in the database. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const taskList: TaskList = {};
  for (const handler of options.handlers) {
    const { job } = handler;
    if (taskList[job.name]) throw new Error(`two handlers for job ${job.name}`);
    taskList[job.name] = async (raw) => {
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
  const guard = guardWorkers({ databaseUrl: options.databaseUrl, log: options.log });
  const events: WorkerEvents = new EventEmitter();
  // Jobs are locked in the name of the pool or of one of its workers.
  events.on("pool:create", ({ workerPool }) => guard.add(workerPool.id));
  events.on("worker:create", ({ worker }) => guard.add(worker.workerId));
  const runner: Runner = await runJobs({
    events,
    connectionString: options.databaseUrl,
    concurrency: options.concurrency,
    noHandleSignals: true,
    // Notifications wake us within milliseconds; polling only finds jobs whose time has come.
    pollInterval: 1_000,
    taskList,
    parsedCronItems: parseCronItems(crons),
    maxPoolSize: options.concurrency + 2,
    logger: new JobsLogger(() => (level, message) => {
      if (level === "error") options.log.error({ message }, "graphile-worker");
      else if (level === "warning") options.log.warn({ message }, "graphile-worker");
    }),
  });
  runner.promise.catch((error: unknown) => options.log.error({ err: error }, "worker stopped by an error"));
  return {
    async stop(graceMs) {
      await Promise.race([runner.stop(), pause(graceMs)]);
      await guard.stop();
    },
  };
}

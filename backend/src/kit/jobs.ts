/** Work for later, kept in PostgreSQL by graphile-worker: enqueued in the transaction that causes it, done by the worker role. */
import type { Db } from "@db/client.ts";
import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { sql } from "drizzle-orm";
import type { Action } from "./context.ts";
import { pgArray } from "./pg-array.ts";

export interface JobDefinition<S extends TSchema = TSchema> {
  /** `domain.verb-noun`. */
  name: string;
  payload: S;
  /** Jobs with the same key are one job: the later replaces the earlier as long as that has not begun. */
  key?: (payload: Static<S>) => string;
  /** Of jobs with a key: a later one leaves the time of the waiting one, so that many in a row do not put it off for ever. */
  keepsTime?: boolean;
  /** Jobs of one queue run one after another. */
  queue?: (payload: Static<S>) => string;
  /** Tries in all, with exponential pauses between them. */
  attempts: number;
  /** Smaller runs first; 0 by default. */
  priority?: number;
  /** Cron in UTC: fires once per cluster however many workers run. The payload of a firing is `{}`. */
  every?: string;
}

export const defineJob = <S extends TSchema>(job: JobDefinition<S>): JobDefinition<S> => job;

/** Adds a job inside the transaction that `db` is. */
export const enqueue = <S extends TSchema>(
  db: Db,
  job: JobDefinition<S>,
  payload: Static<S>,
  options: { runAt?: Date } = {},
): Promise<void> => enqueueMany(db, job, [payload], options);

/** As `enqueue`, for many payloads in one statement, in their order. */
export async function enqueueMany<S extends TSchema>(
  db: Db,
  job: JobDefinition<S>,
  payloads: readonly Static<S>[],
  options: { runAt?: Date } = {},
): Promise<void> {
  if (payloads.length === 0) return;
  const written = payloads.map((payload) => JSON.stringify(payload));
  const queues = payloads.map((payload) => job.queue?.(payload) ?? null);
  const keys = payloads.map((payload) => (job.key ? `${job.name}:${job.key(payload)}` : null));
  await db.execute(sql`select graphile_worker.add_job(
    ${job.name}, payload::json,
    queue_name => queue,
    run_at => ${options.runAt?.toISOString() ?? null}::timestamptz,
    max_attempts => ${job.attempts}::int,
    job_key => key,
    job_key_mode => ${job.keepsTime ? "preserve_run_at" : "replace"}::text,
    priority => ${job.priority ?? 0}::int)
    from unnest(${pgArray(written)}::text[], ${pgArray(queues)}::text[], ${pgArray(keys)}::text[]) as jobs(payload, queue, key)`);
}

/** A job bound to the action that does it. `workspaceOf` says whose system actor runs it; without it the job is the installation's. */
export interface JobHandler {
  job: JobDefinition;
  action: Action<never, unknown, never>;
  workspaceOf?: (payload: never) => string;
}

/** Handlers must be idempotent (a job may run twice) and await everything they start. */
export function handle<S extends TSchema, Ports>(
  job: JobDefinition<S>,
  action: Action<Static<S>, unknown, Ports>,
  workspaceOf?: (payload: Static<S>) => string,
): JobHandler {
  return {
    job: job as unknown as JobDefinition,
    action: action as JobHandler["action"],
    workspaceOf: workspaceOf as JobHandler["workspaceOf"],
  };
}

/** Refuses a payload that does not fit: a job written by another version fails loudly and is retried after the deploy. */
export function readPayload(job: JobDefinition, payload: unknown): unknown {
  const value = payload ?? {};
  if (!Value.Check(job.payload, value)) throw new Error(`job ${job.name}: payload does not fit its schema`);
  return value;
}

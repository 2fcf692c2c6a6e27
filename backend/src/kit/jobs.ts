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
  /** Of an outside job: whose server it waits for (an account, a tracker, a bot). One may take so many places and no more (kit/places.ts). */
  server?: (payload: Static<S>) => string;
  /** Tries in all, with exponential pauses between them. */
  attempts: number;
  /** Smaller runs first; 0 by default. */
  priority?: number;
  /** Waits for somebody else's server: done apart from all other work, so that one who does not answer holds up none of it. */
  isOutside?: true;
  /** Cron in UTC: fires once per cluster however many workers run. The payload of a firing is `{}`. */
  every?: string;
}

const keyed = new Set<string>();
/**
 * Names of the jobs that have keys. One of them that stands in the queue without its key was overtaken: graphile-worker takes key and tries
 * from what is at work, or has used up its tries, when the same is asked for again, and the later job does it.
 */
export const keyedJobs: ReadonlySet<string> = keyed;

export function defineJob<S extends TSchema>(job: JobDefinition<S>): JobDefinition<S> {
  if (job.key) keyed.add(job.name);
  return job;
}

/** A job, what it is to do, and when; at once without `runAt`. */
export interface NewJob {
  job: JobDefinition;
  payload: unknown;
  runAt?: Date;
}

/** The payload is checked against its job here: a list of jobs of many kinds cannot say it. */
const newJob = <S extends TSchema>(job: JobDefinition<S>, payload: Static<S>, runAt?: Date): NewJob => ({
  job: job as unknown as JobDefinition,
  payload,
  ...(runAt ? { runAt } : {}),
});

/** Adds jobs of any kinds inside the transaction that `db` is, in their order and in one statement however many they are. */
export async function addJobs(db: Db, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const column = (of: (one: NewJob) => string | null) => pgArray(jobs.map(of));
  // Columns of text and not one document: JSON that is taken apart refuses a zero character, which what people write may hold.
  await db.execute(sql`
    select graphile_worker.add_job(n, p::json, queue_name => q, run_at => r, max_attempts => a, job_key => k, job_key_mode => m, priority => i,
      flags => array_remove(array[f], null))
    from unnest(
      ${column(({ job }) => job.name)}::text[],
      ${column(({ payload }) => JSON.stringify(payload))}::text[],
      ${column(({ job, payload }) => job.queue?.(payload as never) ?? null)}::text[],
      ${column(({ runAt }) => runAt?.toISOString() ?? null)}::timestamptz[],
      ${column(({ job }) => String(job.attempts))}::int[],
      ${column(({ job, payload }) => (job.key ? `${job.name}:${job.key(payload as never)}` : null))}::text[],
      ${column(({ job }) => (job.keepsTime ? "preserve_run_at" : "replace"))}::text[],
      ${column(({ job }) => String(job.priority ?? 0))}::int[],
      ${column(({ job, payload }) => job.server?.(payload as never) ?? null)}::text[]
    ) as j(n, p, q, r, a, k, m, i, f)`);
}

/** Adds a job inside the transaction that `db` is. */
export const enqueue = <S extends TSchema>(
  db: Db,
  job: JobDefinition<S>,
  payload: Static<S>,
  options: { runAt?: Date } = {},
): Promise<void> => addJobs(db, [newJob(job, payload, options.runAt)]);

/** One job for each payload, in one statement: for loops over what a query found. */
export const enqueueAll = <S extends TSchema>(
  db: Db,
  job: JobDefinition<S>,
  payloads: readonly Static<S>[],
  options: { runAt?: Date } = {},
): Promise<void> =>
  addJobs(
    db,
    payloads.map((payload) => newJob(job, payload, options.runAt)),
  );

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
